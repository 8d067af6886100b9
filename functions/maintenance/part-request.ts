/** The request to undo a merge: two people of two lines, within the time that the row of the act sets. */

import type { Pending } from '../../shared/contract/common.ts';
import type { Parted } from '../../shared/contract/office.ts';
import { Problem } from '../../shared/errors.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import { maintenanceTexts } from '../../shared/messages/maintenance.ts';
import { forgetAct } from '../../shared/records/gateway/pending-acts.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import { actName, findAct, keepAnswer, personOf, requestOrApproveAct } from './acting.ts';
import { entryAbout, requireSubject, type SubjectCall } from './find-subject.ts';
import { partSubjects } from './part.ts';

/**
 * `ref` is a reference to either of the two. Each department that holds something is informed once it is done.
 * @throws Problem REFUSED, APPROVER_IS_REQUESTER, NO_OFFICER, NO_REASON; CONFLICT if no merge can be undone; or a 503: then
 * repeat
 */
export async function requestParting(call: SubjectCall): Promise<Pending | Parted> {
  const { deps, session, actor } = call;
  const { jobs } = deps.tables;
  const person = personOf(actor);
  const item = await requireSubject(call);
  const { undo } = item;
  if (!undo || undo.until * 1000 <= deps.now()) return repeat(call, item, person);
  const act = actName('part', undo.alias);
  const said = { kind: 'request', code: 'UNMERGE', outcome: 'pending' } as const;
  const request = { ...entryAbout(actor, item, 'process'), ...said };
  const step = await requestOrApproveAct(call, act, request, {
    about: { kind: 'part', subject: undo.alias },
  });
  if ('pending' in step) return step.pending;
  const receipt = await partSubjects({ deps, actor, approvals: [step.approved.entry] }, item);
  // The approval of the merge must not serve for another one.
  await forgetAct(jobs, actName('merge', undo.alias));
  const references = await referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId);
  const answer: Parted = {
    ref: references.toRef(undo.alias),
    from: references.toRef(item.subject),
    partedAt: new Date(deps.now()).toISOString(),
    receipt,
  };
  await keepAnswer(deps, act, actor, answer);
  return answer;
}

/** No merge can be undone. Only the second person of an undo gets its answer again, by the reference of the double. */
async function repeat({ deps }: SubjectCall, { subject }: KeyItem, person: string): Promise<Parted> {
  const known = await findAct(deps, actName('part', subject));
  if (known?.approver === person && known.answer !== null) return JSON.parse(known.answer);
  throw new Problem('CONFLICT', { detail: maintenanceTexts.noMerge });
}
