/**
 * Heads of quiet chains in a file of their own: a batch has only those that moved since, and is not longer for each chain to
 * which nothing is appended.
 */
import { hash } from 'node:crypto';
import type { ChainHead } from '../../shared/log/check/chain.ts';

/** The last item of a writer's chain that is in the tree. */
export interface Head extends Omit<ChainHead, 'key' | 'hash'> {
  /** Raw public key, base64, certified by the chain's first item. */
  key: string;
  /** Hash of item `seq`, base64. */
  hash: string;
  /** When the sequencer last found a new item, epoch milliseconds. */
  seen: number;
}

/** Heads as they were at an earlier step. */
export interface Base {
  /** SHA-256 of the file, hexadecimal. */
  digest: string;
  bytes: Uint8Array;
  heads: ReadonlyMap<string, Head>;
}

/** Heads by a base: those that it does not have as they are, and the writers of those that are no more. */
interface Moved {
  moved: Head[];
  gone: string[];
}

/** Quiet heads that a batch itself has before a file is made of them. */
const FEW = 64;
/** A base is made again once this part of it is no longer true. */
const PART = 4;
/** Milliseconds without an item after which a chain is unlikely to move before the base is made again. */
const STILL_MS = 30_000;

/**
 * @param known of the batch before
 * @param size of the tree. It makes the bytes differ from those of each earlier base, which another process may be removing
 * @returns the base for these heads: the same as long as it saves most of them; `null` for a few
 */
export function baseFor(
  known: Base | null,
  heads: readonly Head[],
  { size, now }: { size: number; now: number },
): Base | null {
  const isQuiet = ({ seen }: Head) => now - seen > STILL_MS;
  let [same, fresh] = [0, 0];
  for (const head of heads)
    if (known?.heads.get(head.writer) === head) same++;
    else if (isQuiet(head)) fresh++;
  const total = known?.heads.size ?? 0;
  if (fresh + total - same <= Math.max(FEW, total / PART)) return known;
  const quiet = heads.filter(isQuiet);
  if (quiet.length <= FEW) return null;
  const bytes = Buffer.from(JSON.stringify({ size, heads: quiet }));
  return { digest: hash('sha256', bytes, 'hex'), bytes, heads: byWriter(quiet) };
}

/** @throws Error unless the bytes have the digest */
export function openBase(digest: string, bytes: Uint8Array | null): Base {
  if (!bytes || hash('sha256', bytes, 'hex') !== digest) throw new Error('heads of the log are missing');
  const { heads } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { heads: Head[] };
  return { digest, bytes, heads: byWriter(heads) };
}

export function movedSince(base: Base | null, heads: readonly Head[]): Moved {
  if (!base) return { moved: [...heads], gone: [] };
  const moved = heads.filter((head) => base.heads.get(head.writer) !== head);
  const present = heads.length - moved.length + moved.filter(({ writer }) => base.heads.has(writer)).length;
  return { moved, gone: present === base.heads.size ? [] : writersWithout(base, heads) };
}

function writersWithout(base: Base, heads: readonly Head[]): string[] {
  const present = new Set(heads.map(({ writer }) => writer));
  return [...base.heads.keys()].filter((writer) => !present.has(writer));
}

/** The heads that `movedSince` was told. */
export function headsOf(base: Base | null, { moved, gone }: Moved): Head[] {
  const heads = new Map(base?.heads);
  for (const writer of gone) heads.delete(writer);
  for (const head of moved) heads.set(head.writer, head);
  return [...heads.values()];
}

function byWriter(heads: readonly Head[]): Map<string, Head> {
  return new Map(heads.map((head) => [head.writer, head]));
}
