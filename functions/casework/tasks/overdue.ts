import { defined } from '../../../shared/defined.ts';
import { asClientId } from '../../../shared/ids.ts';
import {
  listInboxes,
  listTasks,
  putTask,
  readTask,
  type Task,
} from '../../../shared/records/casework/tasks.ts';
import type { Work } from '../../http/scheduled.ts';
import { appendOne } from '../../steps/log.ts';
import type { CaseworkDeps, Follower } from '../deps.ts';
import { closeEscalations, escalate } from './escalate.ts';
import { takenBy } from './taking.ts';

/** Tasks of a page. */
const PAGE = 200;
/** Milliseconds that a claim on an alert holds; after that its process has failed. */
const CLAIM = 60_000;

/**
 * Raises one alert for every overdue task. The task is claimed, the alert logged, the task marked. Concurrent
 * runs raise one alert; only a crash between entry and mark leads to a second. A task that fails stops no other one.
 * @returns how many alerts were raised
 */
export async function alertOverdue(
  { deps, pack }: Pick<Follower, 'deps' | 'pack'>,
  goOn: () => boolean,
  work: Work,
): Promise<number> {
  const until = new Date(deps.now()).toISOString();
  let count = 0;
  for await (const task of openTasks(deps, goOn, work, until)) {
    if (await work.item(() => raiseOverdue({ deps, pack }, task))) count++;
  }
  return count;
}

/** Between two looks at all open tasks, in milliseconds. */
const HOUR = 3_600_000;

/**
 * Takes the names of officers out of tasks that they have no longer in hand.
 * @param last when this was done, epoch milliseconds. @returns the same for the next call
 */
export async function forgetLapsed(
  { deps }: Pick<Follower, 'deps'>,
  goOn: () => boolean,
  work: Work,
  last: number,
): Promise<number> {
  const now = deps.now();
  if (now - last < HOUR) return last;
  for await (const task of openTasks(deps, goOn, work)) {
    const { taken, ...rest } = task;
    // If the task changes meanwhile, the next hour looks again.
    if (taken && !takenBy(task, now)) await putTask(deps.tables.tasks, rest, task);
  }
  return goOn() ? now : last;
}

/**
 * The open tasks of all inboxes, as long as there is time. If some can't be read, the work fails in its end and not before.
 * @param until only those due before this instant
 */
async function* openTasks(
  { tables }: CaseworkDeps,
  goOn: () => boolean,
  work: Work,
  until?: string,
): AsyncGenerator<Task> {
  let unread = 0;
  for (const inbox of await listInboxes(tables.tasks)) {
    let after: string | undefined;
    do {
      if (!goOn()) return;
      const query = { inboxes: [inbox], state: 'open', limit: PAGE, ...defined({ until }) } as const;
      const page = await listTasks(tables.tasks, { ...query, after });
      yield* page.tasks;
      unread += page.unread;
      after = page.next ?? undefined;
    } while (after !== undefined);
  }
  if (unread > 0) await work.item(() => Promise.reject(new UnreadTask()));
}

/** A stored task that is no document of one. docs/operate/runbook.md says how it is found. */
class UnreadTask extends Error {
  override name = 'UnreadTask';
}

async function raiseOverdue({ deps, pack }: Pick<Follower, 'deps' | 'pack'>, task: Task): Promise<boolean> {
  const { tables, log } = deps;
  const rule = pack.tasks.get(task.kind)?.rule ?? '';
  const now = deps.now();
  const { alert } = task;
  if (alert?.entry !== undefined || (alert && Date.parse(alert.at) > now - CLAIM)) return false;
  const claimed: Task = { ...task, alert: { at: new Date(now).toISOString() } };
  if (!(await putTask(tables.tasks, claimed, task))) return false;
  const [to = '', name = ''] = task.inbox.split(':');
  const receipt = await appendOne(log, {
    kind: 'alert',
    operation: 'process',
    owners: task.owners,
    // An inbox of a department belongs to all of its offices in the area, so no single agency is named.
    handler:
      to === 'agency'
        ? { departments: [], agency: asClientId(name) }
        : { departments: [name], agency: asClientId(task.inbox) },
    outcome: 'raised',
    code: 'TASK_OVERDUE',
    rule,
    about: task.about,
  });
  await escalate({ deps, pack }, task);
  const raised = { ...claimed.alert, entry: receipt.entry } as Task['alert'] & object;
  if (await putTask(tables.tasks, { ...claimed, alert: raised }, claimed)) return true;
  // The task was done meanwhile, perhaps before there was an escalation to close.
  const done = (await readTask(tables.tasks, task.id))?.done;
  if (done) await closeEscalations({ deps, pack }, task, done);
  return true;
}
