/** What waits for a second person, with the act that completes it; and the acts on records, begun. */
import type { Freeze } from '../../../../shared/contract/casework.ts';
import type { WaitingAct, WaitingChange, WaitingRevocation } from '../../../../shared/contract/office.ts';
import { call, read } from '../api.ts';
import { loadReference, officeName } from '../reference.ts';
import { person } from '../session.ts';
import { t, time } from '../text.ts';
import { Act, outcomeOf, reasonField } from '../ui/act.tsx';
import { Shown, useLoad } from '../ui/state.tsx';
import { BeginAct, BeginRevocation, ConsentCode } from './begin-acts.tsx';
import { nameOf } from './freezes.tsx';
import { StopAct } from './stop-act.tsx';
import { ToConfirm } from './waiting-change.tsx';

interface Waiting {
  changes: WaitingChange[];
  acts: WaitingAct[];
  freezes: Freeze[];
  revocations: WaitingRevocation[];
}

/** The register comes in pages, each with the changes that wait in it. */
async function changesOf(signal: AbortSignal): Promise<WaitingChange[]> {
  const all: WaitingChange[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query = cursor === '' ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const page = await read(`/v1/agencies${query}`, { signal });
    all.push(...page.waiting);
    cursor = page.cursor;
  }
  return all;
}

function may(...actions: string[]): boolean {
  return actions.some((one) => person.value?.actions.includes(one));
}

async function readWaiting(signal: AbortSignal): Promise<Waiting> {
  const [, changes, acts, freezes, revocations] = await Promise.all([
    loadReference(),
    may('steward') ? changesOf(signal) : [],
    may('steward', 'casework') ? read('/v1/subjects/waiting', { signal }) : { acts: [] },
    read('/v1/freezes', { signal }),
    may('audit') ? read('/v1/log/revocations', { signal }) : { revocations: [] },
  ]);
  return {
    changes,
    acts: acts.acts,
    freezes: (freezes.freezes as Freeze[]).filter(({ lifting }) => lifting),
    revocations: revocations.revocations,
  };
}

export function Second() {
  const { second } = t();
  const loaded = useLoad(readWaiting, []);
  return (
    <div class="column">
      <p class="faint">{second.hint}</p>
      <Shown of={loaded} rows={2}>
        {({ changes, acts, freezes, revocations }) => (
          <>
            {changes.length + acts.length + freezes.length + revocations.length === 0 && (
              <p>{second.empty}</p>
            )}
            {changes.map((one) => (
              <ToConfirm one={one} key={one.entry} onDone={loaded.reload} />
            ))}
            {acts.map((one) => (
              <WaitingOne one={one} key={one.entry} onDone={loaded.reload} />
            ))}
            {freezes.map(({ id, target, lifting }) => (
              <One
                key={id}
                title={`${second.lift}: ${nameOf(target)}`}
                by={lifting?.by ?? ''}
                until={lifting?.until ?? ''}
                own={lifting?.own === true}
                run={(values) => call('DELETE', `/v1/freezes/${id}`, values)}
                onDone={loaded.reload}
              />
            ))}
            {revocations.map(({ writer, by, until, own }) => (
              <One
                key={writer}
                title={`${second.revoke}: ${writer}`}
                by={by}
                until={until}
                own={own}
                run={(values) => call('POST', `/v1/log/writers/${writer}/revocation`, values)}
                onDone={loaded.reload}
              />
            ))}
          </>
        )}
      </Shown>
      {may('steward', 'casework') && <BeginAct onDone={loaded.reload} />}
      {may('casework') && <ConsentCode />}
      {may('audit') && <BeginRevocation onDone={loaded.reload} />}
    </div>
  );
}

interface OneProps {
  title: string;
  by: string;
  until: string;
  own: boolean;
  run(values: Record<string, string>): ReturnType<typeof call>;
  onDone(): void;
}

/** The first person sees that the request is its own, and gets no button. */
function One({ title, by, until, own, run, onDone }: OneProps) {
  const { second } = t();
  return (
    <section>
      <h2>{title}</h2>
      <p>{second.asked(officeName(by), time(until, 'short'))}</p>
      {own ? (
        <p class="faint">{second.own}</p>
      ) : (
        <Act
          fields={[reasonField()]}
          button={second.button}
          run={async (values) => {
            const answer = await run(values);
            onDone();
            return answer.state === 'waiting' ? second.waits(time(answer.dueAt, 'short')) : outcomeOf(answer);
          }}
        />
      )}
    </section>
  );
}

function WaitingOne({ one, onDone }: { one: WaitingAct; onDone(): void }) {
  const { second } = t();
  const { act: kind, ref, into, by, until, state, own, stop } = one;
  const title = `${second.acts[kind]}: ${[ref, ...(into === undefined ? [] : [into])].join(' → ')}`;
  const body = (values: Record<string, string>) => ({ ...values, ...(into !== undefined && { into }) });
  return (
    <>
      {one.second || state === 'pending' ? (
        <One
          title={title}
          by={by}
          until={until}
          own={own || !one.second}
          run={(values) => call('POST', `/v1/subjects/${ref}/${kind}`, body(values))}
          onDone={onDone}
        />
      ) : (
        <section>
          <h2>{title}</h2>
          <p>{second.waits(time(until, 'short'))}</p>
        </section>
      )}
      {stop !== undefined && <StopAct person={stop} kind={kind} onDone={onDone} />}
    </>
  );
}
