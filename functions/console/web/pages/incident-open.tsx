import { keep } from '../api.ts';
import { fieldName, matchFields, policy } from '../reference.ts';
import { instantOf, label, t } from '../text.ts';
import { Act, outcomeOf, reasonField } from '../ui/act.tsx';
import type { Field } from '../ui/field.tsx';
import { subjectOf, whomFields } from '../whom.ts';

/** These fields of these people may have leaked. The people are named by lines, which are cleared once they were sent. */
export function OpenIncident({ onDone }: { onDone(): void }) {
  const { incidents } = t();
  const { operators = {}, grades = {} } = policy.value?.desk ?? {};
  const [by] = whomFields();
  const time = (name: string, text: string, rest: Partial<Field> = {}): Field => ({
    ...{ name, label: text, type: 'datetime-local' as const },
    ...rest,
  });
  const named = (all: Record<string, Parameters<typeof label>[0]>) =>
    Object.entries(all).map(([word, one]) => [word, label(one, word)] as const);
  return (
    <>
      <p class="faint">{incidents.startHint}</p>
      <Act
        fields={[
          {
            name: 'fields',
            label: incidents.fields,
            several: true,
            options: Object.keys(policy.value?.fields ?? {}).map((name) => [name, fieldName(name)]),
          },
          { ...(by as Field), label: t().whom.by },
          { name: 'people', label: incidents.values, long: true, optional: true, path: '/subjects' },
          { name: 'ticket', label: incidents.ticket, optional: true },
          time('from', incidents.from),
          time('until', incidents.until),
          time('knownAt', incidents.knownAt, { hint: incidents.knownHint, optional: true }),
          { name: 'operator', label: incidents.operator, options: named(operators) },
          {
            name: 'grade',
            label: incidents.grade,
            hint: incidents.gradeHint,
            options: named(grades),
            optional: true,
          },
          reasonField(),
        ]}
        button={incidents.start}
        danger
        run={async (values) => {
          const answer = await keep('POST', '/v1/incidents', bodyOf(values));
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
  ...rest
}: Record<string, string>) {
  const lines = people
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const way = by ?? matchFields()[0]?.[0] ?? '';
  return {
    ...rest,
    fields: fields.split(','),
    ...(lines.length > 0 && { subjects: lines.map((value) => subjectOf({ by: way, value })) }),
    ...(ticket !== undefined && { ticket: ticket.trim() }),
    from: instantOf(from),
    until: instantOf(until),
    ...(knownAt !== undefined && { knownAt: instantOf(knownAt) }),
  };
}
