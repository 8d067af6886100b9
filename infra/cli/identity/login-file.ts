/** The login: a file that only its owner may read, in the folder of the project or of the user. */

import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { JWK } from 'jose';
import type { PersonToken } from '../../../shared/client/wire/session.ts';
import { defined } from '../../../shared/defined.ts';
import { texts } from '../messages/language.ts';
import type { CertificateFiles } from '../terminal/certificate.ts';
import { UsageError } from '../terminal/failures.ts';
import { writeWhole } from '../whole-files.ts';
import { fileIn, ownFolder } from './folders.ts';

const { login: t } = await texts('identity');

export interface Login extends CertificateFiles {
  /** The gateway that the token is for. The token is sent to no other. */
  issuer: string;
  accessToken: string;
  /** The private key, as JWK, to which the issuer has bound the token. */
  key?: JWK;
  /** Epoch milliseconds. */
  expires: number;
  /** The person's office. */
  clientId: string;
  person: string;
}

const NAME = 'login.json';

export function writeLogin(login: Login): string {
  const folder = ownFolder();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, NAME);
  writeWhole(file, `${JSON.stringify(login, null, 2)}\n`);
  return file;
}

/** @returns whether a login existed */
export function removeLogin(): boolean {
  const known = readLogin() !== null;
  rmSync(fileIn(NAME), { force: true });
  return known;
}

/** @returns `null` if no person is logged in. @throws UsageError if the file is malformed */
export function readLogin(): Login | null {
  const file = fileIn(NAME);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return null;
  }
  try {
    const { issuer, accessToken, key, expires, clientId, person, clientCert, clientKey } = JSON.parse(text);
    const texts = [issuer, accessToken, clientId, person].every((member) => typeof member === 'string');
    if (texts && typeof expires === 'number')
      return { issuer, accessToken, expires, clientId, person, ...defined({ key, clientCert, clientKey }) };
  } catch {
    // The file may hold a token, so its content is not quoted.
  }
  throw new UsageError(t.damaged(file));
}

/**
 * The login that a command uses.
 * @param url of the gateway, if the command names one
 * @throws UsageError if the login has expired or is for another gateway
 */
export function presentLogin(url: string | undefined): Login | null {
  const login = readLogin();
  if (login === null) return null;
  if (url !== undefined && url.replace(/\/$/, '') !== login.issuer) {
    throw new UsageError(t.elsewhere(login.issuer, url));
  }
  if (Date.now() >= login.expires) throw new UsageError(t.expired);
  return login;
}

/** The access token of this person, also after another `fieldgate login` of theirs. */
export function currentToken(login: Login): PersonToken {
  const { issuer, clientId, person } = login;
  const now = readLogin();
  const same = now?.issuer === issuer && now.clientId === clientId && now.person === person;
  const { accessToken: token, key } = same ? now : login;
  return key ? { token, key } : token;
}

/**
 * The login of a person who acts through the token of this agency.
 * @param officer from the command, if any. @returns `null` if no person of the agency is logged in, or
 * another one
 */
export function loginOf(clientId: string, issuer: string, officer: string | undefined): Login | null {
  const login = readLogin();
  if (login?.clientId !== clientId || login.issuer !== issuer.replace(/\/$/, '')) return null;
  if (officer !== undefined && officer !== login.person) return null;
  return Date.now() < login.expires ? login : null;
}
