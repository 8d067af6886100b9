/**
 * An erasure that two people approved waits: each department that holds something has a task, and may stop the erasure
 * until it begins. Of a department that first holds something in this time, the time begins again.
 */

import type { Erased, Kept, Waiting } from '../../shared/contract/office.ts';
import { Problem } from '../../shared/errors.ts';
import type { EntryId } from '../../shared/ids.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { Wait } from '../../shared/policy/acts/rows.ts';
import { inboxOfDepartment, openTask } from '../../shared/records/casework/tasks.ts';
import {
  type ApprovedAct,
  approveAct,
  beginAct,
  dueActs,
  type PendingAct,
  stopAct,
} from '../../shared/records/gateway/pending-acts.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import { readState } from '../../shared/records/subject/key-states.ts';
import { currentPack } from '../session/policy.ts';
import { appendOne } from '../steps/log.ts';
import { type Actor, actName, findAct, keepAnswer, personOf } from './acting.ts';
import type { MaintenanceDeps } from './deps.ts';
import { holdersOf, requireSubject, type SubjectCall } from './find-subject.ts';
import { answerOf, clean, entryOf, eraseKeys } from './tombstone.ts';

interface Erasing {
  deps: MaintenanceDeps;
  actor: Actor;
  /** Name of the act. */
  act: string;
  item: KeyItem;
}

/**
 * Logs the approval, keeps it, and informs the departments.
 * @param first entry of the first request
 * @throws Problem CONFLICT if the act was stopped or approved meanwhile
 */
export async function wait(erasing: Erasing, first: EntryId, entry: NewEntry, waits: Wait): Promise<Waiting> {
  const { deps, actor, act, item } = erasing;
  const receipt = await appendOne(deps.log, entry);
  const approved: ApprovedAct = {
    approver: personOf(actor),
    entry: receipt.entry,
    due: dueAfter(deps, waits),
    actor: JSON.stringify(actor),
    subject: item.subject,
    told: holdersOf(item),
  };
  if (!(await approveAct(deps.tables.jobs, act, { entry: first, approved, before: null })))
    throw new Problem('CONFLICT', { detail: 'The request changed meanwhile; try again.' });
  await inform(erasing, approved, waits);
  return { ...waitingOf(approved), receipt };
}

/**
 * Erases if the time is over, for a call by either of the two.
 * @throws Problem CONFLICT if it was stopped meanwhile
 */
export async function proceed(
  erasing: Erasing,
  { entry, approved }: PendingAct,
  waits: Wait | undefined,
): Promise<Waiting | Erased> {
  const { deps, act, item } = erasing;
  const { tables, now } = deps;
  if (!approved) throw new Problem('CONFLICT');
  // Again after a crash; a task that exists stays as it is.
  if (waits) await inform(erasing, approved, waits);
  if (now() < approved.due * 1000) return waitingOf(approved);
  const late = holdersOf(item).filter((department) => !approved.told.includes(department));
  if (late.length > 0 && waits) {
    const again = { ...approved, due: dueAfter(deps, waits), told: [...approved.told, ...late].sort() };
    if (!(await approveAct(tables.jobs, act, { entry, approved: again, before: approved }))) throw stopped();
    await inform(erasing, again, waits);
    return waitingOf(again);
  }
  if (!(await beginAct(tables.jobs, act, approved))) throw stopped();
  const actor = JSON.parse(approved.actor) as Actor;
  const { tombstone, receipt } = await eraseKeys(deps, actor, item, { approvals: [entry, approved.entry] });
  await clean(deps, tombstone);
  const answer = answerOf(tombstone, receipt);
  await keepAnswer(deps, act, actor, answer);
  return answer;
}

/** Does every erasure whose time is over. A failed one is tried at the next run. */
export async function eraseDue(deps: MaintenanceDeps): Promise<void> {
  const row = (await currentPack(deps)).acts.get('subject.erase');
  for (const act of await dueActs(deps.tables.jobs, deps.now())) {
    const known = await findAct(deps, act);
    if (!known?.approved) continue;
    const found = await readState(deps.tables.keys, known.approved.subject);
    if (found.state !== 'live') continue;
    const actor = JSON.parse(known.approved.actor) as Actor;
    await proceed({ deps, actor, act, item: found.item }, known, row?.waits).catch(() => {});
  }
}

/**
 * Stops the erasure of a subject that waits for its second person or for its time.
 * @throws Problem REFUSED; CONFLICT if none waits
 */
export async function keep(call: SubjectCall): Promise<Kept> {
  const { deps, actor } = call;
  personOf(actor);
  const item = await requireSubject(call);
  const act = actName('erase', item.subject);
  const known = await findAct(deps, act);
  if (!known || known.answer !== null)
    throw new Problem('CONFLICT', { detail: 'No erasure of this subject waits.' });
  const receipt = await appendOne(deps.log, {
    ...entryOf(actor, item),
    kind: 'request',
    code: 'ERASE',
    outcome: 'stopped',
    approvals: [known.entry],
  });
  if (!(await stopAct(deps.tables.jobs, act)))
    throw new Problem('CONFLICT', { detail: 'The erasure has begun.' });
  return { keptAt: new Date(deps.now()).toISOString(), receipt };
}

/** One task for each department, due when the erasure is. */
async function inform(
  { deps, item }: Erasing,
  { entry, due, told }: ApprovedAct,
  { task, hours }: Wait,
): Promise<void> {
  const at = (ms: number) => new Date(ms).toISOString();
  await Promise.all(
    told.map((department) =>
      openTask(deps.tables.tasks, {
        kind: task,
        inbox: inboxOfDepartment(department, item.county),
        about: entry,
        subject: item.subject,
        owners: [department],
        details: { erasesAt: at(due * 1000) },
        opened: at(due * 1000 - hours * HOUR_MS),
        due: at(due * 1000),
      }),
    ),
  );
}

const HOUR_MS = 3_600_000;

function dueAfter({ now }: MaintenanceDeps, { hours }: Wait): number {
  return Math.floor((now() + hours * HOUR_MS) / 1000);
}

function waitingOf({ due }: ApprovedAct): Waiting {
  return { state: 'waiting', erasesAt: new Date(due * 1000).toISOString() };
}

const stopped = () => new Problem('CONFLICT', { detail: 'The erasure was stopped meanwhile.' });
