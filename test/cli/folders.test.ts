/** Keys and logins: those of the project before those of the user. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newKey } from '../client/fake-gateway.ts';
import { temporaryFolder } from '../support/folder.ts';
import { fieldgate, putAgency } from './run.ts';

const NOWHERE = 'http://127.0.0.1:1';
const keysAt = async (issuer: string) => ({ clientId: 'edu-county', issuer, sig: await newKey('ES256') });

/** A home folder with a key file and a login in the configuration folder. */
async function home(): Promise<string> {
  const folder = temporaryFolder();
  const own = join(folder, 'fieldgate');
  mkdirSync(join(own, 'agencies'), { recursive: true });
  writeFileSync(join(own, 'agencies', 'edu-county.json'), JSON.stringify(await keysAt(NOWHERE)));
  const login = { issuer: NOWHERE, accessToken: 'x', expires: 1, clientId: 'edu-county', person: 'li.na' };
  writeFileSync(join(own, 'login.json'), JSON.stringify(login));
  return folder;
}

test('in any folder the keys and the login are those of the user', async () => {
  const env = { XDG_CONFIG_HOME: await home() };
  const folder = temporaryFolder();
  const listed = await fieldgate(folder, ['log', '--as', 'nobody'], { env });
  expect(listed.stderr).toContain('edu-county');
  expect((await fieldgate(folder, ['whoami'], { env })).stderr).toContain('expired');
  expect((await fieldgate(folder, ['logout'], { env })).stdout).toContain('logged out');
  expect(existsSync(join(env.XDG_CONFIG_HOME, 'fieldgate', 'login.json'))).toBe(false);
});

test('those of the project come first', async () => {
  const env = { XDG_CONFIG_HOME: await home() };
  const folder = temporaryFolder();
  putAgency(folder, await keysAt('not an address'));
  const { stderr } = await fieldgate(folder, ['log', '--as', 'edu-county'], { env });
  expect(stderr).not.toContain('reached');
  expect(readFileSync(join(env.XDG_CONFIG_HOME, 'fieldgate', 'login.json'), 'utf8')).toContain('li.na');
});
