import type { AgencyView, WaitingChange } from '../../../../../shared/contract/office.ts';
import { call, read } from '../../gateway/api.ts';
import { departmentName, purposeName, roleName } from '../../gateway/reference.ts';
import { dotted, label, t, time, visible } from '../../text.ts';
import { Act, reasonField } from '../../ui/act.tsx';
import { Pane, Section } from '../../ui/pane.tsx';
import { Listing } from '../../ui/split.tsx';
import { Shown, useNamed } from '../../ui/state.tsx';
import { type Fact, Facts } from '../../ui/table.tsx';
import { DAY } from '../../units.ts';
import { ToConfirm } from '../second/waiting-change.tsx';
import { ChangeForm, KeysForm, RegisterForm } from './forms.tsx';

interface Page {
  all: (AgencyView & { id: string })[];
  waiting: WaitingChange[];
  cursor: string | null;
}

async function readPage(cursor: string | null, signal?: AbortSignal): Promise<Page> {
  const query = { cursor: cursor ?? undefined };
  const { agencies, waiting, cursor: next } = await read('GET /v1/agencies', { query }, signal);
  const all = agencies.map((one) => ({ ...one, id: one.clientId }));
  return { all, waiting, cursor: next };
}

export default function Agencies() {
  const loaded = useNamed((signal) => readPage(null, signal), []);
  return (
    <Shown of={loaded}>
      {({ all, waiting, cursor }) => (
        <Listing
          label={t().pages.agencies}
          items={all}
          by="a"
          lines={3}
          row={(office) => <Row one={office} />}
          pane={(one, close) => <AgencyPane one={one} onClose={close} onDone={loaded.reload} />}
          above={waiting.map((change) => (
            <ToConfirm one={change} key={change.entry} onDone={loaded.reload} />
          ))}
          more={
            cursor !== null &&
            (async () => {
              const next = await readPage(cursor);
              loaded.set({
                all: [...all, ...next.all],
                waiting: [...waiting, ...next.waiting],
                cursor: next.cursor,
              });
            })
          }
        >
          <h2>{t().agencies.register}</h2>
          <RegisterForm onDone={loaded.reload} />
        </Listing>
      )}
    </Shown>
  );
}

const MONTH = 30 * DAY;

function Row({ one }: { one: AgencyView }) {
  const { agencies, roles } = t();
  const soon = Date.parse(one.trainedUntil) - Date.now() < MONTH;
  return (
    <span role="gridcell" class="group">
      <span>
        <b>{visible(label({ label: one.name }))}</b> <span class="mono faint">{one.clientId}</span>{' '}
        {one.suspended && <span class="mark">{agencies.suspended}</span>}
      </span>
      <span>
        {dotted(
          one.departments.map(departmentName).join(', '),
          one.actions.map((action) => roles[action as 'audit'] ?? action).join(', '),
        )}
      </span>
      <span class={soon ? 'warn' : 'faint'}>
        {dotted(one.purposes.join(' '), `${agencies.training} ${one.trainedUntil}`)}
      </span>
    </span>
  );
}

function AgencyPane({ one, onClose, onDone }: { one: AgencyView; onClose(): void; onDone(): void }) {
  const { agencies, roles } = t();
  const named = (codes: readonly string[] = []) =>
    codes.map((code) => `${code} ${purposeName(code)}`).join(', ');
  const rows: Fact[] = [
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
    [
      agencies.retiring,
      one.retiring
        .map(({ kid, use, until }) => `${use} ${kid.slice(0, 10)}… – ${time(until, 'short')}`)
        .join(', '),
    ],
    [agencies.jwksUri, one.jwksUri ?? ''],
    [agencies.institution, one.institution ?? ''],
    [agencies.people, one.people?.issuer ?? ''],
    [agencies.rates, Object.values(one.rates ?? {}).join(' / ')],
    [agencies.activities, (one.activities ?? []).map(({ id, ends }) => `${id} – ${ends}`).join(', ')],
  ];
  const verb = one.suspended ? 'unsuspend' : 'suspend';
  return (
    <Pane title={visible(label({ label: one.name }))} onClose={onClose}>
      <Facts rows={rows} />
      <Section title={agencies[verb]}>
        {!one.suspended && <p>{agencies.suspendHint}</p>}
        <Act
          fields={[reasonField()]}
          button={agencies[verb]}
          danger={!one.suspended}
          run={(values) => call(`POST /v1/agencies/:id/${verb}`, { id: one.clientId, body: values })}
          onDone={onDone}
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
