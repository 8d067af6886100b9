import type { Context } from 'hono';
import { defined } from '../../shared/defined.ts';
import { NO_UNWRAP } from '../../shared/env.ts';
import { type Agency, holdsKey } from '../../shared/identity/agencies/agencies.ts';
import { type Grant, lackedBy, parseDetails } from '../../shared/identity/details.ts';
import type { Person } from '../../shared/identity/people/people.ts';
import { claimOnce } from '../../shared/identity/replay.ts';
import { mintAccessToken, type Sign, TOKEN_LIFETIME } from '../../shared/identity/tokens/access-token.ts';
import { type Authenticated, verifyAssertion } from '../../shared/identity/tokens/assertion.ts';
import { type Proof, verifyProof } from '../../shared/identity/tokens/dpop.ts';
import type { Nonces } from '../../shared/identity/tokens/nonce.ts';
import { signUnder } from '../../shared/keys/signing-keys.ts';
import { hideUnwrapToken, mintUnwrapToken } from '../../shared/keys/unwrap-token.ts';
import type { Text } from '../../shared/language.ts';
import { problemsTexts } from '../../shared/messages/problems.ts';
import { withCode } from '../../shared/messages/texts.ts';
import { tokenTexts } from '../../shared/messages/token.ts';
import { nearestOf } from '../../shared/nearest.ts';
import type { Zone } from '../../shared/times.ts';
import type { Deps } from '../deps.ts';
import { targetOf } from '../http/headers.ts';
import { agencyOf, registered, tokenKey } from '../session/agency.ts';
import type { AuthDeps, CALLER_ENV } from '../session/authenticate.ts';
import { actedBy, personOfAgency } from '../session/person.ts';
import { countRequest } from '../session/rates.ts';
import { isSuspended, suspensionOf } from '../session/suspension.ts';
import { currentFreezes, frozenBy } from '../steps/freezes.ts';
import { OAuthError } from './errors.ts';
import { readTokenForm, type TokenForm } from './form.ts';
import type { Strangers } from './strangers.ts';

export type TokenDeps = Deps<
  (typeof CALLER_ENV)[number] | 'caseworkTable' | 'nonceKey' | 'answerKey' | 'unwrapKey'
>;

/** The purposes of the policy. */
export interface Purposes {
  /** True for every purpose of the policy, prohibited ones included: their use must reach the log. */
  knows(code: string): boolean;
  /** In which clients show times. */
  zone?: Zone;
  /** What clients take if a person names nothing. */
  defaults?: Defaults;
}

export interface Defaults {
  /** By route the first purpose that it serves. */
  purposes: Readonly<Record<string, string>>;
  /** The fields by which people are found. */
  matchKeys: readonly string[];
}

/** What the authorization server works with. */
export interface Issuing extends TokenDeps {
  purposes: Purposes;
  nonces: Nonces;
  strangers: Strangers;
}

/**
 * Serves one token request.
 * @returns the answer, and the nonce for the client's next proof.
 * @throws OAuthError, Problem RATE_LIMITED, or an SDK error: then no token was issued.
 */
export async function issueToken(deps: Issuing, c: Context) {
  const form = await readTokenForm(c);
  const client = await authenticateClient(deps, form);
  const proof = readProof(deps, c);
  const asked = askedBy(form, client, deps.purposes);
  const person = await readActor(deps, client.agency, form.actorToken, proof.jkt);
  const grant = actedBy(asked, person);
  if (!grant) throw new OAuthError('invalid_authorization_details', ACTOR);
  const nonce = await checkNonce(deps.nonces, proof);
  await claimBoth(deps, client, proof, { grant, person });

  const { clientId } = client.agency;
  const token = { clientId, grant, jkt: proof.jkt, actor: person && actorOf(person) };
  const details = [{ type: 'fieldgate', ...grant }];
  return { answer: { ...(await mintedToken(deps, token)), authorization_details: details }, nonce };
}

/** An access token under the gateway's key, as answers contain it, with the right to open data keys that belongs to it. */
export async function mintedToken(
  deps: TokenDeps & Partial<Pick<Issuing, 'purposes'>>,
  claims: Parameters<typeof mintAccessToken>[0],
) {
  const { kms, env, now, purposes } = deps;
  const { verify } = await tokenKey(deps);
  const sign: Sign = (message) => signUnder(kms, env.tokenKey, 'ECDSA_SHA_256', message);
  const made = { issuer: env.publicUrl, kid: verify.thumbprint, now: now(), sign };
  const { clientId: agency, grant } = claims;
  const purpose = env.unwrapKey === NO_UNWRAP ? undefined : opensUnder(grant, purposes);
  const unwrap = purpose && (await mintUnwrapToken({ agency, purpose }, { ...made, lasts: TOKEN_LIFETIME }));
  const hidden = unwrap && (await hideUnwrapToken(kms, env.unwrapKey, unwrap));
  const token = await mintAccessToken({ ...claims, ...defined({ unwrap: hidden }) }, made);
  return { access_token: token, token_type: 'DPoP' as const, expires_in: TOKEN_LIFETIME };
}

/** The purpose under which a call with this grant may open fields: a desk's names none, and inquiries have one of their own. */
function opensUnder({ actions, purpose }: Grant, purposes?: Purposes): string | undefined {
  if (actions.includes('release')) return purpose;
  return actions.includes('casework') ? purposes?.defaults?.purposes['inquiries'] : undefined;
}

