/** Changes of the register of agencies: their rights and keys. Each is an entry of the log. */

import type { Pending } from '../../../shared/contract/common.ts';
import type { ChangeAgency, RegisterAgency, ReplaceKeys } from '../../../shared/contract/routes/agencies.ts';
import { Problem } from '../../../shared/errors.ts';
import { type Agency, readAgency } from '../../../shared/identity/agencies/agencies.ts';
import { stewardTexts } from '../../../shared/messages/steward.ts';
import { currentPack } from '../../session/policy.ts';
import { type Act, type ChangedAgency, change, isRepeat, knownChange } from './change.ts';
import { checkRights, readIssuer, readKeys } from './checks.ts';
import { oneAgency } from './view.ts';

/** @throws Problem CONFLICT for an id that is taken; INVALID_REQUEST for what the policy does not allow. */
export async function registerAgency(
  act: Act,
  { officer: _, case: __, reason: ___, clientId: ____, jwks, jwksUri, people, ...rights }: RegisterAgency,
): Promise<ChangedAgency | Pending> {
  const { deps, clientId } = act;
  checkRights(await currentPack(deps), rights, null, deps.now());
  const [taken, known] = await Promise.all([
    readAgency(deps.tables.agencies, clientId),
    knownChange(deps, clientId),
  ]);
  const issuer = readIssuer(people, deps.env.people);
  const agency = { clientId, ...rights, ...issuer, ...readKeys(jwks, jwksUri), suspended: false } as Agency;
  if (taken && !isRepeat(act, known, agency))
    throw new Problem('CONFLICT', { detail: stewardTexts.clientIdTaken });
  const [before, revision] = taken ? [taken.agency, taken.revision] : [null, null];
  return change(act, { before, agency, revision, outcome: 'registered', known });
}

/** @throws Problem NOT_FOUND, CONFLICT, INVALID_REQUEST. */
export async function changeAgency(
  act: Act,
  { officer: _, case: __, reason: ___, people, ...rights }: ChangeAgency,
): Promise<ChangedAgency | Pending> {
  const { deps } = act;
  const [{ agency: before, revision }, known] = await oneWithChange(act);
  checkRights(await currentPack(deps), rights, before, deps.now());
  const { people: had, ...rest } = before;
  const issuer = people === undefined ? had && { people: had } : readIssuer(people, deps.env.people);
  const agency = { ...rest, ...rights, ...issuer } as Agency;
  return change(act, { before, agency, revision, outcome: 'changed', known });
}

/** New keys for an agency that lost its own. The old ones may be compromised, so they end at once. */
export async function replaceKeys(
  act: Act,
  { jwks, jwksUri }: ReplaceKeys,
): Promise<ChangedAgency | Pending> {
  const [{ agency: before, revision }, known] = await oneWithChange(act);
  const { retiring: _, jwksUri: __, hybrid: ___, ...rest } = before;
  const agency = { ...rest, ...readKeys(jwks, jwksUri) } as Agency;
  return change(act, { before, agency, revision, outcome: 'rekeyed', known });
}

/** Suspends an agency at once, or ends its suspension, which takes two stewards. Repeating changes nothing. */
export async function suspendAgency(act: Act, suspended: boolean): Promise<ChangedAgency | Pending> {
  const [{ agency, revision }, known] = await oneWithChange(act);
  const outcome = suspended ? 'suspended' : 'unsuspended';
  // A suspension by a steward stops more than one after prohibited attempts.
  const { locked: _, ...rest } = agency;
  return change(act, { before: agency, agency: { ...rest, suspended }, revision, outcome, known });
}

/** @throws Problem NOT_FOUND */
function oneWithChange({ deps, clientId }: Act) {
  return Promise.all([oneAgency(deps, clientId), knownChange(deps, clientId)]);
}
