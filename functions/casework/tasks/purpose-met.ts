import { Problem } from '../../../shared/errors.ts';
import type { ClientId, EntryId } from '../../../shared/ids.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { allOwners, type Pack, taskAtEnd } from '../../../shared/policy/pack/pack.ts';
import { dayOf, isoOf } from '../../../shared/policy/value/age.ts';
import { inboxOfAgency, readTask, type Task, taskId } from '../../../shared/records/casework/tasks.ts';
import { requireAct } from '../../session/acts.ts';
import { type Act, openTaskFor, record } from '../act.ts';

/**
 * Sharing ends when its purpose is met: the recipient declares it, and has a task to delete what it received, due from
 * now on. The task names no person, and the entry has the case. On one day a repeat, by any person of the office, is answered
 * with the task of the case and leaves no entry.
 * @throws Problem NOT_FOUND unless the purpose is registered for the caller and leaves something to delete
 */
export async function purposeMet(act: Act, code: string): Promise<{ task: Task; receipt?: Receipt }> {
  const { deps, pack, session, words, now } = act;
  const { clientId, purposes } = session.caller;
  const kind = deletionOf(pack, code);
  const deletes = kind !== null;
  requireAct(session, { recipient: deletes && purposes.includes(code) });
  if (kind === null) throw new Problem('NOT_FOUND');
  const inbox = inboxOfAgency(clientId);
  const day = isoOf(dayOf(now, pack.calendar.utcOffsetMinutes));
  const key = JSON.stringify([clientId, code, 'met', words.case ?? '', day]);
  const id = taskId(kind, inbox, key);
  await session.replay.oneAtATime(`met ${id}`);
  const known = await readTask(deps.tables.tasks, id);
  if (known) return { task: known };
  const receipt = await record(act, {
    ...{ kind: 'task', operation: 'process', owners: allOwners(pack), purpose: code },
    ...{ outcome: 'met', code: 'PURPOSE_MET', rule: pack.tasks.get(kind)?.rule ?? '' },
  });
  await openTaskFor(act, {
    ...{ kind, inbox, about: receipt.entry, subject: null, owners: allOwners(pack), key },
    details: { purpose: code, agency: clientId, met: day },
  });
  const task = await readTask(deps.tables.tasks, id);
  if (!task) throw new Problem('STORE_UNAVAILABLE');
  return { task, receipt };
}

/**
 * A closed case has met its purpose: its office deletes what it received for it. May be repeated.
 * @param about the entry of the closing
 */
export async function askToDeleteCase(
  act: Pick<Act, 'deps' | 'pack' | 'now'>,
  { agency, purpose }: { agency: ClientId; purpose: string },
  about: EntryId,
): Promise<void> {
  const { pack, now } = act;
  const kind = deletionOf(pack, purpose);
  if (kind === null) return;
  const met = isoOf(dayOf(now, pack.calendar.utcOffsetMinutes));
  await openTaskFor(act, {
    ...{ kind, inbox: inboxOfAgency(agency), about, subject: null, owners: allOwners(pack) },
    details: { purpose, agency, met },
  });
}

/** The kind of task that asks for the deletion; `null` if the purpose leaves nothing to delete. */
function deletionOf(pack: Pack, purpose: string): string | null {
  const { kept = [] } = pack.purposes.get(purpose) ?? {};
  if (!kept.some((end) => end !== 'person' && end !== 'counts')) return null;
  return taskAtEnd(pack, 'purpose') ?? null;
}
