/** The columns of a list that go over into its result, so that rows can be told apart. */

import type { Json } from '../../../shared/json.ts';
import { inLine } from '../terminal/table.ts';
import { OWN_KEY } from './people.ts';
import type { ResultRow } from './table-out.ts';

/**
 * Numbers of people are not written down again. The agency's own key is no such number.
 * @param naming columns that name the person in this pack. @param taken columns of the result itself
 */
export function carrier(naming: readonly string[], taken: ReadonlySet<string>) {
  const left = new Set([...naming, 'match', 'ref'].filter((name) => name !== OWN_KEY));
  const nameOf = (name: string) => (taken.has(name) ? `list.${name}` : name);
  const own = (cells: Readonly<Record<string, Json>>) =>
    Object.entries(cells).filter(([name]) => !left.has(name));
  return {
    columns: (columns: readonly string[] | null) =>
      (columns ?? []).filter((name) => name !== '' && !left.has(name)).map(nameOf),
    /** The row with what its line carries. */
    onto(
      row: number,
      cells: Readonly<Record<string, Json>>,
      { cells: answer, object }: ResultRow,
    ): ResultRow {
      const kept = own(cells);
      const table = kept.map(([name, value]) => [nameOf(name), inLine(value)]);
      const list = kept.length > 0 ? { list: Object.fromEntries(kept) } : {};
      return {
        cells: { row: String(row), ...Object.fromEntries(table), ...answer },
        object: { row, ...list, ...object },
      };
    },
  };
}
