/** Keys and logins: those of the project before those of the user. */
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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

test('the gateway of the folder comes before the one of a login for all folders', async () => {
  const env = { XDG_CONFIG_HOME: await home() };
  const folder = temporaryFolder();
  mkdirSync(join(folder, '.fieldgate'));
  const here = createServer((_, answer) => answer.writeHead(404).end()).listen(0, '127.0.0.1');
  await once(here, 'listening');
  const url = `http://127.0.0.1:${(here.address() as AddressInfo).port}`;
  writeFileSync(join(folder, '.fieldgate', 'gateway.json'), JSON.stringify({ url }));
  expect((await fieldgate(folder, ['log', 'verify'], { env })).stderr).not.toContain('reached');
  here.close();
  const there = join(env.XDG_CONFIG_HOME, 'fieldgate', 'login.json');
  writeFileSync(join(folder, '.fieldgate', 'login.json'), readFileSync(there));
  const { code, stderr } = await fieldgate(folder, ['log', 'verify'], { env });
  expect([code, stderr]).toEqual([3, expect.stringContaining('reached')]);
});
