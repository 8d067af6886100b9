/** Log entries in words: one line in a list, all members of a single entry. */

import type { Place } from '../../../shared/client/evidence/evidence.ts';
import type { LogEntry, UseInList, UseOfField } from '../../../shared/client/wire/types.ts';
import { logRoutes, usageRoutes } from '../../../shared/contract/routes/log.ts';
import { defined } from '../../../shared/defined.ts';
import { inWords, labelOf, listed } from '../derive/derive.ts';
import { label } from '../messages/labels.ts';
import { texts, words as w } from '../messages/language.ts';
import { nameOf } from '../terminal/names.ts';
import { paint, pairs, table } from '../terminal/table.ts';
import { word } from '../terminal/words.ts';

const { entries: t, list, prove: p, usage: u } = await texts('log');

const COLUMNS = [
  'time',
  'kind',
  'handler.agency',
  'words.officer',
  'words.case',
  'purpose',
  'outcome',
  'erased',
];

/** The list of `fieldgate log`. */
export function entriesInWords(entries: readonly LogEntry[], more: boolean): string {
  if (entries.length === 0) return t.none;
  // The reason: from the leaf, or from the sealed word if the leaf must not reveal it.
  const rows = entries.map(({ fields, code, words, ...one }) => ({
    ...one,
    ...defined({ words, code: code ?? words?.finding }),
    // Their number, because a list has no room for their names.
    fields: Object.values(fields ?? {}).reduce((sum, forms) => sum + Object.keys(forms).length, 0),
  }));
  return (
    listed(logRoutes.listEntries, 'entries', rows, [
      ...COLUMNS,
      'code',
      ...(rows.some((one) => 'count' in one) ? ['count'] : []),
      'fields',
      'id',
    ]) + (more ? t.more : '')
  );
}

/** `fieldgate usage entry` */
export function useInWords(use: UseOfField, place: Place | null): string {
  const { id, time, recipient, departments, purpose, case: of, outcome, rule, person, fields } = use;
  const shown = { id, time, recipient, departments, purpose, case: of, outcome, rule, person, fields };
  const rest = [
    ...(person === undefined ? [[w.person, u.entry.untold] as const] : []),
    [p.inLog, place ? p.place(place.index, place.size) : p.notYet] as const,
  ];
  return inWords(usageRoutes.readUse, defined(shown)) + pairs(rest);
}

/** The list of `fieldgate usage`. */
export function usageInWords(entries: UseInList[], more: boolean): string {
  if (entries.length === 0) return t.noUsage;
  const columns = ['time', 'recipient', 'purpose', 'case', 'outcome', 'fields', 'id'];
  return listed(usageRoutes.listUses, 'entries', entries, columns) + (more ? t.moreUsage : '');
}

/** What programs check, and is bytes for a person. */
const BYTES = new Set(['canonical', 'committed', 'openings', 'v', 'keys', 'alike']);

/** `fieldgate log entry`: the content, the fields with their owners and forms, and the proof. */
export function entryInWords({ fields = {}, words, ...entry }: Partial<LogEntry>, page: string): string {
  const rest = Object.entries(entry).filter(([name]) => !BYTES.has(name));
  const rows = Object.entries(fields).flatMap(([owner, forms]) =>
    Object.entries(forms).map(([field, form]) => [
      nameOf('field', field, false),
      nameOf('owner', owner),
      word(form),
    ]),
  );
  return [
    inWords(logRoutes.readEntry, { ...Object.fromEntries(rest), ...words }),
    rows.length > 0
      ? `\n${table([label('field'), labelOf(logRoutes.readEntry, 'owners'), label('form')], rows)}`
      : '',
    `\n${pairs([[list.page, page]])}`,
    paint('gray', t.canonical, process.stdout),
  ].join('');
}
