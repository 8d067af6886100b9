import type { Context, MiddlewareHandler } from 'hono';
import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import { type Agency, signingKeys } from '../../shared/identity/agencies/agencies.ts';
import type { HttpSignature } from '../../shared/identity/agencies/http-signature.ts';
import { claimOnce } from '../../shared/identity/replay.ts';
import { type AccessToken, verifyAccessToken } from '../../shared/identity/tokens/access-token.ts';
import { type Proof, verifyProof } from '../../shared/identity/tokens/dpop.ts';
import type { Caller } from '../../shared/policy/types.ts';
import type { Deps } from '../deps.ts';
import { targetOf } from '../http/headers.ts';
import { nameFaults } from '../http/problem.ts';
import { agencyOf, registered, tokenKey } from './agency.ts';
import { readEvidence } from './evidence.ts';
import { IAM_DETAILS, readIamCall } from './iam.ts';
import { grantOf, readPerson } from './person.ts';
import { countRequest } from './rates.ts';
import type { Session, SessionVariables } from './session.ts';

/** Settings that `authenticate` needs; each app includes them in its own. */
export const AUTH_ENV = [
  'publicUrl',
  'authorization',
  'people',
  'tokenKey',
  'agenciesTable',
  'claimsTable',
] as const;
export type AuthDeps = Deps<(typeof AUTH_ENV)[number]>;

export interface AuthOptions {
  /** Action that the token must grant; `null` accepts any token. */
  action: string | null;
  /** The handler calls `session.replay.claim()` itself, in parallel with its other round trips. */
  deferReplay?: boolean;
}

/**
 * Middleware that sets `session`, or refuses the request.
 * @throws Problem TOKEN_INVALID, DPOP_INVALID, DPOP_REPLAYED, SIGNATURE_INVALID, AGENCY_SUSPENDED or ACTION_NOT_GRANTED.
 */
export function authenticate(
  deps: AuthDeps,
  options: AuthOptions,
): MiddlewareHandler<{ Variables: SessionVariables }> {
  nameFaults(deps.kms, 'KMS_UNAVAILABLE');
  nameFaults(deps.dynamo, 'STORE_UNAVAILABLE');
  return async (c, next) => {
    const session = await readAnySession(deps, c);
    const { agency, grant } = session;
    if (agency.suspended) throw new Problem('AGENCY_SUSPENDED');
    const { action } = options;
    // Both the token and the register must grant it: the right may have been withdrawn since the token was issued.
    if (action !== null && !(grant.actions.includes(action) && agency.actions.includes(action as 'intake'))) {
      throw new Problem('ACTION_NOT_GRANTED', { detail: `this route needs the action ${action}` });
    }
    // Set before the claim, so that an alert about a replay can name the caller. No handler runs before the claim.
    c.set('session', session);
    if (!options.deferReplay) await session.replay.claim();
    await next();
  };
}

function readAnySession(deps: AuthDeps, c: Context): Promise<Session> {
  if (deps.env.authorization === 'iam') return readIamSession(deps, c);
  const token = tokenOf(c, 'bearer');
  return token === null ? readSession(deps, c) : readPersonSession(deps, c, token);
}

async function readPersonSession(deps: AuthDeps, c: Context, token: string): Promise<Session> {
  const person = await readPerson(deps, token);
  const agency = await agencyOf(deps, person.office);
  if (!agency) throw new Problem('TOKEN_INVALID');
  const grant = grantOf(person);
  return {
    caller: callerOf(agency),
    agency,
    person,
    issuer: person.issuer,
    grant,
    jti: '',
    jkt: '',
    clockSkew: 0,
    evidence: await evidenceOf(deps, c, agency),
    replay: { claim: (officer) => claimProof(deps, agency, null, grant.officer ?? officer) },
  };
}

