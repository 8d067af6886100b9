/** What one line of authority did is judged by another: the task names who acted, and reaches a department that is not of that line. */

import { Problem } from '../../../shared/errors.ts';
import { asClientId } from '../../../shared/ids.ts';
import type { StoredEntry } from '../../../shared/log/read/read.ts';
import { inLine } from '../../../shared/policy/decide/approvals.ts';
import { inboxOfDepartment, type Task } from '../../../shared/records/casework/tasks.ts';
import { registered } from '../../session/agency.ts';
import { type Act, openTaskFor } from '../act.ts';
import type { Follower } from '../deps.ts';

/**
 * Opens a task about the entry, without its person, in the county of the office that acted.
 * @param asks departments, of which the first of another line is asked
 * @returns whether there is one
 */
export async function askOtherLine(
  follower: Follower,
  { id, entry }: StoredEntry,
  asks: readonly string[],
  { details, ...more }: Pick<Task, 'kind'> & { key?: string; details?: Task['details'] },
): Promise<boolean> {
  const { deps, pack } = follower;
  if (!entry?.handler) return false;
  const { agency, departments } = entry.handler;
  const [area = ''] = (await registered(deps, agency))?.areas ?? [];
  const department = asks.find((code) => !departments.includes(code));
  if (department === undefined) return false;
  const inbox = inboxOfDepartment(department, area.slice(0, pack.countyDigits));
  await openTaskFor(
    { ...follower, now: Date.parse(entry.time) },
    {
      ...{ ...more, inbox, about: id, subject: null, owners: [department] },
      details: { ...details, agency, departments: [...departments] },
    },
  );
  return true;
}

/** @throws Problem APPROVER_IS_REQUESTER for a caller of the line of the office that acted */
export function requireOtherLine({ session }: Act, { details: { agency, departments } }: Task): void {
  const first = { clientId: asClientId(String(agency)), departments: [departments ?? []].flat().map(String) };
  if (inLine(first, session.caller)) throw new Problem('APPROVER_IS_REQUESTER');
}
