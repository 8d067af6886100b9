/**
 * Looks again at proofs that say yes and whose record has changed since, and revokes those that no longer hold. Nobody
 * asked, so nobody is told anything but by the status list; each look is in the log like any check, as the gateway's
 * own. It is allowed what the recipient's own repeat would be allowed, and no more.
 */

import { randomBytes } from 'node:crypto';
import { toBase64url } from '../../shared/bytes.ts';
import { Problem } from '../../shared/errors.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { dayOf } from '../../shared/policy/value/age.ts';
import { type Freeze, putCasework } from '../../shared/records/casework/casework.ts';
import { keepStanding, type StandingProof, standingProofs } from '../../shared/records/casework/standing.ts';
import { OUTCOME, revokePlace, type StatusPlace } from '../../shared/records/casework/statuses.ts';
import { readKeyItem } from '../../shared/records/subject/key-items.ts';
import { resultOf } from '../http/problem.ts';
import { GATEWAY } from '../session/actor.ts';
import { agencyOf } from '../session/agency.ts';
import { callerOf } from '../session/authenticate.ts';
import { currentPack } from '../session/policy.ts';
import { currentFreezes } from '../steps/freezes.ts';
import { endsProof, type Situated, type StoredOutcome, type VerifyCall } from './call.ts';
import type { VerifyDeps } from './deps.ts';
import { judge } from './judge.ts';
import { load } from './load.ts';
import { appendAttempt, appendFinding } from './log.ts';
import { basisOf, lastOutcome, outcomeId } from './outcomes.ts';
import { askOf } from './read-call.ts';
import { screenCall } from './screen.ts';

interface Rechecking {
  deps: VerifyDeps;
  pack: Pack;
  freezes: readonly Freeze[];
}

/** Seconds until a proof is looked at again about which nothing may be asked just now. */
const PAUSE = 86_400;

/**
 * One pass over the proofs that stand. May stop anywhere, and run twice at once.
 * @returns how many were revoked
 * @throws Problem LOG_UNAVAILABLE, KMS_UNAVAILABLE, STORE_UNAVAILABLE: the next pass does what is left
 */
export async function recheckProofs(deps: VerifyDeps, goOn: () => boolean): Promise<number> {
  const rechecking = { deps, pack: await currentPack(deps), freezes: await currentFreezes(deps) };
  const span = { now: deps.now(), first: toBase64url(randomBytes(16)) };
  let revoked = 0;
  for await (const proofs of standingProofs(deps.tables.status, span)) {
    if (!goOn()) break;
    const found = await Promise.all(proofs.map((proof) => recheck(rechecking, proof)));
    revoked += found.filter((state) => state === 'revoked').length;
  }
  return revoked;
}

/**
 * `over`: there is no such proof any more; `later`: nothing may be asked just now; `raced`: the recipient asked
 * meanwhile; otherwise it holds, for the record of this basis.
 */
type State = 'revoked' | 'over' | 'later' | 'raced' | { basis: string };

async function recheck(rechecking: Rechecking, proof: StandingProof): Promise<State> {
  const { deps } = rechecking;
  const item = await resultOf(readKeyItem(deps.tables.keys, proof.subject));
  const broken = item instanceof Problem;
  if (broken && item.code !== 'INTEGRITY_FAULT') throw item;
  if (item && !broken && basisOf({ item }) === proof.basis) return { basis: proof.basis };
  // An erasure has revoked the proof.
  const state = item ? await (broken ? 'later' : look(rechecking, proof)) : 'over';
  const now = deps.now() / 1000;
  const change = {
    ...((state === 'over' || state === 'revoked') && { expires: now }),
    ...(state === 'later' && { after: now + PAUSE }),
    ...(typeof state === 'object' && state),
  };
  if (state !== 'raced') await keepStanding(deps.tables.status, { ...proof, ...change });
  return state;
}

async function look({ deps, pack, freezes }: Rechecking, proof: StandingProof): Promise<State> {
  const call = await callFor(deps, pack, proof);
  const screening = call && screenCall(call, freezes);
  if (!call || !screening?.ok) return 'later';
  const situated = await load(call, proof.subject, async () => true);
  const last = lastOutcome(call, situated.casework);
  if (!last?.status) return 'over';
  // A pass before this one ended it, and may have died before it revoked it.
  if (last.outcome !== 'YES') return revoke(call, last.status);
  const attempt = await appendAttempt(call, screening, situated.subject);
  const finding = await judge(call, screening, situated);
  await appendFinding(call, screening, situated, finding, attempt);
  const { basis, outcome } = finding;
  const { attestation, ...rest } = last;
  if (endsProof(finding)) {
    const ended = await replace(call, situated, last, { ...rest, outcome: 'NOT_CONFIRMED', until: 0 });
    return ended ? revoke(call, last.status) : 'raced';
  }
  if (outcome !== 'YES') return 'later';
  return (await replace(call, situated, last, { ...last, basis, policy: pack.hash })) ? { basis } : 'raced';
}

async function revoke({ deps }: VerifyCall, place: StatusPlace): Promise<'revoked'> {
  await revokePlace(deps.tables.status, place);
  return 'revoked';
}

/** @returns whether nobody else has put another outcome meanwhile, by the record as it was then */
function replace(
  call: VerifyCall,
  { subject }: Situated,
  last: StoredOutcome,
  document: StoredOutcome,
): Promise<boolean> {
  const { tables } = call.deps;
  return putCasework(tables.casework, subject, { kind: OUTCOME, id: outcomeId(call), document }, last);
}

/** The recipient's own question, asked by the gateway. @returns `null` when there is no such programme or recipient */
async function callFor(
  deps: VerifyDeps,
  pack: Pack,
  { programme: name, purpose, recipient }: StandingProof,
): Promise<VerifyCall | null> {
  const [programme, agency] = [pack.programmes.get(name), await agencyOf(deps, recipient)];
  if (!programme || !agency) return null;
  const now = deps.now();
  const words = { case: 'recheck', officer: GATEWAY.agency, reason: 'the record has changed' };
  return {
    ...{ deps, pack, programme, now },
    session: { caller: callerOf(agency), agency },
    handler: GATEWAY,
    evidence: {},
    // The recipient signed, where it had to, when it asked.
    ask: askOf(pack, programme, { purpose, ...words, signed: true }),
    subject: {},
    keys: new Map(),
    request: '',
    today: dayOf(now, pack.calendar.utcOffsetMinutes),
  };
}
