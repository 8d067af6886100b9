/** For an act that demands a recent login, in a terminal. */

import { connect } from '../../../shared/client/connect.ts';
import { defined } from '../../../shared/defined.ts';
import { type Login, writeLogin } from '../identity/login-file.ts';
import { language, texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { logIn, tokenOf } from './flow.ts';

const { login: t } = await texts('login');

/** @returns true; the new token is in the file of the login. @throws UsageError if another person logged in */
export async function logInAgain({ issuer, person, clientId, ...rest }: Login): Promise<boolean> {
  process.stderr.write(t.needed(person));
  const granted = await logIn(issuer, { browser: true, again: true });
  const { access_token: accessToken, expires_in: seconds = 300, key } = granted;
  const who = await (await connect({ issuer, accessToken: tokenOf(granted), language })).whoami();
  if (who.person?.name !== person || who.clientId !== clientId) throw new UsageError(t.otherPerson(person));
  const { key: _, ...kept } = rest;
  const expires = Date.now() + seconds * 1000;
  writeLogin({ ...kept, issuer, accessToken, ...defined({ key }), expires, clientId, person });
  return true;
}
