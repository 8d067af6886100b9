/** One request: what is asked of whom and why, and the answers of its parties. */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type {
  ApprovalRequest,
  AskedMaterial,
  RequestedField,
} from '../../../../../shared/contract/requests.ts';
import { useKeys } from '../../frame/keys.ts';
import { hashOf } from '../../frame/route.ts';
import { keep, read } from '../../gateway/api.ts';
import { fieldName, me, officeName, policy, purposeName } from '../../gateway/reference.ts';
import { may } from '../../gateway/session.ts';
import { deadline, dotted, label, t, visible } from '../../text.ts';
import { Act, type Field, reasonField } from '../../ui/act.tsx';
import { Pane, Section } from '../../ui/pane.tsx';
import { Rule } from '../../ui/rule.tsx';
import { Shown, useLoad } from '../../ui/state.tsx';
import { type Fact, Facts } from '../../ui/table.tsx';
import { optionsOf } from '../../ui/whom.ts';

interface Props {
  one: ApprovalRequest;
  box: string;
  onClose(): void;
  onDone(): void;
}

/** The fields on which the office may answer. */
export const waitingIn = ({ fields, mine = [] }: ApprovalRequest) =>
  Object.keys(fields).filter((name) => fields[name]?.state === 'waiting' && mine.includes(name));

export function RequestPane({ one, box, onClose, onDone }: Props) {
  const { requests, act, entry } = t();
  const waiting = waitingIn(one);
  const answer: Answer = (verb) => async (values) => {
    // Each form has the fields of its act.
    const seen = verb === 'approve' || verb === 'refuse' ? { entry: one.entry } : {};
    const body = { ...(values as { missing: string[]; statement: string }), ...seen };
    const { receipt } = await keep(`POST /v1/requests/:id/${verb}`, { id: one.id, body });
    onDone();
    return act.done(receipt?.entry ?? '');
  };
  return (
    <Pane title={`${one.purpose} ${purposeName(one.purpose)}`} onClose={onClose}>
      <Facts
        rows={[
          [t().log.columns.office, officeName(one.agency)],
          [t().log.columns.officer, one.officer],
          [t().inbox.case, one.case],
          [requests.instrument, one.instrument],
          [entry.sentence.reason, <q key="reason">{visible(one.reason)}</q>],
          ...(['provider', 'requester'] as const).map(
            (party): Fact => [requests.clocks[party], one.clocks[party] && deadline(one.clocks[party])],
          ),
          [
            requests.people,
            `${one.subjects}${one.refs ? `: ${one.refs.slice(0, 20).join(' ')}${one.subjects > 20 ? ' …' : ''}` : ''}`,
          ],
        ]}
      />
      {box === 'received' && one.text && <TextTest id={one.id} />}
      {box === 'received' && waiting.length > 0 ? (
        <Answers one={one} waiting={waiting} answer={answer} />
      ) : (
        <Section title={t().log.columns.fields}>
          <ul>
            {Object.entries(one.fields).map(([name, field]) => (
              <li key={name}>
                <FieldLine one={one} name={name} field={field} />
              </li>
            ))}
          </ul>
        </Section>
      )}
      {box === 'received' && waiting.length === 0 && <p class="faint">{requests.nothingForYou}</p>}
      {box === 'sent' && <Sent one={one} answer={answer} />}
    </Pane>
  );
}

/** What the test of the text found, and where it is tested. A list does not say. */
function TextTest({ id }: { id: string }) {
  const { requests } = t();
  const loaded = useLoad<ApprovalRequest>((signal) => read('GET /v1/requests/:id', { id }, signal), [id]);
  return (
    <Section title={requests.textTest}>
      <Shown of={loaded} rows={1}>
        {({ tested = 'none', refs = [] }) => (
          <p>
            {requests.tested[tested]}{' '}
            {tested === 'missing' && (
              <a href={hashOf('acts', { do: 'testStoryText' })}>
                {requests.test} {refs.join(' ')}
              </a>
            )}
          </p>
        )}
      </Shown>
    </Section>
  );
}

function FieldLine({ one, name, field }: { one: ApprovalRequest; name: string; field: RequestedField }) {
  const { requests, log } = t();
  const cell = policy.value?.matrix[name]?.[one.purpose];
  const known = policy.value?.fields[name];
  return (
    <>
      <b>{fieldName(name)}</b>{' '}
      {dotted(
        cell && (log.forms[cell.form] ?? cell.form),
        known?.level,
        requests.fieldStates[field.state] ?? field.state,
        field.why && label(field.why, field.why.code),
        field.state === 'waiting' ? requests.answerBy(deadline(field.answerBy)) : '',
        field.late && requests.late[field.late],
        field.until && requests.until(deadline(field.until)),
      )}
      {field.material && <Asked of={field.material} />}
      {cell && (
        <>
          {' '}
          <Rule rule={cell.rule} />
        </>
      )}
    </>
  );
}

type Verb = 'approve' | 'refuse' | 'ask-material' | 'supply' | 'withdraw';
type Answer = (verb: Verb) => (values: Record<string, unknown>) => Promise<string>;

