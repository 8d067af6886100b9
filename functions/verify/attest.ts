import { randomInt } from 'node:crypto';
import { issueEligibility, type Outcome } from '../../shared/attestation/eligibility.ts';
import type { Jwk } from '../../shared/attestation/jwt.ts';
import { randomId } from '../../shared/bytes.ts';
import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import type { ConsentArtefact } from '../../shared/policy/types.ts';
import { parseDay } from '../../shared/policy/value/age.ts';
import { type StatusPlace, statusUri, takePlace } from '../../shared/records/casework/statuses.ts';
import { endOfDay, type Finding, type LoadedParties, startOf, type VerifyCall } from './call.ts';
import { listOf, signerOf } from './issuer.ts';
import { dummyPlaces, FIRST_PLACE, PLACES } from './revocations.ts';

export interface Attested {
  attestation: string;
  /** Epoch second. */
  until: number;
  place: StatusPlace;
}

/** Draws per status list if places are taken, and lists per month: after the draws the next list is tried. */
const DRAWS = 8;
const LISTS = 4;

/**
 * Makes a new attestation. If it confirms nothing, every member is random, the pseudonym included, or the same for
 * every subject, and its validity ends with the day.
 */
export async function attest(
  call: VerifyCall,
  parties: LoadedParties,
  finding: Finding,
  place: StatusPlace,
): Promise<Attested> {
  const { deps, programme, session, pack, today } = call;
  const { outcome } = finding;
  const until = validUntil(call, parties, finding);
  const [pseudonym, signer] = await Promise.all([pseudonymOf(call, parties, outcome), signerOf(deps)]);
  const about = {
    issuer: deps.env.publicUrl,
    programme: programme.name,
    outcome,
    pseudonym,
    recipient: session.caller.clientId,
    issued: startOf(pack, today),
    expires: until,
    status: { uri: statusUri(deps.env.publicUrl, place.list), index: place.index },
  };
  return { attestation: await issueEligibility(about, holderOf(call), signer), until, place };
}

/**
 * The end of the last whole day within the programme's period of validity, its end and the consents used; at least today.
 * What confirms nothing ends with the day.
 * @returns epoch second
 */
export function validUntil(
  call: VerifyCall,
  { casework }: LoadedParties,
  { consents, outcome }: Finding,
): number {
  if (outcome !== 'YES') return endOfDay(call);
  const { pack } = call;
  const relied = casework
    .filter(({ kind, id }) => kind === 'consent' && consents.includes(id))
    .map(({ document }) => Date.parse((document as ConsentArtefact).until) / 1000);
  const day = (second: number) => startOf(pack, Math.floor((second - startOf(pack, 0)) / 86_400));
  return Math.max(endOfDay(call), Math.min(longest(call), ...relied.map(day)));
}

/** No attestation that is made today is valid for longer. */
function longest(call: VerifyCall): number {
  const { programme, pack, today } = call;
  const last = parseDay(programme.until);
  const end = last === null ? Infinity : startOf(pack, last + 1);
  return Math.max(endOfDay(call), Math.min(startOf(pack, today + programme.proofDays), end));
}

async function pseudonymOf(call: VerifyCall, { subject }: LoadedParties, outcome: Outcome): Promise<string> {
  const { deps, session, ask, programme } = call;
  const references = await referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId);
  if (outcome !== 'YES') return randomId();
  return references.token(subject, `${ask.purpose}/${programme.name}`);
}

/** The recipient's first signing key, with which it proves that the attestation was issued to it. */
function holderOf({ session }: VerifyCall): Jwk {
  const { kty, crv, x, y, kid } = (session.agency.jwks.keys.find(
    (key) => key.use === 'sig' && (key.kty === 'EC' || key.kty === 'OKP'),
  ) ?? {}) as { [name: string]: Json };
  return defined({ kty, crv, x, y, kid }) as Jwk;
}

/** A place for an attestation that is about to be made, so that it is drawn in parallel with the check. */
export async function drawPlace(call: VerifyCall): Promise<StatusPlace> {
  const { deps, now } = call;
  const expires = longest(call);
  for (let part = 1; part <= LISTS; part++) {
    const list = listOf(now, part);
    const dummies = await dummyPlaces(deps, list);
    for (let draw = 0; draw < DRAWS; draw++) {
      const index = randomInt(FIRST_PLACE, PLACES);
      if (dummies.has(index)) continue;
      const place = { list, index, expires };
      if (await takePlace(deps.tables.status, place)) return place;
    }
  }
  throw new Problem('STORE_UNAVAILABLE');
}
