/** The register of agencies with their rights and keys. Each change is an entry of the log. */

import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Pending } from '../../../shared/contract/common.ts';
import { defined } from '../../../shared/defined.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import {
  type Agency,
  listAgencies,
  type Registered,
  readAgency,
  replaceAgency,
} from '../../../shared/identity/agencies/agencies.ts';
import { readJwksUrl, readKeySet } from '../../../shared/identity/agencies/jwks-url.ts';
import { asClientId, type ClientId } from '../../../shared/ids.ts';
import type { Json } from '../../../shared/json.ts';
import type { NewEntry } from '../../../shared/log/entry/entry.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import type { ChangeAgency, RegisterAgency, ReplaceKeys } from '../../http/contract/agencies.ts';
import { type ActWords, evidenceWord, handlerOf, personOf, wordsOf } from '../../session/actor.ts';
import { requireAct } from '../../session/acts.ts';
import { currentPolicy, pack } from '../../session/policy.ts';
import type { Session } from '../../session/session.ts';
import type { StewardDeps } from '../deps.ts';
import { proposeOrApprove } from '../two-stewards.ts';

export interface ChangedAgency {
  agency: ReturnType<typeof agencyView>;
  receipt: Receipt;
}

/** Actions that oversee other agencies. Granting them needs two stewards. */
const OVERSIGHT = ['steward', 'audit'];

/** One page. @param cursor of the previous page. @throws Problem INVALID_REQUEST for anything but such a cursor. */
export async function agenciesPage({ tables }: StewardDeps, cursor: string | undefined) {
  const after = cursor === undefined ? null : Buffer.from(cursor, 'base64url').toString();
  if (after !== null && !PAGE_END.test(after)) throw invalid('/cursor', 'not a cursor of an earlier page');
  const { agencies, next } = await listAgencies(tables.agencies, after);
  return {
    agencies: agencies.map(agencyView),
    cursor: next === null ? null : Buffer.from(next).toString('base64url'),
  };
}

/** Key of the last item of a page: an agency, or a proposal, which is stored in the same table. */
const PAGE_END = /^(pending~)?[a-z0-9-]{1,63}$/;

/** @throws Problem NOT_FOUND. */
export async function oneAgency({ tables }: StewardDeps, clientId: ClientId): Promise<Registered> {
  const found = await readAgency(tables.agencies, clientId);
  if (!found) throw new Problem('NOT_FOUND', { detail: 'no such agency' });
  return found;
}

/** @throws Problem CONFLICT for an id that is taken; INVALID_REQUEST for names that the policy does not know. */
export async function registerAgency(
  deps: StewardDeps,
  session: Session,
  { officer, case: no, reason, jwks, jwksUri, clientId: named, ...rights }: RegisterAgency,
): Promise<ChangedAgency | Pending> {
  const clientId = asClientId(named);
  const act = actOf(session, clientId, { officer, case: no, reason });
  checkNames(rights);
  if (await readAgency(deps.tables.agencies, clientId)) {
    throw new Problem('CONFLICT', { detail: 'this client id is taken' });
  }
  const agency = { clientId, ...rights, ...readKeys(jwks, jwksUri), suspended: false } as Agency;
  const twice = rights.actions.some((action) => OVERSIGHT.includes(action));
  return change(deps, act, { agency, revision: null, outcome: 'registered', twice });
}

/** @throws Problem NOT_FOUND, CONFLICT, INVALID_REQUEST. */
export async function changeAgency(
  deps: StewardDeps,
  session: Session,
  clientId: ClientId,
  { officer, case: no, reason, ...rights }: ChangeAgency,
): Promise<ChangedAgency | Pending> {
  const act = actOf(session, clientId, { officer, case: no, reason });
  checkNames(rights);
  const { agency: before, revision } = await oneAgency(deps, clientId);
  const agency = { ...before, ...rights } as Agency;
  const twice = rights.actions.some(
    (action) => OVERSIGHT.includes(action) && !(before.actions as string[]).includes(action),
  );
  return change(deps, act, { agency, revision, outcome: 'changed', twice });
}

/** New keys for an agency that lost its own. The old ones may be compromised, so they end at once. */
export async function replaceKeys(
  deps: StewardDeps,
  session: Session,
  clientId: ClientId,
  { officer, case: no, reason, jwks, jwksUri }: ReplaceKeys,
): Promise<ChangedAgency | Pending> {
  const act = actOf(session, clientId, { officer, case: no, reason });
  const { agency: before, revision } = await oneAgency(deps, clientId);
  const { retiring: _, jwksUri: __, ...rest } = before;
  const agency = { ...rest, ...readKeys(jwks, jwksUri) } as Agency;
  return change(deps, act, { agency, revision, outcome: 'rekeyed', twice: true });
}

