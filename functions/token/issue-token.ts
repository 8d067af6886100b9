import type { Context } from 'hono';
import { mintAccessToken, TOKEN_LIFETIME } from '../../shared/identity/access-token.ts';
import { getAgency } from '../../shared/identity/agencies.ts';
import { type Authenticated, verifyAssertion } from '../../shared/identity/assertion.ts';
import { type Grant, parseDetails } from '../../shared/identity/details.ts';
import { type Proof, verifyProof } from '../../shared/identity/dpop.ts';
import { claimOnce } from '../../shared/identity/replay.ts';
import { kmsSign } from '../../shared/keys/sign.ts';
import type { AuthDeps } from '../http/auth.ts';
import { targetOf } from '../http/target.ts';
import { tokenKey } from '../http/token-key.ts';
import { OAuthError } from './errors.ts';
import { readTokenForm, type TokenForm } from './form.ts';

/** What the policy says about purposes. */
export interface Purposes {
  /** True for every purpose of the policy, prohibited ones included: their use must reach the log. */
  knows(code: string): boolean;
}

/** The successful answer of the token endpoint. */
export interface TokenAnswer {
  access_token: string;
  token_type: 'DPoP' | 'Bearer';
  expires_in: number;
  authorization_details: [{ type: 'fieldgate' } & Grant];
}

/** One token request, step by step. @throws OAuthError, or an SDK error: then nothing was issued. */
export async function issueToken(deps: AuthDeps, purposes: Purposes, c: Context): Promise<TokenAnswer> {
  const form = await readTokenForm(c);
  const client = await authenticateClient(deps, form);
  const proof = readProof(deps, c);
  const grant = parseDetails(form.details, client.agency, purposes.knows);
  if (!grant) throw new OAuthError('invalid_authorization_details', DETAILS);
  await claimBoth(deps, client, proof);

  const { clientId } = client.agency;
  const { verify } = await tokenKey(deps);
  const accessToken = await mintAccessToken(
    { clientId, grant, jkt: proof?.jkt ?? null },
    {
      issuer: deps.env.publicUrl,
      kid: verify.thumbprint,
      now: deps.now(),
      sign: (message) => kmsSign(deps.kms, deps.env.tokenKey, 'ECDSA_SHA_256', message),
    },
  );
  return {
    access_token: accessToken,
    token_type: proof ? 'DPoP' : 'Bearer',
    expires_in: TOKEN_LIFETIME,
    authorization_details: [{ type: 'fieldgate', ...grant }],
  };
}

const DETAILS =
  'one object of type fieldgate with actions that the agency is registered for; a known purpose for release ' +
  'and verify, none for the others';
const CLIENT = 'the client assertion is not valid';

async function authenticateClient(deps: AuthDeps, form: TokenForm): Promise<Authenticated> {
  const { dynamo, env, now } = deps;
  const client = await verifyAssertion(form.assertion, {
    issuer: env.publicUrl,
    find: (clientId) => getAgency(dynamo, env.agenciesTable, clientId, now()),
    now: now(),
  });
  if (!client || (form.clientId !== null && form.clientId !== client.agency.clientId)) {
    throw new OAuthError('invalid_client', CLIENT);
  }
  return client;
}

function readProof({ env, now }: AuthDeps, c: Context): Proof | null {
  const header = c.req.header('dpop');
  if (header === undefined) return null;
  const proof = verifyProof(header, { ...targetOf(c, env.publicUrl), token: null, now: now() });
  if (!proof) throw new OAuthError('invalid_dpop_proof', 'the DPoP proof is not valid');
  return proof;
}

/** Assertion and proof serve once each, over all instances; a table out of reach means no token. */
async function claimBoth(deps: AuthDeps, client: Authenticated, proof: Proof | null): Promise<void> {
  const { dynamo, env, now } = deps;
  const claim = (it: Authenticated | Proof) => claimOnce(dynamo, env.claimsTable, it.claim, now());
  const [freshAssertion, freshProof] = await Promise.all([claim(client), proof === null || claim(proof)]);
  if (!freshAssertion) throw new OAuthError('invalid_client', CLIENT);
  if (!freshProof) throw new OAuthError('invalid_dpop_proof', 'the DPoP proof was used before');
}