const actorOf = ({ issuer, subject, roles, authTime, strong }: Person) =>
  defined({ issuer, subject, roles, authTime, strong });

const DETAILS = tokenTexts.details;
const ACTOR = tokenTexts.actorDiffers;
const NONCE = tokenTexts.nonceOfHeader;
const CLIENT = tokenTexts.assertionInvalid;

/** @throws OAuthError that names what the agency lacks: it has authenticated, and may know its own rights */
function askedBy({ details }: TokenForm, { agency }: Authenticated, { knows }: Purposes): Grant {
  const asked = parseDetails(details);
  if (!asked) throw new OAuthError('invalid_authorization_details', DETAILS);
  const lacked = lackedBy(agency, asked);
  if (lacked.length > 0)
    throw new OAuthError('invalid_authorization_details', tokenTexts.lacks(lacked.join(', ')));
  if (asked.purpose !== undefined && !knows(asked.purpose))
    throw new OAuthError(
      'invalid_authorization_details',
      tokenTexts.purposeUnknown(agency.purposes.join(', '), nearestOf(asked.purpose, agency.purposes) ?? ''),
    );
  return asked;
}

async function authenticateClient(deps: Issuing, form: TokenForm): Promise<Authenticated> {
  const { env, now, strangers } = deps;
  const client = await verifyAssertion(form.assertion, {
    issuer: env.publicUrl,
    find: async (clientId, fresh) =>
      fresh && !strangers.mayRefresh(clientId) ? null : agencyOf(deps, clientId, fresh),
    now: now(),
  });
  if (!client || (form.clientId !== null && form.clientId !== client.agency.clientId)) {
    strangers.failed();
    throw new OAuthError('invalid_client', CLIENT);
  }
  return client;
}

function readProof({ env, now }: TokenDeps, c: Context): Proof {
  const header = c.req.header('dpop');
  if (header === undefined) throw new OAuthError('invalid_dpop_proof', tokenTexts.proofMissing);
  const proof = verifyProof(header, { ...targetOf(c, env.publicUrl), token: null, now: now() });
  if (!proof) throw new OAuthError('invalid_dpop_proof', tokenTexts.proofInvalid);
  return proof;
}

/** The last check, so that only a request that is otherwise valid is asked to repeat with a nonce. */
async function checkNonce(nonces: Nonces, { nonce }: Proof): Promise<string> {
  const [current, good] = await Promise.all([nonces.current(), nonce !== null && nonces.accepts(nonce)]);
  if (!good) throw new OAuthError('use_dpop_nonce', NONCE, { headers: { 'dpop-nonce': current } });
  return current;
}

/** Assertion and proof are each accepted once across all instances. If the table cannot be reached, no token is issued. */
async function claimBoth(
  deps: TokenDeps,
  client: Authenticated,
  proof: Proof,
  { grant, person }: { grant: Grant; person: Person | null },
): Promise<void> {
  const { now, tables } = deps;
  const claim = (it: Authenticated | Proof) => claimOnce(tables.claims, it.claim, now());
  const [freshAssertion, freshProof, agency, freezes] = await Promise.all([
    claim(client),
    claim(proof),
    registered(deps, client.agency.clientId),
    currentFreezes(deps),
    countRequest(deps, client.agency, grant.officer, person),
  ]);
  // A suspension, and the end of a key, take effect at once, even if the assertion was checked with a cached record.
  if (!freshAssertion || !agency || !holdsKey(agency, client.key, now()))
    throw new OAuthError('invalid_client', CLIENT);
  if (!freshProof) throw new OAuthError('invalid_dpop_proof', tokenTexts.proofUsed);
  // Only the holder of the agency's key learns of the suspension.
  if (isSuspended(agency, grant.actions))
    throw new OAuthError('unauthorized_client', withCode('AGENCY_SUSPENDED', suspensionOf(agency)));
  // A freeze stops releases, so it stops the tokens that have a purpose.
  const frozen = grant.purpose && frozenBy(freezes, { ...grant, agency: client.agency.clientId });
  if (frozen) {
    const words = FROZEN.get(frozen) ?? problemsTexts.AGENCY_FROZEN;
    throw new OAuthError('unauthorized_client', withCode(frozen, words));
  }
}

const FROZEN: ReadonlyMap<string, Text> = new Map([
  ['AGENCY_FROZEN', tokenTexts.agencyFrozen],
  ['OFFICER_FROZEN', tokenTexts.officerFrozen],
  ['PURPOSE_FROZEN', tokenTexts.purposeFrozen],
]);

/**
 * The person who acts through the agency's token: of the gateway's issuer, or of the one that the agency
 * registered.
 * @param jkt of the request's proof: a token that its issuer bound to a key is taken with that key alone, to which the agency's
 * token is then bound as well. @param token `null` if the agency names no person. @throws OAuthError invalid_request; Problem
 * ISSUER_UNAVAILABLE
 */
async function readActor(
  deps: Pick<AuthDeps, 'now' | 'fetchIssuer'> & { env: Pick<AuthDeps['env'], 'people'> },
  agency: Agency,
  token: string | null,
  jkt: string,
): Promise<Person | null> {
  if (token === null) return null;
  const person = await personOfAgency(deps, agency, token, jkt);
  if (!person) throw new OAuthError('invalid_request', tokenTexts.actorUnknown);
  return person;
}
