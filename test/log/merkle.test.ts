import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  foldRight,
  fulfil,
  hashLeaf,
  hashPair,
  type Node,
  planConsistency,
  planInclusion,
  planRoot,
} from '../../shared/tree/merkle.ts';
import { verifyConsistency, verifyInclusion } from '../../shared/tree/proof.ts';

const folder = `${process.env['FIELDGATE_VECTORS'] ?? '../shared/vectors'}/merkle`;
const there = existsSync(folder);
const read = (name: string) => (there ? JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8')) : {});

// biome-ignore lint/suspicious/noExplicitAny: vectors are read as they are
type Vector = any;

const sha256 = (bytes: Uint8Array) => hash('sha256', bytes, 'buffer');
const b64 = (text: string) => Buffer.from(text, 'base64');
const hex = (text: string) => Buffer.from(text, 'hex');
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** Hash of any complete subtree, straight from the definition. */
function treeOf(leaves: readonly Uint8Array[]): (node: Node) => Uint8Array {
  const hashes = leaves.map((leaf) => hashLeaf(sha256, leaf));
  const hashOf = ({ level, index }: Node): Uint8Array => {
    if (level === 0) return hashes[index] as Uint8Array;
    const [left, right] = [index * 2, index * 2 + 1].map((at) => hashOf({ level: level - 1, index: at }));
    return hashPair(sha256, left as Uint8Array, right as Uint8Array);
  };
  return hashOf;
}
const rootOf = (hashOf: (node: Node) => Uint8Array, size: number) =>
  foldRight(sha256, planRoot(size).map(hashOf));
const entries = (count: number) => Array.from({ length: count }, (_, i) => Buffer.from(`entry ${i}`));

describe.skipIf(!there)('vectors (skipped if absent)', () => {
  const inclusion: Record<string, Vector> = read('inclusion');
  test.each(Object.entries(inclusion))('inclusion %s', (_, vector) => {
    const { leafIdx: index, treeSize: size, root, leafHash, proof, wantErr } = vector;
    const claim = {
      index,
      size,
      root: b64(root),
      leafHash: b64(leafHash),
      proof: [...(proof ?? [])].map(b64),
    };
    expect(verifyInclusion(sha256, claim)).toBe(!wantErr);
  });

  const consistency: Record<string, Vector> = read('consistency');
  test.each(Object.entries(consistency))('consistency %s', (_, vector) => {
    const { size1, size2, root1, root2, proof, wantErr } = vector;
    const claim = { firstSize: size1, secondSize: size2, firstRoot: b64(root1), secondRoot: b64(root2) };
    // One good vector has words for roots; here a root has 32 bytes.
    const good = !wantErr && claim.firstRoot.length === 32;
    expect(verifyConsistency(sha256, { ...claim, proof: [...(proof ?? [])].map(b64) })).toBe(good);
  });

  /** A subtree is a tree of its own where it begins at a multiple of the power of two that holds it. */
  const isSubtree = (start: number, end: number) =>
    start < end && start % 2 ** Math.ceil(Math.log2(end - start)) === 0;
  test.each(Object.entries<Vector>(read('subtreeinclusion')))('inclusion in a subtree %s', (_, vector) => {
    const { leafIdx, start, end, root, leafHash, proof, wantErr } = vector;
    const claim = { index: leafIdx - start, size: end - start, root: b64(root), leafHash: b64(leafHash) };
    const good = verifyInclusion(sha256, { ...claim, proof: [...(proof ?? [])].map(b64) });
    expect(good && isSubtree(start, end)).toBe(!wantErr);
  });

  // This log proves no consistency of subtrees; one that begins at 0 is an earlier tree.
  const earlier = Object.entries<Vector>(read('subtreeconsistency')).filter(([, { start }]) => start === 0);
  test.each(earlier)('consistency with a subtree from 0 %s', (_, vector) => {
    const { end, size, root1, root2, proof, wantErr } = vector;
    const claim = { firstSize: end, secondSize: size, firstRoot: b64(root1), secondRoot: b64(root2) };
    // From the empty tree nothing follows, so that here it is refused.
    const good = !wantErr && claim.firstRoot.length === 32 && end > 0;
    expect(verifyConsistency(sha256, { ...claim, proof: [...(proof ?? [])].map(b64) })).toBe(good);
  });

  test('the tree of Certificate Transparency, with every proof', () => {
    const { leaves_hex, roots_hex_by_size, inclusion, consistency } = read('ct-8-leaf-tree');
    const hashOf = treeOf(leaves_hex.map(hex));
    roots_hex_by_size.forEach((root: string, size: number) => {
      expect(toHex(rootOf(hashOf, size))).toBe(root);
    });
    for (const { index, size, proof_hex } of inclusion) {
      expect(fulfil(sha256, planInclusion(index, size), hashOf).map(toHex)).toEqual(proof_hex);
    }
    for (const { size1, size2, proof_hex } of consistency) {
      expect(fulfil(sha256, planConsistency(size1, size2), hashOf).map(toHex)).toEqual(proof_hex);
    }
  });

  test('roots at sizes around powers of two', () => {
    const hashOf = treeOf(entries(1025));
    for (const [size, root] of Object.entries(read('entry-i-roots').roots_b64_by_size)) {
      expect(Buffer.from(rootOf(hashOf, Number(size))).toString('base64')).toBe(root);
    }
  });
});

const SIZE = 70;
const hashOf = treeOf(entries(SIZE));
const roots = Array.from({ length: SIZE + 1 }, (_, size) => rootOf(hashOf, size));
const proofOf = (index: number, size: number) => ({
  ...{ index, size, leafHash: hashOf({ level: 0, index }), root: roots[size] as Uint8Array },
  proof: fulfil(sha256, planInclusion(index, size), hashOf),
});
const linkOf = (firstSize: number, secondSize: number) => ({
  ...{ firstSize, secondSize, firstRoot: roots[firstSize] as Uint8Array },
  secondRoot: roots[secondSize] as Uint8Array,
  proof: fulfil(sha256, planConsistency(firstSize, secondSize), hashOf),
});
const flipped = (bytes: Uint8Array) => Uint8Array.from(bytes, (byte, i) => (i === 31 ? byte ^ 128 : byte));

test('every inclusion and consistency proof of small trees verifies', () => {
  for (let size = 1; size <= SIZE; size++) {
    for (let at = 0; at < size; at++) {
      expect(verifyInclusion(sha256, proofOf(at, size))).toBe(true);
      expect(verifyConsistency(sha256, linkOf(at + 1, size))).toBe(true);
    }
  }
});

test('no proof verifies with a hash changed, added, missing or swapped, or for another place', () => {
  const cases = fc.tuple(fc.integer({ min: 1, max: SIZE }), fc.nat(), fc.nat()).map(([size, a, b]) => {
    const index = a % size;
    return { size, index, other: b };
  });
  fc.assert(
    fc.property(cases, ({ size, index, other }) => {
      const good = proofOf(index, size);
      const at = other % Math.max(good.proof.length, 1);
      const bad = [
        { ...good, proof: [...good.proof, good.leafHash] },
        { ...good, proof: [good.leafHash, ...good.proof] },
        { ...good, index: (index + 1 + (other % size)) % (size + 1) },
        { ...good, root: flipped(good.root) },
        { ...good, leafHash: flipped(good.leafHash) },
        { ...good, leafHash: good.leafHash.subarray(1) },
        ...(good.proof.length === 0
          ? []
          : [
              { ...good, proof: good.proof.slice(0, -1) },
              { ...good, proof: good.proof.slice(1) },
              { ...good, proof: good.proof.with(at, flipped(good.proof[at] as Uint8Array)) },
            ]),
        ...(good.proof.length < 2 ? [] : [{ ...good, proof: good.proof.toReversed() }]),
      ];
      for (const claim of bad) {
        const unchanged = claim.index === index && claim.proof === good.proof && claim.root === good.root;
        if (unchanged && claim.leafHash === good.leafHash) continue;
        expect(verifyInclusion(sha256, claim)).toBe(false);
      }
      if (index === 0) return;
      const link = linkOf(index, size);
      expect(verifyConsistency(sha256, { ...link, proof: [...link.proof, link.firstRoot] })).toBe(false);
      expect(verifyConsistency(sha256, { ...link, firstRoot: flipped(link.firstRoot) })).toBe(false);
      expect(verifyConsistency(sha256, { ...link, secondRoot: flipped(link.secondRoot) })).toBe(false);
      expect(verifyConsistency(sha256, { ...link, proof: link.proof.slice(1) })).toBe(false);
    }),
    { numRuns: process.env['SLOW'] ? 5000 : 300 },
  );
});

test('invalid sizes and indexes are refused', () => {
  const good = proofOf(3, 8);
  for (const wrong of [-1, 1.5, Number.NaN, 2 ** 53, 2 ** 64, Number.POSITIVE_INFINITY]) {
    expect(verifyInclusion(sha256, { ...good, index: wrong })).toBe(false);
    expect(verifyInclusion(sha256, { ...good, size: wrong })).toBe(false);
    expect(verifyConsistency(sha256, { ...linkOf(3, 8), firstSize: wrong })).toBe(false);
    expect(verifyConsistency(sha256, { ...linkOf(3, 8), secondSize: wrong })).toBe(false);
    expect(() => planInclusion(wrong, 8)).toThrow(RangeError);
    expect(() => planInclusion(0, wrong)).toThrow(RangeError);
    expect(() => planConsistency(wrong, 8)).toThrow(RangeError);
    expect(() => planConsistency(1, wrong)).toThrow(RangeError);
  }
  expect(() => planConsistency(0, 8)).toThrow(RangeError);
  expect(() => planConsistency(9, 8)).toThrow(RangeError);
});

test('large trees are planned without overflow', () => {
  const size = 2 ** 52 + 12345;
  expect(planInclusion(2 ** 52 + 7, size).length).toBeLessThan(60);
  expect(planInclusion(2 ** 40, size)).toHaveLength(53);
  expect(planConsistency(2 ** 33 + 1, size).length).toBeGreaterThan(30);
});
