/** How a change of the register is made: at once if it only narrows, otherwise by a second steward. */

import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Pending } from '../../../shared/contract/common.ts';
import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import { type Agency, readAgency, replaceAgency } from '../../../shared/identity/agencies/agencies.ts';
import { differenceOf } from '../../../shared/identity/agencies/difference.ts';
import { claimKeys } from '../../../shared/identity/agencies/key-claims.ts';
import { readProposal } from '../../../shared/identity/agencies/proposals.ts';
import type { ClientId } from '../../../shared/ids.ts';
import type { NewEntry } from '../../../shared/log/entry/entry.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { stewardTexts } from '../../../shared/messages/steward.ts';
import { type ActWords, evidenceWord, handlerOf, personOf, wordsOf } from '../../session/actor.ts';
import { requireAct } from '../../session/acts.ts';
import { currentPolicy } from '../../session/policy.ts';
import type { Session } from '../../session/session.ts';
import { appendOne } from '../../steps/log.ts';
import type { StewardDeps } from '../deps.ts';
import { gone, proposeOrApprove } from '../two-stewards.ts';
import { foreignKey, requireFreeKeys } from './checks.ts';
import { agencyView } from './view.ts';

export interface ChangedAgency {
  agency: ReturnType<typeof agencyView>;
  receipt: Receipt;
}

export interface Act {
  session: Session;
  clientId: ClientId;
  words: ActWords;
}

/** @throws Problem ROLE_REQUIRED if stewards would change their own registration. */
export function actOf(session: Session, clientId: ClientId, body: Parameters<typeof wordsOf>[1]): Act {
  requireAct(session, { other: session.caller.clientId !== clientId });
  return { session, clientId, words: wordsOf(session, body) };
}

export interface Change {
  /** The record that is replaced, and its state; `null` for an agency that is new. */
  before: Agency | null;
  agency: Agency;
  revision: number | null;
  outcome: string;
  /** Entry of the proposal that a second steward confirms. */
  confirms?: string;
}

/**
 * Logs the change with the whole record and its difference, then stores it. What widens waits for a second steward.
 * @throws Problem NO_OFFICER, NO_REASON, INVALID_REQUEST, CONFLICT, APPROVER_IS_REQUESTER
 */
export async function change(deps: StewardDeps, act: Act, what: Change): Promise<ChangedAgency | Pending> {
  const { session, clientId, words } = act;
  const { before, agency, revision, outcome, confirms } = what;
  const person = personOf(session, words);
  await requireFreeKeys(deps, agency);
  const difference = differenceOf(before, agency);
  const widens = difference.some(({ wider }) => wider);
  const digest = hash('sha256', canonicalize({ outcome, agency }) as string, 'base64url');
  const entry: NewEntry = {
    kind: 'agency',
    handler: handlerOf(session),
    about: clientId,
    code: outcome === 'changed' && widens ? 'WIDENED' : outcome.toUpperCase(),
    policy: await currentPolicy(deps),
    words: {
      ...words,
      ...evidenceWord(session),
      request: digest,
      finding: JSON.stringify({ record: agency, difference }),
    },
  };
  let approvals: string[] | undefined;
  if (widens) {
    const { officer = '', reason = '' } = words;
    const wanted = { outcome, agency, revision, difference, officer, reason };
    const proposal = { clientId, change: digest, person, wanted, confirms };
    const step = await proposeOrApprove(deps, session, proposal, entry);
    if ('pending' in step) return step.pending;
    approvals = [step.approved];
  }
  const { tables } = deps;
  if (!(await claimKeys(tables.agencies, agency))) throw foreignKey(agency);
  const receipt = await appendOne(deps.log, { ...entry, outcome, ...defined({ approvals }) });
  if (!(await replaceAgency(tables.agencies, agency, revision))) {
    throw new Problem('CONFLICT', { detail: stewardTexts.registrationChanged });
  }
  return { agency: agencyView(agency), receipt };
}

/**
 * The second steward's word for a change that waits.
 * @param entry of the proposal that was seen
 * @throws Problem CONFLICT if it no longer waits, or the registration changed meanwhile; APPROVER_IS_REQUESTER
 */
export async function confirmChange(
  deps: StewardDeps,
  session: Session,
  clientId: ClientId,
  { entry, ...body }: { entry: string } & Parameters<typeof wordsOf>[1],
): Promise<ChangedAgency | Pending> {
  const act = actOf(session, clientId, body);
  const { tables, now } = deps;
  const [waiting, current] = await Promise.all([
    readProposal(tables.agencies, clientId, now()),
    readAgency(tables.agencies, clientId),
  ]);
  if (!waiting?.wanted || waiting.entry !== entry) throw gone();
  const { agency, revision, outcome } = waiting.wanted;
  if ((current?.revision ?? null) !== revision)
    throw new Problem('CONFLICT', { detail: stewardTexts.proposeAgain });
  const before = current?.agency ?? null;
  return change(deps, act, { before, agency, revision, outcome, confirms: entry });
}
