/**
 * Checks again the proofs that say yes, once their record has changed and each in every month, because birthdays and
 * ends of entitlements change no record. Revokes those that are no longer true. All are looked at in a month, so that
 * the time of a look reveals no birthday.
 * The result is published only by the status list. Each check is logged like any other, with the gateway as its actor,
 * and may do no more than a repeated check by the recipient.
 */

import { randomId } from '../../shared/bytes.ts';
import { Problem } from '../../shared/errors.ts';
import { asClientId } from '../../shared/ids.ts';
import { monthOf } from '../../shared/policy/pack/calendar.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { dayOf } from '../../shared/policy/value/age.ts';
import { type Freeze, putCasework } from '../../shared/records/casework/casework.ts';
import { keepStanding, type StandingProof, standingProofs } from '../../shared/records/casework/standing.ts';
import { OUTCOME, revokePlace, type StatusPlace } from '../../shared/records/casework/statuses.ts';
import { readKeyItem } from '../../shared/records/subject/key-items.ts';
import { resultOf } from '../http/problem.ts';
import { Work } from '../http/scheduled.ts';
import { GATEWAY } from '../session/actor.ts';
import { agencyOf } from '../session/agency.ts';
import { callerOf } from '../session/authenticate.ts';
import { currentPack } from '../session/policy.ts';
import { currentFreezes } from '../steps/freezes.ts';
import { ClassesClosed } from '../steps/open-sheets.ts';
import { endsProof, type LoadedParties, type StoredOutcome, type VerifyCall } from './call.ts';
import type { VerifyDeps } from './deps.ts';
import { judge } from './judge.ts';
import { loadParties } from './load.ts';
import { appendAttempt, appendFinding } from './log.ts';
import { basisOf, lastOutcome, outcomeId } from './outcomes.ts';
import { askOf } from './read-call.ts';
import { screenCall } from './screen.ts';

interface Rechecking {
  deps: VerifyDeps;
  pack: Pack;
  freezes: readonly Freeze[];
}

/** Seconds until a proof that cannot be checked at present is tried again. */
const PAUSE = 86_400;

/**
 * One pass over the proofs that are valid. It may stop at any point, and two passes may run concurrently.
 * @returns how many were revoked
 * @throws Error as `Work.end` does, after the others; Problem LOG_UNAVAILABLE, KMS_UNAVAILABLE, STORE_UNAVAILABLE: the next pass does the rest
 */
export async function recheckProofs(deps: VerifyDeps, goOn: () => boolean): Promise<number> {
  const rechecking = { deps, pack: await currentPack(deps), freezes: await currentFreezes(deps) };
  const span = { now: deps.now(), first: randomId() };
  const work = new Work('recheck');
  let revoked = 0;
  for await (const proofs of standingProofs(deps.tables.status, span)) {
    if (!goOn()) break;
    const look = async (proof: StandingProof | null) => {
      if (proof === null) throw new UnreadProof();
      return recheck(rechecking, proof);
    };
    // One that fails is told, and stops no other one.
    const found = await Promise.all(proofs.map((proof) => work.item(() => look(proof))));
    revoked += found.filter((state) => state === 'revoked').length;
  }
  work.end();
  return revoked;
}

/** The stored facts about a proof are no document of them. */
class UnreadProof extends Error {
  override name = 'UnreadProof';
}

/**
 * `over`: the proof no longer exists. `later`: it cannot be checked at present. `raced`: a check by the recipient was
 * concurrent. Otherwise the proof is true for the record of this basis.
 */
type State = 'revoked' | 'over' | 'later' | 'raced' | { basis: string };

