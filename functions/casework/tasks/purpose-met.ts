import { Problem } from '../../../shared/errors.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { allOwners } from '../../../shared/policy/pack/pack.ts';
import { dayOf, isoOf } from '../../../shared/policy/value/age.ts';
import { inboxOfAgency, readTask, type Task } from '../../../shared/records/casework/tasks.ts';
import { requireAct } from '../../session/acts.ts';
import { type Act, openTaskFor, record } from '../act.ts';

/**
 * Sharing ends when its purpose is met: the recipient declares it, and has a task to delete what it received, due from
 * now on. The task names no person, and the entry has the case. On one day a repeat opens no second task for a case.
 * @throws Problem NOT_FOUND unless the purpose is registered for the caller and leaves something to delete
 */
export async function purposeMet(act: Act, code: string): Promise<{ task: Task; receipt: Receipt }> {
  const { deps, pack, session, words, now } = act;
  const { clientId, purposes } = session.caller;
  const known = pack.purposes.get(code);
  const [kind] = [...pack.tasks].find(([, { ends }]) => ends === 'purpose') ?? [];
  const deletes = known?.kept?.some((end) => end !== 'person' && end !== 'counts') === true;
  requireAct(session, { recipient: deletes && purposes.includes(code) });
  if (!deletes || kind === undefined) throw new Problem('NOT_FOUND');
  const receipt = await record(act, {
    ...{ kind: 'task', operation: 'process', owners: allOwners(pack), purpose: code },
    ...{ outcome: 'met', code: 'PURPOSE_MET', rule: pack.tasks.get(kind)?.rule ?? '' },
  });
  const day = isoOf(dayOf(now, pack.calendar.utcOffsetMinutes));
  const id = await openTaskFor(act, {
    ...{ kind, inbox: inboxOfAgency(clientId), about: receipt.entry, subject: null },
    ...{ owners: allOwners(pack), key: JSON.stringify([clientId, code, 'met', words.case ?? '', day]) },
    details: { purpose: code, agency: clientId, met: day },
  });
  const task = await readTask(deps.tables.tasks, id);
  if (!task) throw new Problem('STORE_UNAVAILABLE');
  return { task, receipt };
}
