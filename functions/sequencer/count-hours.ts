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
  { index }: Pick<SequencerDeps, 'index'>,
  entries: readonly { facts: { entry: Indexable }; index: number }[],
  size: number,
): Promise<IndexRow[]> {
  const names = entries.map(({ facts }) => hourOf(facts.entry.time));
  const hours = new Map(await index.hours(names));
  const changed = new Map<string, Hour>();
  for (const [i, { facts, index: at }] of entries.entries()) {
    const name = names[i] as string;
    const before = hours.get(name) ?? newHour(at);
    if (at < before.size) continue;
    const hour = changed.get(name) ?? { ...before, counts: new Map(before.counts), size };
    countIn(hour, facts.entry);
    changed.set(name, hour);
  }
  return [...changed].map(([name, hour]) => hourRow(name, hour));
}
