/**
 * What closes a task. A department that decides about a release on hold is heeded from the next request on.
 */

import { hash } from 'node:crypto';
import { defined } from '../../../shared/defined.ts';
import { OF_TASKS, OUTCOMES, type Outcome } from '../../../shared/entry-kinds.ts';
import { invalid } from '../../../shared/errors.ts';
import { asSubjectId, type EntryId } from '../../../shared/ids.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import { endOf } from '../../../shared/policy/pack/calendar.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import type { Lift } from '../../../shared/policy/types.ts';
import { putCasework } from '../../../shared/records/casework/casework.ts';
import { RULINGS } from '../../../shared/records/casework/rulings.ts';
import type { Task } from '../../../shared/records/casework/tasks.ts';
import { LIFT } from '../../steps/codes.ts';
import type { Act } from '../act.ts';
import { forSurvivor } from '../consents/stored.ts';

/** Of the review of an emergency access. */
const VERDICTS = ['justified', 'questioned', 'violation'] as const;

/** Of a task for which the policy names no outcomes of its own. */
const DONE = ['done', 'told', 'deleted', 'corrected', 'removed', 'sent', 'not-possible'] as const;

/** The words of which one closes a task of this kind; left out for one that an act closes. */
export function outcomesOf(pack: Pack, kind: string): Outcome[] | undefined {
  const { decides, outcomes, byHand } = pack.tasks.get(kind) ?? {};
  if (decides) return [...OF_TASKS];
  if (outcomes) return [...outcomes];
  if (kind === pack.approvals?.review?.task) return [...VERDICTS];
  if (kind === pack.stopWords.review?.task) return [...RULINGS];
  return byHand ? [...DONE] : undefined;
}

/** @throws Problem INVALID_REQUEST for an outcome that is none of the task's kind */
export function requireOutcome(pack: Pack, kind: string, outcome: string): Outcome {
  const known: readonly Outcome[] = outcomesOf(pack, kind) ?? OUTCOMES;
  const one = known.find((word) => word === outcome);
  if (one === undefined) throw invalid('/outcome', commonTexts.expectedOneOf(known));
  return one;
}

/** What an officer hands in who closes a task. */
export interface TaskProof {
  evidence?: string | undefined;
  delivery?: string | undefined;
  day?: string | undefined;
  /** Digest of the letter that was handed over. */
  letter?: string | undefined;
}

/**
 * How a notice can reach a person, for a task that asks for one.
 * @param alone only the person may be told
 */
export function deliveriesOf(
  { tasks, notices }: Pack,
  { kind, details }: Pick<Task, 'kind' | 'details'>,
  { alone = details['toRepresentative'] === false, letter }: { alone?: boolean; letter?: string } = {},
): string[] | undefined {
  if (!tasks.get(kind)?.delivers && letter === undefined) return undefined;
  const known = Object.entries(notices?.deliveries ?? {});
  return known.flatMap(([name, { personal }]) => (alone && !personal ? [] : [name]));
}

/**
 * @returns the delivery, for a kind that asks for one
 * @throws Problem INVALID_REQUEST if a proof is missing, not one of the kind's, or of a day to come
 */
export function checkProof(
  pack: Pack,
  task: Pick<Task, 'kind' | 'details'>,
  { evidence, delivery, day, letter }: TaskProof,
  now: number,
  alone = false,
): { kind: string; day: string } | undefined {
  if (pack.tasks.get(task.kind)?.proof && evidence === undefined)
    throw invalid('/evidence', caseworkTexts.doneEvidence);
  const known = deliveriesOf(pack, task, defined({ letter, alone: alone || undefined }));
  if (!known) return undefined;
  if (delivery === undefined || !known.includes(delivery))
    throw invalid('/delivery', commonTexts.expectedOneOf(known));
  const local = new Date(now + pack.calendar.utcOffsetMinutes * 60_000).toISOString().slice(0, 10);
  if (day === undefined) throw invalid('/day', caseworkTexts.deliveryDay);
  if (day > local) throw invalid('/day', commonTexts.inFuture);
  return { kind: delivery, day };
}

/** Stores the decision of a task that asks for one. May be repeated: a department's last word counts. */
export async function keepDecision(act: Act, task: Task, outcome: string, entry: EntryId): Promise<void> {
  const { deps, pack, now } = act;
  const known = pack.tasks.get(task.kind);
  if (!known?.decides || task.subject === null) return;
  const [, department = ''] = task.inbox.split(':');
  const { agency, purpose, reason } = task.details;
  const lift: Lift = {
    ...{ agency: String(agency), purpose: String(purpose), reason: String(reason) },
    outcome: outcome === 'release' ? 'release' : 'refuse',
    // A stand-in decides for the owners that were asked.
    departments: task.owners.includes(department) ? [department] : task.owners,
    until: new Date(endOf(pack.calendar, known.decides, now)).toISOString(),
    entry,
  };
  const id = hash('sha256', JSON.stringify([agency, purpose, reason, department]), 'base64url').slice(0, 22);
  await forSurvivor(deps, asSubjectId(task.subject), async (subject) => {
    await putCasework(deps.tables.casework, subject, { kind: LIFT, id, document: lift });
  });
}
