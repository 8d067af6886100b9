/** The people that the lines of a list name. */

import type { ListRow } from '../../../shared/client/verify-list.ts';
import type { Subject } from '../../../shared/client/wire/types.ts';
import type { Json } from '../../../shared/json.ts';
import { nearestOf } from '../../../shared/nearest.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import type { Line, ListFile } from './file.ts';

const { people: t } = await texts('lists');

/** The agency's own key, in any pack. */
export const OWN_KEY = 'local_id';

/** Headings that name a person, each with its key; `null` if another column of the same key counts. */
export type Naming = ReadonlyMap<string, string | null>;

/** The names of what names a person. @param keys fields of the policy by which people are found */
export const namingOf = (keys: readonly string[]): string[] => [...new Set([...keys, OWN_KEY, 'ref'])];

/** One row for each line that names a person. @throws UsageError that gives the line, if a list of objects has another */
export function peopleIn({ columns, lines }: ListFile, naming: Naming, keys: readonly string[]): ListRow[] {
  if (columns && naming.size === 0) throw new UsageError(noColumn(columns, namingOf(keys)));
  return lines.flatMap((line) => {
    const subject = subjectOf(line, naming);
    // A table may have rows about no person, such as a sum; a list of objects has none.
    if (subject === null && columns === null)
      throw new UsageError(t.namesNone(line.row, namingOf(keys).join(', ')));
    return subject === null || faultIn(line, naming) !== null ? [] : [{ row: line.row, subject }];
  });
}

/** What a spreadsheet makes of a long number. */
export const isShortened = (text: Json | undefined) =>
  typeof text === 'string' && /^\d(\.\d+)?E\+\d+$/i.test(text);

/** Why a row of a table names no person. */
export function faultIn(line: Line, naming: Naming): string | null {
  const short = [...naming].find(([head, name]) => name !== null && isShortened(line.cells[head]));
  if (short) return `${short[0]} ${t.digitsLost}`;
  return subjectOf(line, naming) === null ? t.nobody : null;
}

function noColumn(columns: readonly string[], names: readonly string[]): string {
  const meant = columns
    .map((name) => [name, nearestOf(name, names)] as const)
    .find((pair): pair is readonly [string, string] => pair[1] !== null);
  return t.noColumn(names.join(', ')) + (meant ? t.meant(...meant) : '');
}

/** `{"ref": …}`, `{"match": {…}}`, or keys alone: `{"id_number": …}`. Keys are surer than a reference. */
function subjectOf({ row, cells }: Line, naming: Naming): Subject | null {
  const { match } = cells;
  if (typeof match === 'object' && match !== null && !Array.isArray(match))
    return { match: match as Record<string, string> };
  const all = [...naming].flatMap(([head, name]) =>
    name === null || cells[head] === undefined ? [] : [[name, cells[head]] as const],
  );
  const named = all.filter(([name]) => name !== 'ref');
  for (const [name, value] of named)
    if (typeof value !== 'string') throw new UsageError(t.notText(row, name));
  if (named.length > 0) return { match: Object.fromEntries(named) as Record<string, string> };
  const [, ref] = all[0] ?? [];
  return typeof ref === 'string' ? { ref } : null;
}
