/**
 * The OpenID Connect issuer of the local gateway, under a path of its own origin. It takes the role of
 * Cognito in AWS. Its keys and sessions last as long as the process.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JWK } from 'jose';
import Provider, { type Configuration, errors } from 'oidc-provider';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';
import { defined } from '../../../shared/defined.ts';
import type { SamplePerson } from '../sample/parties.ts';
import {
  answerSignIn,
  LIFETIME,
  openSigner,
  PEOPLE_PATH,
  personOf,
  SCOPE,
  type Signer,
  settingFor,
  TWO_FACTORS,
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

/** @param url base URL of the gateway, the audience of tokens. @param now epoch milliseconds. @param factors when a second one is demanded */
export async function openPeopleIssuer(
  url: string,
  now: () => number,
  people: readonly SamplePerson[],
  factors?: 'always' | 'recent',
): Promise<PeopleIssuer> {
  const signer = await openSigner(url, now);
  const { issuer } = signer;
  const provider = new Provider(issuer, configuration(url, signer.key, people));
  const answer = provider.callback();
  return {
    setting: settingFor(issuer, url, {
      ...(factors && { factors: { acr: [TWO_FACTORS.acr], demanded: factors } }),
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
      // A browser measures the end of a cookie by the date of its answer, and the library sets it by this machine's clock.
      response.setHeader('date', new Date().toUTCString());
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
    adapter: createMemoryAdapter(),
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
    acrValues: [TWO_FACTORS.acr],
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
      const code = context.oidc.entities.AuthorizationCode;
      return (
        person && {
          roles: [...person.roles],
          office: person.office,
          name: person.id,
          ...defined({ auth_time: code?.authTime, acr: code?.acr, amr: code?.amr }),
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
  const { uid, prompt, params } = await provider.interactionDetails(request, response);
  const form = new URLSearchParams(request.method === 'POST' ? await textOf(request) : '');
  const person = personOf(people, form.get('person'));
  if (prompt.name === 'consent') {
    await provider.interactionFinished(request, response, { consent: {} }, { mergeWithLastSubmission: true });
  } else if (person) {
    // `auth_time` is by the gateway's clock.
    const login = {
      ...{ accountId: person.id, ts: Math.floor(now() / 1000) },
      ...(form.has('second') && TWO_FACTORS),
    };
    await provider.interactionFinished(request, response, { login, consent: {} });
  } else {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.setHeader('cache-control', 'no-store');
    response.setHeader(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    );
    const asked = params['acr_values'] !== undefined;
    response.end(loginPage(people, `${PEOPLE_PATH}/interaction/${uid}`, asked));
  }
  return true;
}

/* The login page of the local gateway: a choice of sample people. There are no passwords, because all people
 * are made up.
 */

/** @param action URL of the form. @param asked whether a second factor is asked for */
function loginPage(people: readonly SamplePerson[], action: string, asked: boolean): string {
  const buttons = people.map(
    ({ id, name, roles, office }) =>
      `<button name="person" value="${id}"><b>${Object.values(name).join(' ')}</b> ${roles.join(', ')}, ${office}</button>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Log in to the local gateway · 登录本地网关</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem}
button{display:block;width:100%;margin:.5rem 0;padding:.6rem 1rem;text-align:left;font:inherit;cursor:pointer}</style>
</head><body><h1>Who are you? · <span lang="zh-Hans">您是谁？</span></h1>
<p>These people are made up, like everything in this gateway, so there are no passwords.</p>
<p lang="zh-Hans">此处人员与本网关的一切数据均为虚构，因此没有密码。</p>
<form method="post" action="${action}">
<label><input type="checkbox" name="second"${asked ? ' checked' : ''}> With a second factor · <span lang="zh-Hans">使用第二种鉴别方式</span></label>
${buttons.join('\n')}
</form></body></html>`;
}

/** Asks whether the issuer's session is to end, as the standard wants. @param form of the library, without a button */
function logoutPage(form: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sign out · 退出登录</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><h1>Sign out of the local gateway? · <span lang="zh-Hans">退出本地网关？</span></h1>
${form}
<button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out · <span lang="zh-Hans">退出登录</span></button>
</body></html>`;
}
