/**
 * An act that two people approved waits: each department that holds something has a task, and may stop the act until it
 * begins. Of a department that first holds something in this time, the time begins again.
 */

import type { Kept, Waiting } from '../../shared/contract/office.ts';
import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import type { EntryId } from '../../shared/ids.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { maintenanceTexts } from '../../shared/messages/maintenance.ts';
import type { Wait } from '../../shared/policy/acts/rows.ts';
import { isHeld } from '../../shared/records/casework/holds.ts';
import { closeOpen, inboxOfDepartment, readTask, taskId } from '../../shared/records/casework/tasks.ts';
import {
  type ApprovedAct,
  approveAct,
  beginAct,
  type PendingAct,
  stopAct,
  stopAnswer,
} from '../../shared/records/gateway/pending-acts.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import { currentPack } from '../session/policy.ts';
import type { EntryBase } from '../steps/entry-base.ts';
import { loadHolding } from '../steps/holding.ts';
import { appendOne } from '../steps/log.ts';
import { openAndTell } from '../steps/open-task.ts';
import { countStop } from '../steps/stops.ts';
import { requireSeen } from '../steps/two-people.ts';
import { type Actor, findAct, keepAnswer, personOf } from './acting.ts';
import { staysForArchive } from './archive.ts';
import type { MaintenanceDeps } from './deps.ts';
import { type CallOfTwo, holdersOf, type SubjectCall } from './find-subject.ts';

/** An act that waits. */
export interface Waited<Answer extends object> {
  deps: MaintenanceDeps;
  /** Name of the act. */
  act: string;
  /** The records that it changes; the act ends the first. */
  items: readonly [KeyItem, ...KeyItem[]];
  waits: Wait | undefined;
  /** The entry of a legal hold that stops it. Absent: none does. */
  held?: NewEntry;
  /** Whether the record is destroyed, which a file of the archive stops, too. */
  destroys?: true;
  /** What is done in the end, as the second person. */
  finish(actor: Actor, approvals: readonly EntryId[]): Promise<Answer>;
}

/**
 * Logs the approval, keeps it, and informs the departments.
 * @param first entry of the first request
 * @throws Problem CONFLICT if the act was stopped or approved meanwhile
 */
export async function wait(
  waited: Waited<object> & { waits: Wait },
  actor: Actor,
  first: EntryId,
  entry: NewEntry,
): Promise<Waiting> {
  const approved = await approve(waited, actor, first, entry);
  await inform(waited, approved, waited.waits);
  return { ...waitingOf(approved), ...defined({ receipt: approved.receipt }) };
}

/**
 * Logs the approval and keeps it: from then on a scheduled run does the act when it is due, if no caller does.
 * @throws Problem CONFLICT if the act was stopped or approved meanwhile
 */
export async function approve(
  { deps, act, items, waits }: Waited<object>,
  actor: Actor,
  first: EntryId,
  entry: NewEntry,
): Promise<ApprovedAct> {
  const receipt = await appendOne(deps.log, entry);
  const approved: ApprovedAct = {
    approver: personOf(actor),
    entry: receipt.entry,
    receipt,
    due: dueAfter(deps, waits),
    actor: JSON.stringify(actor),
    subject: items[0].subject,
    told: holdersOfAll(items),
  };
  if (!(await approveAct(deps.tables.jobs, act, { entry: first, approved, before: null })))
    throw new Problem('CONFLICT', { detail: commonTexts.requestChanged });
  return approved;
}

/**
 * Does the act if the time is over, for a call by either of the two.
 * @param person who calls; the second one's repeat has the receipt of the approval
 * @throws Problem CONFLICT if it was stopped meanwhile
 */
export async function proceed<Answer extends object>(
  waited: Waited<Answer>,
  { entry, approved }: PendingAct,
  person: string | null = null,
): Promise<Waiting | Answer> {
  const { deps, act, items, waits } = waited;
  const { tables, now } = deps;
  if (!approved) throw new Problem('CONFLICT');
  // Again after a crash; a task that exists stays as it is.
  if (waits) await inform(waited, approved, waits);
  const said = approved.approver === person ? defined({ receipt: approved.receipt }) : {};
  if (now() < approved.due * 1000) return { ...waitingOf(approved), ...said };
  const late = holdersOfAll(items).filter((department) => !approved.told.includes(department));
  if (late.length > 0 && waits) {
    const again = { ...approved, due: dueAfter(deps, waits), told: [...approved.told, ...late].sort() };
    if (!(await approveAct(tables.jobs, act, { entry, approved: again, before: approved }))) throw stopped();
    await inform(waited, again, waits);
    return waitingOf(again);
  }
  await stopIfHeld(waited);
  if (!(await beginAct(tables.jobs, act, approved))) throw stopped();
  const actor = JSON.parse(approved.actor) as Actor;
  // It can't be stopped any more: what asks a department whether it stops it is over.
  if (waits) await endTasks(waited, approved, waits, actor);
  const answer = await waited.finish(actor, [entry, approved.entry]);
  await keepAnswer(deps, act, actor, answer);
  return answer;
}

