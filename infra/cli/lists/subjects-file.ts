/** Reads the people of a list, each once. */

import type { Fieldgate } from '../../../shared/client/connect.ts';
import type { ListRow } from '../../../shared/client/verify-list.ts';
import type { Subject } from '../../../shared/client/wire/types.ts';
import { type NamedPeople, subjectsFrom } from '../common.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { readList } from './file.ts';
import { namingIn } from './headings.ts';
import { peopleIn } from './people.ts';

const { people: t } = await texts('lists');

export interface SubjectsFile {
  /** Each person once. A row has the number of its line, counted from 1 and including the head of a table. */
  rows: ListRow[];
  /** Rows that repeat an earlier person. */
  repeated: number;
}

/**
 * @throws UsageError that gives the line and never quotes it
 */
export async function readSubjects(
  path: string,
  gate: Pick<Fieldgate, 'matchKeys' | 'schema'>,
): Promise<SubjectsFile> {
  const list = await readList(path);
  const all = peopleIn(list, await namingIn(list, gate), gate.matchKeys);
  const known = new Set<string>();
  const rows = all.filter(({ subject }) => {
    const name = JSON.stringify(subject);
    return !known.has(name) && known.add(name);
  });
  if (rows.length === 0) throw new UsageError(t.empty(path));
  return { rows, repeated: all.length - rows.length };
}

/**
 * The people of a file, or those that options name: numbers on a command line can be read by others of this machine.
 * @throws UsageError if both name people, or neither
 */
export async function subjectsOf(
  gate: Fieldgate,
  { subjects: path, ...named }: NamedPeople & { subjects?: string },
): Promise<Subject[]> {
  if (path === undefined) return subjectsFrom(named);
  if ((named.ref ?? named.match ?? named.localId) !== undefined) throw new UsageError(t.oneWay);
  const { rows } = await readSubjects(path, gate);
  return rows.map(({ subject }) => subject);
}
