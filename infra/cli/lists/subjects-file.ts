/** Reads the people of a list, each once. */

import type { ListRow } from '../../../shared/client/verify-list.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { readList } from './file.ts';
import { namingOf, peopleIn } from './people.ts';

const { people: t } = await texts('lists');

export interface SubjectsFile {
  /** Each person once. A row has the number of its line, counted from 1 and including the head of a table. */
  rows: ListRow[];
  /** Rows that repeat an earlier person. */
  repeated: number;
}

/**
 * @param keys fields of the policy by which people are found
 * @throws UsageError that gives the line and never quotes it
 */
export async function readSubjects(path: string, keys: readonly string[]): Promise<SubjectsFile> {
  const all = peopleIn(await readList(path), namingOf(keys));
  const known = new Set<string>();
  const rows = all.filter(({ subject }) => {
    const name = JSON.stringify(subject);
    return !known.has(name) && known.add(name);
  });
  if (rows.length === 0) throw new UsageError(t.empty(path));
  return { rows, repeated: all.length - rows.length };
}
