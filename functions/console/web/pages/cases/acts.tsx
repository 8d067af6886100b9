/** What officers and supervisors do with a case. */
import type { RegisteredCase } from '../../../../../shared/contract/cases.ts';
import { call, keep } from '../../gateway/api.ts';
import { me, policy } from '../../gateway/reference.ts';
import { person } from '../../gateway/session.ts';
import { t, visible } from '../../text.ts';
import { Act, type Field, outcomeOf, reasonField } from '../../ui/act.tsx';
import { Section } from '../../ui/pane.tsx';
import { purposeField, subjectsOf, whomFields, wordsIn } from '../../ui/whom.ts';

function officersField(value: readonly string[]): Field {
  const { cases } = t();
  return { name: 'officers', label: cases.officers, hint: cases.officersHint, value: value.join(', ') };
}

/** Purposes of this office that need a case. */
function purposesWithCases(): string[] {
  const roles = me.value?.roles ?? [];
  return Object.entries(policy.value?.purposes ?? {})
    .filter(([, one]) => one.case === 'registered' && one.who.some((role) => roles.includes(role)))
    .map(([code]) => code);
}

export function OpenCase({ onDone }: { onDone(): void }) {
  const { cases, incidents, requests } = t();
  const [by] = whomFields();
  return (
    <>
      <p class="faint">{cases.beginHint}</p>
      <Act
        fields={[
          { name: 'case', label: cases.number },
          purposeField(purposesWithCases()),
          by,
          { name: 'people', label: incidents.values, long: true, path: '/subjects' },
          officersField([person.value?.name ?? '']),
          { name: 'instrument', label: requests.instrument, optional: true },
          reasonField(),
        ]}
        button={cases.begin}
        run={async ({
          people = '',
          by: way,
          officers = '',
          case: of = '',
          purpose = '',
          instrument,
          reason,
        }) => {
          const named = { case: of.trim(), purpose, officers: wordsIn(officers), instrument, reason };
          const body = { ...named, subjects: subjectsOf(people, way) };
          const answer = await keep('POST /v1/cases', { body });
          onDone();
          return `${cases.begun(visible(answer.case.case))} ${outcomeOf(answer)}`;
        }}
      />
    </>
  );
}

export function CaseActs({ one, onDone }: { one: RegisteredCase; onDone(): void }) {
  const { cases } = t();
  const { id, state } = one;
  const own = one.opened.officer === person.value?.name || one.officers.includes(person.value?.name ?? '');
  const isMine = one.agency === person.value?.office;
  if (state === 'closed' || state === 'ended') return null;
  return (
    <>
      {state === 'waiting' && (
        <Section title={cases.confirm}>
          {own ? (
            <p class="faint">{cases.byAnother}</p>
          ) : (
            <Act
              fields={[reasonField()]}
              button={cases.confirm}
              run={(why) =>
                keep('POST /v1/cases/:id/confirm', { id, body: { ...why, entry: one.opened.entry } })
              }
              onDone={onDone}
            />
          )}
        </Section>
      )}
      {isMine && (
        <>
          <Section title={cases.assign}>
            <p class="faint">{cases.assignHint}</p>
            <Act
              fields={[officersField(one.officers), reasonField()]}
              button={cases.assign}
              run={({ officers = '', reason }) =>
                call('POST /v1/cases/:id/assign', { id, body: { officers: wordsIn(officers), reason } })
              }
              onDone={onDone}
            />
          </Section>
          <Section title={cases.close}>
            <p class="faint">{cases.closeHint}</p>
            <Act
              fields={[reasonField()]}
              button={cases.close}
              danger
              run={(body) => keep('POST /v1/cases/:id/close', { id, body })}
              onDone={onDone}
            />
          </Section>
        </>
      )}
    </>
  );
}
