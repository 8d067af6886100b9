/** Consents at a desk: find the person, see what is on file, take one, withdraw one. The address holds a reference at most. */
import type { Consent } from '../../../../shared/contract/casework.ts';
import { call, read } from '../api.ts';
import { fieldName, loadReference, me, officeName, purposeName } from '../reference.ts';
import { route, setQuery } from '../route.ts';
import { deadline, dotted, t, time, visible } from '../text.ts';
import { Act, reasonField } from '../ui/act.tsx';
import { Button } from '../ui/button.tsx';
import { Pane, Section } from '../ui/pane.tsx';
import { Shown, useLoad } from '../ui/state.tsx';
import { giverName, subjectOf, whomFields } from '../whom.ts';
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
  const { consents, log } = t();
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
          <div class={one ? 'split' : ''}>
            <div class="left wide-table" role="region" aria-label={consents.onFile} tabIndex={0}>
              <table>
                <thead>
                  <tr>
                    {[
                      ...[log.columns.purpose, consents.recipient, t().incidents.fields, consents.giver],
                      ...[consents.says, consents.from, consents.until],
                    ].map((name) => (
                      <th key={name} scope="col">
                        {name}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {all.map((consent) => (
                    <tr key={consent.id}>
                      <td>
                        <a
                          href={`#/consents?${new URLSearchParams({ ref: person, i: consent.id })}`}
                          aria-current={consent.id === open ? 'true' : undefined}
                        >
                          {consent.purpose} {purposeName(consent.purpose)}
                        </a>
                      </td>
                      <td>{visible(officeName(consent.recipient))}</td>
                      <td>{consent.fields.map(fieldName).join(', ')}</td>
                      <td>{dotted(giverName(consent.giver), visible(relationName(consent.relation)))}</td>
                      <td>
                        <b>{consents.statements[consent.act] ?? consent.act}</b>
                      </td>
                      <td>{time(consent.from, 'short')}</td>
                      <td>{deadline(consent.until)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            {one && (
              <One
                one={one}
                key={one.id}
                onClose={() => setQuery({ i: undefined }, false)}
                onDone={loaded.reload}
              />
            )}
          </div>
        );
      }}
    </Shown>
  );
}

function One({ one, onClose, onDone }: { one: Consent; onClose(): void; onDone(): void }) {
  const { consents, whom } = t();
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
      <Button onClick={() => print()} kbd="p">
        {whom.print}
      </Button>
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
              const { receipt } = await call('POST', path, values);
              onDone();
              return consents.withdrawn(receipt?.entry ?? one.entry);
            }}
          />
        </Section>
      )}
    </Pane>
  );
}
