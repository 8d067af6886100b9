/**
 * A department may write what ends consents: who decides for the person, and whether they still may. It is stored at once,
 * because the record must be right, and who writes can't know of consents. So the end counts afterwards among the stops of the
 * office that wrote, and another line reviews it.
 */

import type { StoredEntry } from '../../../shared/log/read/read.ts';
import { walkSubject } from '../../../shared/log/read/walk.ts';
import { fieldsOfResponsible } from '../../../shared/policy/decide/speaks.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import { inboxOfDepartment, openTask } from '../../../shared/records/casework/tasks.ts';
import type { KeyItem } from '../../../shared/records/subject/key-items.ts';
import { timesOf } from '../../steps/approval-requests.ts';
import { logStore } from '../../steps/log.ts';
import { checkMisses, countMisses } from '../../steps/misses.ts';
import type { MaintenanceDeps } from '../deps.ts';
import type { JobRun } from '../job-run.ts';

/**
 * One stop and one task for each write, however many consents it ended. May be repeated.
 * @param filed RFC 3339, when the consent was filed
 */
export async function reviewEnded({ deps }: JobRun, pack: Pack, item: KeyItem, filed: string): Promise<void> {
  const { stops } = pack;
  if (!stops) return;
  const write = await writeSince(deps, pack, item, filed);
  if (!write?.entry?.handler) return;
  const { handler, owners = [] } = write.entry;
  const department = stops.review.asks.find((code) => !handler.departments.includes(code));
  if (department === undefined) return;
  const now = deps.now();
  const { opened } = await openTask(deps.tables.tasks, {
    kind: stops.review.task,
    inbox: inboxOfDepartment(department, item.county),
    about: write.id,
    subject: null,
    owners: [department],
    details: { agency: handler.agency, departments: [...handler.departments] },
    ...timesOf(pack, stops.review.task, now),
  });
  if (!opened) return;
  const limits = { alert: stops.office.alert, slow: Infinity, stop: Number.MAX_SAFE_INTEGER };
  const says = { rule: stops.rule, reason: 'STOPPED_ENOUGH', alert: 'MANY_STOPS' } as const;
  const budgets = [{ counter: 'stops', limits }];
  const asker = { deps, pack, clientId: handler.agency, budgets, says, now };
  const { version, hash } = pack;
  const base = { operation: 'process', handler, owners, collection: item.collection } as const;
  const entry = { ...base, policy: { version, hash }, about: write.id };
  await checkMisses(asker, await countMisses(asker, 1), entry);
}

/** The last write of what ends consents. */
async function writeSince(
  deps: MaintenanceDeps,
  { consent }: Pack,
  { logId, subject }: KeyItem,
  filed: string,
): Promise<StoredEntry | null> {
  const fields = new Set(fieldsOfResponsible(consent.evidence));
  const span = { from: Date.parse(filed), to: deps.now() + 1 };
  for await (const stored of walkSubject(logStore(deps), { logId, id: subject }, span)) {
    const { kind, fields: written = {} } = stored.entry ?? {};
    if (
      kind === 'intake' &&
      Object.values(written).some((of) => Object.keys(of).some((one) => fields.has(one)))
    )
      return stored;
  }
  return null;
}
