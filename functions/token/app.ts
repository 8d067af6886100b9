import type { KeyObject } from 'node:crypto';
import codes, { defaults, zone } from '#pack/codes.ts';
import { tokenRoutes } from '../../shared/contract/routes/token.ts';
import { thumbprintOf } from '../../shared/identity/jwk.ts';
import { readPeople } from '../../shared/identity/people/people.ts';
import { dpopNonces } from '../../shared/identity/tokens/nonce.ts';
import type { Json } from '../../shared/json.ts';
import { generateMac } from '../../shared/keys/kms.ts';
import { publicKeysOf } from '../../shared/keys/signing-keys.ts';
import { tokenTexts } from '../../shared/messages/token.ts';
import { nameFaults } from '../http/problem.ts';
import { contractApp, serveOpen, serveOthers } from '../http/serve.ts';
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
  const app = contractApp('token', deps);
  const strangers = strangersAt(deps.now);

  serveOpen(app, deps.now, tokenRoutes, {
    requestToken: {
      async raw(c) {
        try {
          const { answer, nonce } = await issueToken(deps, { purposes, nonces, strangers }, c);
          c.header('pragma', 'no-cache');
          // Gives the client a nonce for its next request.
          c.header('dpop-nonce', nonce);
          return c.json(answer);
        } catch (error) {
          return answerOAuthError(c, error);
        }
      },
    },
    readServerMetadata({ c }) {
      c.header('cache-control', 'public, max-age=300');
      return serverMetadata(deps.env.publicUrl, purposes);
    },
    readResourceMetadata({ c }) {
      c.header('cache-control', 'public, max-age=300');
      return resourceMetadata(deps.env.publicUrl, readPeople(deps.env.people), purposes.zone);
    },
    async listPublicKeys({ c }) {
      const { kms, env } = deps;
      const keys = await Promise.all([env.tokenKey, env.answerKey].map((some) => publicKeysOf(kms, some)));
      c.header('cache-control', 'public, max-age=300');
      return { keys: keys.flat().map(asJwk) };
    },
  });
  serveOthers(app, tokenRoutes.requestToken, ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'], async (c) => {
    c.header('allow', 'OPTIONS, POST');
    if (c.req.method === 'OPTIONS') return c.body(null, 204);
    return answerOAuthError(c, new OAuthError('invalid_request', tokenTexts.usePost, { status: 405 }));
  });
  mountSessions(app, deps, { purposes, nonces });
  return app;
}

/** All keys are on P-256; their thumbprints are their ids. */
function asJwk(key: KeyObject) {
  const jwk = key.export({ format: 'jwk' });
  const kid = thumbprintOf(jwk as Json) ?? '';
  return { ...jwk, kty: 'EC', kid, use: 'sig', alg: 'ES256' };
}
