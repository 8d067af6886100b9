import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditApp } from '../../functions/audit/app.ts';
import { WRITERS } from '../../shared/env.ts';
import { sha256, verifyEd25519 } from '../../shared/log/node-crypto.ts';
import { POSITION } from '../../shared/log/read/index-table.ts';
import { getItem, putItem } from '../../shared/store/table.ts';
import { openCheckpoint } from '../../shared/tree/checkpoint.ts';
import { hashLeaf } from '../../shared/tree/merkle.ts';
import { parseVerifier } from '../../shared/tree/note.ts';
import { verifyConsistency, verifyInclusion } from '../../shared/tree/proof.ts';
import { unpackEntries } from '../../shared/tree/tiles.ts';
import { openWriterKeys } from '../../shared/tree/writer-key.ts';
import { appendMany, decision } from '../log/log.ts';
import { openRig } from './rig.ts';

let ids: string[];
const roots = new Map<number, Uint8Array>();

const rig = await openRig();
beforeAll(async () => {
  await rig.register('audit-office', ['PLC'], ['audit']);
  await rig.register('edu-county', ['EDU'], ['intake']);
  ids = [];
  for (const count of [1, 5, 250, 300]) {
    const receipts = await appendMany(rig.log, count);
    ids.push(...receipts.map(({ entry }) => entry));
    await rig.sequencer.step();
    const { size, root } = await checkpoint();
    roots.set(size, root);
  }
});
afterAll(() => rig.close());

test('files of a log that is not public need a token, each of them', async () => {
  const closed = auditApp({ ...rig.deps, env: { ...rig.env, publicLog: 'no' } });
  const paths = ['checkpoint', 'key', 'writer-key', 'tile/entries/000', 'signatures/000'];
  for (const path of paths) {
    expect([path, (await closed.request(`/log/${path}`)).status]).toEqual([path, 401]);
    expect([path, (await rig.request(`/log/${path}`)).status]).not.toEqual([path, 401]);
  }
});

async function logKey() {
  const text = await (await rig.request('/log/key')).text();
  return parseVerifier(sha256, text.trimEnd()) ?? expect.fail('no key');
}

async function checkpoint() {
  const note = await bytes('/log/checkpoint');
  return (await openCheckpoint(note, await logKey(), verifyEd25519)) ?? expect.fail('no checkpoint');
}

async function bytes(path: string): Promise<Uint8Array> {
  const response = await rig.request(path);
  expect(response.status).toBe(200);
  return new Uint8Array(await response.arrayBuffer());
}

const decode = (list: string[]) => list.map((one) => Buffer.from(one, 'base64'));
const audit = (path: string) => rig.get('audit-office', 'audit', path);

describe('without a token', () => {
  test('the checkpoint is a note signed by the key at /log/key', async () => {
    expect(await checkpoint()).toMatchObject({ origin: 'fieldgate.local/log', size: 561 });
    const response = await rig.request('/log/checkpoint');
    const { until } = (await audit('/v1/log/stats?by=kind')).json;
    expect(until).toMatch(/^\d{4}-/);
    expect(response.headers.get('fieldgate-until')).toBe(until);
    expect(response.headers.get('cache-control')).toBe('no-cache');
  });

  test('a checkpoint that its ETag names is not sent again, but the time up to which it holds', async () => {
    const get = (path: string, headers = {}) => rig.get('edu-county', 'intake', path, headers);
    const [open, own] = ['/log/checkpoint', '/v1/log/checkpoint'];
    const tag = (await rig.request(open)).headers.get('etag') ?? '';
    expect(tag).toMatch(/^"[0-9a-f]{64}"$/);
    const whole = await get(own, { 'if-none-match': '"other"' });
    expect([whole.status, whole.headers.get('etag')]).toEqual([200, tag]);
    expect(whole.text).toBe(Buffer.from(await bytes(open)).toString());
    const until = whole.headers.get('fieldgate-until');
    expect(until).toMatch(/^\d{4}-/);
    const again = await get(own, { 'if-none-match': tag });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', tag]);
    expect(again.headers.get('fieldgate-until')).toBe(until);
    expect((await rig.request(open, { headers: { 'if-none-match': tag } })).status).toBe(304);
    expect((await rig.request(own)).status).toBe(401);
  });

  test('the time of the index is not said of a checkpoint that it is ahead of', async () => {
    const table = { client: rig.deps.dynamo, name: rig.env.logIndexTable };
    const position = await getItem(table, POSITION);
    await putItem(table, { ...position, ...POSITION, size: { N: '562' } });
    expect((await rig.request('/log/checkpoint')).headers.has('fieldgate-until')).toBe(false);
    await putItem(table, { ...position, ...POSITION });
    expect((await rig.request('/log/checkpoint')).headers.has('fieldgate-until')).toBe(true);
  });

  test('the log names the key that certifies writers', async () => {
    const keys = await openWriterKeys(await bytes('/log/writer-key'), await logKey(), verifyEd25519);
    expect(keys?.map(({ name, key }) => [name, key.length])).toEqual(WRITERS.map((fn) => [fn, 32]));
  });

  test('tiles and bundles of any width are served, also those that were replaced by wider ones', async () => {
    expect(await bytes('/log/tile/0/000')).toHaveLength(256 * 32);
    expect(await bytes('/log/tile/1/000.p/2')).toHaveLength(64);
    const all = unpackEntries(await bytes('/log/tile/entries/002.p/45'), 45);
    expect(unpackEntries(await bytes('/log/tile/entries/002.p/7'), 7)).toEqual(all?.slice(0, 7));
    const hashes = await bytes('/log/tile/0/002.p/7');
    expect(hashes.subarray(32, 64)).toEqual(new Uint8Array(hashLeaf(sha256, all?.[1] as Uint8Array)));
    expect(await bytes('/log/signatures/002.p/7')).toHaveLength(7 * 64);
    const full = await rig.request('/log/tile/entries/001');
    expect(full.headers.get('cache-control')).toContain('immutable');
  });

  test.each([
    ...['tile/0/003', 'tile/0/000.p/0', 'tile/0/000.p/256', 'tile/0/2', 'tile/0/002.p/50', 'tile/9/000'],
    ...['tile/entries/x000/000', 'signatures/0', 'signatures/tile/000', 'tile/..%2f..%2fkms.json'],
  ])('there is no %s', async (name) => {
    expect((await rig.request(`/log/${name}`)).status).toBe(404);
  });
});

