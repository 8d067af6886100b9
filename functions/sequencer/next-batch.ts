import { countParts, formatCount } from '../../shared/log/entry/leaf.ts';
import { sha256, sm3 } from '../../shared/log/node-crypto.ts';
import { grow, rootOf } from '../../shared/tree/grow.ts';
import { growSm3 } from '../../shared/tree/national.ts';
import { SIGNATURE_BYTES, signatureFiles } from '../../shared/tree/signatures.ts';
import type { Batch } from './batch.ts';
import { stepRows } from './catch-up.ts';
import { type CheckedItem, revokes } from './checked.ts';
import type { Collected } from './collect.ts';
import type { SequencerDeps, SignedEdge } from './deps.ts';
import { edgeUnlessLost } from './edge.ts';
import { baseFor, type Head } from './heads.ts';
import { countEntries, openAttempts, sequenced, subjectsIn } from './index-entries.ts';
import type { LastBatch } from './recover.ts';
import { openHeads } from './retire.ts';

/**
 * The tree grown by the collected items, with the index rows of their entries.
 * @param now when the collection began, epoch milliseconds
 * @returns `null` if another sequencer was faster
 */
export async function nextBatch(
  deps: SequencerDeps,
  { lock, batch }: LastBatch,
  collected: Collected,
  { now, until }: { now: number; until: number },
): Promise<Batch | null> {
  const { checkpoint } = batch;
  const { items } = collected;
  const heads = openHeads(deps, collected.heads);
  const edge = await edgeUnlessLost(deps, lock, checkpoint);
  if (!edge) return null;
  const fresh = sequenced(items, checkpoint.size);
  const { open, unnamed } = openAttempts(fresh, batch.open, now);
  const known = await deps.persons.counts(subjectsIn(fresh));
  const { commitments, counts } = countEntries(fresh, leavesIn(items), known);
  const made = makeBatch(batch, edge, { items, heads }, commitments);
  const base = baseFor(batch.base, heads, { size: made.checkpoint.size, now });
  const rows = await stepRows(deps, batch, { fresh, unnamed, size: made.checkpoint.size });
  const revoked = revokedBy(batch, items, now);
  return { ...made, base, counts, ...rows, open, until, revoked };
}

/** Leaves of the items, without the leaves of counts that the step adds. */
export function leavesIn(items: readonly CheckedItem[]): number {
  return items.reduce((sum, { leaves }) => sum + leaves.length, 0);
}

/** Used instead of a signature: counts are not written by a writer. */
const NO_SIGNATURE = new Uint8Array(SIGNATURE_BYTES);
/** Milliseconds; longer than any certificate is valid. */
export const REVOKED_MS = 48 * 3_600_000;

/** Writers whose further items are ignored. */
function revokedBy({ revoked }: Batch, items: readonly CheckedItem[], at: number): Batch['revoked'] {
  const fresh = items
    .filter(revokes)
    .flatMap(({ facts }) => facts.flatMap(({ entry }) => entry?.revokes ?? []));
  return [...revoked.filter((one) => at - one.at < REVOKED_MS), ...fresh.map((writer) => ({ writer, at }))];
}

function makeBatch(
  before: Batch,
  edge: SignedEdge,
  { items, heads }: { items: readonly CheckedItem[]; heads: readonly Head[] },
  commitments: readonly Uint8Array[],
): Omit<Batch, 'base' | 'counts' | 'rows' | 'whole' | 'open' | 'until' | 'revoked'> {
  const counting = countParts(commitments, edge.size).map(formatCount);
  const leaves = [...items.flatMap((item) => item.leaves), ...counting].map((text) => Buffer.from(text));
  const growth = grow(sha256, edge, leaves);
  const second = edge.sm3 && growSm3(sm3, { ...edge, levels: edge.sm3 }, leaves);
  const signatures = signatureFiles(edge.size, edge.signatures, [
    ...items.flatMap((item) => item.signatures),
    ...counting.map(() => NO_SIGNATURE),
  ]);
  let first = edge.size;
  const placed = items.map(({ writer, seq, leaves: { length } }) => {
    first += length;
    return { writer, seq, first: first - length, leaves: length };
  });
  const { origin } = before.checkpoint;
  const checkpoint = {
    origin,
    size: growth.edge.size,
    root: rootOf(sha256, growth.edge),
    ...(second && { sm3: second.root }),
  };
  return { checkpoint, heads, placed, files: [...growth.files, ...(second?.files ?? [])], signatures };
}
