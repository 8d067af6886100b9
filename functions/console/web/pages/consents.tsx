/** Consents at a desk: find the person, see what is on file, take one, withdraw one. The address holds a reference at most. */
import { useSignal } from '@preact/signals';
import type { Consent } from '../../../../shared/contract/casework.ts';
import { call, keep, read } from '../api.ts';
import { fieldName, loadReference, me, officeName, purposeName } from '../reference.ts';
import { route, setQuery } from '../route.ts';
import { deadline, dotted, t, time, visible } from '../text.ts';
import { Act, reasonField } from '../ui/act.tsx';
import { Button } from '../ui/button.tsx';
import { Pane, Section } from '../ui/pane.tsx';
import { PrintButton } from '../ui/print-button.tsx';
import { Choices, Split } from '../ui/split.tsx';
import { Shown, useLoad } from '../ui/state.tsx';
import { giverName, subjectOf, whomFields } from '../whom.ts';
import { Conflict } from './conflict.tsx';
import { ConsentSheet, relationName } from './consent-sheet.tsx';
import { TakeConsent } from './consent-take.tsx';
import { TaskActs } from './task-acts.tsx';

export function Consents() {
  const { consents } = t();
  const { query } = route.value;
  const ref = query.get('ref');
  if (ref !== null && query.has('take')) return <TakeConsent person={ref} key={ref} />;
  return (
    <>
      {ref === null ? (
        <div class="column">
          <p class="faint">{consents.hint}</p>
          <Find />
          {me.value?.acts.includes('conflict.set') && <Conflict />}
        </div>
      ) : (
        <>
          <p class="row">
            <span>
              {t().inbox.reference} <span class="mono">{visible(ref)}</span>
            </span>
            <Button kind="main" onClick={() => setQuery({ take: 1, i: undefined }, false)}>
              {consents.take}
            </Button>
            <Button onClick={() => setQuery({ ref: undefined, i: undefined }, false)}>{consents.find}</Button>
          </p>
          <OnFile person={ref} key={ref} />
        </>
      )}
    </>
  );
}

/** A number leads to the office's own reference at desks alone; every office may use its reference. */
function Find() {
  const { consents } = t();
  const [by, value] = whomFields();
  const finds = me.value?.acts.includes('subject.find') === true;
  const ways = (by?.options ?? []).filter(([way]) => finds || way === by?.options?.at(-1)?.[0]);
  return (
    <Act
      fields={[
        { ...(by as NonNullable<typeof by>), options: ways, value: ways[0]?.[0] ?? '' },
        value as NonNullable<typeof value>,
        ...(finds ? [reasonField()] : []),
      ]}
      button={consents.find}
      run={async ({ reason, ...values }) => {
        const subject = subjectOf(values);
        const { ref } =
          'ref' in subject ? subject : await call('POST', '/v1/subjects/find', { subject, reason });
        setQuery({ ref }, false);
        return '';
      }}
    />
  );
}

function OnFile({ person }: { person: string }) {
  const { consents } = t();
  const open = route.value.query.get('i');
  const loaded = useLoad(
    async (signal) => {
      const [answer] = await Promise.all([
        read(`/v1/consents?ref=${encodeURIComponent(person)}`, { signal }),
        loadReference(),
      ]);
      return answer.consents as Consent[];
    },
    [person],
  );
  return (
    <Shown of={loaded} empty={{ when: (all) => all.length === 0, text: consents.empty }}>
      {(all) => {
        const one = all.find(({ id }) => id === open);
        return (
          <Split
            pane={
              one && (
                <One
                  one={one}
                  key={one.id}
                  onClose={() => setQuery({ i: undefined }, false)}
                  onDone={loaded.reload}
                />
              )
            }
          >
            <Choices
              label={consents.onFile}
              items={all}
              by="i"
              rowHeight={82}
              row={(one) => <Row one={one} />}
            />
          </Split>
        );
      }}
    </Shown>
  );
}

function Row({ one }: { one: Consent }) {
  const { consents } = t();
  return (
    <span role="gridcell" class="group">
      <b>{consents.statements[one.act] ?? one.act}</b> · {one.purpose} {purposeName(one.purpose)} ·{' '}
      {visible(officeName(one.recipient))}
      <br />
      {dotted(giverName(one.giver), visible(relationName(one.relation)))} · {time(one.from, 'short')} –{' '}
      {deadline(one.until)}
      <br />
      <span class="faint">{one.fields.map(fieldName).join(', ')}</span>
    </span>
  );
}

function One({ one, onClose, onDone }: { one: Consent; onClose(): void; onDone(): void }) {
  const { consents } = t();
  const withdrawn = useSignal('');
  const isGiven = one.act === 'given' || (one.act === 'waiting' && one.says === 'given');
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
      {isGiven && (
        <Section title={consents.withdraw}>
          <p>{consents.withdrawHint}</p>
          <Act
            fields={[reasonField()]}
            button={consents.withdraw}
            danger
            run={async (values) => {
              const path = `/v1/consents/${encodeURIComponent(one.id)}/withdraw`;
              const { receipt } = await keep('POST', path, values);
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