/**
 * A call about an act that both have approved. The requester's repeat is answered and does nothing.
 * @param go what a call does that names the entry of the request
 * @throws Problem CONFLICT for any other call
 */
export async function proceedAs<Answer extends object>(
  { seen }: CallOfTwo,
  { entry, approved, requester }: PendingAct,
  person: string,
  go: () => Promise<Waiting | Answer>,
): Promise<Waiting | Answer> {
  if (seen === undefined && requester === person && approved) return waitingOf(approved);
  requireSeen(entry, seen);
  return go();
}

/**
 * Stops the act of these names that waits for its second person or for its time. The repeat of the person who stopped one has
 * the same answer.
 * @throws Problem CONFLICT if none waits
 */
export async function stop(
  { deps, actor, session }: Pick<SubjectCall, 'deps' | 'actor' | 'session'>,
  names: readonly string[],
  entry: NewEntry,
): Promise<Kept> {
  const { jobs } = deps.tables;
  const by = personOf(actor);
  const acts = await Promise.all(names.map(async (act) => ({ act, known: await findAct(deps, act) })));
  const waiting = acts.find(({ known }) => known !== null && known.answer === null);
  if (!waiting?.known) {
    const kept = await Promise.all(names.map((act) => stopAnswer(jobs, act, { by, now: deps.now() })));
    const answer = kept.find((one) => one !== null);
    if (answer) return JSON.parse(answer) as Kept;
    throw new Problem('CONFLICT', { detail: maintenanceTexts.noActWaits });
  }
  await session.replay.alone(`stop ${waiting.known.entry}`);
  const { kind: _, ...base } = entry;
  await countStop({ deps, session, now: deps.now() }, actor.words['officer'], () => base as EntryBase);
  const receipt = await appendOne(deps.log, { ...entry, approvals: [waiting.known.entry] });
  const now = deps.now();
  const kept: Kept = { keptAt: new Date(now).toISOString(), receipt };
  if (!(await stopAct(jobs, waiting.act, now, { by, answer: JSON.stringify(kept) })))
    throw new Problem('CONFLICT', { detail: maintenanceTexts.actBegun });
  return kept;
}

/**
 * A legal hold, or a file of the archive that would be destroyed, ends the act as a department that stops it does: the two people
 * learn no more.
 * @throws Problem CONFLICT
 */
export async function stopIfHeld({
  deps,
  act,
  items: [first],
  held,
  destroys,
}: Waited<object>): Promise<void> {
  if (!held) return;
  const finding = (await isHeld(deps.tables.casework, first.subject))
    ? 'LEGAL_HOLD'
    : destroys && (await isFile(deps, first)) && 'ARCHIVE';
  if (!finding) return;
  await appendOne(deps.log, { ...held, words: { ...held.words, finding } });
  await stopAct(deps.tables.jobs, act, deps.now());
  throw stopped();
}

async function isFile(deps: MaintenanceDeps, { subject }: KeyItem): Promise<boolean> {
  const [pack, { item, sheets }] = await Promise.all([currentPack(deps), loadHolding(deps, subject)]);
  return item !== null && staysForArchive(deps, pack, item, sheets.values());
}

/** One task for each department, about the record of which it holds a part, due when the act is. */
async function inform(
  { deps, items }: Waited<object>,
  { entry, due, told }: ApprovedAct,
  { task, hours }: Wait,
): Promise<void> {
  const at = (ms: number) => new Date(ms).toISOString();
  await Promise.all(
    told.map((department) => {
      const item = items.find(({ heads }) => heads.has(department)) ?? items[0];
      return openAndTell(deps, {
        kind: task,
        inbox: inboxOfDepartment(department, item.county),
        about: entry,
        subject: item.subject,
        owners: [department],
        details: { dueAt: at(due * 1000) },
        opened: at(due * 1000 - hours * HOUR_MS),
        due: at(due * 1000),
      });
    }),
  );
}

async function endTasks(
  { deps, items }: Waited<object>,
  { entry, told }: ApprovedAct,
  { task }: Wait,
  actor: Actor,
): Promise<void> {
  const { tasks } = deps.tables;
  const done = {
    at: new Date(deps.now()).toISOString(),
    agency: actor.handler.agency,
    person: personOf(actor),
    outcome: 'done',
    entry,
  };
  for (const department of told)
    for (const county of new Set(items.map((item) => item.county)))
      await closeOpen(
        tasks,
        await readTask(tasks, taskId(task, inboxOfDepartment(department, county), entry)),
        done,
      );
}

const HOUR_MS = 3_600_000;

function dueAfter({ now }: MaintenanceDeps, { hours }: Pick<Wait, 'hours'> = { hours: 0 }): number {
  return Math.floor((now() + hours * HOUR_MS) / 1000);
}

function waitingOf({ due }: ApprovedAct): Waiting {
  return { state: 'waiting', dueAt: new Date(due * 1000).toISOString() };
}

/** Departments that hold a sheet of any of these records. */
function holdersOfAll(items: readonly KeyItem[]): string[] {
  return [...new Set(items.flatMap(holdersOf))].sort();
}

const stopped = () => new Problem('CONFLICT', { detail: maintenanceTexts.actStopped });
