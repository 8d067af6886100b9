import { once } from 'node:events';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { recall, remember } from '../../infra/cli/log/state.ts';
import { checkLog } from '../../shared/log/check/check-log.ts';
import { formatVerifier } from '../../shared/tree/note.ts';
import { chainOf, counted, filesOf, mirrorKeys, type Signed } from '../log/mirror.ts';
import { temporaryFolder } from '../support/folder.ts';
import { fieldgate } from './run.ts';

const keys = mirrorKeys();
const chain = chainOf(keys, 1700);
const grown = counted(chain.slice(0, 1300), chain.slice(1300));
const early = grown.slice(0, counted(chain.slice(0, 1300)).length);

let [files, read]: [ReadonlyMap<string, Uint8Array>, string[]] = [new Map(), []];
const server = createServer(({ url }, answer) => {
  const path = String(url).slice('/log/'.length);
  read.push(path);
  const bytes = files.get(path);
  answer.writeHead(bytes ? 200 : 404).end(bytes);
});
beforeAll(() => once(server.listen(0, '127.0.0.1'), 'listening'));
afterAll(() => server.close());

let folder = '';
beforeEach(() => {
  folder = temporaryFolder();
});

/** Verifies the log of these leaves. */
async function verify(log: readonly Signed[], ...options: string[]) {
  files = filesOf(keys, log);
  read = [];
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const named = ['log', 'verify', '--url', url, '--key', formatVerifier(keys.log), '--json'];
  const { code, stdout, stderr, json } = await fieldgate(folder, [...named, ...options]);
  return { code, stderr, answer: stdout ? json() : null, read: read.sort() };
}

/** Bundles of old entries, which are drawn by chance, and all else that was read. */
function parted(read: readonly string[]): [again: string[], others: string[]] {
  const isOld = (path: string) => /^tile\/entries\/00\d$/.test(path);
  return [read.filter(isOld), read.filter((path) => !isOld(path))];
}

const verified = () => join(folder, '.fieldgate', 'verified');
const end = () =>
  join(verified(), readdirSync(verified()).find((name) => name.endsWith('.end')) ?? expect.fail());

test('a log that has grown is read from where the last verification ended', async () => {
  const first = await verify(early);
  expect(first.answer).toMatchObject({ ok: true, size: early.length, read: early.length, since: null });
  expect(first.read.filter((path) => path.startsWith('tile/entries/'))).toHaveLength(6);

  const second = await verify(grown);
  const since = early.length;
  expect(second.answer).toMatchObject({ ok: true, size: grown.length, read: grown.length - since, since });
  const last = `p/${grown.length % 256}`;
  const [again, others] = parted(second.read);
  // Four by chance, and the one that was not full before.
  expect(again).toHaveLength(5);
  expect(second.answer).toMatchObject({ sampled: 1024 });
  expect(others).toEqual(
    [
      ...['checkpoint', 'writer-key', 'tile/0/005', `tile/0/006.${last}`, 'tile/1/000.p/6'],
      ...[`tile/entries/006.${last}`, 'signatures/005', `signatures/006.${last}`],
    ].sort(),
  );

  const third = await verify(grown);
  expect(third.answer).toMatchObject({ ok: true, read: 0, since: grown.length });
  expect(parted(third.read)[1]).toEqual(['checkpoint', `tile/0/006.${last}`, 'tile/1/000.p/6', 'writer-key']);

  const all = await verify(grown, '--from-start');
  expect(all.answer).toMatchObject({ ok: true, read: grown.length, since: grown.length });
  expect(all.read.filter((path) => path.startsWith('tile/entries/'))).toHaveLength(7);
});

test('a byte that was changed in an old bundle is found by the reading by chance, in some run', async () => {
  await verify(early);
  const { leaf, signature } = early[300] as Signed;
  const bent = Uint8Array.from(leaf);
  bent[20] = (bent[20] as number) ^ 1;
  const found = async () => (await verify(early.with(300, { leaf: bent, signature }))).answer;
  let answer = await found();
  // Each run reads four of the five old bundles, so twenty in a row that all miss one are 1 in 10^14.
  for (let runs = 0; runs < 20 && answer.ok; runs++) answer = await found();
  expect(answer).toMatchObject({ ok: false });
});

test('all entries are read again if that was last done a week ago', async () => {
  const log = keys.log;
  const read = (path: string) => Promise.resolve(filesOf(keys, early).get(path) ?? null);
  const checked = await checkLog({ read, log });
  const DAY = 86_400_000;
  const noted = async (wholeAt: number) => {
    remember(folder, log, checked, wholeAt);
    return (await recall(folder, log, false)).from?.checkpoint.size;
  };
  expect(await noted(Date.now() - 6 * DAY)).toBe(early.length);
  expect(await noted(Date.now() - 7 * DAY)).toBeUndefined();
});

test('what is stored is for the user only', async () => {
  await verify(early);
  for (const name of readdirSync(verified()))
    expect(statSync(join(verified(), name)).mode & 0o777).toBe(0o600);
  expect(readdirSync(verified())).toHaveLength(2);
  expect(statSync(join(folder, '.config', 'fieldgate', 'verified.key')).mode & 0o777).toBe(0o600);
});

test.each<[string, (text: string) => string]>([
  ['a writer that is said to be further', (text) => text.replace(/"seq":1299/, '"seq":1499')],
  ['a byte more at its end', (text) => `${text} `],
  ['no protection', (text) => text.slice(text.indexOf('\n') + 1)],
  ['nothing', () => ''],
])('a stored end with %s is told, and all is verified on demand only', async (_what, change) => {
  await verify(early);
  const before = readFileSync(end(), 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(end(), after);
  const refused = await verify(grown);
  expect([refused.code, refused.answer, refused.read]).toEqual([2, null, []]);
  expect(refused.stderr).toContain('--from-start');
  expect(readFileSync(end(), 'utf8')).toBe(after);
  expect((await verify(grown, '--from-start')).answer).toMatchObject({ ok: true, read: grown.length });
  expect((await verify(grown)).answer).toMatchObject({ ok: true, read: 0 });
});

test('a stored end of another user is not believed', async () => {
  await verify(early);
  writeFileSync(join(folder, '.config', 'fieldgate', 'verified.key'), Buffer.alloc(32, 1));
  expect((await verify(grown)).code).toBe(2);
});

test('a log that was rewritten where it is not read again is a fork, and is not remembered', async () => {
  await verify(early);
  const before = readFileSync(end(), 'utf8');
  const rewritten = counted(chainOf(keys, 1300), chain.slice(1300));
  expect((await verify(rewritten)).answer).toMatchObject({ fault: 'FORK', at: `size ${early.length}` });
  const shorter = await verify(counted(chain.slice(0, 900)));
  expect([shorter.code, shorter.answer]).toMatchObject([1, { fault: 'FORK' }]);
  expect(readFileSync(end(), 'utf8')).toBe(before);
  expect((await verify(rewritten, '--from-start')).answer).toMatchObject({ fault: 'FORK' });
});

test('a bad entry among the new ones is named', async () => {
  await verify(early);
  const at = early.length + 50;
  const { leaf } = grown[at] as Signed;
  const forged = grown.with(at, { leaf, signature: new Uint8Array(64) });
  const { id } = JSON.parse(Buffer.from(leaf).toString());
  expect((await verify(forged)).answer).toMatchObject({ ok: false, fault: 'SIGNATURE', at: id });
});
