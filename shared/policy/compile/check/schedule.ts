/** The schedule of retention as text: what ends when, by field and by purpose. */

import { inLanguage, type Text } from '../../../language.ts';
import type { Pack, Purpose } from '../../pack/pack.ts';
import type { Lasting, RetentionPeriod } from '../../pack/parts.ts';

export interface Schedule {
  fields: { field: string; label: Text; ends: string }[];
  purposes: { purpose: string; label: Text; deletes: string; tasks: string[] }[];
}

/** `ends` of the kind of task that asks for the deletion. */
export const ASKED = {
  time: 'purpose',
  activity: 'purpose',
  case: 'purpose',
  duty: 'duty',
  age: 'age',
  person: null,
  counts: null,
  archive: null,
} as const;

export function scheduleOf(pack: Pack): Schedule {
  const { retention } = pack;
  const after = Object.entries(retention?.recordAfterEnd ?? {}).map(
    ([event, n]) => ` or ${n} years after the ${event}`,
  );
  const record = retention
    ? `at ${retention.age + retention.record}${after.join('')}, with the record`
    : 'on request';
  const fields = [...pack.fields.values()].filter(({ virtual }) => !virtual);
  return {
    fields: fields.map(({ name, label }) => {
      const period = retention?.periods.find((one) => one.fields.includes(name));
      const ends = period ? endsOf(pack, period) : record;
      const file = Object.hasOwn(retention?.archive?.fields ?? {}, name);
      return { field: name, label, ends: file ? `${ends}, once the archive has approved` : ends };
    }),
    purposes: [...pack.purposes.values()].map((purpose) => {
      const { code: name, label, kept = [] } = purpose;
      const deletes = kept.map((end) => deletesOf(pack, purpose, end)).join('; ');
      const wanted = new Set<string | null>(kept.map((end) => ASKED[end]));
      const tasks = [...pack.tasks].filter(([, { ends }]) => ends && wanted.has(ends)).map(([kind]) => kind);
      return { purpose: name, label, deletes: deletes || 'receives no value', tasks };
    }),
  };
}

/** The schedule as two tables of Markdown. */
export function scheduleText(pack: Pack, wanted: readonly string[]): string {
  const { fields, purposes } = scheduleOf(pack);
  return [
    tableOf(
      ['field', '', 'erased'],
      fields.map(({ field, label, ends }) => [`\`${field}\``, inLanguage(label, wanted), ends]),
    ),
    tableOf(
      ['purpose', '', 'the recipient deletes', 'task'],
      purposes.map(({ purpose, label, deletes, tasks }) => [
        purpose,
        inLanguage(label, wanted),
        deletes,
        tasks.join(', '),
      ]),
    ),
  ].join('\n');
}

function tableOf(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}

function endsOf({ retention }: Pack, period: RetentionPeriod): string {
  const { yearsAfterAge, yearsAfterWrite, yearsAfterEnd } = period;
  const ends = [
    yearsAfterAge !== undefined && `at ${(retention?.age ?? 0) + yearsAfterAge}`,
    ...Object.entries(yearsAfterEnd ?? {}).map(
      ([name, count]) => `${yearsIn(count)} after the end of the ${name}`,
    ),
    yearsAfterWrite !== undefined && `${yearsIn(yearsAfterWrite)} after its last write`,
  ];
  return `${ends.filter((end) => end !== false).join('; ')}; at the latest with the record`;
}

function yearsIn(count: number): string {
  return count === 1 ? 'one year' : `${count} years`;
}

function deletesOf({ retention }: Pack, { lasts, activity }: Purpose, end: string): string {
  if (end === 'age') return `at ${retention?.age}, in the month after`;
  if (end === 'activity' && activity) return `${lastingText(activity)} after the activity`;
  if (end === 'case') return 'after the end of the case';
  if (end === 'duty') return 'once the duty no longer covers the person';
  if (end === 'time' && lasts) return `${lastingText(lasts)} after the release`;
  if (end === 'archive') return 'kept for good, as a file of the archive';
  return end === 'counts' ? 'receives counts about no person' : 'given to the person';
}

function lastingText(lasts: Lasting): string {
  if ('hours' in lasts) return `${lasts.hours} hours`;
  if ('days' in lasts) return `${lasts.days} days`;
  if ('workingDays' in lasts) return `${lasts.workingDays} working days`;
  return `on ${lasts.yearEnds}`;
}
