/** The task to give notice of a release: its name, and whether it is done. */

import { asClientId, type SubjectId } from '../../shared/ids.ts';
import type { Entry } from '../../shared/log/entry/entry.ts';
import type { Pack, TaskKind } from '../../shared/policy/pack/pack.ts';
import { inboxOfAgency, readTask, taskId } from '../../shared/records/casework/tasks.ts';
import type { Deps } from '../deps.ts';

/** Decisions of the same day, month or year of the calendar share one task. */
export function taskKeyOf(
  { calendar }: Pack,
  { handler, purpose, time }: Pick<Entry, 'handler' | 'purpose' | 'time'>,
  subject: SubjectId,
  per: NonNullable<TaskKind['per']> = 'day',
): string {
  const local = new Date(Date.parse(time) + calendar.utcOffsetMinutes * 60_000).toISOString();
  const period = local.slice(0, { day: 10, month: 7, year: 4 }[per]);
  return JSON.stringify([handler?.agency, purpose, subject, period]);
}

/** Whether releases under this purpose need no notice. */
export function tellsNobody(pack: Pack, { purpose = '' }: Pick<Entry, 'purpose'>): boolean {
  return pack.purposes.get(purpose)?.notice === 'none';
}

/**
 * Whether the recipient has proven the notice of the release: after it, because releases of a year share one task.
 * @param obligations those that make the notice wait
 */
export async function wasTold(
  { tables }: Pick<Deps<'tasksTable'>, 'tables'>,
  pack: Pack,
  entry: Entry,
  subject: SubjectId,
  obligations: readonly string[],
): Promise<boolean> {
  const kinds = [...pack.tasks].filter(([, { from = '' }]) => obligations.includes(from));
  if (kinds.length === 0 || !entry.handler) return false;
  const inbox = inboxOfAgency(asClientId(entry.handler.agency));
  const tasks = await Promise.all(
    kinds.map(([kind, { per }]) =>
      readTask(tables.tasks, taskId(kind, inbox, taskKeyOf(pack, entry, subject, per))),
    ),
  );
  return tasks.every((task) => task?.done?.evidence !== undefined && task.done.at >= entry.time);
}