async function recheck(rechecking: Rechecking, proof: StandingProof): Promise<State> {
  const { deps } = rechecking;
  const item = await resultOf(readKeyItem(deps.tables.keys, proof.subject));
  const broken = item instanceof Problem;
  if (broken && item.code !== 'INTEGRITY_FAULT') throw item;
  const looked = monthOf(rechecking.pack.calendar, deps.now()).begins;
  if (item && !broken && basisOf({ item }) === proof.basis && proof.looked === looked)
    return { basis: proof.basis };
  // If there is no item, an erasure has revoked the proof.
  const state = item ? await (broken ? 'later' : checkAgain(rechecking, proof)) : 'over';
  if (state !== 'raced') {
    const change = changeFor(state, deps.now() / 1000, looked);
    await keepStanding(deps.tables.status, { ...proof, ...change });
  }
  return state;
}

function changeFor(state: Exclude<State, 'raced'>, now: number, looked: number): Partial<StandingProof> {
  if (typeof state === 'object') return { ...state, looked };
  return state === 'later' ? { after: now + PAUSE } : { expires: now };
}

async function checkAgain({ deps, pack, freezes }: Rechecking, proof: StandingProof): Promise<State> {
  const call = await callFor(deps, pack, proof);
  const screening = call && screenCall(call, freezes);
  if (!call || !screening?.ok) return 'later';
  const parties = await loadParties(call, proof.subject, async () => true);
  const last = lastOutcome(call, parties.casework);
  if (!last?.status) return 'over';
  // An earlier pass has ended the outcome, and may have crashed before it revoked the proof.
  if (last.outcome !== 'YES') return revoke(call, last.status);
  const attempt = await appendAttempt(call, screening, parties.subject);
  // Without the stored outcome the question is answered again, although the record is the same.
  const afresh = { ...parties, casework: parties.casework.filter(({ kind }) => kind !== OUTCOME) };
  const finding = await resultOf(judge(call, screening, afresh));
  // A class that KMS opens for no caller says nothing of this proof, and stops no other.
  if (finding instanceof ClassesClosed) return 'later';
  if (finding instanceof Problem) throw finding;
  await appendFinding(call, screening, parties, finding, attempt);
  const { basis, outcome } = finding;
  const { attestation, ...rest } = last;
  if (endsProof(finding)) {
    const ended = await replace(call, parties, last, { ...rest, outcome: 'NOT_CONFIRMED', until: 0 });
    return ended ? revoke(call, last.status) : 'raced';
  }
  if (outcome !== 'YES') return 'later';
  return (await replace(call, parties, last, { ...last, basis, policy: pack.hash })) ? { basis } : 'raced';
}

async function revoke({ deps }: VerifyCall, place: StatusPlace): Promise<'revoked'> {
  await revokePlace(deps.tables.status, place, deps.now());
  return 'revoked';
}

/** @returns `false` if a concurrent check has stored another outcome, based on the record at that time */
function replace(
  call: VerifyCall,
  { subject }: LoadedParties,
  last: StoredOutcome,
  document: StoredOutcome,
): Promise<boolean> {
  const { tables } = call.deps;
  return putCasework(tables.casework, subject, { kind: OUTCOME, id: outcomeId(call), document }, last);
}

/** The recipient's question, asked by the gateway. @returns `null` if the programme or the recipient no longer exists */
async function callFor(
  deps: VerifyDeps,
  pack: Pack,
  { programme: name, purpose, recipient }: StandingProof,
): Promise<VerifyCall | null> {
  const [programme, agency] = [pack.programmes.get(name), await agencyOf(deps, asClientId(recipient))];
  if (!programme || !agency) return null;
  const now = deps.now();
  const words = { case: 'recheck', officer: GATEWAY.agency, reason: 'the record has changed' };
  return {
    deps,
    pack,
    programme,
    now,
    session: { caller: callerOf(pack, agency), agency, person: null },
    handler: GATEWAY,
    evidence: {},
    // If a signature is required, the recipient gave it with its own check.
    ask: { ...askOf(pack, programme, { purpose, ...words, signed: true }), cleared: true },
    subject: {},
    keys: new Map(),
    request: '',
    turn: '',
    today: dayOf(now, pack.calendar.utcOffsetMinutes),
  };
}
