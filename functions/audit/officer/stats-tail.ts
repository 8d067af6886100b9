import { type Hour, hourOf } from '../../../shared/log/read/hours.ts';
import { findPlace } from '../../../shared/log/read/index-rows.ts';
import type { Span, StoredEntry } from '../../../shared/log/read/read.ts';
import { walkEntries } from '../../../shared/log/read/walk.ts';
import type { Auditing } from '../deps.ts';

/** Milliseconds for which an append may have been in progress when the sequencer read its chain. */
const UNSEEN = 10_000;
/** Places that are looked up at once. */
const AT_ONCE = 20;
/** Items behind which the tree has fallen too far: then the counts end with the tree. */
const MOST = 2_000;

/**
 * Entries of a span that its hours do not count, because they were not in the tree when the hours were read.
 * @param until everything stored before this instant (epoch milliseconds) was in the tree
 */
export async function untreed(
  { store, treeTable }: Pick<Auditing, 'store' | 'treeTable'>,
  span: Span,
  until: number,
  hours: ReadonlyMap<string, Hour>,
): Promise<StoredEntry[]> {
  const items = new Map<string, StoredEntry[]>();
  const late = { from: Math.max(span.from, until - UNSEEN), to: span.to };
  if (late.from >= late.to) return [];
  for await (const stored of walkEntries(store, late, {})) {
    if (!stored.entry) continue;
    const { writer, seq } = stored.entry;
    items.set(`${writer}-${seq}`, [...(items.get(`${writer}-${seq}`) ?? []), stored]);
    if (items.size > MOST) return [];
  }
  const all = [...items.values()];
  const fresh: StoredEntry[] = [];
  for (let from = 0; from < all.length; from += AT_ONCE) {
    const some = all.slice(from, from + AT_ONCE).map(async (entries) => {
      const { writer, seq, time } = entries[0]?.entry ?? { writer: '', seq: 0, time: '' };
      const place = await findPlace(treeTable, writer, seq);
      const counted = place !== null && place.first < (hours.get(hourOf(time))?.size ?? 0);
      return counted ? [] : entries;
    });
    fresh.push(...(await Promise.all(some)).flat());
  }
  return fresh;
}
