import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { type Edge, EMPTY_EDGE, grow, readEdge, rootOf } from '../../shared/tree/grow.ts';
import { foldRight, hashLeaf, hashPair } from '../../shared/tree/merkle.ts';
import { packEntries, parseTilePath, tilePath, unpackEntries } from '../../shared/tree/tiles.ts';
import { tilesOf } from '../support/tiles.ts';

const folder = `${process.env['FIELDGATE_VECTORS'] ?? '../shared/vectors'}`;
const there = existsSync(`${folder}/tlog`);
// biome-ignore lint/suspicious/noExplicitAny: vectors are read as they are
type Vector = any;
const read = (name: string): Vector => JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8'));
const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex');
const leaf = (i: number) => Buffer.from(`entry ${i}`);

/** Root by the recursive definition. */
function naiveRoot(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length < 2) return hashes[0] ?? foldRight(sha256, []);
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return hashPair(sha256, naiveRoot(hashes.slice(0, k)), naiveRoot(hashes.slice(k)));
}

/** Grows an empty tree in steps and keeps every file, as a store would. */
function growBy(steps: readonly number[]) {
  const files = new Map<string, Uint8Array>();
  let edge: Edge = EMPTY_EDGE;
  for (const step of steps) {
    const leaves = Array.from({ length: step }, (_, i) => leaf(edge.size + i));
    const growth = grow(sha256, edge, leaves);
    for (const { path, bytes } of growth.files) {
      const known = files.get(path);
      if (known) expect(hex(bytes)).toBe(hex(known));
      files.set(path, bytes);
    }
    edge = growth.edge;
  }
  return { edge, files };
}

describe.skipIf(!there)('vectors (skipped if absent)', () => {
  test('a log of Tessera, grown one by one: every checkpoint, tile and bundle', () => {
    const log = read('tlog/tessera-small-log');
    const words = unpackEntries(Buffer.from(log.entry_bundles_hex['tile/entries/000.p/15'], 'hex'), 15) ?? [];
    const files = new Map<string, string>();
    let edge: Edge = EMPTY_EDGE;
    for (const word of words) {
      const growth = grow(sha256, edge, [word]);
      for (const { path, bytes } of growth.files) files.set(path, hex(bytes));
      edge = growth.edge;
      const [, , root] = log.checkpoints[edge.size].split('\n');
      expect(Buffer.from(rootOf(sha256, edge)).toString('base64')).toBe(root);
    }
    expect(Object.fromEntries(files)).toEqual({ ...log.tiles_hex, ...log.entry_bundles_hex });
  });

  test('the tiles of a sunlight mirror give its root', async () => {
    const { tiles_hex, tree_size, root_b64 } = read('tlog/sunlight-tiles-300');
    const bytes = (path: string) => (path in tiles_hex ? Buffer.from(tiles_hex[path], 'hex') : null);
    // Its entries are of another kind and not in the vectors.
    const entries = packEntries(Array.from({ length: tree_size % 256 }, () => new Uint8Array()));
    const edge = await readEdge(tree_size, async (path) =>
      path.includes('entries') ? entries : bytes(path),
    );
    expect(Buffer.from(rootOf(sha256, edge as Edge)).toString('base64')).toBe(root_b64);
  });

  test('roots at sizes around powers of two', () => {
    const roots = read('merkle/entry-i-roots').roots_b64_by_size;
    let edge: Edge = EMPTY_EDGE;
    for (let size = 0; size <= 1025; size++) {
      const want = roots[size];
      if (want) expect(Buffer.from(rootOf(sha256, edge)).toString('base64')).toBe(want);
      edge = grow(sha256, edge, [leaf(size)]).edge;
    }
  });
});

test('however a tree grows, it has the root of the definition and exactly its tiles', () => {
  const steps = fc.array(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 250, max: 520 })), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(steps, (parts) => {
      const { edge, files } = growBy(parts);
      const hashes = Array.from({ length: edge.size }, (_, i) => hashLeaf(sha256, leaf(i)));
      expect(hex(rootOf(sha256, edge))).toBe(hex(naiveRoot(hashes)));
      for (const tile of tilesOf(edge.size)) expect(files.has(tilePath(tile))).toBe(true);
    }),
    { numRuns: process.env['SLOW'] ? 300 : 15 },
  );
});

test.each([0, 1, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537])(
  'the edge at %i can be read again',
  async (size) => {
    const { edge, files } = growBy([size]);
    const again = await readEdge(size, async (path) => files.get(path) ?? null);
    expect(again && hex(rootOf(sha256, again))).toBe(hex(rootOf(sha256, edge)));
    const next = (from: Edge) => hex(rootOf(sha256, grow(sha256, from, [leaf(size)]).edge));
    expect(again && next(again)).toBe(next(edge));
    // No empty tile is ever written.
    for (const bytes of files.values()) expect(bytes.length).toBeGreaterThan(0);
    const [any] = [...files.keys()].filter((path) => path.includes('.p/'));
    if (any)
      expect(
        await readEdge(size, async (path) => (path === any ? null : (files.get(path) ?? null))),
      ).toBeNull();
  },
);

test.each([
  [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
  [{ level: 2, index: 5, width: 17 }, 'tile/2/005.p/17'],
  [{ level: 0, index: 1_234_067, width: 256 }, 'tile/0/x001/x234/067'],
  [{ level: 'entries', index: 1234, width: 1 }, 'tile/entries/x001/234.p/1'],
] as const)('%j is %s', (tile, path) => {
  expect(tilePath(tile)).toBe(path);
  expect(parseTilePath(path)).toEqual(tile);
});

test.each([
  'tile/0/0',
  'tile/0/x000/001',
  'tile/00/000',
  'tile/64/000',
  'tile/0/001.p/0',
  'tile/0/001.p/256',
  'tile/0/001.p/01',
  'tile/0/1234',
  'tile/0/../000',
  'tile/data/000',
  '/tile/0/000',
  'tile/0/000/',
])('%s is no tile', (path) => {
  expect(parseTilePath(path)).toBeNull();
});

test('a bundle holds exactly its entries', () => {
  const entries = [Buffer.from('a'), Buffer.alloc(0), Buffer.alloc(65_535, 7)];
  const bytes = packEntries(entries);
  expect(unpackEntries(bytes, 3)?.map(hex)).toEqual(entries.map(hex));
  for (const [cut, width] of [
    [bytes.subarray(0, -1), 3],
    [bytes.subarray(0, 3), 2],
    [Buffer.concat([bytes, Buffer.of(0)]), 3],
    [bytes, 2],
    [bytes, 4],
  ] as const) {
    expect(unpackEntries(cut, width)).toBeNull();
  }
  expect(() => packEntries([Buffer.alloc(65_536)])).toThrow(RangeError);
});
