import { type Hour, hourOf } from '../../../shared/log/read/hours.ts';
import { findPlace, parsePlaces } from '../../../shared/log/read/index-rows.ts';
import type { Span, StoredEntry } from '../../../shared/log/read/read.ts';
import { walkEntries } from '../../../shared/log/read/walk.ts';
import { queryFirst } from '../../../shared/store/first.ts';
import type { Table } from '../../../shared/store/table.ts';
import type { Auditing } from '../deps.ts';

/** Milliseconds for which an append may have been in progress when the sequencer read its chain. */
const UNSEEN = 10_000;
/** Items behind which the tree has fallen too far: then the counts end with the tree. */
const MOST = 2_000;

/**
 * Entries of a span that its hours do not count, because they were not in the tree when the hours were read.
 * @param until everything stored before this instant (epoch milliseconds) was in the tree
 * @returns `null` if they are too many to look at
 */
export async function untreed(
  { store, treeTable }: Pick<Auditing, 'store' | 'treeTable'>,
  span: Span,
  until: number,
  hours: ReadonlyMap<string, Hour>,
): Promise<StoredEntry[] | null> {
  const items = new Map<string, StoredEntry[]>();
  const late = { from: Math.max(span.from, until - UNSEEN), to: span.to };
  if (late.from >= late.to) return [];
  for await (const stored of walkEntries(store, late, {})) {
    if (!stored.entry) continue;
    const { writer, seq } = stored.entry;
    items.set(`${writer}-${seq}`, [...(items.get(`${writer}-${seq}`) ?? []), stored]);
    if (items.size > MOST) return null;
  }
  const byWriter = Map.groupBy(items.values(), ([first]) => first?.entry?.writer ?? '');
  const fresh: StoredEntry[] = [];
  for (const [writer, some] of byWriter) {
    const places = await latestPlaces(treeTable, writer);
    const oldest = Math.min(...places.keys());
    for (const entries of some) {
      const { seq, time } = entries[0]?.entry ?? { seq: 0, time: '' };
      const first =
        places.get(seq) ?? (seq < oldest ? (await findPlace(treeTable, writer, seq))?.first : undefined);
      const counted = first !== undefined && first < (hours.get(hourOf(time))?.size ?? 0);
      if (!counted) fresh.push(...entries);
    }
  }
  return fresh;
}

/** Steps of the tree whose places one query reads: more than it takes in the time that is looked at. */
const STEPS = 25;

/** The places of a writer's last items, by `seq`: the index in the tree of the first leaf of each. */
async function latestPlaces(table: Table, writer: string): Promise<Map<number, number>> {
  const options = { backwards: true, limit: STEPS };
  const records = await queryFirst(table, '#part = :writer', { writer }, options);
  const places = records.flatMap(({ places: text }) => parsePlaces(text?.S ?? ''));
  return new Map(places.map(([seq, first]) => [seq, first]));
}
