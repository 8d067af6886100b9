import { Problem } from '../../shared/errors.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { SubjectState } from '../../shared/records/subject/key-states.ts';
import type { Merged, Pending } from '../http/contract/maintenance.ts';
import type { Session } from '../session/authenticate.ts';
import { type Actor, actEntry, personOf } from './acting.ts';
import type { MaintenanceDeps } from './app.ts';
import { findSubject, outOfReach, ownersOf, refuse } from './find-subject.ts';
import { mergeSubjects } from './merge.ts';
import { actName, findAct, keepAnswer, requestOrApprove } from './two-people.ts';

export interface MergeRequestCall {
  deps: MaintenanceDeps;
  session: Session;
  actor: Actor;
  /** The double, which becomes the alias, and the survivor. */
  ref: string;
  into: string;
}

/** @throws Problem REFUSED, APPROVER_IS_REQUESTER, NO_OFFICER, NO_REASON, CONFLICT, or a 503: then repeat */
export async function requestMerge(call: MergeRequestCall): Promise<Pending | Merged> {
  const { deps, session, actor, ref, into } = call;
  const person = personOf(actor);
  const references = await referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId);
  const act = actName('merge', ...[ref, into].map((one) => references.toSubject(one) ?? ''));
  const double = await reachable(call, ref);
  const survivor = await reachable(call, into);
  const known = await findAct(deps, act);
  if (known?.approver === person && known.answer !== null) return JSON.parse(known.answer);
  if (double.subject === survivor.subject) {
    throw new Problem('CONFLICT', { detail: 'Both references lead to the same subject.' });
  }
  const request: NewEntry = {
    ...actEntry(actor),
    kind: 'request',
    operation: 'process',
    owners: ownersOf(double),
    collection: double.collection,
    subject: double.logId,
    outcome: 'pending',
    code: 'MERGE',
  };
  const step = await requestOrApprove(deps, act, actor, request);
  if ('pending' in step) return step.pending;
  const merge = { deps, actor, approvals: [step.approved.entry] };
  const receipt = await mergeSubjects(merge, double.subject, survivor.subject);
  const ofSurvivor = references.toRef(survivor.subject);
  const answer = { ref: ofSurvivor, mergedAt: new Date(deps.now()).toISOString(), receipt };
  await keepAnswer(deps, act, actor, answer);
  return answer;
}

async function reachable({ deps, session, actor }: MergeRequestCall, ref: string) {
  const found: SubjectState = await findSubject(deps, session, ref);
  if (found.state !== 'live') return refuse(deps, actor, 'SUBJECT_UNKNOWN');
  const barred = outOfReach(session, found.item);
  return barred ? refuse(deps, actor, barred, found.item) : found.item;
}
