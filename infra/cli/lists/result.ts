/** The result of a list: a row for each of its lines, in their order. */
import type { Json } from '../../../shared/json.ts';
import { texts } from '../messages/language.ts';
import { inLine } from '../terminal/table.ts';
import type { ListFile } from './file.ts';
import type { Job, Places } from './job.ts';
import { faultIn, type Naming, OWN_KEY } from './people.ts';
import { asRow, type ResultRow, writeResult } from './table-out.ts';

const { people: t } = await texts('lists');

export interface Shape<Answer> {
  /** The columns of an answer. */
  columns: readonly string[];
  /** Names that the result has of its own, besides. */
  fields?: readonly string[];
  naming: Naming;
  rowOf(answer: Answer | undefined): ResultRow;
}

/** @returns the lines that name no person, which have a row in the result, too */
export async function writeOut<Answer extends object>(
  { result, format }: Places,
  { rows, journal }: Pick<Job<Json, Answer>, 'rows' | 'journal'>,
  list: ListFile,
  { columns, fields = [], naming, rowOf }: Shape<Answer>,
): Promise<number[]> {
  const keys = new Map(rows.map(({ row, key }) => [row, key]));
  const carries = carrier(naming, new Set(['row', ...columns, ...fields]));
  const out = list.lines.map((line) => {
    const key = keys.get(line.row);
    const none = () => asRow({ outcome: 'INVALID', words: faultIn(line, naming) ?? '' });
    return carries.onto(line.row, line.cells, key === undefined ? none() : rowOf(journal.answers.get(key)));
  });
  await writeResult(result, format, ['row', ...carries.columns(list.columns), ...columns], out);
  return list.lines.map(({ row }) => row).filter((row) => !keys.has(row));
}

/* The columns of a list that go over into its result, so that rows can be told apart. */

/**
 * Numbers of people are not written down again. The agency's own key is no such number.
 * @param taken columns of the result itself
 */
function carrier(naming: Naming, taken: ReadonlySet<string>) {
  const numbers = [...naming].flatMap(([head, name]) => (name === OWN_KEY ? [] : [head]));
  const left = new Set([...numbers, 'match', 'ref']);
  const nameOf = (name: string) => (taken.has(name) ? t.own(name) : name);
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
