import { getAgency } from '../../../shared/identity/agencies/agencies.ts';
import type { ClientId } from '../../../shared/ids.ts';
import type { StoredEntry } from '../../../shared/log/read/read.ts';
import type { CaseRecord } from '../../../shared/policy/decide/cases.ts';
import { endOf, monthOf, startOf } from '../../../shared/policy/pack/calendar.ts';
import { OPEN_FORMS, type Purpose, taskAtEnd } from '../../../shared/policy/pack/pack.ts';
import type { Form } from '../../../shared/policy/types.ts';
import { parseDay } from '../../../shared/policy/value/age.ts';
import { caseId, readCase } from '../../../shared/records/casework/cases.ts';
import { inboxOfAgency } from '../../../shared/records/casework/tasks.ts';
import { openTaskFor } from '../act.ts';
import type { Follower } from '../deps.ts';

/** When the recipient deletes, and the name of what ended. */
interface End {
  ends: number;
  details: { ended: string } | { activity: string } | { case: string };
}

/**
 * A release of values states how long they may be kept. One task for each purpose and month, or for each activity or
 * case, which names no person, asks the recipient to delete the values whose time ended. It is open from the release and due after
 * the end.
 * @returns whether the entry requires it
 */
export async function askToDeleteAtEnd(follower: Follower, stored: StoredEntry): Promise<boolean> {
  const { entry, id } = stored;
  const { pack, handled } = follower;
  if (entry?.kind !== 'decision' || entry.outcome !== 'released' || !entry.handler) return false;
  const kind = taskAtEnd(pack, 'purpose');
  const purpose = pack.purposes.get(entry.purpose ?? '');
  const forms = Object.values(entry.fields ?? {}).flatMap((fields) => Object.values(fields));
  if (kind === undefined || !purpose || !forms.some((form) => OPEN_FORMS.has(form as Form))) return false;
  const { agency } = entry.handler;
  const end = await endFor(follower, stored, purpose, agency);
  if (!end) return false;
  const key = JSON.stringify([agency, purpose.code, ...Object.values(end.details)]);
  if (handled.has(`${kind} ${key}`)) return true;
  await openTaskFor(
    { ...follower, now: end.ends },
    {
      ...{ kind, inbox: inboxOfAgency(agency), about: id, subject: null },
      ...{ owners: [...(entry.owners ?? [])], key },
      details: { purpose: purpose.code, agency, ...end.details },
    },
  );
  handled.set(`${kind} ${key}`, follower.deps.now());
  return true;
}

/** @returns `null` if nothing ends by itself, or the activity is no longer registered */
async function endFor(
  { pack, deps }: Follower,
  { entry, words }: StoredEntry,
  { code, kept, lasts, activity: lastsAfter }: Purpose,
  agency: ClientId,
): Promise<End | null> {
  const { calendar } = pack;
  if (kept?.includes('time') && lasts) {
    // The last instant that belongs to the time.
    const month = monthOf(calendar, endOf(calendar, lasts, Date.parse(entry?.time ?? '')) - 1);
    return { ends: month.ends, details: { ended: month.name } };
  }
  if (kept?.includes('case')) {
    // Closing it earlier opens the task of the closing.
    const found = await readCase<CaseRecord>(deps.tables.casework, caseId(agency, code, words.case ?? ''));
    const until = Date.parse(found?.until ?? '');
    return found && !Number.isNaN(until) ? { ends: until, details: { case: found.id } } : null;
  }
  if (!kept?.includes('activity') || !lastsAfter) return null;
  const registered = await getAgency(deps.tables.agencies, agency, deps.now());
  const activity = registered?.activities?.find((one) => one.id === words.case?.trim());
  const last = parseDay(activity?.ends);
  if (!activity || last === null) return null;
  return {
    ends: endOf(calendar, lastsAfter, startOf(calendar, last)),
    details: { activity: activity.id },
  };
}
