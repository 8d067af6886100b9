/** Recipients delete what they hold about a person who has passed the age of the schedule. */

import { asClientId } from '../../../shared/ids.ts';
import type { Json } from '../../../shared/json.ts';
import { namesOf } from '../../../shared/log/read/subject-names.ts';
import { type Disclosure, recipientsOf } from '../../../shared/log/read/walk.ts';
import { isGrown } from '../../../shared/policy/decide/retention.ts';
import { monthOf } from '../../../shared/policy/pack/calendar.ts';
import { type Pack, taskAtEnd } from '../../../shared/policy/pack/pack.ts';
import { inboxOfAgency } from '../../../shared/records/casework/tasks.ts';
import type { KeyItem } from '../../../shared/records/subject/key-items.ts';
import { timesOf } from '../../steps/approval-requests.ts';
import { logStore } from '../../steps/log.ts';
import { openAndTell } from '../../steps/open-task.ts';
import type { MaintenanceDeps } from '../deps.ts';
import type { JobRun } from '../job-run.ts';
import { indexPosition, wholeLog } from '../span.ts';

/** Milliseconds in which the pass still looks at what has changed: a pass that ran every day needs only one. */
export const LATE = 92 * 86_400_000;

/** The recipients of the person's data, according to the whole log. */
export async function received(deps: MaintenanceDeps, item: KeyItem): Promise<Disclosure[]> {
  const store = logStore(deps);
  const span = wholeLog(deps.now(), await indexPosition(deps));
  return recipientsOf(store, namesOf(item), span);
}

/**
 * One task for each recipient and purpose, from the first day of the month after, so that its opening reveals no date.
 * May be repeated.
 */
export async function askAboutGrown(
  { deps }: JobRun,
  pack: Pack,
  item: KeyItem,
  births: readonly Json[],
): Promise<void> {
  const kind = taskAtEnd(pack, 'age');
  if (kind === undefined) return;
  const now = deps.now();
  const month = monthOf(pack.calendar, now).begins;
  if (!isGrown(pack, births, month) || isGrown(pack, births, month - LATE)) return;
  const { subject } = item;
  for (const { agency, purpose, fields, entries } of await received(deps, item)) {
    const [about = ''] = entries;
    if (!pack.purposes.get(purpose)?.kept?.includes('age')) continue;
    await openAndTell(deps, {
      kind,
      inbox: inboxOfAgency(asClientId(agency)),
      about,
      subject,
      owners: Object.keys(fields).sort(),
      key: JSON.stringify([subject, purpose]),
      details: { purpose, agency },
      ...timesOf(pack, kind, month),
    });
  }
}
