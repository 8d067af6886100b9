/** The result of a list: a row for each of its lines, in their order. */

import type { Json } from '../../../shared/json.ts';
import { texts } from '../messages/language.ts';
import { carrier } from './carry.ts';
import type { ListFile } from './file.ts';
import type { Job, Places } from './job.ts';
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
