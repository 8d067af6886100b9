import type { Pending } from '../../shared/contract/common.ts';
import { Problem } from '../../shared/errors.ts';
import { isOpen, moveProposal, type Proposal } from '../../shared/identity/agencies/proposals.ts';
import type { ClientId } from '../../shared/ids.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { stewardTexts } from '../../shared/messages/steward.ts';
import type { Session } from '../session/session.ts';
import { appendOne } from '../steps/log.ts';
import { confirmAlone, requestOrApprove, requireSeen } from '../steps/two-people.ts';
import type { StewardDeps } from './deps.ts';

/** What two stewards must ask for with the same content. */
export interface Proposed extends Pick<Proposal, 'change' | 'person' | 'wanted' | 'packs'> {
  clientId: ClientId;
  /** What is proposed or was made, as it was read. */
  known: Proposal | null;
  /** Entry of the request that the second steward has seen; a first one names none. */
  seen: string | undefined;
  /** Whether the register was changed again since the proposal with this content was carried out. */
  isOver?: boolean;
}

/**
 * @returns the answer to the first steward, or the request if this steward approves it, or did so before an answer was
 * lost: then `record` logs the change and keeps the receipt, once
 * @throws Problem APPROVER_IS_REQUESTER if one person asks twice; CONFLICT if another change waits.
 */
export async function proposeOrApprove(
  deps: StewardDeps,
  session: Session,
  { clientId, known, seen, isOver = false, ...asked }: Proposed,
  entry: NewEntry,
): Promise<{ pending: Pending } | { approved: Proposal }> {
  const { now, tables } = deps;
  const { change, person } = asked;
  if (seen !== undefined) requireSeen(known?.entry, seen);
  const same = known?.change === change;
  const over = known?.done !== undefined && isOver;
  if (known && seen && same && known.approver === person && !over) {
    if (!known.done) await confirmAlone(session, { ...known, clientId: known.office }, { person, seen });
    return { approved: known };
  }
  // A change that was made gives way to the next one.
  const waiting = known && (!known.done || (same && known.person === person && !over)) ? known : null;
  // What a second steward carries out stays. What only waits gives way to any other proposal, so that no steward keeps the place
  // of a change by one that is never confirmed. A confirmation names what was seen, and is of nothing else.
  if (waiting && !isOpen(waiting) && waiting.person !== person) throw conflict(waiting, seen);
  const first = waiting && same ? { ...waiting, clientId: waiting.office, expires: isoOf(waiting) } : null;
  const move = async (before: Proposal | null, after: Proposal) => {
    if (!(await moveProposal(tables.agencies, clientId, { before, after, now: now() }))) throw conflict();
    return after;
  };
  const step = await requestOrApprove(
    { session, first, person, seen, now, after: `${clientId} ${known?.entry}` },
    () => appendOne(deps.log, { ...entry, outcome: 'pending' }),
    async ({ clientId: office, expires, ...request }) => {
      await move(known, { ...asked, office, ...request, expires: Date.parse(expires) / 1000 });
      return null;
    },
  );
  if ('pending' in step) return step;
  return { approved: await move(known, { ...(known as Proposal), approver: person }) };
}

/**
 * Logs the change that was approved, unless that was done before an answer was lost.
 * @throws Problem CONFLICT if the second steward made the call twice at once
 */
export async function recordApproved(
  deps: StewardDeps,
  clientId: ClientId,
  approved: Proposal,
  entry: NewEntry,
): Promise<{ receipt: Receipt; at: number }> {
  const { now, tables } = deps;
  if (approved.done) return approved.done as { receipt: Receipt; at: number };
  const receipt = await appendOne(deps.log, { ...entry, approvals: [approved.entry] });
  const done = { receipt, at: now() };
  const moved = { before: approved, after: { ...approved, done }, now: done.at };
  if (!(await moveProposal(tables.agencies, clientId, moved))) throw conflict();
  return done;
}

const isoOf = ({ expires }: Proposal) => new Date(expires * 1000).toISOString();

const conflict = (other?: Proposal, seen?: string) =>
  new Problem('CONFLICT', { detail: stewardTexts.changeWaits, seen, waits: other?.entry });
