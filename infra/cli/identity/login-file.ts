/** Logins: files that only their owner may read, in the folder of the project or of the user. */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { JWK } from 'jose';
import type { PersonToken } from '../../../shared/client/wire/session.ts';
import { defined } from '../../../shared/defined.ts';
import { texts } from '../messages/language.ts';
import type { CertificateFiles } from '../terminal/certificate.ts';
import { UsageError } from '../terminal/failures.ts';
import { writeWhole } from '../whole-files.ts';
import { fileIn, folders, ownFolder } from './folders.ts';

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
/** Next to it: one file for each person, office and gateway, so that a login ends no other. */
const KEPT = 'logins';

export function writeLogin(login: Login): string {
  const folder = ownFolder();
  mkdirSync(join(folder, KEPT), { recursive: true, mode: 0o700 });
  for (const { file, login: kept } of keptIn(folder)) if (Date.now() >= kept.expires) rmSync(file);
  const text = `${JSON.stringify(login, null, 2)}\n`;
  writeWhole(join(folder, KEPT, `${idOf(login)}.json`), text);
  writeWhole(join(folder, NAME), text);
  return join(folder, NAME);
}

const idOf = ({ issuer, clientId, person }: Login) =>
  createHash('sha256')
    .update(JSON.stringify([issuer, clientId, person]))
    .digest('hex')
    .slice(0, 32);

/** Ends all logins of the nearest folder that has one. @returns whether one existed */
export function removeLogin(): boolean {
  const known = readLogin() !== null;
  const file = fileIn(NAME);
  rmSync(file, { force: true });
  rmSync(join(dirname(file), KEPT), { recursive: true, force: true });
  return known;
}

/** The last login. @returns `null` if no person is logged in. @throws UsageError if the file is malformed */
export function readLogin(): Login | null {
  const file = fileIn(NAME);
  if (!existsSync(file)) return null;
  const login = loginIn(file);
  if (login === null) throw new UsageError(t.damaged(file));
  return login;
}

/** The logins that are valid now: the last one, then the others, the latest first. @throws UsageError */
export function logins(): Login[] {
  const last = readLogin();
  const kept = folders().flatMap((folder) => keptIn(folder).map(({ login }) => login));
  const all = [...(last ? [last] : []), ...kept.sort((a, b) => b.expires - a.expires)];
  const ids = all.map(idOf);
  return all.filter(({ expires }, at) => Date.now() < expires && ids.indexOf(ids[at] ?? '') === at);
}

function keptIn(folder: string): { file: string; login: Login }[] {
  const at = join(folder, KEPT);
  if (!existsSync(at)) return [];
  return readdirSync(at).flatMap((name) => {
    const file = join(at, name);
    const login = loginIn(file);
    return login === null ? [] : [{ file, login }];
  });
}

/** @returns `null` for a file that holds no login. It may hold a token, so its content is not quoted. */
function loginIn(file: string): Login | null {
  try {
    const text = readFileSync(file, 'utf8');
    const { issuer, accessToken, key, expires, clientId, person, clientCert, clientKey } = JSON.parse(text);
    const texts = [issuer, accessToken, clientId, person].every((member) => typeof member === 'string');
    if (!texts || typeof expires !== 'number') return null;
    return { issuer, accessToken, expires, clientId, person, ...defined({ key, clientCert, clientKey }) };
  } catch {
    return null;
  }
}

/**
 * The login that a command uses: the last one, or the latest at the gateway that the command names.
 * @param url of the gateway, if the command names one
 * @throws UsageError if none is valid there
 */
export function presentLogin(url: string | undefined): Login | null {
  const last = readLogin();
  if (last === null) return null;
  if (url === undefined) {
    if (Date.now() >= last.expires) throw new UsageError(t.expired);
    return last;
  }
  const issuer = url.replace(/\/$/, '');
  const login = logins().find((one) => one.issuer === issuer);
  if (!login) throw new UsageError(last.issuer === issuer ? t.expired : t.elsewhere(last.issuer, url));
  return login;
}

/** The access token of this person, also after another `fieldgate login` of theirs. */
export function currentToken(login: Login): PersonToken {
  const { accessToken: token, key } = logins().find((one) => idOf(one) === idOf(login)) ?? login;
  return key ? { token, key } : token;
}

/**
 * The login of a person who acts through the token of this agency.
 * @param officer from the command, if any; otherwise it is the latest login of the agency
 * @returns `null` if no such person is logged in
 */
export function loginOf(clientId: string, issuer: string, officer: string | undefined): Login | null {
  const at = issuer.replace(/\/$/, '');
  const theirs = logins().filter((login) => login.clientId === clientId && login.issuer === at);
  return theirs.find(({ person }) => officer === undefined || officer === person) ?? null;
}
