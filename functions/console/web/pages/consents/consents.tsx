/**
 * Consents at a desk: find the person, see what is on file, take one, withdraw one. The address holds a reference at most; a
 * number that an office may not turn into one is in this page alone.
 */
import { useSignal } from '@preact/signals';
import type { Consent } from '../../../../../shared/contract/casework.ts';
import { route, setQuery } from '../../frame/route.ts';
import { call, keep, read } from '../../gateway/api.ts';
import { fieldName, loadReference, me, officeName, policy, purposeName } from '../../gateway/reference.ts';
import { deadline, dotted, t, time, visible } from '../../text.ts';
import { Act, reasonField } from '../../ui/act.tsx';
import { Button } from '../../ui/button.tsx';
import { put, useLeave } from '../../ui/kept.ts';
import { Pane, Section } from '../../ui/pane.tsx';
import { PrintButton } from '../../ui/print-button.tsx';
import { Listing } from '../../ui/split.tsx';
import { Shown, useLoad, useNamed } from '../../ui/state.tsx';
import { documentFields, documentOf, giverName, type Person, subjectOf, whomFields } from '../../ui/whom.ts';
import { Deeds } from '../acts/deeds.tsx';
import { TaskActs } from '../inbox/task-acts.tsx';
import { ConsentSheet, relationName } from './sheet.tsx';
import { TakeConsent } from './take.tsx';

export default function Consents() {
  const { consents } = t();
  const { query } = route.value;
  const typed = useSignal<Person | null>(null);
  const asked = useSignal(false);
  const known = useLoad(() => loadReference().then(() => true), []);
  useLeave(() => {
    forget(typed.value);
    typed.value = null;
  });
  const ref = query.get('ref');
  const person = ref === TYPED ? typed.value : ref === null ? null : { ref };
  if (person && query.has('take')) return <TakeConsent person={person} key={ref} />;
  return (
    <>
      {person === null ? (
        <div class="column">
          <p class="faint">{consents.hint}</p>
          {/* Before the ways to name a person are known, a number would pass for a reference. */}
          <Shown of={known}>
            {() => (
              <>
                <Find
                  onTyped={(one) => {
                    typed.value = one;
                    asked.value = false;
                  }}
                />
                {me.value?.acts.includes('conflict.set') && (
                  <Deeds
                    title={consents.conflict}
                    lines={['POST /v1/conflicts']}
                    hint={consents.conflictHint}
                  />
                )}
              </>
            )}
          </Shown>
        </div>
      ) : (
        <>
          <p class="row">
            <span>
              {'ref' in person ? (
                <>
                  {t().inbox.reference} <span class="mono">{visible(person.ref)}</span>
                </>
              ) : (
                consents.typed
              )}
            </span>
            <Button kind="main" onClick={() => setQuery({ take: 1, i: undefined }, false)}>
              {consents.take}
            </Button>
            <Button
              onClick={() => {
                // Otherwise the way forward would lead to the next person whose number is typed.
                forget(typed.value);
                typed.value = null;
                setQuery({ ref: undefined, i: undefined }, false);
              }}
            >
              {consents.find}
            </Button>
          </p>
          {'ref' in person || asked.value ? (
            <OnFile person={person} key={ref} />
          ) : (
            // A look at nothing counts as a miss, and this office may want to file the first.
            <Button onClick={() => put(asked, true)}>{consents.show}</Button>
          )}
        </>
      )}
    </>
  );
}

/** Its number goes from whatever still refers to the person. */
function forget(one: Person | null): void {
  if (one && 'match' in one) for (const name of Object.keys(one.match)) one.match[name] = '';
}

/** Stands for the person whose number was typed, instead of a reference. */
const TYPED = '-';

/** Desks, and departments with fields of their own, may turn a number into their reference. */
function mayFind(): boolean {
  const { acts = [], departments = [] } = me.value ?? {};
  const owns = Object.values(policy.value?.fields ?? {}).some(({ owners }) =>
    owners.some((one) => departments.includes(one)),
  );
  return acts.includes('subject.find') && (owns || acts.includes('consent.code'));
}