/** Suspends an agency or ends its suspension; either takes one steward. Repeating changes nothing. */
export async function suspendAgency(
  deps: StewardDeps,
  session: Session,
  clientId: ClientId,
  { suspended, words }: { suspended: boolean; words: Parameters<typeof wordsOf>[1] },
): Promise<ChangedAgency | Pending> {
  const act = actOf(session, clientId, words);
  const { agency, revision } = await oneAgency(deps, clientId);
  const outcome = suspended ? 'suspended' : 'unsuspended';
  return change(deps, act, { agency: { ...agency, suspended }, revision, outcome, twice: false });
}

interface Act {
  session: Session;
  clientId: ClientId;
  words: ActWords;
}

/** @throws Problem ROLE_REQUIRED if stewards would change their own registration. */
function actOf(session: Session, clientId: ClientId, body: Parameters<typeof wordsOf>[1]): Act {
  requireAct(session, { other: session.caller.clientId !== clientId });
  return { session, clientId, words: wordsOf(session, body) };
}

interface Change {
  agency: Agency;
  revision: number | null;
  outcome: string;
  twice: boolean;
}

/** Logs the change, then stores it. */
async function change(deps: StewardDeps, act: Act, what: Change): Promise<ChangedAgency | Pending> {
  const { session, clientId, words } = act;
  const { agency, revision, outcome } = what;
  const digest = hash('sha256', canonicalize({ outcome, agency }) as string, 'base64url');
  const entry: NewEntry = {
    kind: 'agency',
    handler: handlerOf(session),
    about: clientId,
    code: outcome.toUpperCase(),
    policy: await currentPolicy(deps),
    words: { ...words, ...evidenceWord(session), request: digest },
  };
  let approvals: string[] | undefined;
  if (what.twice) {
    const person = personOf(session, words);
    const step = await proposeOrApprove(deps, session, { clientId, change: digest, person }, entry);
    if ('pending' in step) return step.pending;
    approvals = [step.approved];
  }
  const [receipt] = (await deps.log.append([{ ...entry, outcome, ...defined({ approvals }) }])) as [Receipt];
  const { tables } = deps;
  if (!(await replaceAgency(tables.agencies, agency, revision))) {
    throw new Problem('CONFLICT', { detail: 'the registration changed meanwhile; try again' });
  }
  return { agency: agencyView(agency), receipt };
}

/** @throws Problem INVALID_REQUEST. */
function readKeys(jwks: Json | undefined, jwksUri: string | undefined): Pick<Agency, 'jwks' | 'jwksUri'> {
  if (jwksUri !== undefined) {
    if (!readJwksUrl(jwksUri))
      throw invalid('/jwksUri', 'an https URL with a host name, without port or userinfo');
    return { jwks: { keys: [] }, jwksUri };
  }
  const keys = readKeySet(jwks);
  if (typeof keys === 'string') throw invalid('/jwks', keys);
  return { jwks: { keys } };
}

function checkNames({
  departments,
  purposes,
  roles,
}: Pick<RegisterAgency, 'departments' | 'purposes' | 'roles'>): void {
  const known: [string, readonly string[], (name: string) => boolean][] = [
    ['/departments', departments, (name) => pack.departments.has(name)],
    ['/purposes', purposes, (name) => pack.purposes.has(name)],
    ['/roles', roles, (name) => pack.roles.has(name) || UNRULED.has(name)],
  ];
  for (const [path, names, knows] of known) {
    if (!names.every(knows)) throw invalid(path, 'a name that is not in the policy');
    if (new Set(names).size !== names.length) throw invalid(path, 'a name is repeated');
  }
}

/** Roles that no purpose requires. */
const UNRULED: ReadonlySet<string> = new Set(['auditor', 'steward']);

/** An agency as stewards see it, with the names of its keys only. */
export function agencyView(agency: Agency) {
  const { jwks, retiring = [], ...rest } = agency;
  return {
    ...rest,
    keys: jwks.keys.map(({ kid, use }) => ({ kid, use })),
    retiring: retiring.map(({ key: { kid, use }, until }) => ({
      kid,
      use,
      until: new Date(until * 1000).toISOString(),
    })),
  };
}
