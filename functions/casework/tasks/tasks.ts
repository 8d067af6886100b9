import type { Task as TaskView } from '../../../shared/contract/casework.ts';
import { defined } from '../../../shared/defined.ts';
import { Problem } from '../../../shared/errors.ts';
import { referencesOf } from '../../../shared/keys/references.ts';
import { codeText } from '../../../shared/language.ts';
import type { DataEntry } from '../../../shared/log/entry/entry.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { givesReference, type Pack } from '../../../shared/policy/pack/pack.ts';
import { closeOpen, inboxOfAgency, putTask, type Task } from '../../../shared/records/casework/tasks.ts';
import type { Session } from '../../session/session.ts';
import { stillWaiting } from '../../steps/two-people.ts';
import { type Act, entryOf } from '../act.ts';
import type { CaseworkDeps } from '../deps.ts';
import { handedOver, lettersOf } from './letters.ts';
import {
  checkProof,
  deliveriesOf,
  keepDecision,
  outcomesOf,
  requireOutcome,
  type TaskProof,
} from './outcomes.ts';
import { assigneeOf } from './taking.ts';

/** Milliseconds that a claim to complete a task holds; after that its process has failed. */
const CLAIM = 60_000;

/** @returns a function that shows tasks to the caller, with subjects as the caller's own references */
export async function viewer(
  { kms, env, now }: CaseworkDeps,
  pack: Pack,
  session: Session,
): Promise<(task: Task) => TaskView> {
  const { caller } = session;
  const references = await referencesOf(kms, env.referenceKey, caller.clientId);
  const at = now();
  return (task) => {
    const { id, kind, opened, due, remind, about, subject, details, done } = task;
    const asked = done ? null : stillWaiting(task.asked, at);
    const [to, department] = task.inbox.split(':');
    const known = pack.tasks.get(kind);
    return {
      id,
      kind,
      label: labelOf(pack, kind),
      ...defined({ rule: known?.rule }),
      ...defined({ department: to === 'department' ? department : undefined }),
      state: stateOf(task, at),
      opened,
      due,
      about,
      byHand: known?.byHand ?? false,
      ...defined({
        outcomes: outcomesOf(pack, kind),
        proof: known?.proof,
        deliveries: deliveriesOf(pack, task),
        letters: listed(lettersOf(pack, task)),
      }),
      ...defined({ remind }),
      ...defined({ ref: subject !== null && mayName(pack, task) ? references.toRef(subject) : undefined }),
      details: { ...details, ...(asked && { [asked.outcome]: asked.entry }) },
      ...defined({ assignee: assigneeOf(task, session, at) }),
      ...defined({ done: done && shownDone(done) }),
    };
  };
}

const listed = (names: string[]) => (names.length > 0 ? names : undefined);

export const labelOf = (pack: Pack, kind: string) => pack.tasks.get(kind)?.label ?? codeText(kind);

function shownDone({ person: _, ...shown }: NonNullable<Task['done']>) {
  return shown;
}

/** An agency whose purposes give no reference gets none through its inbox either. */
function mayName(pack: Pack, { inbox, details }: Task): boolean {
  const purposes = [details['purposes'] ?? details['purpose'] ?? []].flat().map(String);
  if (purposes.length === 0 || !inbox.startsWith(inboxOfAgency(''))) return true;
  return purposes.some((code) => {
    const purpose = pack.purposes.get(code);
    return purpose !== undefined && givesReference(pack, purpose);
  });
}

/** A reminder is not an act. After its time every view of the task shows it. */
export function stateOf({ state, due, remind }: Task, now: number): TaskView['state'] {
  if (state !== 'open') return state;
  if (Date.parse(due) <= now) return 'overdue';
  return remind !== undefined && Date.parse(remind) <= now ? 'due-soon' : 'open';
}

/**
 * Claims the task, logs that it is done, then closes it, so that only one of two concurrent officers is
 * logged. After a crash the same officer can continue at once, others after a minute.
 * @param task of an inbox of the caller
 * @param proof of completion, for a kind that requires one
 * @param alerts entries that are logged with its own
 * @returns the closed task, with the receipt unless the same officer had closed it before
 * @throws Problem INVALID_REQUEST without that proof; CONFLICT if another officer closed or is closing it, or an act
 * closes it
 */
export async function completeTask(
  act: Act,
  task: Task,
  said: string,
  proof: TaskProof = {},
  alerts: readonly DataEntry[] = [],
): Promise<{ task: Task; receipt?: Receipt }> {
  const { deps, pack, session, person, now } = act;
  const { tables } = deps;
  if (task.done) {
    if (task.done.person === person) return { task };
    throw new Problem('CONFLICT', { detail: caseworkTexts.taskClosed });
  }
  if (!pack.tasks.get(task.kind)?.byHand) {
    throw new Problem('CONFLICT', { detail: caseworkTexts.taskClosedByAct });
  }
  const outcome = requireOutcome(pack, task.kind, said);
  const handed = await handedOver(act, task, proof.letter, outcome);
  const delivered = checkProof(pack, task, proof, now, handed?.alone);
  const claimed: Task = { ...task, closing: { person, at: new Date(now).toISOString() } };
  const other = task.closing && task.closing.person !== person && Date.parse(task.closing.at) > now - CLAIM;
  if (other || !(await putTask(tables.tasks, claimed, task))) {
    throw new Problem('CONFLICT', { detail: caseworkTexts.taskBeingCompleted });
  }
  const entry = entryOf(act, {
    kind: 'task',
    operation: 'process',
    owners: task.owners,
    about: task.about,
    outcome,
    code: `TASK_${task.kind.toUpperCase().replaceAll('-', '_')}`,
    rule: pack.tasks.get(task.kind)?.rule ?? '',
  });
  // The act's log entry contains the digests, so that proof and letter can't be exchanged later.
  const { evidence } = proof;
  const proven = evidence === undefined ? [] : ['proof', evidence];
  const finding = [...proven, delivered?.kind, delivered?.day, handed?.said].filter(Boolean).join(' ');
  const words = { ...entry.words, ...(finding !== '' && { finding }) };
  const [receipt] = (await deps.log.append([{ ...entry, words }, ...alerts])) as [Receipt];
  await keepDecision(act, task, outcome, receipt.entry);
  const done = {
    ...{ at: new Date(now).toISOString(), agency: session.caller.clientId, person, outcome },
    ...{ entry: receipt.entry, ...defined({ evidence, delivery: delivered }) },
  };
  const isOwn = ({ closing }: Task) => closing?.person === person && closing.at === claimed.closing?.at;
  const closed = await closeOpen(tables.tasks, claimed, done, isOwn);
  if (!closed) throw new Problem('CONFLICT', { detail: caseworkTexts.taskChanged });
  return { task: closed, receipt };
}
