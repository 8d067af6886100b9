/**
 * The authorization code flow with PKCE, in the browser, with a redirect to a port of this machine (RFC 8252). The result
 * is an access token. The ID token only names the person.
 */
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JWK } from 'jose';
import * as oauth from 'oauth4webapi';
import { unreachable } from '../../../shared/client/wire/errors.ts';
import type { PersonToken } from '../../../shared/client/wire/session.ts';
import { defined } from '../../../shared/defined.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { newLoginKey } from './key.ts';

const { login: t, callback: c } = await texts('login');

/** The gateway's description of logins, a member of its RFC 9728 metadata. */
interface People {
  issuer: string;
  client_id: string;
  scope: string;
  redirect_uri: string;
  resource?: string;
  acr_values?: string;
}

export interface Granted {
  access_token: string;
  /** To which the issuer bound the token, if it binds any. */
  key?: JWK;
  /** Seconds. */
  expires_in?: number | undefined;
}

/** As the client takes it. */
export const tokenOf = ({ access_token: token, key }: Granted): PersonToken => (key ? { token, key } : token);

export interface How {
  /** Whether to open the browser, if there is a terminal. */
  browser: boolean;
  /** Asks the person, whether or not the issuer still knows them. */
  again?: boolean;
}

/** @param url of the gateway. @throws UsageError if the login is refused or interrupted */
export async function logIn(url: string, { browser, again = false }: How): Promise<Granted> {
  const people = await peopleAt(url);
  const issuer = new URL(people.issuer);
  const http = { [oauth.allowInsecureRequests]: issuer.protocol === 'http:' };
  const as = await oauth.processDiscoveryResponse(
    issuer,
    await reach(oauth.discoveryRequest(issuer, { ...http, algorithm: 'oidc' }), people.issuer),
  );
  const client: oauth.Client = { client_id: people.client_id };
  const callback = await openCallback(people.redirect_uri);
  try {
    const [verifier, state, nonce] = [
      oauth.generateRandomCodeVerifier(),
      oauth.generateRandomState(),
      oauth.generateRandomNonce(),
    ];
    const address = new URL(as.authorization_endpoint ?? '');
    const parameters = {
      client_id: people.client_id,
      response_type: 'code',
      redirect_uri: callback.redirectUri,
      scope: people.scope,
      state,
      nonce,
      code_challenge_method: 'S256',
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      ...defined({ resource: people.resource, acr_values: people.acr_values }),
      ...(again && { prompt: 'login', max_age: '0' }),
    };
    for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
    process.stderr.write(t.here(address.href));
    if (browser && process.stderr.isTTY) openBrowser(address.href);

    const answered = oauth.validateAuthResponse(as, client, await callback.answer(), state);
    const key = await newLoginKey();
    const binds = as.dpop_signing_alg_values_supported?.includes('ES256') === true;
    const options = {
      ...http,
      ...(binds && { DPoP: key.dpop }),
      ...(people.resource !== undefined && { additionalParameters: { resource: people.resource } }),
    };
    const { redirectUri } = callback;
    const exchange = async () =>
      oauth.processAuthorizationCodeResponse(
        as,
        client,
        await reach(
          oauth.authorizationCodeGrantRequest(
            as,
            client,
            oauth.None(),
            answered,
            redirectUri,
            verifier,
            options,
          ),
          people.issuer,
        ),
        { expectedNonce: nonce, requireIdToken: true },
      );
    // The handle keeps the nonce of a first answer that only asks for it.
    const granted = await exchange().catch((error) => {
      if (binds && oauth.isDPoPNonceError(error)) return exchange();
      throw error;
    });
    return { ...granted, ...(granted.token_type === 'dpop' && { key: key.jwk }) };
  } catch (error) {
    throw isRefusal(error) ? new UsageError(t.refused) : error;
  } finally {
    callback.close();
  }
}

const isRefusal = (error: unknown) =>
  error instanceof oauth.AuthorizationResponseError ||
  error instanceof oauth.ResponseBodyError ||
  error instanceof oauth.OperationProcessingError;

async function peopleAt(url: string): Promise<People> {
  const answer = await reach(
    fetch(`${url}/.well-known/oauth-protected-resource`, { redirect: 'error' }),
    url,
  );
  const { resource, fieldgate_people: people } = (await answer.json()) as {
    resource?: string;
    fieldgate_people?: People;
  };
  if (resource !== url) throw new UsageError(t.notGateway(url));
  if (people === undefined) throw new UsageError(t.noPeople);
  return people;
}

export async function reach(request: Promise<Response>, where: string): Promise<Response> {
  try {
    return await request;
  } catch {
    throw unreachable(where);
  }
}

function openBrowser(address: string): void {
  const command = process.platform === 'darwin' ? 'open' : 'xdg-open';
  // Without a browser, the printed address suffices.
  spawn(command, [address], { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}

/** The local address to which the issuer redirects the browser. */
interface Callback {
  redirectUri: string;
  /** The URL of the redirect. @throws UsageError after five minutes */
  answer(): Promise<URL>;
  close(): void;
}

const PATIENCE = 300_000;

/** @param registered redirect URI at the issuer; if it names no port, any port is valid (RFC 8252) */
async function openCallback(registered: string): Promise<Callback> {
  const redirect = new URL(registered);
  if (redirect.protocol !== 'http:' || !['127.0.0.1', 'localhost', '[::1]'].includes(redirect.hostname)) {
    throw new UsageError(c.elsewhere);
  }
  let done: (url: URL) => void = () => {};
  const came = new Promise<URL>((resolve) => {
    done = resolve;
  });
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', redirect);
    const meant = request.method === 'GET' && url.pathname === redirect.pathname;
    response.writeHead(meant ? 200 : 404, { 'content-type': 'text/plain', connection: 'close' });
    response.end(meant ? c.close : c.nothing);
    if (meant) done(url);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => reject(new UsageError(c.portUsed(redirect.port))));
    server.listen(Number(redirect.port || 0), redirect.hostname.replace(/^\[|\]$/g, ''), resolve);
  });
  redirect.port = String((server.address() as AddressInfo).port);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new UsageError(c.late)), PATIENCE);
  });
  late.catch(() => {});
  return {
    redirectUri: redirect.href,
    answer: () => Promise.race([came, late]),
    close() {
      clearTimeout(timer);
      server.close();
      server.closeAllConnections();
    },
  };
}
