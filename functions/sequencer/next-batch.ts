import { countParts, formatCount } from '../../shared/log/entry/leaf.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { grow, rootOf } from '../../shared/tree/grow.ts';
import { SIGNATURE_BYTES, signatureFiles } from '../../shared/tree/signatures.ts';
import type { Batch, Head } from './batch.ts';
import { type CheckedItem, revokes } from './checked.ts';
import type { Collected } from './collect.ts';
import { countHours } from './count-hours.ts';
import type { SequencerDeps, SignedEdge } from './deps.ts';
import { edgeUnlessLost } from './edge.ts';
import { countEntries, openAttempts, rowsOf, sequenced, subjectsIn } from './index-entries.ts';
import type { LastBatch } from './recover.ts';

/**
 * The tree grown by the collected items, with the index rows of their entries.
 * @param now when the collection began, epoch milliseconds
 * @returns `null` if another sequencer was faster
 */
export async function nextBatch(
  deps: SequencerDeps,
  { lock, batch }: LastBatch,
  { items, heads }: Collected,
  { now, until }: { now: number; until: number },
): Promise<Batch | null> {
  const { checkpoint } = batch;
  const edge = await edgeUnlessLost(deps, lock, checkpoint);
  if (!edge) return null;
  const fresh = sequenced(items, checkpoint.size);
  const { open, unnamed } = openAttempts(fresh, batch.open, now);
  const counted = countEntries(fresh, leavesIn(items), await deps.index.counts(subjectsIn(fresh)));
  const made = makeBatch(batch, edge, items, heads, counted.counts);
  const hours = await countHours(deps, fresh.entries, made.checkpoint.size);
  const rows = [...(await rowsOf(deps, fresh, unnamed)), ...counted.rows, ...hours];
  const revoked = revokedBy(batch, items, now);
  return { ...made, rows, open, until, revoked };
}

/** Leaves of the items, without the leaves of counts that the step adds. */
export function leavesIn(items: readonly CheckedItem[]): number {
  return items.reduce((sum, { leaves }) => sum + leaves.length, 0);
}

/** Used instead of a signature: counts are not written by a writer. */
const NO_SIGNATURE = new Uint8Array(SIGNATURE_BYTES);
/** Milliseconds; longer than any certificate is valid. */
const REVOKED_MS = 48 * 3_600_000;

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
  items: readonly CheckedItem[],
  heads: readonly Head[],
  counts: readonly Uint8Array[],
): Omit<Batch, 'rows' | 'open' | 'until' | 'revoked'> {
  const counting = countParts(counts, edge.size).map(formatCount);
  const leaves = [...items.flatMap((item) => item.leaves), ...counting].map((text) => Buffer.from(text));
  const growth = grow(sha256, edge, leaves);
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
  const checkpoint = { origin, size: growth.edge.size, root: rootOf(sha256, growth.edge) };
  return { checkpoint, heads, placed, files: growth.files, signatures };
}