async function readSession(deps: AuthDeps, c: Context): Promise<Session> {
  const { env, now } = deps;
  const text = tokenOf(c, 'dpop');
  if (text === null) throw new Problem('TOKEN_INVALID');
  const { verify: key } = await tokenKey(deps);
  const token = verifyAccessToken(text, { issuer: env.publicUrl, key, now: now() });
  if (!token) throw new Problem('TOKEN_INVALID');
  const proof = readProof(deps, c, text, token);
  const agency = await agencyOf(deps, token.clientId);
  if (!agency) throw new Problem('TOKEN_INVALID');
  return {
    caller: callerOf(agency),
    agency,
    person: null,
    issuer: env.publicUrl,
    grant: token.grant,
    jti: token.jti,
    jkt: token.jkt,
    clockSkew: Math.round(proof.skew),
    evidence: await evidenceOf(deps, c, agency),
    replay: { claim: (officer) => claimProof(deps, agency, proof, token.grant.officer ?? officer) },
  };
}

async function readIamSession(deps: AuthDeps, c: Context): Promise<Session> {
  const find = (clientId: string) => agencyOf(deps, clientId);
  const { agency, claim, ...call } = await readIamCall(c, deps.now(), find);
  const person = call.person === null ? null : await readPerson(deps, call.person);
  if (person !== null && person.office !== agency.clientId) throw new Problem('TOKEN_INVALID');
  const grant = person === null ? call.grant : grantOf(person);
  return {
    caller: callerOf(agency),
    agency,
    person,
    issuer: deps.env.publicUrl,
    grant,
    // There is no token. The nonce is what may be used only once, and nothing is bound to a key of the caller.
    jti: claim.claim,
    jkt: '',
    clockSkew: 0,
    evidence: await evidenceOf(deps, c, agency, IAM_DETAILS),
    replay: { claim: (officer) => claimProof(deps, agency, { claim }, grant.officer ?? officer) },
  };
}

/** Reads the record again if the cached one lacks the key, which may just have been registered. @throws Problem SIGNATURE_INVALID. */
async function evidenceOf(
  deps: AuthDeps,
  c: Context,
  agency: Agency,
  credential = 'authorization',
): Promise<HttpSignature | null> {
  const [publicUrl, now] = [deps.env.publicUrl, deps.now()];
  const read = (from: Agency) =>
    readEvidence(c, { publicUrl, credential, find: (keyid) => signingKeys(from, keyid, now), now });
  try {
    return await read(agency);
  } catch (error) {
    const fresh = await agencyOf(deps, agency.clientId, true);
    if (!fresh) throw error;
    return read(fresh);
  }
}

/** The token of the Authorization header, or `null` if that has another scheme. */
function tokenOf(c: Context, scheme: 'dpop' | 'bearer'): string | null {
  const [, name = '', text = ''] =
    /^(dpop|bearer) +([\w.-]+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
  return name.toLowerCase() === scheme ? text : null;
}

/**
 * A proof needs no nonce here. `ath` ties it to a token that its maker already had, and `iat` and the replay claim
 * limit it further, so it cannot have been made in advance. A nonce in the proof is ignored.
 */
function readProof({ env, now }: AuthDeps, c: Context, text: string, token: AccessToken): Proof {
  const header = c.req.header('dpop');
  const target = { ...targetOf(c, env.publicUrl), token: text, now: now() };
  const proof = header === undefined ? null : verifyProof(header, target);
  if (!proof) throw new Problem('DPOP_INVALID');
  if (proof.jkt !== token.jkt) throw new Problem('TOKEN_INVALID');
  return proof;
}

/**
 * In parallel with the claim, reads the register again, so that a suspension takes effect at once, and counts the
 * request. Neither costs a round trip of its own.
 */
async function claimProof(
  deps: AuthDeps,
  known: Agency,
  proof: Pick<Proof, 'claim'> | null,
  officer: string | undefined,
): Promise<void> {
  const [won, agency] = await Promise.all([
    proof === null || claimOnce(deps.dynamo, deps.env.claimsTable, proof.claim, deps.now()),
    registered(deps, known.clientId),
    countRequest(deps, known, officer),
  ]);
  if (!agency || agency.suspended) throw new Problem('AGENCY_SUSPENDED');
  if (!won) throw new Problem('DPOP_REPLAYED');
}

/** The part of an agency's record that the policy decides on. */
export function callerOf(agency: Agency): Caller {
  const { clientId, departments, roles, areas, purposes, trainedUntil, activities } = agency;
  return { clientId, departments, roles, areas, purposes, trainedUntil, ...defined({ activities }) };
}
