/** The result of a list: a row for each of its lines, in their order. */
import type { Json } from '../../../shared/json.ts';
import { texts } from '../messages/language.ts';
import { inLine } from '../terminal/table.ts';
import type { ListFile } from './file.ts';
import type { Job, Places } from './job.ts';
import { OWN_KEY } from './people.ts';
import { type ResultRow, writeResult } from './table-out.ts';

const { people: p } = await texts('lists');

export interface Shape<Answer> {
  /** The columns of an answer. */
  columns: readonly string[];
  /** Names that the result has of its own, besides. */
  fields?: readonly string[];
  /** Columns of the list that name the person. */
  naming?: readonly string[];
  rowOf(answer: Answer | undefined): ResultRow;
}

/** @returns the lines that name no person, which have a row in the result, too */
export function writeOut<Answer extends object>(
  { result, format }: Places,
  { rows, journal }: Pick<Job<Json, Answer>, 'rows' | 'journal'>,
  list: ListFile,
  { columns, fields = [], naming = [], rowOf }: Shape<Answer>,
): number[] {
  const keys = new Map(rows.map(({ row, key }) => [row, key]));
  const carries = carrier(naming, new Set(['row', ...columns, ...fields]));
  const out = list.lines.map(({ row, cells }) => {
    const key = keys.get(row);
    return carries.onto(row, cells, key === undefined ? NOBODY : rowOf(journal.answers.get(key)));
  });
  writeResult(result, format, ['row', ...carries.columns(list.columns), ...columns], out);
  return list.lines.map(({ row }) => row).filter((row) => !keys.has(row));
}

const NOBODY: ResultRow = {
  cells: { outcome: 'INVALID', words: p.nobody },
  object: { outcome: 'INVALID', words: p.nobody },
};

/* The columns of a list that go over into its result, so that rows can be told apart. */

/**
 * Numbers of people are not written down again. The agency's own key is no such number.
 * @param naming columns that name the person in this pack. @param taken columns of the result itself
 */
function carrier(naming: readonly string[], taken: ReadonlySet<string>) {
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