/** The answers of an owner, about the fields that are chosen: all at first. */
function Answers({ one, waiting, answer }: { one: ApprovalRequest; waiting: string[]; answer: Answer }) {
  const { requests } = t();
  const chosen = useSignal<readonly string[]>(waiting);
  const box = useRef<HTMLDivElement>(null);
  const to = (selector: string) => () => box.current?.querySelector<HTMLElement>(selector)?.focus();
  const choose = () => {
    const all = [...(box.current?.querySelectorAll<HTMLInputElement>('[name=answered]') ?? [])];
    const at = all.indexOf(document.activeElement as HTMLInputElement);
    all[at]?.click();
    all[(at + 1) % all.length]?.focus();
  };
  useKeys({
    x: { label: requests.choose, run: choose },
    a: { label: requests.approve, run: to('.approves [name=reason]') },
    r: { label: requests.refuse, run: to('.refuses [name]') },
  });
  const fields = { fields: chosen.value };
  const none = chosen.value.length === 0;
  const known = optionsOf(policy.value?.refusals);
  const options = one.text ? [...known, ['REWORD', requests.reword] as const] : known;
  const why: Field[] = options.length
    ? [{ name: 'why', label: requests.why, options, optional: known.length === 0 }]
    : [];
  const run = (verb: Verb) => (values: Record<string, unknown>) => answer(verb)({ ...values, ...fields });
  const { check, ...about } = reasonField();
  const reason: Field = {
    ...about,
    check: (value) => (none ? requests.chooseOne : (check?.(value) ?? null)),
  };
  const validity = policy.value?.purposes[one.purpose]?.validity;
  return (
    <div ref={box}>
      <Section title={t().log.columns.fields}>
        <p class="faint">{requests.chooseHint}</p>
        <ul class="bare">
          {Object.entries(one.fields).map(([name, field]) => (
            <li key={name}>
              {waiting.includes(name) && (
                <label>
                  <input
                    type="checkbox"
                    name="answered"
                    checked={chosen.value.includes(name)}
                    onChange={({ currentTarget: { checked } }) => {
                      const rest = chosen.value.filter((other) => other !== name);
                      chosen.value = checked ? [...rest, name] : rest;
                    }}
                  />
                  <span class="hidden">{fieldName(name)}</span>
                </label>
              )}
              <FieldLine one={one} name={name} field={field} />
            </li>
          ))}
        </ul>
      </Section>
      <Section title={requests.approveWhat}>
        <p>
          {requests.outside} {one.once ? requests.onceOnly : requests.within}{' '}
          {validity && requests.window(label({ label: validity }))}
        </p>
        <div class="approves">
          <Act fields={[reason]} button={requests.approve} kbd="a" run={run('approve')} />
        </div>
      </Section>
      <Section title={requests.refuse}>
        <div class="refuses">
          <Act fields={[...why, reason]} button={requests.refuse} kbd="r" danger run={run('refuse')} />
        </div>
      </Section>
      <Section title={requests.askMaterial}>
        <Act
          fields={[
            {
              name: 'missing',
              label: requests.missing,
              several: true,
              options: optionsOf(policy.value?.missing),
            },
            reason,
          ]}
          button={requests.askMaterial}
          run={({ missing = '', ...words }) => run('ask-material')({ missing: missing.split(','), ...words })}
        />
      </Section>
    </div>
  );
}

/** What the requester may still do. */
function Sent({ one, answer }: { one: ApprovalRequest; answer: Answer }) {
  const { requests } = t();
  const states = Object.values(one.fields).map(({ state }) => state);
  return (
    <>
      {states.includes('waiting') && <p class="faint">{requests.ownLine}</p>}
      {one.state === 'approved' && <AskNow one={one} />}
      {states.includes('material') && (
        <Section title={requests.supply}>
          <Act
            fields={[{ name: 'statement', label: requests.statement, long: true }, reasonField()]}
            button={requests.supply}
            run={answer('supply')}
          />
        </Section>
      )}
      {['submitted', 'material', 'approved'].includes(one.state) && (
        <Section title={t().consents.withdraw}>
          <Act fields={[reasonField()]} button={t().consents.withdraw} danger run={answer('withdraw')} />
        </Section>
      )}
    </>
  );
}

/** The way to collect what was approved; people of the office may, if the purpose is open to them. */
function AskNow({ one }: { one: ApprovalRequest }) {
  const { requests } = t();
  if (!me.value) return null;
  if (!me.value.byPeople?.includes(one.purpose)) return <p class="faint">{requests.askBySystem}</p>;
  if (!may('release')) return <p class="faint">{requests.askElsewhere}</p>;
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

function Asked({ of: { missing, supplyBy, supplied } }: { of: AskedMaterial }) {
  const { requests } = t();
  return (
    <p class="faint">
      {requests.missing}: {missing.map((one) => label(one, one.code)).join(' · ')}
      {supplied ? <q>{visible(supplied.statement)}</q> : ` · ${requests.supplyBy(deadline(supplyBy))}`}
    </p>
  );
}
