import type { Pending } from '../../shared/contract/common.ts';
import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import {
  moveProposal,
  type Proposal,
  readProposal,
  type Wanted,
} from '../../shared/identity/agencies/proposals.ts';
import type { ClientId } from '../../shared/ids.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { stewardTexts } from '../../shared/messages/steward.ts';
import type { Session } from '../session/session.ts';
import { appendOne } from '../steps/log.ts';
import { requestOrApprove } from '../steps/two-people.ts';
import type { StewardDeps } from './deps.ts';

/**
 * For changes that two stewards must ask for with the same content.
 * @param change digest of the whole change. @param person digest of the steward. @param wanted what the second one sees
 * @param confirms entry of the request that this approves: nothing is requested if it no longer waits
 * @returns the answer to the first steward, or the log entry of the first request if this one approves it.
 * @throws Problem APPROVER_IS_REQUESTER if one person asks twice; CONFLICT if another change waits.
 */
export async function proposeOrApprove(
  deps: StewardDeps,
  session: Session,
  {
    clientId,
    change,
    person,
    wanted,
    confirms,
  }: {
    clientId: ClientId;
    change: string;
    person: string;
    wanted?: Wanted;
    confirms?: string | undefined;
  },
  entry: NewEntry,
): Promise<{ pending: Pending } | { approved: string }> {
  const { now, tables } = deps;
  const waiting = await readProposal(tables.agencies, clientId, now());
  if (confirms !== undefined && waiting?.entry !== confirms) throw gone();
  const same = waiting?.change === change ? { ...waiting, clientId: waiting.office } : null;
  // The first steward may replace their own proposal. Another steward's stays until it is approved or expires.
  if (waiting && !same && waiting.person !== person) throw conflict();
  const move = async (after: Proposal | null) => {
    const moved = { before: waiting?.entry ?? null, after, now: now() };
    if (!(await moveProposal(tables.agencies, clientId, moved))) throw conflict();
  };
  const step = await requestOrApprove(
    { session, first: same, person, now },
    async () => {
      const receipt = await appendOne(deps.log, { ...entry, outcome: 'pending' });
      return receipt;
    },
    async ({ clientId: office, expires, ...request }) => {
      await move({ change, office, ...request, ...defined({ wanted }), expires: Date.parse(expires) / 1000 });
      return null;
    },
  );
  if ('pending' in step) return step;
  await move(null);
  return { approved: step.approved.entry };
}

const conflict = () => new Problem('CONFLICT', { detail: stewardTexts.changeWaits });

/** The change that a second steward saw was made or replaced meanwhile. */
export const gone = () => new Problem('CONFLICT', { detail: stewardTexts.waitsNoMore });
