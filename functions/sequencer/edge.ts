/** The right edge of the tree that was decided or published last, read from its files. */

import { sha256 } from '../../shared/log/node-crypto.ts';
import type { Checkpoint } from '../../shared/tree/checkpoint.ts';
import { EMPTY_EDGE, readEdge, rootOf } from '../../shared/tree/grow.ts';
import { hashLeaf } from '../../shared/tree/merkle.ts';
import { readSignatures, signaturesPath } from '../../shared/tree/signatures.ts';
import { TILE_WIDTH } from '../../shared/tree/tiles.ts';
import type { SequencerDeps, SignedEdge } from './deps.ts';
import { sm3Levels } from './sm3-edge.ts';

/** @returns `null` if another sequencer has moved on meanwhile and removed files. */
export async function edgeUnlessLost(
  deps: SequencerDeps,
  lock: string,
  checkpoint: Checkpoint,
): Promise<SignedEdge | null> {
  const isCurrent = async () => (await deps.lock.read()) === lock;
  try {
    const edge = await edgeOf(deps, checkpoint);
    const sm3 = deps.sm2 ? await sm3Levels(deps, edge, checkpoint, isCurrent) : null;
    return { ...edge, sm3 };
  } catch (error) {
    if (!(await isCurrent())) return null;
    throw error;
  }
}

/** As `edgeUnlessLost`, for the published checkpoint. @param withSm3 whether the batch has a tree of SM3 */
export async function edgeUnlessPublished(
  deps: SequencerDeps,
  before: string | null,
  shown: Checkpoint | null,
  withSm3: boolean,
): Promise<SignedEdge | null> {
  const isCurrent = async () => (await deps.published.read()) === before;
  try {
    if (!shown) return { ...EMPTY_EDGE, signatures: [], sm3: [] };
    const edge = await edgeOf(deps, shown);
    const sm3 = withSm3 ? await sm3Levels(deps, edge, shown, isCurrent) : null;
    return { ...edge, sm3 };
  } catch (error) {
    if (!(await isCurrent())) return null;
    throw error;
  }
}

/** @throws Error if the files do not have the root of the checkpoint */
async function edgeOf(deps: SequencerDeps, { size, root }: Checkpoint): Promise<Omit<SignedEdge, 'sm3'>> {
  if (size === 0) return { ...EMPTY_EDGE, signatures: [] };
  const edge = await readEdge(size, (path) => deps.files.read(path));
  const matches =
    edge &&
    Buffer.from(rootOf(sha256, edge)).equals(root) &&
    edge.entries.every((entry, i) =>
      Buffer.from(hashLeaf(sha256, entry)).equals(edge.levels[0]?.[i] ?? new Uint8Array()),
    );
  const signatures = edge && (await readTail(deps, size));
  if (!matches || !signatures) throw new Error('the tiles do not have the root of the checkpoint');
  return { ...edge, signatures };
}

async function readTail({ files }: SequencerDeps, size: number): Promise<Uint8Array[] | null> {
  const width = size % TILE_WIDTH;
  if (width === 0) return [];
  const bytes = await files.read(signaturesPath(Math.floor(size / TILE_WIDTH), width));
  return bytes && readSignatures(bytes, width);
}
