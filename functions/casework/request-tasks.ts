/** Tasks of a request: closed when their department has nothing to say any more, opened where something can be had. */

import { fieldState, isClosed, type RequestRecord } from '../../shared/policy/decide/requests.ts';
import { inboxOfAgency, inboxOfDepartment, taskId } from '../../shared/records/casework/tasks.ts';
import { askedDepartments } from '../http/requests.ts';
import { type Act, openTaskFor } from './act.ts';
import { closeTask } from './close-task.ts';

/** May be repeated. */
export async function closeRequestTasks(act: Act, record: RequestRecord, outcome: string): Promise<void> {
  const { pack, now } = act;
  const { asked, id } = record;
  const at = new Date(now).toISOString();
  const closed = isClosed(record, at);
  const idle = (fields: readonly string[]) =>
    closed || fields.every((field) => fieldState(record, field, at) !== 'waiting');
  const kinds = [...new Set(pack.approvals?.asks.map(({ task }) => task))];
  const done = [...askedDepartments(pack, asked)].filter(([, fields]) => idle(fields));
  const tasks = done.flatMap(([department]) =>
    kinds.map((kind) => taskId(kind, inboxOfDepartment(department, asked.county), id)),
  );
  if (closed) tasks.push(taskId(pack.approvals?.collect ?? '', inboxOfAgency(asked.agency), id));
  const entry = record.withdrawn?.entry ?? Object.values(record.rulings).at(-1)?.entry ?? asked.entry;
  await Promise.all(tasks.map((task) => closeTask(act, task, outcome, entry)));
}

/** Reminds the requester of what can be collected. May be repeated. */
export async function openCollectTask(act: Act, { id, asked }: RequestRecord): Promise<void> {
  await openTaskFor(act, {
    kind: act.pack.approvals?.collect ?? '',
    inbox: inboxOfAgency(asked.agency),
    about: id,
    subject: null,
    owners: [...new Set(Object.values(asked.fields).map(({ of }) => of))].sort(),
    details: { purpose: asked.purpose },
  });
}
