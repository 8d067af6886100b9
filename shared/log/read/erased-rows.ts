/**
 * Rows under a person's log id whose entries an erasure has made nameless. An erasure forgets the person's halves first and
 * removes the rows then; a sequencer adds its rows first and looks at the halves then. So one of the two removes each row.
 */
import { type EpochKeys, leafKey } from '../entry/secrets.ts';
import { epochName } from '../write/secret-table.ts';
import { formatIndexed, type IndexRow, parseIndexed } from './index-rows.ts';

const OF_PERSONS = 'subject:';

/**
 * @param secrets read after the rows were added, strongly consistent
 * @returns those of the rows that name forgotten places, without these; without `entries` if no place is left
 */
export async function withoutErased(
  rows: readonly IndexRow[],
  secrets: (epochs: Iterable<string>) => Promise<ReadonlyMap<string, EpochKeys>>,
): Promise<IndexRow[]> {
  const named = rows
    .filter(({ key }) => key.startsWith(OF_PERSONS))
    .map((row) => ({ row, places: parseIndexed(row.place.split('#')[0] ?? '', row.entries) }));
  if (named.length === 0) return [];
  const all = named.flatMap(({ places }) => places.map(({ writer, seq }) => epochName(writer, seq)));
  const keys = await secrets(new Set(all));
  return named.flatMap(({ row, places }) => {
    const kept = places.filter(({ writer, seq, leaf }) => {
      const epoch = keys.get(epochName(writer, seq));
      return !epoch || leafKey(epoch.person, seq, leaf) !== null;
    });
    return kept.length === places.length ? [] : [{ ...row, entries: formatIndexed(kept) }];
  });
}
