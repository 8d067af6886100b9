import { route } from '../../frame/route.ts';
import { keep, read } from '../../gateway/api.ts';
import { policy } from '../../gateway/reference.ts';
import { may } from '../../gateway/session.ts';
import { asEntry, givenFields } from '../../log/entries.ts';
import { instantOf, localTime, number, t } from '../../text.ts';
import { Act, outcomeOf, reasonField } from '../../ui/act.tsx';
import type { Field } from '../../ui/field.tsx';
import { Shown, useLoad } from '../../ui/state.tsx';
import { fieldOptions, optionsOf, subjectsOf, whomFields } from '../../ui/whom.ts';

/** What the entries say that were chosen in the log: their fields, and the time around them. They name no person. */
interface Chosen {
  count: number;
  fields: string;
  from: string;
  until: string;
}
const NONE: Chosen = { count: 0, fields: '', from: '', until: '' };

/** Entries of the log lead here: the address holds their ids. */
export function OpenIncident({ onDone }: { onDone(): void }) {
  const ids = may('audit') ? (route.value.query.get('entries') ?? '') : '';
  const loaded = useLoad<Chosen>(
    async (signal) => {
      if (ids === '') return NONE;
      const { entries } = await read('GET /v1/log/entries', { query: { ids } }, signal);
      const all = entries.map(asEntry);
      const times = all.flatMap((one) => (one.time ? [Date.parse(one.time)] : [])).sort((a, b) => a - b);
      const [first, last] = [times[0], times.at(-1)];
      if (first === undefined || last === undefined) return NONE;
      const names = all.flatMap((one) => givenFields(one).map(({ field }) => field));
      return {
        count: all.length,
        fields: [...new Set(names)].join(','),
        // Whole minutes, so that no entry is left out.
        from: localTime(first),
        until: localTime(last + 60_000),
      };
    },
    [ids],
  );
  return <Shown of={loaded}>{(chosen) => <Form key={ids} chosen={chosen} onDone={onDone} />}</Shown>;
}

/** These fields of these people may have leaked. The people are named by lines, which are cleared once they were sent. */
function Form({ chosen, onDone }: { chosen: Chosen; onDone(): void }) {
  const { incidents } = t();
  const { operators = {}, grades = {} } = policy.value?.desk ?? {};
  const [by] = whomFields();
  const time = (name: string, text: string, rest: Partial<Field> = {}): Field => ({
    ...{ name, label: text, type: 'datetime-local' as const },
    ...rest,
  });
  return (
    <>
      <p class="faint">{incidents.startHint}</p>
      {chosen.count > 0 && <p>{incidents.fromEntries(number(chosen.count))}</p>}
      <Act
        fields={[
          {
            name: 'fields',
            label: t().log.columns.fields,
            several: true,
            value: chosen.fields,
            options: fieldOptions(),
          },
          { ...by, label: t().whom.by },
          { name: 'people', label: incidents.values, long: true, optional: true, path: '/subjects' },
          { name: 'ticket', label: incidents.ticket, optional: true },
          time('from', t().consents.from, { value: chosen.from }),
          time('until', incidents.until, { value: chosen.until }),
          time('knownAt', incidents.knownAt, { hint: incidents.knownHint, optional: true }),
          { name: 'operator', label: incidents.operator, options: optionsOf(operators) },
          {
            name: 'grade',
            label: incidents.grade,
            hint: incidents.gradeHint,
            options: optionsOf(grades),
            optional: true,
          },
          reasonField(),
        ]}
        button={incidents.start}
        danger
        run={async (values) => {
          const answer = await keep('POST /v1/incidents', { body: bodyOf(values) });
          onDone();
          return `${incidents.done(answer.incident.id)} ${outcomeOf(answer)}`;
        }}
      />
    </>
  );
}

function bodyOf({
  fields = '',
  by,
  people = '',
  ticket,
  from = '',
  until = '',
  knownAt,
  operator = '',
  ...rest
}: Record<string, string>) {
  const subjects = subjectsOf(people, by);
  return {
    ...rest,
    operator,
    fields: fields.split(','),
    ...(subjects.length > 0 && { subjects }),
    ...(ticket !== undefined && { ticket: ticket.trim() }),
    from: instantOf(from),
    until: instantOf(until),
    ...(knownAt !== undefined && { knownAt: instantOf(knownAt) }),
  };
}
