/** Runs in a browser: the proof code of the client and of the tree, bundled as it is, over a live log's files. */

import { sha256 } from '@noble/hashes/sha2.js';
import {
  continues,
  headIn,
  isSignedBy,
  placeIn,
  writerKeyIn,
} from '../../shared/client/evidence/evidence.ts';
import type { Receipt } from '../../shared/contract/common.ts';
import { hashLeaf } from '../../shared/tree/merkle.ts';
import { parseVerifier } from '../../shared/tree/note.ts';
import { verifyInclusion } from '../../shared/tree/proof.ts';
import { proveConsistency, proveInclusion, type ReadTile } from '../../shared/tree/prove.ts';
import { TILE_WIDTH, tilePath, unpackEntries } from '../../shared/tree/tiles.ts';

export interface Shown {
  receipt: Receipt;
  /** Of the gateway: the proof of inclusion, and that of consistency with `first`. */
  inclusion: Record<string, unknown>;
  consistency: { proof: unknown };
  /** An earlier checkpoint. */
  first: string;
}

const read = async (path: string) => {
  const answer = await fetch(`/log/${path}`);
  return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
};
const readTile: ReadTile = (tile) => read(tilePath(tile));
const base64 = (hashes: readonly Uint8Array[]) => hashes.map((hash) => btoa(String.fromCharCode(...hash)));

/** @returns what holds and what does not. */
async function checkShown({ receipt, inclusion, consistency, first }: Shown) {
  const key = new TextDecoder().decode((await read('key')) ?? new Uint8Array()).trim();
  const log = parseVerifier(sha256, key);
  if (!log) throw new Error('the log shows no key');
  const placed = await placeIn(inclusion, receipt, log);
  const writer = await writerKeyIn(inclusion, receipt.writer, log);
  const earlier = await headIn(first, log);
  const now = await headIn(new TextDecoder().decode((await read('checkpoint')) ?? new Uint8Array()), log);
  if (!placed || !earlier || !now || !writer) {
    return { placed: placed !== null, earlier: earlier !== null, now: now !== null, writer: writer !== null };
  }
  // The same from tiles, which are public.
  const { index } = placed.place;
  const from = Math.floor(index / TILE_WIDTH) * TILE_WIDTH;
  const width = Math.min(TILE_WIDTH, now.size - from);
  const bundle = unpackEntries(
    (await read(tilePath({ level: 'entries', index: from / TILE_WIDTH, width }))) ?? new Uint8Array(),
    width,
  );
  const leafHash = hashLeaf(sha256, bundle?.[index - from] ?? new Uint8Array());
  const proof = await proveInclusion(sha256, readTile, index, now.size);
  const claim = { index, size: now.size, leafHash, root: now.root, proof };
  const own = await proveConsistency(sha256, readTile, earlier.size, now.size);
  return {
    signed: await isSignedBy(writer, receipt),
    continues: continues(earlier, now, consistency.proof),
    fromTiles: verifyInclusion(sha256, claim),
    continuesFromTiles: continues(earlier, now, base64(own)),
    otherLeaf: verifyInclusion(sha256, { ...claim, index: index === 0 ? 1 : index - 1 }),
    otherRoot: verifyInclusion(sha256, { ...claim, root: earlier.root }),
    backwards: continues(now, earlier, base64(own)),
    entry: base64([leafHash])[0] === receipt.leafHash,
  };
}

Object.assign(globalThis, { checkShown });
