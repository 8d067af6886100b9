/**
 * `fieldgate login`: the authorization code flow with PKCE, in the browser, with a redirect to a port of this
 * machine (RFC 8252). The result is an access token in a file. The ID token only names the person.
 */

import { spawn } from 'node:child_process';
import * as oauth from 'oauth4webapi';
import { connect } from '../../../shared/client/connect.ts';
import { unreachable } from '../../../shared/client/wire/errors.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, print } from '../common.ts';
import { removeLogin, writeLogin } from '../identity/login-file.ts';
import { localGateway } from '../log/where.ts';
import { language, spoken, texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { showTimesIn, timeOf } from '../terminal/times.ts';
import { wordsFor } from '../terminal/words.ts';
import { openCallback } from './callback.ts';

const { login: t } = await texts('login');
const { words: w } = await texts('words');
const { commands: about } = await texts('program');

/** The gateway's description of logins, a member of its RFC 9728 metadata. */
interface People {
  issuer: string;
  client_id: string;
  scope: string;
  redirect_uri: string;
  resource?: string;
}

export function registerLogin(program: Command): void {
  program
    .command('login')
    .description(about.login)
    .argument('[name]', t.name)
    .option('--no-browser', t.noBrowser)
    .runs<{ browser: boolean }>(async (options, name: string | undefined) => {
      await (name === undefined ? login(options) : signIn(options, name));
    });
  program
    .command('logout')
    .description(about.logout)
    .runs((options) => {
      const known = removeLogin();
      print(options, { loggedOut: known }, () => (known ? t.out : t.wasOut));
    });
}

async function login(options: GlobalOptions & { browser: boolean }): Promise<void> {
  const url = (options.url ?? localGateway()).replace(/\/$/, '');
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
      ...defined({ resource: people.resource }),
    };
    for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
    process.stderr.write(t.here(address.href));
    if (options.browser && process.stderr.isTTY) openBrowser(address.href);

    const answered = oauth.validateAuthResponse(as, client, await callback.answer(), state);
    const granted = await oauth.processAuthorizationCodeResponse(
      as,
      client,
      await reach(
        oauth.authorizationCodeGrantRequest(
          as,
          client,
          oauth.None(),
          answered,
          callback.redirectUri,
          verifier,
          {
            ...http,
            ...(people.resource !== undefined && { additionalParameters: { resource: people.resource } }),
          },
        ),
        people.issuer,
      ),
      { expectedNonce: nonce, requireIdToken: true },
    );
    await keep(options, url, granted.access_token, granted.expires_in ?? 300);
  } catch (error) {
    throw isRefusal(error) ? new UsageError(t.refused) : error;
  } finally {
    callback.close();
  }
}

/** The local gateway's people are made up, so it signs them in without a browser. */
async function signIn(options: GlobalOptions, person: string): Promise<void> {
  const url = (options.url ?? localGateway()).replace(/\/$/, '');
  if (new URL(url).hostname !== '127.0.0.1') throw new UsageError(t.notLocal);
  const sent = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ person }),
  };
  const answer = await reach(fetch(`${url}/people/sign-in`, sent), url);
  if (!answer.ok) throw new UsageError(t.noPerson(person));
  const granted = (await answer.json()) as { access_token: string; expires_in: number };
  await keep(options, url, granted.access_token, granted.expires_in);
}

const isRefusal = (error: unknown) =>
  error instanceof oauth.AuthorizationResponseError ||
  error instanceof oauth.ResponseBodyError ||
  error instanceof oauth.OperationProcessingError;

async function keep(options: GlobalOptions, url: string, accessToken: string, seconds: number) {
  const gate = await connect({ issuer: url, accessToken, language });
  if (!options.utc) showTimesIn(gate);
  const { clientId, name, person } = await gate.whoami();
  const who = person?.name ?? '';
  const expires = Date.now() + seconds * 1000;
  const path = writeLogin({ issuer: url, accessToken, expires, clientId, person: who });
  const shown = { person: who, office: clientId, actions: person?.actions ?? [], expires: new Date(expires) };
  print(options, shown, () => {
    const may = wordsFor(shown.actions) || w.nothing;
    return t.done(who, spoken(name), clientId, may, timeOf(shown.expires.getTime()), path);
  });
}

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

async function reach(request: Promise<Response>, where: string): Promise<Response> {
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
