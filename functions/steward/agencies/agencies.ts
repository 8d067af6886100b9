/** Changes of the register of agencies: their rights and keys. Each is an entry of the log. */

import type { Pending } from '../../../shared/contract/common.ts';
import type { ChangeAgency, RegisterAgency, ReplaceKeys } from '../../../shared/contract/routes/agencies.ts';
import { Problem } from '../../../shared/errors.ts';
import { type Agency, readAgency } from '../../../shared/identity/agencies/agencies.ts';
import { asClientId, type ClientId } from '../../../shared/ids.ts';
import { stewardTexts } from '../../../shared/messages/steward.ts';
import type { wordsOf } from '../../session/actor.ts';
import { currentPack } from '../../session/policy.ts';
import type { Session } from '../../session/session.ts';
import type { StewardDeps } from '../deps.ts';
import { actOf, type ChangedAgency, change, isRepeat, knownChange } from './change.ts';
import { checkRights, readIssuer, readKeys } from './checks.ts';
import { oneAgency } from './view.ts';

/** @throws Problem CONFLICT for an id that is taken; INVALID_REQUEST for what the policy does not allow. */
export async function registerAgency(
  deps: StewardDeps,
  session: Session,
  { officer, case: no, reason, jwks, jwksUri, people, clientId: named, ...rights }: RegisterAgency,
): Promise<ChangedAgency | Pending> {
  const clientId = asClientId(named);
  const act = actOf(session, clientId, { officer, case: no, reason });
  checkRights(await currentPack(deps), rights, null, deps.now());
  const [taken, known] = await Promise.all([
    readAgency(deps.tables.agencies, clientId),
    knownChange(deps, clientId),
  ]);
  const issuer = readIssuer(people, deps.env.people);
  const agency = { clientId, ...rights, ...issuer, ...readKeys(jwks, jwksUri), suspended: false } as Agency;
  if (taken && !isRepeat(act, known, 'registered', agency))
    throw new Problem('CONFLICT', { detail: stewardTexts.clientIdTaken });
  const [before, revision] = taken ? [taken.agency, taken.revision] : [null, null];
  return change(deps, act, { before, agency, revision, outcome: 'registered', known });
}

/** @throws Problem NOT_FOUND, CONFLICT, INVALID_REQUEST. */
export async function changeAgency(
  deps: StewardDeps,
  session: Session,
  clientId: ClientId,
  { officer, case: no, reason, people, ...rights }: ChangeAgency,
): Promise<ChangedAgency | Pending> {
  const act = actOf(session, clientId, { officer, case: no, reason });
  const [{ agency: before, revision }, known] = await oneWithChange(deps, clientId);
  checkRights(await currentPack(deps), rights, before, deps.now());
  const { people: had, ...rest } = before;
  const issuer = people === undefined ? had && { people: had } : readIssuer(people, deps.env.people);
  const agency = { ...rest, ...rights, ...issuer } as Agency;
  return change(deps, act, { before, agency, revision, outcome: 'changed', known });
}

/** New keys for an agency that lost its own. The old ones may be compromised, so they end at once. */
export async function replaceKeys(
  deps: StewardDeps,
  session: Session,
  clientId: ClientId,
  { officer, case: no, reason, jwks, jwksUri }: ReplaceKeys,
): Promise<ChangedAgency | Pending> {
  const act = actOf(session, clientId, { officer, case: no, reason });
  const [{ agency: before, revision }, known] = await oneWithChange(deps, clientId);
  const { retiring: _, jwksUri: __, ...rest } = before;
  const agency = { ...rest, ...readKeys(jwks, jwksUri) } as Agency;
  return change(deps, act, { before, agency, revision, outcome: 'rekeyed', known });
}

/** Suspends an agency at once, or ends its suspension, which takes two stewards. Repeating changes nothing. */
export async function suspendAgency(
  deps: StewardDeps,
  session: Session,
  clientId: ClientId,
  { suspended, words }: { suspended: boolean; words: Parameters<typeof wordsOf>[1] },
): Promise<ChangedAgency | Pending> {
  const act = actOf(session, clientId, words);
  const [{ agency, revision }, known] = await oneWithChange(deps, clientId);
  const outcome = suspended ? 'suspended' : 'unsuspended';
  // A suspension by a steward stops more than one after prohibited attempts.
  const { locked: _, ...rest } = agency;
  return change(deps, act, { before: agency, agency: { ...rest, suspended }, revision, outcome, known });
}

/** @throws Problem NOT_FOUND */
function oneWithChange(deps: StewardDeps, clientId: ClientId) {
  return Promise.all([oneAgency(deps, clientId), knownChange(deps, clientId)]);
}
