/**
 * Writes logs for `check.go`: node test/log/go/make.ts FOLDER. `good` holds one log with checkpoints and every
 * proof at each size; the neighbouring folders contain logs that must be rejected.
 */

import { sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../../shared/log/node-crypto.ts';
import { formatCheckpoint } from '../../../shared/tree/checkpoint.ts';
import { EMPTY_EDGE, grow, rootOf } from '../../../shared/tree/grow.ts';
import {
  fulfil,
  hashLeaf,
  hashPair,
  type Node,
  planConsistency,
  planInclusion,
} from '../../../shared/tree/merkle.ts';
import { formatVerifier, signNote } from '../../../shared/tree/note.ts';
import { proveConsistency, proveInclusion } from '../../../shared/tree/prove.ts';
import { tilePath } from '../../../shared/tree/tiles.ts';
import { chainOf, counted, filesOf, mirrorKeys, type Signed, writeFiles } from '../mirror.ts';

const SIZES = [1, 2, 3, 255, 256, 257, 1000, 70_000];
const folder = process.argv[2];
if (!folder) throw new Error('usage: make.ts FOLDER');

const keys = mirrorKeys();
// Each step ends in a count. The first 600 leaves, which the forged logs are made of, are a whole step.
const steps: Signed[][] = [chainOf(keys, 599)];
for (let left = 69_400; left > 0; left -= 1000) steps.push(chainOf(keys, Math.min(999, left - 1)));
const all = counted(...steps);
const note = (text: string) => signNote(text, keys.log, sign(null, Buffer.from(text), keys.logKey));

/** Hashes of all complete subtrees, level by level. */
const levels: Uint8Array[][] = [all.map(({ leaf }) => hashLeaf(sha256, leaf))];
for (let below = levels[0] as Uint8Array[]; below.length > 1; ) {
  const above: Uint8Array[] = [];
  for (let i = 0; i + 1 < below.length; i += 2) {
    above.push(hashPair(sha256, below[i] as Uint8Array, below[i + 1] as Uint8Array));
  }
  levels.push(above);
  below = above;
}
const hashOf = ({ level, index }: Node) => levels[level]?.[index] as Uint8Array;

const good = join(folder, 'good');
const files = filesOf(keys, all);
writeFiles(good, files);
writeFileSync(join(folder, 'key'), formatVerifier(keys.log));
writeFileSync(join(folder, 'other-key'), formatVerifier(mirrorKeys().log));
for (const size of SIZES) {
  const { edge } = grow(
    sha256,
    EMPTY_EDGE,
    all.slice(0, size).map(({ leaf }) => leaf),
  );
  const checkpoint = note(formatCheckpoint({ origin: keys.log.name, size, root: rootOf(sha256, edge) }));
  writeFileSync(join(good, `checkpoint.${size}`), checkpoint);
  const inclusion = Array.from({ length: size }, (_, i) => fulfil(sha256, planInclusion(i, size), hashOf));
  writeFileSync(join(good, `inclusion.${size}`), packed(inclusion));
  const consistency = Array.from({ length: size }, (_, i) =>
    fulfil(sha256, planConsistency(i + 1, size), hashOf),
  );
  writeFileSync(join(good, `consistency.${size}`), packed(consistency));
}
// The same proofs come out of the tiles, as the gateway makes them.
const read = async (tile: Parameters<typeof tilePath>[0]) => files.get(tilePath(tile)) ?? null;
const tiled: Uint8Array[][] = [];
for (let i = 0; i < 70_000; i += 997) {
  tiled.push(
    await proveInclusion(sha256, read, i, 70_000),
    await proveConsistency(sha256, read, i + 1, 70_000),
  );
}
writeFileSync(join(good, 'tiled'), packed(tiled));

const at = (n: number) => all[n] as Signed;
const few = all.slice(0, 600);
const forged = (name: string, change: (files: Map<string, Uint8Array>) => void) => {
  const copy = new Map(filesOf(keys, few));
  change(copy);
  writeFiles(join(folder, name), copy);
};
/** Files over other leaves, under the checkpoint of the true ones: what someone without the key can do. */
const replace = (leaves: Signed[]) => (copy: Map<string, Uint8Array>) => {
  for (const [path, bytes] of filesOf(keys, leaves)) if (path !== 'checkpoint') copy.set(path, bytes);
};
forged('whole', () => {});
forged('flipped', (copy) => {
  const bytes = Buffer.from(copy.get('tile/entries/001') ?? []);
  bytes[5000] = (bytes[5000] as number) ^ 1;
  copy.set('tile/entries/001', bytes);
});
forged('flipped-tile', (copy) => {
  const bytes = Buffer.from(copy.get('tile/0/001') ?? []);
  bytes[500] = (bytes[500] as number) ^ 1;
  copy.set('tile/0/001', bytes);
});
forged('removed', replace([...few.toSpliced(77, 1), at(600)]));
forged('swapped', replace(few.with(80, at(81)).with(81, at(80))));
// Signed by the log itself, and so found by the one who remembers only.
writeFiles(join(folder, 'forked'), filesOf(keys, [...all.slice(0, 900), ...chainOf(keys, 200)]));

// Trees that the log itself signed, with what a key of another function could have certified.
const own = ['decision', 'intake'];
const foreign = (name: string, chain: Signed[]) =>
  writeFiles(
    join(folder, name),
    filesOf(keys, counted([...chainOf(keys, 5, { kinds: own }), ...chain]), [...own, 'watch']),
  );
foreign('own-kinds', []);
foreign('foreign-name', chainOf(keys, 5, { kinds: own, name: 'other' }));
foreign('foreign-kinds', chainOf(keys, 5, { kinds: ['decision', 'agency'] }));
foreign('outside', chainOf(keys, 5, { kinds: ['watch'] }));
const [one, another] = [chainOf(keys, 5, { kinds: own }), chainOf(keys, 5, { kinds: own })];
const signed = one.map((leaf, i) => (i === 3 ? { ...leaf, signature: another[3]?.signature } : leaf));
foreign('foreign-signature', signed as Signed[]);

/** Proofs behind one another: a byte that counts the hashes, then these. */
function packed(proofs: readonly Uint8Array[][]): Uint8Array {
  return Buffer.concat(proofs.flatMap((proof) => [Buffer.of(proof.length), ...proof]));
}
