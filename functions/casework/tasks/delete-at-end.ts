import type { StoredEntry } from '../../../shared/log/read/read.ts';
import { endOf } from '../../../shared/policy/pack/calendar.ts';
import { OPEN_FORMS, type Pack } from '../../../shared/policy/pack/pack.ts';
import type { Form } from '../../../shared/policy/types.ts';
import { inboxOfAgency } from '../../../shared/records/casework/tasks.ts';
import { openTaskFor } from '../act.ts';
import type { Follower } from '../deps.ts';

/**
 * A release of values states how long they may be kept. One task for each purpose and month, which names no
 * person, asks the recipient to delete the values whose time ended in that month. It is open from the release
 * and due after the month.
 * @returns whether the entry requires it
 */
export async function askToDeleteAtEnd(follower: Follower, stored: StoredEntry): Promise<boolean> {
  const { entry, id } = stored;
  const { pack, handled } = follower;
  if (entry?.kind !== 'decision' || entry.outcome !== 'released' || !entry.handler) return false;
  const [kind] = [...pack.tasks].find(([, { ends }]) => ends === 'purpose') ?? [];
  const lasts = pack.purposes.get(entry.purpose ?? '')?.lasts;
  const forms = Object.values(entry.fields ?? {}).flatMap((fields) => Object.values(fields));
  if (kind === undefined || !lasts || !forms.some((form) => OPEN_FORMS.has(form as Form))) return false;
  const { agency } = entry.handler;
  const purpose = entry.purpose ?? '';
  const month = monthOf(pack, endOf(pack.calendar, lasts, Date.parse(entry.time)));
  const key = JSON.stringify([agency, purpose, month.name]);
  if (handled.has(`${kind} ${key}`)) return true;
  await openTaskFor(
    { ...follower, now: month.ends },
    {
      ...{ kind, inbox: inboxOfAgency(agency), about: id, subject: null },
      ...{ owners: [...(entry.owners ?? [])], key, details: { purpose, agency, ended: month.name } },
    },
  );
  handled.set(`${kind} ${key}`, follower.deps.now());
  return true;
}

/** The calendar month of an instant, and the instant at which the month ends. */
function monthOf({ calendar }: Pack, instant: number): { name: string; ends: number } {
  const offset = calendar.utcOffsetMinutes * 60_000;
  const local = new Date(instant - 1 + offset);
  const ends = Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + 1, 1) - offset;
  return { name: local.toISOString().slice(0, 7), ends };
}
