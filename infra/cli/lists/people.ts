/** The people that the lines of a list name. */

import type { ListRow } from '../../../shared/client/verify-list.ts';
import type { Subject } from '../../../shared/client/wire/types.ts';
import { nearestOf } from '../../../shared/nearest.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import type { Line, ListFile } from './file.ts';

const { people: t } = await texts('lists');

/** The agency's own key, in any pack. */
export const OWN_KEY = 'local_id';

/** The columns that name a person. @param keys fields of the policy by which people are found */
export const namingOf = (keys: readonly string[]): string[] => [...new Set([...keys, OWN_KEY, 'ref'])];

/** One row for each line that names a person. @throws UsageError that gives the line, if a list of objects has another */
export function peopleIn({ columns, lines }: ListFile, naming: readonly string[]): ListRow[] {
  const keys = naming.filter((name) => name !== 'ref');
  if (columns && !columns.some((name) => naming.includes(name)))
    throw new UsageError(noColumn(columns, naming));
  return lines.flatMap((line) => {
    const subject = subjectOf(line, keys);
    // A table may have rows about no person, such as a sum; a list of objects has none.
    if (subject === null && columns === null) throw new UsageError(t.namesNone(line.row, naming.join(', ')));
    return subject === null ? [] : [{ row: line.row, subject }];
  });
}

function noColumn(columns: readonly string[], naming: readonly string[]): string {
  const meant = columns
    .map((name) => [name, nearestOf(name, naming)] as const)
    .find((pair): pair is readonly [string, string] => pair[1] !== null);
  return t.noColumn(naming.join(', ')) + (meant ? t.meant(...meant) : '');
}

/** `{"ref": …}`, `{"match": {…}}`, or keys alone: `{"id_number": …}`. Keys are surer than a reference. */
export function subjectOf({ row, cells }: Line, keys: readonly string[]): Subject | null {
  const { ref, match } = cells;
  if (typeof match === 'object' && match !== null && !Array.isArray(match))
    return { match: match as Record<string, string> };
  const named = keys.flatMap((name) => (cells[name] === undefined ? [] : [[name, cells[name]] as const]));
  for (const [name, value] of named)
    if (typeof value !== 'string') throw new UsageError(t.notText(row, name));
  if (named.length > 0) return { match: Object.fromEntries(named) as Record<string, string> };
  return typeof ref === 'string' ? { ref } : null;
}
