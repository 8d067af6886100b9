/** Acts that demand a recent login, at the command line: in a script, and in a terminal. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileGateway } from '../support/gateway.ts';
import { browse } from '../support/login.ts';
import { fieldgate } from './run.ts';

let ahead = 0;
const gateway = await fileGateway({ people: true, now: () => Date.now() + ahead });
const folder = mkdtempSync(join(tmpdir(), 'fieldgate-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const env = { XDG_CONFIG_HOME: join(folder, 'config') };
const kept = () => JSON.parse(readFileSync(join(folder, 'config', 'fieldgate', 'login.json'), 'utf8'));
const run = (...args: string[]) => fieldgate(folder, args, { env });

const REKEY = ['agency', 'rekey', 'edu-county', '--jwks', 'jwks.json', '--reason', 'the laptop is gone'];

beforeAll(async () => {
  const args = ['agency', 'init', '--client-id', 'edu-county', '--out', 'new.json', '--url', gateway.url];
  writeFileSync(join(folder, 'jwks.json'), (await run(...args)).stdout);
  await run('login', 'li.na', '--url', gateway.url);
  ahead = 301_000;
});

it('a script gets the demand, with the command that meets it', async () => {
  const refused = await run(...REKEY);
  expect([refused.code, refused.stdout]).toEqual([1, '']);
  expect(refused.stderr).toContain('STEP_UP_REQUIRED');
  expect(refused.stderr).toContain('fieldgate login --again');
  const json = JSON.parse((await run(...REKEY, '--json')).stderr);
  expect(json.error).toMatchObject({ code: 'STEP_UP_REQUIRED', status: 401 });
});

const SCRIPT = '/usr/bin/script';

/** The command in a terminal; the person logs in at the address that it shows. */
async function inTerminal(
  args: string[],
  person: string,
): Promise<{ code: number | null; shown: string; to: URL }> {
  const words = [process.execPath, resolve('infra/cli/fieldgate.ts'), ...args];
  const command = words.map((word) => `'${word}'`).join(' ');
  const child = spawn(SCRIPT, ['-qec', command, '/dev/null'], {
    cwd: folder,
    env: { ...process.env, ...env },
  });
  let shown = '';
  const address = new Promise<URL>((found) => {
    child.stdout.on('data', (chunk) => {
      shown += chunk;
      const url = /http:\/\/\S+\/auth\?\S+(?=\r?\n)/.exec(shown)?.[0];
      if (url) found(new URL(url));
    });
  });
  const ended = new Promise<number | null>((done) => child.on('close', done));
  const to = await address;
  await fetch(await browse(to, person));
  return { code: await ended, shown, to };
}

describe.skipIf(!existsSync(SCRIPT))('in a terminal', () => {
  it('another person who logs in does not act, and the first one stays', async () => {
    const before = kept();
    const { code, shown } = await inTerminal(REKEY, 'chen.jie');
    expect(code).toBe(2);
    expect(shown).toContain('Another person logged in than li.na');
    expect(kept()).toEqual(before);
  });

  it('the person is asked, and the same request goes on', async () => {
    const { code, shown, to } = await inTerminal(REKEY, 'li.na');
    expect([to.searchParams.get('prompt'), to.searchParams.get('max_age')]).toEqual(['login', '0']);
    expect(shown).toContain('This act demands that li.na logs in again.');
    expect(code).toBe(4);
    expect(kept()).toMatchObject({ person: 'li.na', clientId: 'steward-office' });
    // For five minutes no person is asked again.
    expect((await run(...REKEY, '--json')).json()).toMatchObject({ state: 'pending' });
  });
});
