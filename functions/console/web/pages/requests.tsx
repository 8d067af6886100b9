import type { ApprovalRequest, AskedMaterial } from '../../../../shared/contract/requests.ts';
import { keep, read } from '../api.ts';
import { fieldName, loadReference, me, officeName, policy, purposeName } from '../reference.ts';
import { hashOf, route, setQuery } from '../route.ts';
import { person } from '../session.ts';
import { deadline, label, t, time, visible } from '../text.ts';
import { Act, reasonField } from '../ui/act.tsx';
import { Pane, Section } from '../ui/pane.tsx';
import { Choices, Split } from '../ui/split.tsx';
import { Shown, useLoad } from '../ui/state.tsx';

export function Requests() {
  const { requests } = t();
  const box = route.value.query.get('box') === 'sent' ? 'sent' : 'received';
  const open = route.value.query.get('r');
  const loaded = useLoad(
    async (signal) => {
      const [answer] = await Promise.all([
        read(`/v1/requests?box=${box}&limit=100`, { signal }),
        loadReference(),
      ]);
      return answer.requests as ApprovalRequest[];
    },
    [box],
  );
  return (
    <>
      <p class="row">
        {(['received', 'sent'] as const).map((name) => (
          <a
            key={name}
            class="chip"
            href={hashOf('requests', { box: name })}
            aria-current={box === name ? 'true' : undefined}
          >
            {requests[name]}
          </a>
        ))}
      </p>
      <Shown
        of={loaded}
        empty={{
          when: (all) => all.length === 0,
          text: box === 'sent' ? requests.emptySent : requests.empty,
        }}
      >
        {(all) => {
          const one = all.find(({ id }) => id === open);
          return (
            <Split
              pane={
                one && (
                  <RequestPane
                    one={one}
                    key={one.id}
                    box={box}
                    onClose={() => setQuery({ r: undefined }, false)}
                    onDone={loaded.reload}
                  />
                )
              }
            >
              <Choices label={t().pages.requests} items={all} by="r" row={(one) => <Row one={one} />} />
            </Split>
          );
        }}
      </Shown>
    </>
  );
}

function Row({ one }: { one: ApprovalRequest }) {
  const { requests } = t();
  return (
    <span role="gridcell" class="group">
      <b>{requests.states[one.state] ?? one.state}</b> {one.purpose} {purposeName(one.purpose)} ·{' '}
      {visible(officeName(one.agency))}
      <br />
      <span class="faint">
        {time(one.at, 'short')} · {visible(one.case ?? '')}
      </span>
    </span>
  );
}

function RequestPane({
  one,
  box,
  onClose,
  onDone,
}: {
  one: ApprovalRequest;
  box: string;
  onClose(): void;
  onDone(): void;
}) {
  const { requests, act, entry } = t();
  const waits = Object.entries(one.fields).some(
    ([name, { state }]) => state === 'waiting' && (one.mine ?? []).includes(name),
  );
  const answer = (verb: string) => async (values: Record<string, string | string[]>) => {
    const { receipt } = await keep('POST', `/v1/requests/${one.id}/${verb}`, values);
    onDone();
    return act.done(receipt?.entry ?? '');
  };
  return (
    <Pane title={`${one.purpose} ${purposeName(one.purpose)}`} onClose={onClose}>
      <dl>
        <dt>{t().log.columns.office}</dt>
        <dd>{visible(officeName(one.agency))}</dd>
        <dt>{t().log.columns.officer}</dt>
        <dd>{visible(one.officer)}</dd>
        <dt>{requests.case}</dt>
        <dd>{visible(one.case ?? '')}</dd>
        <dt>{requests.instrument}</dt>
        <dd>{visible(one.instrument ?? '')}</dd>
        <dt>{entry.sentence.reason}</dt>
        <dd>
          <q>{visible(one.reason)}</q>
        </dd>
        {(['provider', 'requester'] as const).map(
          (party) =>
            one.clocks[party] && (
              <>
                <dt>{requests.clocks[party]}</dt>
                <dd>{deadline(one.clocks[party])}</dd>
              </>
            ),
        )}
        <dt>{requests.people}</dt>
        <dd class="mono">
          {one.subjects}
          {one.refs && `: ${one.refs.slice(0, 20).join(' ')}${one.subjects > 20 ? ' …' : ''}`}
        </dd>
      </dl>
      <Section title={requests.fields}>
        <ul>
          {Object.entries(one.fields).map(([name, field]) => (
            <li key={name}>
              {fieldName(name)} · {requests.fieldStates[field.state] ?? field.state}
              {field.state === 'waiting' && ` · ${requests.answerBy(deadline(field.answerBy))}`}
              {field.late && ` · ${requests.late[field.late]}`}
              {field.material && <Asked of={field.material} />}
              {field.until && ` · ${requests.until(deadline(field.until))}`}
            </li>
          ))}
        </ul>
      </Section>
      {box === 'sent' && one.state === 'approved' && <AskNow one={one} />}
      {box === 'received' && !waits && <p class="faint">{requests.nothingForYou}</p>}
      {box === 'received' && waits && (
        <>
          <Section title={requests.approveWhat}>
            <Act fields={[reasonField()]} button={requests.approve} run={answer('approve')} />
          </Section>
          <Section title={requests.refuse}>
            <Act fields={[reasonField()]} button={requests.refuse} danger run={answer('refuse')} />
          </Section>
          <Section title={requests.askMaterial}>
            <Act
              fields={[
                { name: 'missing', label: requests.missing, options: missingOptions() },
                { name: 'more', label: requests.missingToo, options: missingOptions(), optional: true },
                reasonField(),
              ]}
              button={requests.askMaterial}
              run={({ missing = '', more, ...words }) =>
                answer('ask-material')({ missing: [missing, ...(more ? [more] : [])], ...words })
              }
            />
          </Section>
        </>
      )}
      {box === 'sent' && Object.values(one.fields).some(({ state }) => state === 'material') && (
        <Section title={requests.supply}>
          <Act
            fields={[{ name: 'statement', label: requests.statement, long: true }, reasonField()]}
            button={requests.supply}
            run={answer('supply')}
          />
        </Section>
      )}
      {box === 'sent' && ['submitted', 'material', 'approved'].includes(one.state) && (
        <Section title={requests.withdraw}>
          <Act fields={[reasonField()]} button={requests.withdraw} danger run={answer('withdraw')} />
        </Section>
      )}
    </Pane>
  );
}

/** The way to collect what was approved; people of the office may, if the purpose is open to them. */
function AskNow({ one }: { one: ApprovalRequest }) {
  const { requests } = t();
  const asks = person.value?.actions.includes('release') && me.value?.byPeople?.includes(one.purpose);
  if (!asks) return <p class="faint">{requests.askElsewhere}</p>;
  // A person asks about one person at a time.
  if (one.subjects !== 1) return <p class="faint">{requests.askMany}</p>;
  return (
    <p>
      <a class="button main" href={hashOf('desk', { request: one.id })}>
        {requests.askNow}
      </a>
    </p>
  );
}

function missingOptions(): (readonly [string, string])[] {
  return Object.entries(policy.value?.missing ?? {}).map(([code, one]) => [code, label(one, code)] as const);
}

function Asked({ of: { missing, supplyBy, supplied } }: { of: AskedMaterial }) {
  const { requests } = t();
  return (
    <p class="faint">
      {requests.missing}: {missing.map((one) => label(one, one.code)).join(' · ')}
      {supplied ? <q>{visible(supplied.statement)}</q> : ` · ${requests.supplyBy(deadline(supplyBy))}`}
    </p>
  );
}
