import { useSignal } from '@preact/signals';
import type { AgencyView, WaitingChange } from '../../../../shared/contract/office.ts';
import { call, read } from '../api.ts';
import { departmentName, loadReference, purposeName, roleName } from '../reference.ts';
import { route, setQuery } from '../route.ts';
import { label, t, visible } from '../text.ts';
import { Act, outcomeOf, reasonField } from '../ui/act.tsx';
import { List } from '../ui/list.tsx';
import { Pane, Section } from '../ui/pane.tsx';
import { Shown, useLoad } from '../ui/state.tsx';
import { ChangeForm, KeysForm, RegisterForm } from './agency-forms.tsx';
import { ToConfirm } from './waiting-change.tsx';

export function Agencies() {
  const selected = useSignal(0);
  const open = route.value.query.get('a');
  const loaded = useLoad(async (signal) => {
    const [{ agencies, waiting }] = await Promise.all([read('/v1/agencies', { signal }), loadReference()]);
    return { all: agencies as AgencyView[], waiting: waiting as WaitingChange[] };
  }, []);
  return (
    <Shown of={loaded}>
      {({ all, waiting }) => {
        const one = all.find(({ clientId }) => clientId === open);
        return (
          <div class={one ? 'split' : ''}>
            <div class="left">
              {waiting.map((change) => (
                <ToConfirm one={change} key={change.entry} onDone={loaded.reload} />
              ))}
              <List
                label={t().pages.agencies}
                count={all.length}
                rowHeight={58}
                selected={selected.value}
                onSelect={(at) => {
                  selected.value = at;
                }}
                onOpen={(at) => setQuery({ a: all[at]?.clientId }, false)}
                row={(at) => <Row one={all[at] as AgencyView} />}
              />
              <h2>{t().agencies.register}</h2>
              <RegisterForm onDone={loaded.reload} />
            </div>
            {one && (
              <AgencyPane
                one={one}
                key={one.clientId}
                onClose={() => setQuery({ a: undefined }, false)}
                onDone={loaded.reload}
              />
            )}
          </div>
        );
      }}
    </Shown>
  );
}

const MONTH = 30 * 86_400_000;

function Row({ one }: { one: AgencyView }) {
  const { agencies } = t();
  const soon = Date.parse(one.trainedUntil) - Date.now() < MONTH;
  return (
    <span role="gridcell" class="group">
      <b>{visible(label({ label: one.name }))}</b> <span class="mono faint">{one.clientId}</span>{' '}
      {one.suspended && <span class="mark">{agencies.suspended}</span>}
      <br />
      <span class={soon ? 'warn' : 'faint'}>
        {one.purposes.join(' ')} · {agencies.training} {one.trainedUntil}
      </span>
    </span>
  );
}

function AgencyPane({ one, onClose, onDone }: { one: AgencyView; onClose(): void; onDone(): void }) {
  const { agencies, roles } = t();
  const named = (codes: readonly string[] = []) =>
    codes.map((code) => `${code} ${purposeName(code)}`).join(', ');
  const rows: [string, string][] = [
    [agencies.id, one.clientId],
    [agencies.departments, one.departments.map((code) => `${code} ${departmentName(code)}`).join(', ')],
    [agencies.roles, one.roles.map(roleName).join(', ')],
    [agencies.areas, one.areas.join(', ')],
    [agencies.purposes, named(one.purposes)],
    [agencies.byPeople, named(one.byPeople)],
    [agencies.actions, one.actions.map((action) => roles[action as 'audit'] ?? action).join(', ')],
    [agencies.training, one.trainedUntil],
    [agencies.state, one.suspended ? agencies.suspended : agencies.active],
    [agencies.keys, one.keys.map(({ kid, use }) => `${use} ${kid.slice(0, 10)}…`).join(', ')],
  ];
  const verb = one.suspended ? 'unsuspend' : 'suspend';
  return (
    <Pane title={visible(label({ label: one.name }))} onClose={onClose}>
      <dl>
        {rows.map(([name, value]) => (
          <>
            <dt>{name}</dt>
            <dd>{visible(value)}</dd>
          </>
        ))}
      </dl>
      <Section title={agencies[verb]}>
        {!one.suspended && <p>{agencies.suspendHint}</p>}
        <Act
          fields={[reasonField()]}
          button={agencies[verb]}
          danger={!one.suspended}
          run={async (values) => {
            const answer = await call('POST', `/v1/agencies/${one.clientId}/${verb}`, values);
            onDone();
            return outcomeOf(answer);
          }}
        />
      </Section>
      <Section title={agencies.change}>
        <ChangeForm one={one} onDone={onDone} />
      </Section>
      <Section title={agencies.rekey}>
        <KeysForm one={one} onDone={onDone} />
      </Section>
    </Pane>
  );
}
