/** `fieldgate log code` and `log prove`: which code ran, by the log alone. */
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { builtHere, signBuild } from '../../infra/aws/commands/builds.ts';
import { readRuns } from '../../infra/cli/log/code.ts';
import { urlReader } from '../../infra/cli/log/files.ts';
import { digestOfSources } from '../../infra/local/sources.ts';
import { verifyEd25519 } from '../../shared/log/node-crypto.ts';
import { type Built, openBuilds } from '../../shared/tree/builds.ts';
import { formatVerifier } from '../../shared/tree/note.ts';
import { sharedFolder } from '../support/folder.ts';
import { type TestGateway, testGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';
import { fieldgate, putAgency } from './run.ts';

const folder = sharedFolder();
const code = digestOfSources();
const secret = generateKeyPairSync('ed25519').privateKey;
const about = { release: '1.4.2', commit: 'c'.repeat(40), builder: 'here' };
const of = (digest: string) => [{ name: 'release', archive: digest, code: digest }];
const signed = signBuild({ ...about, functions: of(code) }, secret);
let gateway: TestGateway;
let receipt: unknown;

beforeAll(async () => {
  process.env['RELEASE_KEY'] = formatVerifier(signed.key);
  gateway = await testGateway({ code });
  delete process.env['RELEASE_KEY'];
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

it('a build that the key signed names all that runs here, and sources that it did not sign are an alert', async () => {
  const { line, key } = signBuild({ ...about, functions: builtHere() }, secret);
  const { deployed, wrote } = await readRuns(
    urlReader(gateway.url),
    undefined,
    await openBuilds(line, key, verifyEd25519),
  );
  expect(new Set([...deployed, ...wrote].map(({ release }) => release))).toEqual(new Set(['1.4.2']));
  const { json } = await gateway.call(
    'audit-office',
    { actions: ['audit'], officer: 'wang.fang' },
    ...(['GET', '/v1/alerts'] as const),
  );
  const unknown = json.alerts.filter(({ code: name }: { code: string }) => name === 'CODE_UNKNOWN');
  const findings = unknown.map(({ words }: { words: { finding: string } }) => words.finding);
  expect(findings).toContain(`gateway local runs the archive ${code}, which no signed build names`);
});

const proven = async (...more: string[]) => {
  const [receipts, builds] = [join(folder, 'receipt.json'), join(folder, 'builds')];
  writeFileSync(receipts, JSON.stringify(receipt));
  writeFileSync(builds, more.includes('--builds') ? (more.pop() ?? '') : '');
  const words = ['--as', 'edu-county', 'log', 'prove', receipts, '--purpose', 'S1', ...more];
  return fieldgate(folder, more.includes('--builds') ? [...words, builds] : words);
};

it('a receipt names the release whose signed build has the package of its writer', async () => {
  const key = ['--release-key', formatVerifier(signed.key)];
  const { code: exit, stdout } = await proven(...key, '--builds', signed.line);
  expect([exit, stdout]).toEqual([
    0,
    expect.stringContaining(`release 1.4.2, code ${code} (function release)`),
  ]);
  // The package of another function, one that another key signed, and the gateway's own file, which is empty.
  const foreign = signBuild(
    { ...about, functions: of(code) },
    generateKeyPairSync('ed25519').privateKey,
  ).line;
  const other = signBuild(
    { ...about, functions: [{ ...of(code)[0], name: 'verify' } as Built] },
    secret,
  ).line;
  for (const file of [[], ['--builds', foreign], ['--builds', other]]) {
    const refused = await proven(...key, ...file);
    expect([refused.code, refused.stdout]).toEqual([
      1,
      expect.stringContaining('the key of releases did not sign'),
    ]);
    expect(refused.stdout).not.toContain('1.4.2');
  }
});

it('a receipt names the package alone to a reader without a key of releases', async () => {
  const { code: exit, stdout, stderr } = await proven();
  expect([exit, stderr]).toEqual([0, '']);
  expect(stdout).toContain(
    `code ${code} (function release), by its own word: the release can't be checked here`,
  );
  expect((await proven('--builds', signed.line)).stderr).toContain('--release-key');
  const bad = await proven('--release-key', 'fieldgate-release+1+A');
  expect([bad.code, bad.stderr]).toEqual([2, expect.stringContaining('vkey')]);
});
