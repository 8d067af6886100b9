/** `fieldgate login`: a person logs in, and the access token is kept in a file. */

import { connect } from '../../../shared/client/connect.ts';
import { defined } from '../../../shared/defined.ts';
import type { Command } from '../command.ts';
import { type GlobalOptions, print } from '../common.ts';
import { removeLogin, writeLogin } from '../identity/login-file.ts';
import { presentCertificate } from '../identity/own-certificate.ts';
import { localGateway } from '../log/where.ts';
import { language, spoken, texts, words as w } from '../messages/language.ts';
import { within } from '../terminal/certificate.ts';
import { UsageError } from '../terminal/failures.ts';
import { showTimesIn, timeOf } from '../terminal/times.ts';
import { wordsFor } from '../terminal/words.ts';
import { type Granted, type How, logIn, reach, tokenOf } from './flow.ts';
import { newLoginKey } from './key.ts';

const { login: t } = await texts('login');

export function registerLogin(program: Command): void {
  program
    .command('login')
    .argument('[name]', t.name)
    .option('--no-browser', t.noBrowser)
    .option('--again', t.again)
    .runs<How>(async (options, name: string | undefined) => {
      const url = (options.url ?? localGateway()).replace(/\/$/, '');
      presentCertificate(url, options);
      await keep(options, url, await (name === undefined ? logIn(url, options) : signIn(url, name)));
    });
  program.command('logout').runs((options) => {
    const known = removeLogin();
    print(options, { loggedOut: known }, () => (known ? t.out : t.wasOut));
  });
}

/** The local gateway's people are made up, so it signs them in without a browser. */
async function signIn(url: string, person: string): Promise<Granted> {
  if (new URL(url).hostname !== '127.0.0.1') throw new UsageError(t.notLocal);
  const key = await newLoginKey();
  const address = `${url}/people/sign-in`;
  const sent = {
    method: 'POST',
    headers: { 'content-type': 'application/json', dpop: await key.proof('POST', address) },
    body: JSON.stringify({ person }),
  };
  const answer = await reach(fetch(address, sent), url);
  if (!answer.ok) throw new UsageError(t.noPerson(person));
  return { ...((await answer.json()) as Granted), key: key.jwk };
}

async function keep(options: GlobalOptions, url: string, granted: Granted): Promise<void> {
  const { access_token: accessToken, expires_in: seconds = 300, key } = granted;
  const gate = await connect({ issuer: url, accessToken: tokenOf(granted), language });
  if (!options.utc) showTimesIn(gate);
  const { clientId, name, person } = await gate.whoami();
  const who = person?.name ?? '';
  const expires = Date.now() + seconds * 1000;
  const files = within('.', options);
  const path = writeLogin({
    issuer: url,
    accessToken,
    ...defined({ key }),
    expires,
    clientId,
    person: who,
    ...files,
  });
  const shown = { person: who, office: clientId, actions: person?.actions ?? [], expires: new Date(expires) };
  print(options, shown, () => {
    const may = wordsFor(shown.actions) || w.nothing;
    return t.done(who, spoken(name), clientId, may, timeOf(shown.expires.getTime()), path);
  });
}
