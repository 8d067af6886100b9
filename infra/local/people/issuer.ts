/**
 * The OpenID Connect issuer of the local gateway, under a path of its own origin. It takes the role of
 * Cognito in AWS. Its keys and sessions last as long as the process.
 */

import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JWK } from 'jose';
import Provider, { type Configuration, errors } from 'oidc-provider';
import { defined } from '../../../shared/defined.ts';
import type { SamplePerson } from '../sample/parties.ts';
import { loginPage, logoutPage } from './login-page.ts';
import { memoryAdapter } from './memory.ts';
import {
  answerSignIn,
  LIFETIME,
  openSigner,
  PEOPLE_PATH,
  personOf,
  SCOPE,
  type Signer,
  settingFor,
  textOf,
} from './sign-in.ts';

const CLIENT = 'fieldgate-cli';
const CONSOLE = 'fieldgate-console';
/** Where `fieldgate console` serves the pages. */
const RELAY = 'http://localhost:8791/console/';
/** Any port, as RFC 8252 requires for programs on this machine. */
const REDIRECT = 'http://127.0.0.1/callback';

export interface PeopleIssuer {
  /** The gateway's setting for this issuer. */
  setting: string;
  sign: Signer['sign'];
  /** Handles requests whose path begins with `PEOPLE_PATH`. */
  handle(request: IncomingMessage, response: ServerResponse): void;
}

/** @param url base URL of the gateway, the audience of tokens. @param now epoch milliseconds */
export async function openPeopleIssuer(
  url: string,
  now: () => number,
  people: readonly SamplePerson[],
): Promise<PeopleIssuer> {
  const signer = await openSigner(url, now);
  const { issuer } = signer;
  const provider = new Provider(issuer, configuration(url, signer.key, people));
  const answer = provider.callback();
  return {
    setting: settingFor(issuer, url, {
      login: { clientId: CLIENT, scope: `openid ${SCOPE}`, redirectUri: REDIRECT, resource: url },
      console: {
        ...{ clientId: CONSOLE, redirectUri: `${url}/console/`, authorize: `${issuer}/auth` },
        logout: `${issuer}/session/end?client_id=${CONSOLE}&post_logout_redirect_uri=${url}/console/`,
      },
    }),
    sign: signer.sign,
    handle(request, response) {
      const sent = request as IncomingMessage & { originalUrl?: string };
      sent.originalUrl = request.url ?? '';
      sent.url = sent.originalUrl.slice(PEOPLE_PATH.length) || '/';
      answerSignIn(signer, people, sent, response)
        .then((done) => done || interact(provider, { people, now }, sent, response))
        .then((done) => {
          if (!done) answer(request, response);
        })
        .catch(() => {
          response.statusCode = 400;
          response.end('This login is over. Start again.\n');
        });
    },
  };
}

function configuration(url: string, key: JWK, people: readonly SamplePerson[]): Configuration {
  const server = {
    scope: SCOPE,
    audience: url,
    accessTokenTTL: LIFETIME,
    ...({ accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } } as const),
  };
  return {
    adapter: memoryAdapter,
    clients: [
      {
        client_id: CLIENT,
        application_type: 'native',
        // A copy of a token in a terminal's file or history is of no use without its key.
        dpop_bound_access_tokens: true,
        token_endpoint_auth_method: 'none',
        redirect_uris: [REDIRECT],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
      },
      {
        client_id: CONSOLE,
        application_type: 'web',
        token_endpoint_auth_method: 'none',
        redirect_uris: [`${url}/console/`, RELAY],
        post_logout_redirect_uris: [`${url}/console/`],
        grant_types: ['authorization_code'],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    jwks: { keys: [key as never] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    pkce: { required: () => true },
    ttl: {
      AccessToken: LIFETIME,
      AuthorizationCode: 60,
      Grant: LIFETIME,
      IdToken: 300,
      Interaction: 600,
      Session: 600,
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        // The library's own page loads a font from elsewhere.
        logoutSource(context, form) {
          context.body = logoutPage(form);
        },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => url,
        useGrantedResource: () => true,
        getResourceServerInfo(_context, resource) {
          if (resource !== url) throw new errors.InvalidTarget();
          return server;
        },
      },
    },
    interactions: { url: (_context, { uid }) => `${PEOPLE_PATH}/interaction/${uid}` },
    findAccount: (_context, id) =>
      personOf(people, id) && { accountId: id, claims: async () => ({ sub: id }) },
    extraTokenClaims(context, token) {
      const person = 'accountId' in token ? personOf(people, token.accountId) : undefined;
      const authTime = context.oidc.entities.AuthorizationCode?.authTime;
      return (
        person && {
          roles: [...person.roles],
          office: person.office,
          name: person.id,
          ...defined({ auth_time: authTime }),
        }
      );
    },
    // Both clients are the gateway's own, so no consent page is shown.
    async loadExistingGrant({ oidc }) {
      const { client, session, provider } = oidc;
      if (!client || !session?.accountId) return undefined;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid');
      grant.addResourceScope(url, SCOPE);
      await grant.save();
      return grant;
    },
  };
}

/** Shows the login page and handles its form. @returns false for every other request. */
async function interact(
  provider: Provider,
  { people, now }: { people: readonly SamplePerson[]; now: () => number },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (!/^\/interaction\/[\w-]+$/.test(request.url ?? '')) return false;
  const { uid, prompt } = await provider.interactionDetails(request, response);
  const person = request.method === 'POST' ? personOf(people, await chosen(request)) : undefined;
  if (prompt.name === 'consent') {
    await provider.interactionFinished(request, response, { consent: {} }, { mergeWithLastSubmission: true });
  } else if (person) {
    // `auth_time` is by the gateway's clock.
    const login = { accountId: person.id, ts: Math.floor(now() / 1000) };
    await provider.interactionFinished(request, response, { login, consent: {} });
  } else {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.setHeader('cache-control', 'no-store');
    response.setHeader(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    );
    response.end(loginPage(people, `${PEOPLE_PATH}/interaction/${uid}`));
  }
  return true;
}

async function chosen(request: IncomingMessage): Promise<string | undefined> {
  return new URLSearchParams(await textOf(request)).get('person') ?? undefined;
}
