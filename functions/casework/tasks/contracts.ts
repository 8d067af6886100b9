/** The end of a recipient's contract: a task before it for who supervises, and after it one of the recipient to delete. */

import { readOffices } from '../../../shared/identity/agencies/agencies.ts';
import { contractedUntil, needsContract } from '../../../shared/policy/decide/contracts.ts';
import { dayOf } from '../../../shared/policy/value/age.ts';
import { inboxOfAgency, inboxOfDepartment } from '../../../shared/records/casework/tasks.ts';
import { timesOf } from '../../steps/approval-requests.ts';
import { openAndTell } from '../../steps/open-task.ts';
import type { Follower } from '../deps.ts';

/** Once for each end. May be repeated. @returns how many were opened */
export async function askAboutContracts({ deps, pack }: Pick<Follower, 'deps' | 'pack'>): Promise<number> {
  const { contracts: demanded, calendar, countyDigits } = pack;
  if (!demanded) return 0;
  const now = deps.now();
  const today = dayOf(now, calendar.utcOffsetMinutes);
  let count = 0;
  for (const { clientId, contracts = [], areas, ...office } of await readOffices(deps.tables.agencies)) {
    const last = [...contracts].sort((one, other) => (one.until < other.until ? 1 : -1))[0];
    if (!last || !needsContract(pack, office)) continue;
    const ends = contractedUntil(pack, contracts, now);
    if (ends !== null && ends - today > demanded.warns) continue;
    const over = ends === null && last.from <= new Date(now).toISOString();
    if (ends === null && !over) continue;
    const county = (areas[0] ?? '').slice(0, countyDigits);
    const kind = over ? demanded.deletes : demanded.ends;
    const { opened } = await openAndTell(deps, {
      kind,
      inbox: over ? inboxOfAgency(clientId) : inboxOfDepartment(last.supervisor, county),
      about: clientId,
      subject: null,
      owners: [last.supervisor],
      key: JSON.stringify([clientId, last.until]),
      details: { agency: clientId, department: last.supervisor, ended: last.until },
      ...timesOf(pack, kind, now),
    });
    if (opened) count++;
  }
  return count;
}
