import type { KeyObject } from 'node:crypto';
import codes, { defaults, zone } from '#pack/codes.ts';
import { thumbprintOf } from '../../shared/identity/jwk.ts';
import { readPeople } from '../../shared/identity/people/people.ts';
import { dpopNonces } from '../../shared/identity/tokens/nonce.ts';
import type { Json } from '../../shared/json.ts';
import { generateMac } from '../../shared/keys/kms.ts';
import { publicKeysOf } from '../../shared/keys/signing-keys.ts';
import { tokenTexts } from '../../shared/messages/token.ts';
import { createApp } from '../http/app.ts';
import { openBudget } from '../http/open-budget.ts';
import { nameFaults } from '../http/problem.ts';
import { CALLER_ENV } from '../session/authenticate.ts';
import { FREEZES_ENV } from '../steps/freezes.ts';
import { answerOAuthError, OAuthError } from './errors.ts';
import { issueToken, type Purposes, type TokenDeps } from './issue-token.ts';
import { resourceMetadata, serverMetadata } from './metadata.ts';
import { mountSessions } from './sessions/routes.ts';
import { strangersAt } from './strangers.ts';

export const TOKEN_ENV = [...CALLER_ENV, ...FREEZES_ENV, 'nonceKey', 'answerKey'] as const;

const CODES: ReadonlySet<string> = new Set(codes);
const POLICY: Purposes = { knows: (code) => CODES.has(code), zone, defaults };

/**
 * The authorization server: token endpoint, metadata and keys.
 * @param purposes the purposes that exist. Default: those of the shipped pack.
 */
export function tokenApp(deps: TokenDeps, purposes: Purposes = POLICY) {
  nameFaults(deps.kms, 'KMS_UNAVAILABLE');
  nameFaults(deps.dynamo, 'STORE_UNAVAILABLE');
  const nonces = dpopNonces({
    mac: (message) => generateMac(deps.kms, deps.env.nonceKey, message),
    now: deps.now,
  });
  const app = createApp(deps.env.publicUrl);
  const strangers = strangersAt(deps.now);

  app.post('/oauth/token', async (c) => {
    try {
      const { answer, nonce } = await issueToken(deps, { purposes, nonces, strangers }, c);
      c.header('pragma', 'no-cache');
      // Gives the client a nonce for its next request.
      c.header('dpop-nonce', nonce);
      return c.json(answer);
    } catch (error) {
      return answerOAuthError(c, error);
    }
  });

  app.on(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'], '/oauth/token', (c) => {
    c.header('allow', 'OPTIONS, POST');
    if (c.req.method === 'OPTIONS') return c.body(null, 204);
    return answerOAuthError(c, new OAuthError('invalid_request', tokenTexts.usePost, { status: 405 }));
  });

  mountSessions(app, deps, { purposes, nonces });

  app.get('/.well-known/oauth-authorization-server', openBudget(deps.now), (c) => {
    c.header('cache-control', 'public, max-age=300');
    return c.json(serverMetadata(deps.env.publicUrl, purposes));
  });
  app.get('/.well-known/oauth-protected-resource', openBudget(deps.now), (c) => {
    c.header('cache-control', 'public, max-age=300');
    return c.json(resourceMetadata(deps.env.publicUrl, readPeople(deps.env.people), purposes.zone));
  });
  app.get('/.well-known/jwks.json', openBudget(deps.now), async (c) => {
    const { kms, env } = deps;
    const keys = await Promise.all([env.tokenKey, env.answerKey].map((some) => publicKeysOf(kms, some)));
    c.header('cache-control', 'public, max-age=300');
    return c.json({ keys: keys.flat().map(asJwk) });
  });
  return app;
}

/** All keys are on P-256; their thumbprints are their ids. */
function asJwk(key: KeyObject): object {
  const jwk = key.export({ format: 'jwk' });
  return { ...jwk, kid: thumbprintOf(jwk as Json), use: 'sig', alg: 'ES256' };
}
