/** `fieldgate log code` and `log prove`: which code ran, by the log alone. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { digestOfSources } from '../../infra/local/sources.ts';
import { sharedFolder } from '../support/folder.ts';
import { type TestGateway, testGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';
import { fieldgate, putAgency } from './run.ts';

const folder = sharedFolder();
const code = digestOfSources();
let gateway: TestGateway;
let receipt: unknown;

beforeAll(async () => {
  gateway = await testGateway({ code });
  for (const office of ['mps-county', 'edu-county']) putAgency(folder, gateway.agency(office));
  const match = { id_number: freshNumber() };
  await gateway.put('mps-county', { match, fields: { name: '张三' } });
  const ask = { collection: 'children', subjects: [{ match }], fields: ['name'] };
  const how = { actions: ['release'], purpose: 'S1', case: 'EDU-1', officer: 'zhang.wei', reason: 'subsidy' };
  receipt = (await gateway.call('edu-county', how, 'POST', '/v1/releases', ask)).json;
  await gateway.sequencer.step();
  await gateway.watcher.scan();
  await gateway.sequencer.step();
});
afterAll(() => gateway.close());

const run = (...words: string[]) => fieldgate(folder, ['--as', 'mps-county', ...words]);

it('names the sources that a local gateway runs, and the writers that say the same', async () => {
  const { code: exit, json } = await run('log', 'code', '--json');
  const { deployed, wrote, asked } = json() as {
    deployed: Record<string, string>[];
    wrote: { name: string; build: string }[];
    asked: boolean;
  };
  expect([exit, asked]).toEqual([0, false]);
  expect(deployed).toEqual([
    expect.objectContaining({ name: 'gateway', version: 'local', archive: code, release: '-' }),
  ]);
  expect(new Set(wrote.map(({ build }) => build))).toEqual(new Set([code]));
  expect(wrote.map(({ name }) => name)).toContain('intake');
});

it('a key of releases that signed none of it refuses it', async () => {
  const key = (await (await fetch(`${gateway.url}/log/key`)).text()).trim();
  const { code: exit, stdout } = await run('log', 'code', '--release-key', key);
  expect(exit).toBe(1);
  expect(stdout).toContain(code.slice(0, 12));
});

it('a receipt says by which function and package its entry was written', async () => {
  writeFileSync(join(folder, 'receipt.json'), JSON.stringify(receipt));
  const { stdout, stderr } = await fieldgate(folder, [
    '--as',
    'edu-county',
    'log',
    'prove',
    join(folder, 'receipt.json'),
    '--purpose',
    'S1',
  ]);
  expect(stderr).toBe('');
  expect(stdout).toContain(`release, package ${code}`);
});
