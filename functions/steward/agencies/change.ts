/** How a change of the register is made: at once if it only narrows, otherwise by a second steward. */

import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Pending } from '../../../shared/contract/common.ts';
import { Problem } from '../../../shared/errors.ts';
import { type Agency, readAgency, replaceAgency } from '../../../shared/identity/agencies/agencies.ts';
import { differenceOf, narrows } from '../../../shared/identity/agencies/difference.ts';
import { claimKeys } from '../../../shared/identity/agencies/key-claims.ts';
import {
  type AgencyChange,
  type Proposal,
  readProposal,
  receiptOf,
} from '../../../shared/identity/agencies/proposals.ts';
import { asClientId, type ClientId } from '../../../shared/ids.ts';
import type { NewEntry } from '../../../shared/log/entry/entry.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { stewardTexts } from '../../../shared/messages/steward.ts';
import { allOwners } from '../../../shared/policy/pack/pack.ts';
import { type ActWords, evidenceWord, handlerOf, personOf, wordsOf } from '../../session/actor.ts';
import { requireAct } from '../../session/acts.ts';
import { requireFresh } from '../../session/fresh.ts';
import { OVERSIGHT } from '../../session/person.ts';
import { currentPolicy } from '../../session/policy.ts';
import type { Session } from '../../session/session.ts';
import { NARROWED } from '../../steps/codes.ts';
import type { EntryBase } from '../../steps/entry-base.ts';
import { appendOne } from '../../steps/log.ts';
import { countStop } from '../../steps/stops.ts';
import { requireSeen } from '../../steps/two-people.ts';
import type { StewardDeps } from '../deps.ts';
import { proposeOrApprove, recordApproved } from '../two-stewards.ts';
import { foreignKey, requireFreeKeys } from './checks.ts';
import { agencyView } from './view.ts';

export interface ChangedAgency {
  agency: ReturnType<typeof agencyView>;
  receipt: Receipt;
}

export interface Act {
  deps: StewardDeps;
  session: Session;
  clientId: ClientId;
  words: ActWords;
}

/** @throws Problem ROLE_REQUIRED if stewards would change their own registration. */
export function actOf(
  deps: StewardDeps,
  session: Session,
  id: string,
  body: Parameters<typeof wordsOf>[1],
): Act {
  const clientId = asClientId(id);
  requireAct(session, { other: session.caller.clientId !== clientId });
  return { deps, session, clientId, words: wordsOf(session, body) };
}

export interface Change {
  /** The record that is replaced, and its state; `null` for an agency that is new. */
  before: Agency | null;
  agency: Agency;
  revision: number | null;
  outcome: AgencyChange;
  /** The agency's proposal, as it was read. */
  known: Proposal | null;
  /** Entry of the proposal that a second steward has seen. */
  seen?: string;
}

/**
 * Logs the change with the whole record and its difference, then stores it. What widens waits for a second steward.
 * @throws Problem NO_OFFICER, NO_REASON, INVALID_REQUEST, CONFLICT, APPROVER_IS_REQUESTER, STEP_UP_REQUIRED
 */
export async function change(act: Act, what: Change): Promise<ChangedAgency | Pending> {
  const { deps, session, clientId, words } = act;
  const { before, agency, revision, outcome, known, seen } = what;
  requireFresh(session, { of: 'oversight', applies: isOversight(what), now: deps.now() });
  const person = personOf(session, words);
  await requireFreeKeys(deps, agency);
  const digest = digestOf(outcome, agency);
  const { tables } = deps;
  const inForce = sameRecord(before, agency);
  const stood = known?.wanted?.revision === revision || inForce;
  const own = known?.change === digest && known.person === person && seen === undefined;
  // What changes nothing is answered as the change by which the record is what it is, and leaves no entry.
  const last = inForce && seen === undefined ? await receiptOf(tables.agencies, clientId, revision) : null;
  if (last) return { agency: agencyView(agency), receipt: last as Receipt };
  if (known?.receipt && own && stood) return waitingStill(known, known.receipt);
  const repeated = seen !== undefined && known?.approver === person && known.change === digest && stood;
  const difference = (repeated && known.wanted?.difference) || differenceOf(before, agency);
  const widens = difference.some(({ wider }) => wider);
  const narrower = narrows(before, agency);
  const entry: NewEntry = {
    kind: 'agency',
    handler: handlerOf(session),
    about: clientId,
    code: outcome === 'changed' ? changedCode(widens, narrower) : outcome.toUpperCase(),
    policy: await currentPolicy(deps),
    words: {
      ...words,
      ...evidenceWord(session),
      request: digest,
      finding: JSON.stringify({ record: agency, difference }),
    },
  };
  const { officer = '', reason = '' } = words;
  const wanted = { outcome, agency, revision, difference: [...difference], officer, reason };
  const proposal = { clientId, known, change: digest, person, wanted, seen, isOver: !stood };
  const step = widens ? await proposeOrApprove(deps, session, proposal, entry) : null;
  if (step && 'pending' in step) return step.pending;
  if (!step) await session.replay.alone(`change ${clientId} ${revision}`);
  if (!step && narrower) await countNarrowing(act, entry);
  if (!(await claimKeys(tables.agencies, agency))) throw foreignKey(agency);
  const made = { ...entry, outcome };
  const receipt = step
    ? (await recordApproved(deps, clientId, step.approved, made)).receipt
    : await appendOne(deps.log, made);
  const from = { revision: step?.approved.wanted?.revision ?? revision, receipt };
  if (!(await replaceAgency(tables.agencies, agency, from)) && !(step && (await isStored(deps, agency)))) {
    throw new Problem('CONFLICT', { detail: stewardTexts.registrationChanged });
  }
  return { agency: agencyView(agency), receipt };
}

