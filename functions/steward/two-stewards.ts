import { Problem } from '../../shared/errors.ts';
import { moveProposal, type Proposal, readProposal } from '../../shared/identity/agencies/proposals.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { handOf, requireSecond } from '../session/acts.ts';
import type { Session } from '../session/session.ts';
import type { StewardDeps } from './deps.ts';

/** Seconds that a change waits for its second steward. */
const PATIENCE = 86_400;

export interface Pending {
  state: 'pending';
  expiresAt: string;
  receipt: Receipt;
}

/**
 * For changes that two people must ask for in the same words.
 * @param change digest of the whole change. @param person digest of who asks.
 * @returns the answer to the first of them, or the log entry of the first request when this is the second.
 * @throws Problem APPROVER_IS_REQUESTER when one person asks twice; CONFLICT when another change waits.
 */
export async function proposeOrSecond(
  deps: StewardDeps,
  session: Session,
  { clientId, change, person }: { clientId: string; change: string; person: string },
  entry: NewEntry,
): Promise<{ pending: Pending } | { seconded: string }> {
  const { dynamo, env, now } = deps;
  const waiting = await readProposal(dynamo, env.agenciesTable, clientId, now());
  if (waiting?.change === change) {
    const { person: first, office, departments } = waiting;
    requireSecond(session, { person: first, clientId: office, departments }, handOf(session, person));
    const after = { before: waiting.entry, after: null, now: now() };
    if (!(await moveProposal(dynamo, env.agenciesTable, clientId, after))) throw conflict();
    return { seconded: waiting.entry };
  }
  // Who asked first may think again; another's request stands until it is seconded or out of time.
  if (waiting && waiting.person !== person) throw conflict();
  const [receipt] = (await deps.log.append([{ ...entry, outcome: 'pending' }])) as [Receipt];
  const expires = Math.floor(now() / 1000) + PATIENCE;
  const { clientId: office, departments } = session.caller;
  const proposal: Proposal = { change, person, office, departments, entry: receipt.entry, expires };
  const moved = { before: waiting?.entry ?? null, after: proposal, now: now() };
  if (!(await moveProposal(dynamo, env.agenciesTable, clientId, moved))) throw conflict();
  return { pending: { state: 'pending', expiresAt: new Date(expires * 1000).toISOString(), receipt } };
}

const conflict = () =>
  new Problem('CONFLICT', { detail: 'another change of this agency waits for a steward' });
