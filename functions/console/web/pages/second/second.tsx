/** What waits for a second person, with the act that completes it; and the acts on records, begun. */
import type { WaitingAct, WaitingPublication } from '../../../../../shared/contract/office.ts';
import type { ApprovalRequest } from '../../../../../shared/contract/requests.ts';
import { useKeys } from '../../frame/keys.ts';
import { hashOf } from '../../frame/route.ts';
import { call } from '../../gateway/api.ts';
import { frozenName } from '../../gateway/frozen-name.ts';
import { departmentName, fieldName, me, officeName, purposeName } from '../../gateway/reference.ts';
import { may, person } from '../../gateway/session.ts';
import { readWaiting, type Waiting } from '../../gateway/waiting.ts';
import { deadline, dotted, t, time, visible } from '../../text.ts';
import { Act, type Outcome, reasonField } from '../../ui/act.tsx';
import { Shown, useLoad } from '../../ui/state.tsx';
import { Deeds } from '../acts/deeds.tsx';
import { StopAct } from './stop-act.tsx';
import { ToConfirm } from './waiting-change.tsx';

/** Whether the office may do one of the acts at all; it is read before the page opens, or while it waits. */
const does = (...acts: string[]) => me.value?.acts.some((one) => acts.includes(one)) ?? false;

export default function Second() {
  const { second } = t();
  useKeys({ [CONFIRM]: { label: second.button, run: toNext } });
  const loaded = useLoad(readWaiting, []);
  return (
    <>
      <p class="faint column">{second.hint}</p>
      <Shown of={loaded} rows={2}>
        {(all) => (
          <div class="beside">
            <div>
              <h2>{second.forYou}</h2>
              <Rows of={all} own={false} onDone={loaded.reload} />
            </div>
            <div>
              <h2>{second.byYou}</h2>
              <Rows of={all} own onDone={loaded.reload} />
            </div>
          </div>
        )}
      </Shown>
      {(may('steward') ||
        (may('casework') && does('subject.erase', 'subject.merge', 'subject.move', 'subject.end'))) && (
        <Deeds title={second.begin} hint={second.beginHint} lines={ON_RECORDS} onDone={loaded.reload} />
      )}
      {may('casework') && does('consent.confirm') && (
        <Deeds title={second.code} lines={['POST /v1/consents/:id/confirm']} onDone={loaded.reload} />
      )}
      {may('audit') && (
        <Deeds
          title={second.revoke}
          lines={['POST /v1/log/writers/:writer/revocation']}
          onDone={loaded.reload}
        />
      )}
    </>
  );
}

/** Begun here, as the first person. */
const ON_RECORDS = ['erase', 'merge', 'part', 'move', 'end'].map((act) => `POST /v1/subjects/:ref/${act}`);

const CONFIRM = '2';

/** Goes to the reason of the next act that the person may complete; that form sends it. */
function toNext(): void {
  const { activeElement: at, body } = document;
  const all = [
    ...document.querySelectorAll<HTMLElement>(`form:has([aria-keyshortcuts="${CONFIRM}"]) [name=reason]`),
  ];
  const isNext = (one: HTMLElement) => at === body || (at && at.compareDocumentPosition(one) & FOLLOWING);
  (all.find(isNext) ?? all[0])?.focus();
}
const FOLLOWING = Node.DOCUMENT_POSITION_FOLLOWING;

/** What the person may complete, or what it asked for itself and another one completes. */
function Rows({ of, own, onDone }: { of: Waiting; own: boolean; onDone(): void }) {
  const { second } = t();
  const changes = of.changes.filter(({ officer }) => (officer === person.value?.name) === own);
  const acts = of.acts.filter((one) => one.own === own);
  const freezes = of.freezes.filter(({ lifting }) => (lifting?.own === true) === own);
  const revocations = of.revocations.filter((one) => one.own === own);
  const sent = own ? of.sent : [];
  // An auditor sees that one waits, and completes none.
  const publications = may('steward')
    ? of.publications.filter((one) => one.own === own)
    : own
      ? of.publications
      : [];
  const none = [changes, publications, acts, freezes, revocations, sent].every((some) => some.length === 0);
  return (
    <>
      {none && <p class="faint">{own ? second.emptyOwn : second.empty}</p>}
      {changes.map((one) => (
        <ToConfirm one={one} key={one.entry} own={own} kbd={CONFIRM} onDone={onDone} />
      ))}
      {publications.map((one) => (
        <Publication one={one} key={one.entry} />
      ))}
      {acts.map((one) => (
        <WaitingOne one={one} key={one.entry} onDone={onDone} />
      ))}
      {freezes.map(({ id, target, lifting }) => (
        <One
          key={id}
          title={`${second.lift}: ${frozenName(target)}`}
          by={lifting?.by ?? ''}
          until={lifting?.until ?? ''}
          own={own}
          entry={lifting?.entry ?? ''}
          run={(body) => call('DELETE /v1/freezes/:id', { id, body })}
          onDone={onDone}
        />
      ))}
      {revocations.map(({ writer, by, entry, until }) => (
        <One
          key={writer}
          title={`${second.revoke}: ${writer}`}
          by={by}
          until={until}
          own={own}
          entry={entry}
          run={(body) => call('POST /v1/log/writers/:writer/revocation', { writer, body })}
          onDone={onDone}
        />
      ))}
      {sent.map((one) => (
        <Sent one={one} key={one.id} />
      ))}
    </>
  );
}