/**
 * A suspension, or rights that are taken away, stop what an agency does, at once and by one person: each counts among the stops
 * of the day. What two stewards change together does not.
 * @throws Problem BUDGET_SPENT, after logging it
 */
async function countNarrowing({ deps, session }: Act, entry: NewEntry): Promise<void> {
  const owners = allOwners(session.act.pack);
  const base = { ...entry, operation: 'process', owners } as EntryBase;
  const refusal: NewEntry = { ...entry, outcome: 'refused' };
  await countStop({ deps, session, now: deps.now() }, entry.words?.officer, () => base, refusal);
}

const changedCode = (widens: boolean, narrower: boolean) =>
  (widens && 'WIDENED') || (narrower && NARROWED) || 'CHANGED';

/** Whether the agency may oversee others, before or after the change, or gets new keys, with which one could act as it. */
function isOversight({ before, agency, outcome }: Change): boolean {
  const actions = [...(before?.actions ?? []), ...agency.actions];
  return outcome === 'rekeyed' || actions.some((action) => OVERSIGHT.has(action));
}

/** What the first steward was told, again. */
function waitingStill({ expires }: Proposal, receipt: Pending['receipt']): Pending {
  return { state: 'pending', expiresAt: new Date(expires * 1000).toISOString(), receipt };
}

function digestOf(outcome: AgencyChange, agency: Agency): string {
  return hash('sha256', canonicalize({ outcome, agency }) as string, 'base64url');
}

/** Whether the registration is this steward's repeat: its own record is stored already. */
export function isRepeat({ session, words }: Act, known: Proposal | null, agency: Agency): boolean {
  const digest = digestOf('registered', agency);
  const person = personOf(session, words);
  return known?.change === digest && known.person === person;
}

/** What waits for a second steward, or was made by two. */
export function knownChange({ tables, now }: StewardDeps, clientId: ClientId): Promise<Proposal | null> {
  return readProposal(tables.agencies, clientId, now());
}

async function isStored({ tables }: StewardDeps, agency: Agency): Promise<boolean> {
  const stored = await readAgency(tables.agencies, agency.clientId);
  return stored !== null && sameRecord(stored.agency, agency);
}

function sameRecord(one: Agency | null, other: Agency): boolean {
  return one !== null && canonicalize(one) === canonicalize(other);
}

/**
 * The second steward's word for a change that waits.
 * @param entry of the proposal that was seen
 * @throws Problem CONFLICT if it no longer waits, or the registration changed meanwhile; APPROVER_IS_REQUESTER
 */
export async function confirmChange(act: Act, entry: string): Promise<ChangedAgency | Pending> {
  const { deps, session, clientId } = act;
  const [waiting, current] = await Promise.all([
    knownChange(deps, clientId),
    readAgency(deps.tables.agencies, clientId),
  ]);
  requireSeen(waiting?.entry, entry);
  if (!waiting?.wanted) throw new Problem('CONFLICT');
  const { agency, revision, outcome } = waiting.wanted;
  const repeated = waiting.approver === personOf(session, act.words);
  if (!repeated && (current?.revision ?? null) !== revision)
    throw new Problem('CONFLICT', { detail: stewardTexts.proposeAgain });
  const before = current?.agency ?? null;
  return change(act, { before, agency, revision, outcome, known: waiting, seen: entry });
}