describe('proofs', () => {
  test('of inclusion verify for each kind of place', async () => {
    const { root, size } = await checkpoint();
    for (const id of [ids[0], ids[1], ids[255], ids.at(-1)]) {
      const { json } = await audit(`/v1/log/proofs/inclusion?entry=${id}`);
      expect(json.size).toBe(size);
      const claim = { index: json.index, size, root, leafHash: Buffer.from(json.leafHash, 'base64') };
      expect(verifyInclusion(sha256, { ...claim, proof: decode(json.proof) })).toBe(true);
      expect((await audit(`/v1/log/entries/${id}`)).json).toMatchObject({
        index: json.index,
        leafHash: json.leafHash,
      });
    }
  });

  test('of consistency verify between all published trees', async () => {
    const sizes = [...roots.keys()];
    for (const [i, from] of sizes.entries()) {
      for (const to of sizes.slice(i)) {
        const { json } = await audit(`/v1/log/proofs/consistency?from=${from}&to=${to}`);
        const roots2 = { firstRoot: roots.get(from) as Uint8Array, secondRoot: roots.get(to) as Uint8Array };
        const claim = { firstSize: from, secondSize: to, ...roots2, proof: decode(json.proof) };
        expect(verifyConsistency(sha256, claim)).toBe(true);
      }
    }
  });

  test('are readable with any token', async () => {
    const path = `/v1/log/proofs/inclusion?entry=${ids[0]}`;
    expect((await rig.get('edu-county', 'intake', path)).status).toBe(200);
    expect((await rig.request(path)).status).toBe(401);
  });

  test.each([
    'from=0',
    'from=562',
    'from=5&to=4',
    'from=1&to=562',
    'from=01',
    'from=1e2',
    'to=5',
    'from=9007199254740993',
  ])('there is none for %s', async (query) => {
    expect((await audit(`/v1/log/proofs/consistency?${query}`)).status).toBe(400);
  });

  test('are deferred for a stored entry that is not in the tree yet, and refused for others', async () => {
    const [waiting] = await rig.log.append([decision()]);
    const answer = await audit(`/v1/log/proofs/inclusion?entry=${waiting?.entry}`);
    expect(answer).toMatchObject({ status: 409, json: { code: 'CONFLICT' } });
    expect(answer.headers.get('retry-after')).toBe('5');
    expect((await audit(`/v1/log/entries/${waiting?.entry}`)).json.index).toBeUndefined();
    await rig.sequencer.step();
    expect(
      (await audit(`/v1/log/proofs/inclusion?entry=${waiting?.entry}`)).json.index,
    ).toBeGreaterThanOrEqual(561);
    for (const id of [`${'0'.repeat(32)}-1-0`, 'no-id', `${waiting?.entry}9`]) {
      expect((await audit(`/v1/log/proofs/inclusion?entry=${id}`)).status).toBe(404);
    }
  });
});
