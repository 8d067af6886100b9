import { parseLeaf } from '../../shared/log/entry/leaf.ts';
import { countIn, type Hour, hourOf, hourRow, newHour } from '../../shared/log/read/hours.ts';
import type { IndexRow } from '../../shared/log/read/index-rows.ts';
import type { SequencerDeps } from './deps.ts';
import type { Indexable } from './facts.ts';

/**
 * The rows of the hours to which a step adds, whole. A leaf that its hour has counted already is not counted again, so a
 * catch-up may begin at any leaf.
 * @param size of the tree after the step
 */
export async function countHours(
  { index, writers }: Pick<SequencerDeps, 'index' | 'writers'>,
  entries: readonly { facts: { entry: Indexable }; index: number }[],
  size: number,
): Promise<IndexRow[]> {
  const names = entries.map(({ facts }) => hourOf(facts.entry.time));
  const [hours, functions] = await Promise.all([
    index.hours(names).then((known) => new Map(known)),
    functionsOf(writers, new Set(entries.map(({ facts }) => facts.entry.writer))),
  ]);
  const changed = new Map<string, Hour>();
  for (const [i, { facts, index: at }] of entries.entries()) {
    const name = names[i] as string;
    const before = hours.get(name) ?? newHour(at);
    if (at < before.size) continue;
    const hour = changed.get(name) ?? { ...before, counts: new Map(before.counts), size };
    countIn(hour, facts.entry, functions.get(facts.entry.writer));
    changed.set(name, hour);
  }
  return [...changed].map(([name, hour]) => hourRow(name, hour));
}

type Writers = SequencerDeps['writers'];
const known = new WeakMap<Writers, Map<string, string | undefined>>();
/** Writers whose functions a process remembers. */
const KEPT = 10_000;

/** The functions that certified these writers, by the certificate that begins each chain: one read for each new writer. */
export async function functionsOf(
  writers: Writers,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, string | undefined>> {
  const before = known.get(writers) ?? new Map();
  const functions = before.size < KEPT ? before : new Map<string, string | undefined>();
  known.set(writers, functions);
  const fresh = [...ids].filter((writer) => !functions.has(writer));
  const firsts = await Promise.all(fresh.map((writer) => writers.itemsAfter(writer, -1, 1)));
  for (const [i, writer] of fresh.entries()) {
    const form = parseLeaf(firsts[i]?.[0]?.leaves[0] ?? '');
    functions.set(writer, form && 'certificate' in form ? form.certificate.name : undefined);
  }
  return functions;
}