/** It is completed by the same file, which the second steward gets by another way. */
function Publication({ one }: { one: WaitingPublication }) {
  const { second } = t();
  return (
    <section>
      <h3>
        {second.publication}: {visible(one.version)} <span class="mono faint">{one.hash.slice(0, 12)}</span>
      </h3>
      <p>{second.asked(officeName(one.by), time(one.until, 'short'))}</p>
      {(one.officer !== undefined || one.reason !== undefined) && (
        <p>
          {visible(one.officer ?? '–')}: <q>{visible(one.reason ?? '–')}</q>
        </p>
      )}
      {one.own || !may('steward') ? (
        <p class="faint">{second.own}</p>
      ) : (
        <p>
          <a href={hashOf('policy', { tab: 'versions' })}>{second.publish}</a>
        </p>
      )}
    </section>
  );
}

/** A request of this office: which owners have not answered yet, and until when they have. */
function Sent({ one }: { one: ApprovalRequest }) {
  const { second, requests } = t();
  const waits = Object.entries(one.fields).filter(([, { state }]) => OPEN_FIELDS.has(state));
  return (
    <section>
      <h3>
        <a href={hashOf('requests', { box: 'sent', r: one.id })}>
          {second.approval}: {one.purpose} {purposeName(one.purpose)} {visible(one.case ?? '')}
        </a>
      </h3>
      <p>
        {visible(one.officer)}: {visible(one.reason)}
      </p>
      <ul>
        {waits.map(([name, field]) => (
          <li key={name}>
            {dotted(fieldName(name), departmentName(field.of), requests.fieldStates[field.state])} ·{' '}
            {requests.answerBy(deadline(field.answerBy))}
          </li>
        ))}
      </ul>
    </section>
  );
}

const OPEN_FIELDS: ReadonlySet<string> = new Set(['waiting', 'material']);

interface OneProps {
  title: string;
  by: string;
  /** Of the request, which the second person confirms as it is shown. */
  entry: string;
  /** The first person and its reason, for those who may know them. */
  asked?: WaitingAct['asked'];
  ordered?: true | undefined;
  until: string;
  own: boolean;
  run(
    values: Record<string, string> & { entry: string },
  ): Promise<Outcome | { state: 'waiting'; dueAt: string }>;
  onDone(): void;
}

/** The first person sees that the request is its own, and gets no button. */
function One({ title, by, entry, asked, ordered, until, own, run, onDone }: OneProps) {
  const { second } = t();
  return (
    <section>
      <h3>{title}</h3>
      <p>{second.asked(officeName(by), time(until, 'short'))}</p>
      {asked && (
        <p>
          {visible(asked.officer ?? '–')}: <q>{visible(asked.reason ?? '–')}</q>
        </p>
      )}
      {ordered && <p class="bar warn">{second.ordered(visible(asked?.instrument ?? ''))}</p>}
      {own ? (
        <p class="faint">{second.own}</p>
      ) : (
        <Act
          fields={[reasonField()]}
          button={second.button}
          kbd={CONFIRM}
          run={async (values) => {
            const answer = await run({ ...values, entry });
            return 'dueAt' in answer ? second.waits(time(answer.dueAt, 'short')) : answer;
          }}
          onDone={onDone}
        />
      )}
    </section>
  );
}

function WaitingOne({ one, onDone }: { one: WaitingAct; onDone(): void }) {
  const { second } = t();
  const { act: kind, ref, into, area, by, entry, until, state, own, stop } = one;
  const title = `${second.acts[kind]}: ${[ref, into, area].filter((one) => one !== undefined).join(' → ')}`;
  return (
    <>
      {one.second || state === 'pending' ? (
        <One
          title={title}
          by={by}
          entry={entry}
          asked={one.asked}
          ordered={one.ordered}
          until={until}
          own={own || !one.second}
          run={(body) =>
            kind === 'merge'
              ? call('POST /v1/subjects/:ref/merge', { ref, body: { ...body, into: into ?? '' } })
              : call(`POST /v1/subjects/:ref/${kind}`, { ref, body })
          }
          onDone={onDone}
        />
      ) : (
        <section>
          <h3>{title}</h3>
          <p>{second.waits(time(until, 'short'))}</p>
        </section>
      )}
      {stop !== undefined && kind !== 'part' && kind !== 'end' && (
        <StopAct person={stop} kind={kind} onDone={onDone} />
      )}
    </>
  );
}