/** A number leads to the office's own reference, where the office may ask for it. */
function Find({ onTyped }: { onTyped(one: Person): void }) {
  const { consents } = t();
  const finds = mayFind();
  return (
    <Act
      fields={[...whomFields(), ...(finds ? [reasonField()] : [])]}
      button={consents.find}
      run={async ({ reason, ...values }) => {
        const subject = subjectOf(values);
        if ('ref' in subject) setQuery({ ref: subject.ref }, false);
        else if (finds) {
          const { ref } = await call('POST /v1/subjects/find', { body: { subject, reason } });
          setQuery({ ref }, false);
        } else {
          onTyped(subject);
          setQuery({ ref: TYPED }, false);
        }
        return '';
      }}
    />
  );
}

function OnFile({ person }: { person: Person }) {
  const { consents } = t();
  const loaded = useNamed(
    async (signal) => {
      const answer = await ('ref' in person
        ? read('GET /v1/consents', { query: { ref: person.ref } }, signal)
        : call('POST /v1/consents/search', { body: { subject: person } }));
      return answer.consents;
    },
    [person],
  );
  return (
    <Shown of={loaded} empty={{ when: (all) => all.length === 0, text: consents.empty }}>
      {(all) => (
        <Listing
          label={consents.onFile}
          items={all}
          by="i"
          lines={3}
          row={(one) => <Row one={one} />}
          pane={(one, close) => <One one={one} onClose={close} onDone={loaded.reload} />}
        />
      )}
    </Shown>
  );
}

function Row({ one }: { one: Consent }) {
  const { consents } = t();
  return (
    <span role="gridcell" class="group">
      <span>
        <b>{consents.statements[one.act] ?? one.act}</b> · {one.purpose} {purposeName(one.purpose)} ·{' '}
        {visible(officeName(one.recipient))}
      </span>
      <span>
        {dotted(giverName(one.giver), visible(relationName(one.relation)))} · {time(one.from, 'short')} –{' '}
        {deadline(one.until)}
      </span>
      <span class="faint">{one.fields.map(fieldName).join(', ')}</span>
    </span>
  );
}

function One({ one, onClose, onDone }: { one: Consent; onClose(): void; onDone(): void }) {
  const { consents } = t();
  const withdrawn = useSignal('');
  const isGiven = one.act === 'given' || (one.act === 'waiting' && one.says === 'given');
  // Its giver takes it back, and shows the same document.
  const isNo = one.act === 'refused' || one.act === 'objects';
  return (
    <Pane title={`${one.purpose} ${purposeName(one.purpose)}`} onClose={onClose}>
      <ConsentSheet one={one} />
      <Section title={consents.history}>
        <ul>
          {one.history.map(({ version, act, at, entry }) => (
            <li key={version}>
              {time(at, 'short')} · {consents.statements[act] ?? act} <span class="mono faint">{entry}</span>
            </li>
          ))}
        </ul>
      </Section>
      <PrintButton />
      {one.act === 'waiting' && me.value?.acts.includes('consent.code') && (
        <TaskActs kind="" consent={one.id} onDone={onDone} />
      )}
      {(isGiven || isNo) && (
        <Section title={consents.withdraw}>
          <p>{consents.withdrawHint}</p>
          <Act
            fields={[...documentFields(t().whom.documentHint, !isNo), reasonField()]}
            button={consents.withdraw}
            danger
            run={async (values) => {
              const body = { reason: values['reason'], ...documentOf(values) };
              const { receipt } = await keep('POST /v1/consents/:id/withdraw', { id: one.id, body });
              onDone();
              // The form goes with the list that is read again; its sentence stays.
              withdrawn.value = consents.withdrawn(receipt?.entry ?? one.entry);
              return '';
            }}
          />
        </Section>
      )}
      {withdrawn.value !== '' && (
        <p class="bar good" role="status">
          ✓ {withdrawn.value}
        </p>
      )}
    </Pane>
  );
}
