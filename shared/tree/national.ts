/**
 * The log's national profile: the same leaves in a second tree by SM3, whose root stands in the checkpoint's extension line, and a
 * second line under the checkpoint by SM2. Readers of C2SP know neither and ignore both.
 */

import { join } from './commitments.ts';
import { type Edge, type Growth, grow, rootOf } from './grow.ts';
import type { Sha256 } from './merkle.ts';
import { keyId, type Verifier } from './note.ts';
import type { WriterKey } from './writer-key.ts';

/** Of notes, for signatures without a number of their own (C2SP signed-note): a name follows it. */
const OTHER = 0xff;
const NAME = new TextEncoder().encode('fieldgate-sm2');
const POINT_BYTES = 65;

/** Name and id of the line. @param spki public key of SM2 as KMS gives it, which ends with the point */
export function sm2Line(sha256: Sha256, name: string, spki: Uint8Array): Pick<Verifier, 'name' | 'id'> {
  return { name, id: keyId(sha256, name, join([NAME, spki.subarray(-POINT_BYTES)]), OTHER) };
}

/** The name under which `writer-key` names keys of SM2 that certify writers. No function has it, so that none of Ed25519 can. */
export const NATIONAL = 'national';

/** As `writer-key` names it: x in place of the key, and which of the two points with it is meant in place of kinds. */
export function sm2WriterKey(spki: Uint8Array): WriterKey {
  const [odd, key] = [(spki.at(-1) ?? 0) & 1, spki.slice(1 - POINT_BYTES, -32)];
  return { name: NATIONAL, key, kinds: [odd === 1 ? 'odd' : 'even'] };
}

/** Where a file of the second tree is. Both trees have the same entries. */
export const sm3Path = (path: string): string => (path.startsWith('tile/entries/') ? path : `sm3/${path}`);

/** Grows the second tree. @param edge with the levels of that tree */
export function growSm3(
  sm3: Sha256,
  edge: Edge,
  leaves: readonly Uint8Array[],
): Growth & { root: Uint8Array } {
  const growth = grow(sm3, edge, leaves);
  return { edge: growth.edge, files: sm3Files(growth.files), root: rootOf(sm3, growth.edge) };
}

/** Files of tiles under their names in the second tree, without those of entries. */
export const sm3Files = (files: Growth['files']): Growth['files'] =>
  files.flatMap(({ path, bytes }) => (sm3Path(path) === path ? [] : [{ path: sm3Path(path), bytes }]));
