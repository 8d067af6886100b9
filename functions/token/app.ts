import type { KeyObject } from 'node:crypto';
import type { Context } from 'hono';
import codes, { defaults, zone } from '#pack/codes.ts';
import { ACTION_NAMES } from '../../shared/actions.ts';
import { tokenRoutes } from '../../shared/contract/routes/token.ts';
import { defined } from '../../shared/defined.ts';
import { thumbprintOf } from '../../shared/identity/jwk.ts';
import { type PeopleSettings, readPeople } from '../../shared/identity/people/people.ts';
import { dpopNonces } from '../../shared/identity/tokens/nonce.ts';
import type { Json } from '../../shared/json.ts';
import { generateMac } from '../../shared/keys/kms.ts';
import { publicKeysOf } from '../../shared/keys/signing-keys.ts';
import { tokenTexts } from '../../shared/messages/token.ts';
import type { Zone } from '../../shared/times.ts';
import { CLIENT_ALGORITHMS, nameFaults } from '../http/problem.ts';
import { contractApp, serveOpen, serveOthers } from '../http/serve.ts';
import { CALLER_ENV } from '../session/authenticate.ts';
import { FREEZES_ENV } from '../steps/freezes.ts';
import { answerOAuthError, OAuthError } from './errors.ts';
import { type Issuing, issueToken, type Purposes, type TokenDeps } from './issue-token.ts';
import { mountSessions } from './sessions/routes.ts';
import { strangersAt } from './strangers.ts';

export const TOKEN_ENV = [...CALLER_ENV, ...FREEZES_ENV, 'nonceKey', 'answerKey', 'unwrapKey'] as const;

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
  const issuing: Issuing = { ...deps, purposes, nonces, strangers: strangersAt(deps.now) };

  const { publicUrl, people, tokenKey, answerKey } = deps.env;
  const keysOf = async (...settings: string[]) => {
    const keys = await Promise.all(settings.map((some) => publicKeysOf(deps.kms, some)));
    return { keys: keys.flat().map(asJwk) };
  };

  serveOpen(app, deps.now, tokenRoutes, {
    requestToken: {
      async raw(c) {
        try {
          const { answer, nonce } = await issueToken(issuing, c);
          c.header('pragma', 'no-cache');
          // Gives the client a nonce for its next request.
          c.header('dpop-nonce', nonce);
          return c.json(answer);
        } catch (error) {
          return answerOAuthError(c, error);
        }
      },
    },
    readServerMetadata: ({ c }) => forMinutes(c, serverMetadata(publicUrl, purposes)),
    readOpenidMetadata: ({ c }) => forMinutes(c, openidMetadata(publicUrl)),
    readResourceMetadata: ({ c }) =>
      forMinutes(c, resourceMetadata(publicUrl, readPeople(people), purposes.zone)),
    listPublicKeys: async ({ c }) => forMinutes(c, await keysOf(tokenKey, answerKey)),
    // STS takes a token under any key that it finds, and release signs with one of those above.
    listTokenKeys: async ({ c }) => forMinutes(c, await keysOf(tokenKey)),
  });
  serveOthers(app, tokenRoutes.requestToken, ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'], async (c) => {
    c.header('allow', 'OPTIONS, POST');
    if (c.req.method === 'OPTIONS') return c.body(null, 204);
    return answerOAuthError(c, new OAuthError('invalid_request', tokenTexts.usePost, { status: 405 }));
  });
  mountSessions(app, issuing);
  return app;
}

/** An answer that may be kept for five minutes. */
function forMinutes<Of>(c: Context, answer: Of): Of {
  c.header('cache-control', 'public, max-age=300');
  return answer;
}

/** All keys are on P-256; their thumbprints are their ids. */
function asJwk(key: KeyObject) {
  const jwk = key.export({ format: 'jwk' });
  const kid = thumbprintOf(jwk as Json) ?? '';
  return { ...jwk, kty: 'EC', kid, use: 'sig', alg: 'ES256' };
}

/** RFC 8414 authorization server metadata. @param issuer the public base URL. */
function serverMetadata(issuer: string, { zone, defaults }: Pick<Purposes, 'zone' | 'defaults'> = {}) {
  return {
    issuer,
    token_endpoint: `${issuer}/oauth/token`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    response_types_supported: [],
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: CLIENT_ALGORITHMS,
    dpop_signing_alg_values_supported: CLIENT_ALGORITHMS,
    authorization_details_types_supported: ['fieldgate'],
    fieldgate_actions_supported: ACTION_NAMES,
    service_documentation: `${issuer}/docs`,
    ...offset(zone),
    ...(defaults && { fieldgate_purposes: defaults.purposes, fieldgate_match_keys: defaults.matchKeys }),
  };
}

/**
 * OpenID Connect Discovery 1.0, for AWS STS, which takes tags of a session from a token of this issuer. No caller is
 * authorized at an address, which the URN says where the specification demands one.
 */
function openidMetadata(issuer: string) {
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/token-keys.json`,
    authorization_endpoint: 'urn:fieldgate:none',
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256'],
  };
}

const offset = (zone?: Zone) => (zone ? { fieldgate_utc_offset_minutes: zone.utcOffsetMinutes } : {});

/**
 * RFC 9728 protected resource metadata: the issuers whose tokens the API accepts, and the settings for a person's login.
 * @param resource the public base URL. @param people the issuer of people; `null` if there is none.
 */
function resourceMetadata(resource: string, people: PeopleSettings | null, zone?: Zone) {
  const login = people?.login;
  return {
    resource,
    authorization_servers: [resource, ...(people ? [people.issuer] : [])],
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: CLIENT_ALGORITHMS,
    authorization_details_types_supported: ['fieldgate'],
    resource_documentation: `${resource}/docs`,
    ...offset(zone),
    ...(people &&
      login && {
        fieldgate_people: {
          issuer: people.issuer,
          client_id: login.clientId,
          scope: login.scope,
          redirect_uri: login.redirectUri,
          ...defined({ resource: login.resource, acr_values: people.factors?.acr.join(' ') }),
          ...(people.console && {
            console: {
              client_id: people.console.clientId,
              redirect_uri: people.console.redirectUri,
              authorization_endpoint: people.console.authorize,
              ...defined({ end_session: people.console.logout }),
            },
          }),
        },
      }),
  };
}
