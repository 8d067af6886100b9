/**
 * The end of a verification as a text, from which the next one goes on. The log's signature covers the edge of the
 * tree. Nothing but the caller's own protection of the text covers the rest.
 */

import { type Checkpoint, openCheckpoint } from '../../tree/checkpoint.ts';
import { rootOf } from '../../tree/grow.ts';
import { HASH_BYTES } from '../../tree/merkle.ts';
import type { Verifier } from '../../tree/note.ts';
import { publicKeyOf, rawKeyOf, sha256, verifyEd25519 } from '../node-crypto.ts';
import type { ChainHead } from './chain.ts';
import type { Verified } from './check-log.ts';

const VERSION = 2;

interface Stored {
  version: number;
  note: string;
  /** By level, the hashes of the last tile one after the other. */
  levels: string[];
  certifiers: string[];
  heads: (Omit<ChainHead, 'key' | 'hash'> & { key: string; hash: string })[];
  revoked: string[];
  lastLeaf: number;
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const bytesOf = (text: string) => Buffer.from(text, 'base64');

export function formatVerified({ note, levels, certifiers, chains }: Verified): string {
  const stored: Stored = {
    version: VERSION,
    note: Buffer.from(note).toString('utf8'),
    levels: levels.map((hashes) => base64(Buffer.concat(hashes))),
    certifiers: [...certifiers],
    heads: [...chains.heads.values()].map(({ key, hash, ...head }) => ({
      ...head,
      key: base64(rawKeyOf(key)),
      hash: base64(hash),
    })),
    revoked: [...chains.revoked],
    lastLeaf: chains.lastLeaf,
  };
  return JSON.stringify(stored);
}

/**
 * @param text as `formatVerified` made it; the caller has made sure of that
 * @returns `null` for a text of another version, or one that is not about this log
 */
export async function parseVerified(text: string, log: Verifier): Promise<Verified | null> {
  const stored: Stored = JSON.parse(text);
  if (stored.version !== VERSION) return null;
  const note = Buffer.from(stored.note);
  const checkpoint = await openCheckpoint(note, log, verifyEd25519);
  const levels = stored.levels.map((one) => hashesIn(bytesOf(one)));
  if (!checkpoint || !isEdgeOf(checkpoint, levels)) return null;
  const heads = new Map(
    stored.heads.map(({ key, hash, ...head }) => [
      head.writer,
      { ...head, key: publicKeyOf(bytesOf(key)), hash: bytesOf(hash) },
    ]),
  );
  const { revoked, lastLeaf } = stored;
  const chains = { size: checkpoint.size, heads, revoked: new Set(revoked), lastLeaf };
  return { checkpoint, note, levels, certifiers: stored.certifiers, chains };
}

function hashesIn(bytes: Buffer): Buffer[] {
  const count = bytes.length / HASH_BYTES;
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
}

function isEdgeOf({ size, root }: Checkpoint, levels: readonly Uint8Array[][]): boolean {
  return Buffer.from(rootOf(sha256, { size, levels, entries: [] })).equals(root);
}
