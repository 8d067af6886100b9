/** Logs a sample person in through the local issuer, as a browser would: redirects, cookies, the form. */
import { exportJWK, generateKeyPair } from 'jose';
import * as oauth from 'oauth4webapi';
import type { DpopKey } from './gateway.ts';

const REDIRECT = 'http://127.0.0.1:9/callback';
const insecure = { [oauth.allowInsecureRequests]: true };

/**
 * Walks from the address of a login to the address on this machine that it ends at, which is not called.
 * @param person whom to choose on the page, or all that is filled in there
 * @param ends whether the login ends at this address, where it does not end at another origin
 */
export async function browse(
  from: URL,
  person: string | Record<string, string>,
  ends: (url: URL) => boolean = () => false,
): Promise<URL> {
  const cookies = new Map<string, string>();
  const visit = async (url: URL, init: RequestInit = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
  let url = from;
  let init: RequestInit = {};
  for (let step = 0; step < 10; step++) {
    const response = await visit(url, init);
    init = {};
    const location = response.headers.get('location');
    if (location !== null) {
      url = new URL(location, url);
      if (url.origin !== from.origin || ends(url)) return url;
      continue;
    }
    const page = await response.text();
    const action = /<form method="post" action="([^"]+)"/.exec(page)?.[1];
    if (response.status !== 200 || action === undefined)
      throw new Error(`no login: ${response.status} ${page}`);
    url = new URL(action, url);
    init = { method: 'POST', body: new URLSearchParams(typeof person === 'string' ? { person } : person) };
  }
  throw new Error('the login goes round in circles');
}

export interface Tokens {
  access: string;
  id: string;
  /** To which the issuer has bound the access token. */
  key: DpopKey;
}

/** @param more parameters of the authorization request, for requests that are not as they should be */
export async function logIn(
  gateway: { url: string },
  person: string,
  more: Record<string, string> = {},
): Promise<Tokens> {
  const metadata = await fetch(`${gateway.url}/.well-known/oauth-protected-resource`);
  const { fieldgate_people: people } = (await metadata.json()) as {
    fieldgate_people: Record<string, string>;
  };
  const issuer = new URL(people['issuer'] as string);
  const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
  const client = { client_id: people['client_id'] as string };
  const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()];
  const url = new URL(as.authorization_endpoint as string);
  url.search = new URLSearchParams({
    client_id: client.client_id,
    response_type: 'code',
    redirect_uri: REDIRECT,
    state,
    scope: people['scope'] as string,
    resource: people['resource'] as string,
    code_challenge_method: 'S256',
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    ...more,
  }).toString();
  const answered = oauth.validateAuthResponse(as, client, await browse(url, person), state);
  const pair = await generateKeyPair('ES256', { extractable: true });
  const response = await oauth.authorizationCodeGrantRequest(
    ...([as, client, oauth.None(), answered, REDIRECT, verifier] as const),
    {
      ...insecure,
      DPoP: oauth.DPoP({}, pair),
      additionalParameters: { resource: people['resource'] as string },
    },
  );
  const granted = await oauth.processAuthorizationCodeResponse(as, client, response);
  const key = { privateKey: pair.privateKey, publicJwk: await exportJWK(pair.publicKey) };
  return { access: granted.access_token, id: granted.id_token ?? '', key };
}
