/** A review that its department leaves undone becomes a task of the bodies that supervise both departments. */

import type { Pack } from '../../../shared/policy/pack/pack.ts';
import type { ReviewPolicy } from '../../../shared/policy/pack/parts.ts';
import {
  closeOpen,
  inboxOfDepartment,
  readTask,
  type Task,
  taskId,
} from '../../../shared/records/casework/tasks.ts';
import { timesOf } from '../../steps/approval-requests.ts';
import { openAndTell } from '../../steps/open-task.ts';
import type { CaseworkDeps } from '../deps.ts';

type Escalating = { deps: Pick<CaseworkDeps, 'env' | 'tables' | 'now'>; pack: Pack };

/** Does nothing for a task of another kind. May be repeated. */
export async function escalate({ deps, pack }: Escalating, task: Task): Promise<void> {
  const policy = policyFor(pack, task);
  if (!policy) return;
  const { purpose = '', agency = '' } = task.details;
  for (const inbox of superiorsOf(policy, task)) {
    await openAndTell(deps, {
      kind: policy.escalate.task,
      inbox,
      about: task.about,
      key: task.id,
      subject: null,
      owners: task.owners,
      details: { purpose, agency },
      ...timesOf(pack, policy.escalate.task, deps.now()),
    });
  }
}

/** Once the review is made. Does nothing if it never was overdue. May be repeated. */
export async function closeEscalations(
  { deps, pack }: Escalating,
  task: Task,
  done: NonNullable<Task['done']>,
): Promise<void> {
  const policy = policyFor(pack, task);
  if (!policy) return;
  for (const inbox of superiorsOf(policy, task)) {
    const id = taskId(policy.escalate.task, inbox, task.id);
    // An officer may be closing it by hand.
    await closeOpen(deps.tables.tasks, await readTask(deps.tables.tasks, id), done);
  }
}

function policyFor({ approvals }: Pack, { kind }: Task): ReviewPolicy | null {
  return approvals?.review?.task === kind ? approvals.review : null;
}

/** Inboxes of the superiors of the reviewing department and of the one whose access it is, in the same county. */
function superiorsOf(
  { escalate: { superiors, otherwise } }: ReviewPolicy,
  { inbox, details }: Task,
): string[] {
  const [, reviewer = '', county = ''] = inbox.split(':');
  const own = Array.isArray(details['departments']) ? details['departments'].map(String) : [];
  const above = [reviewer, own[0] ?? ''].map((code) => superiors[code] ?? otherwise);
  return [...new Set(above)].map((code) => inboxOfDepartment(code, county));
}
