/** What follows once a record belongs to another county: open tasks, cases, and who is told. Every step may be repeated. */

import { namesOf } from '../../shared/log/read/subject-names.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { moveTask } from '../../shared/records/casework/move-task.ts';
import { type Completion, inboxOfDepartment, listTasks } from '../../shared/records/casework/tasks.ts';
import type { Way } from '../../shared/records/gateway/pending-acts.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import { closeCases, isLeft } from './cases.ts';
import type { MaintenanceDeps } from './deps.ts';
import { askRecipients, inform } from './inform.ts';
import { keysOfAsking } from './jobs/ask-again.ts';

const PAGE = 200;

/** @param done who took the record over, when, and by which entry */
export async function followMove(
  deps: MaintenanceDeps,
  pack: Pack,
  item: KeyItem,
  way: Way,
  done: Completion,
): Promise<void> {
  await moveTasks(deps, pack, item, way, done);
  await closeCases(deps, item, done, ({ agency, purpose }) =>
    isLeft(deps, pack, { agency, purpose }, way.to),
  );
  await inform(deps, 'subject.move', [item], { about: done.entry, details: { agency: done.agency } });
  await askRecipients(deps, {
    ends: 'duty',
    at: done.at,
    key: done.entry,
    names: namesOf(item),
    of: (one) => isLeft(deps, pack, one, way.to),
  });
}

/** What a department of the old county still had to do is of the same department of the new one. */
async function moveTasks(
  { tables: { tasks } }: MaintenanceDeps,
  pack: Pack,
  { subject }: KeyItem,
  { from, to }: Way,
  done: Completion,
): Promise<void> {
  for (const department of pack.departments.keys()) {
    const inbox = inboxOfDepartment(department, to);
    let after: string | null | undefined;
    do {
      const inboxes = [inboxOfDepartment(department, from)];
      const page = await listTasks(tasks, { inboxes, state: 'open', after: after ?? undefined, limit: PAGE });
      for (const task of page.tasks.filter((one) => one.subject === subject)) {
        const consent = String(task.details['consent']);
        const keys = [task.about, consent, ...keysOfAsking(pack, consent)];
        await moveTask(tasks, task, { inbox, keys, done: { ...done, outcome: 'moved' } });
      }
      after = page.next;
    } while (after !== null);
  }
}
