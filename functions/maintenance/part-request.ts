/** The request to undo a merge: two people of two lines, within the time that the row of the act sets. */

import type { Pending } from '../../shared/contract/common.ts';
import type { Parted } from '../../shared/contract/office.ts';
import { Problem } from '../../shared/errors.ts';
import type { SubjectId } from '../../shared/ids.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import { maintenanceTexts } from '../../shared/messages/maintenance.ts';
import { actsInto } from '../../shared/records/gateway/acts-into.ts';
import type { PendingAct } from '../../shared/records/gateway/pending-acts.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import { requireAct } from '../session/acts.ts';
import { decoyId } from '../steps/holding.ts';
import { appendOne } from '../steps/log.ts';
import { confirmAlone, requireSeen } from '../steps/two-people.ts';
import { actName, findAct, keepAnswer, personOf, requestOrApproveAct } from './acting.ts';
import type { MaintenanceDeps } from './deps.ts';
import {
  type CallOfTwo,
  entryAbout,
  findSubject,
  liveItem,
  refuseUnknown,
  requireReach,
  type SubjectCall,
} from './find-subject.ts';
import { partSubjects } from './part.ts';

/**
 * `ref` is a reference to either of the two. Each department that holds something is informed once it is done.
 * @throws Problem REFUSED, APPROVER_IS_REQUESTER, NO_OFFICER, NO_REASON; CONFLICT if no merge can be undone; or a 503: then
 * repeat
 */
export async function requestParting(call: CallOfTwo): Promise<Pending | Parted> {
  const { deps, actor, seen } = call;
  personOf(actor);
  const found = await findSubject(call);
  // The same reads whether or not a record exists.
  const known = await knownParting(deps, found.state === 'live' ? found.item.subject : decoyId());
  if (found.state !== 'live') return refuseUnknown(call);
  const { undo } = found.item;
  if (!undo || undo.until * 1000 <= deps.now()) return repeat(call, found.item, known);
  const item = await requireReach(call, found.item);
  const act = actName('part', undo.alias);
  const said = { kind: 'request', code: 'UNMERGE', outcome: 'pending' } as const;
  const request = { ...entryAbout(actor, item, 'process'), ...said };
  const step = await requestOrApproveAct(call, act, request, {
    about: { kind: 'part', subject: undo.alias },
    into: item.subject,
    seen,
  });
  if ('pending' in step) return step.pending;
  const receipt = await partSubjects({ deps, actor, approvals: [step.approved.entry] }, item);
  return answer(call, undo.alias, item.subject, receipt);
}

/** References differ by office, and the repeat may be of either. */
type Kept = Omit<Parted, 'ref' | 'from'> & { alias: SubjectId };

async function answer(
  { deps, session, actor }: SubjectCall,
  alias: SubjectId,
  survivor: SubjectId,
  receipt: Receipt,
): Promise<Parted> {
  const done = { partedAt: new Date(deps.now()).toISOString(), receipt };
  const kept: Kept = { alias, ...done };
  await keepAnswer(deps, actName('part', alias), actor, kept);
  return { ...(await namesOf({ deps, session }, alias, survivor)), ...done };
}

/** The two records by the references of the caller. */
async function namesOf(
  { deps, session }: Pick<SubjectCall, 'deps' | 'session'>,
  alias: SubjectId,
  survivor: SubjectId,
): Promise<Pick<Parted, 'ref' | 'from'>> {
  const references = await referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId);
  return { ref: references.toRef(alias), from: references.toRef(survivor) };
}

/**
 * The record has no merge that can be undone, perhaps because it was undone already. Then either of the two people gets
 * the answer again, by the references of their own office, or the second completes what a process left that died. What held between the person and both records holds for the repeat.
 * @throws Problem REFUSED, CONFLICT, APPROVER_IS_REQUESTER
 */
async function repeat(call: CallOfTwo, item: KeyItem, known: PendingAct | null): Promise<Parted> {
  const { deps, session, actor, seen } = call;
  const person = personOf(actor);
  if (known?.answer && known.into && [known.approver, known.requester].includes(person)) {
    requireAct(session, { area: true, holder: true });
    requireSeen(known.entry, seen ?? known.entry);
    const { alias, ...done } = JSON.parse(known.answer) as Kept;
    return { ...(await namesOf(call, alias, known.into)), ...done };
  }
  const alias = known?.answer === null ? known.about?.subject : undefined;
  const double = alias === undefined ? null : await liveItem(deps, alias);
  const survivor = double && known?.into ? await liveItem(deps, known.into) : null;
  const heads = new Map([item, double, survivor].flatMap((one) => [...(one?.heads ?? [])]));
  await requireReach(call, { ...item, heads });
  if (!double || !known?.into) throw new Problem('CONFLICT', { detail: maintenanceTexts.noMerge });
  await confirmAlone(session, { ...known, person: known.requester }, { person, seen });
  const approvals = [known.entry];
  const receipt =
    survivor?.undo?.alias === double.subject
      ? await partSubjects({ deps, actor, approvals }, survivor)
      : await appendOne(deps.log, {
          ...entryAbout(actor, double, 'process'),
          kind: 'merge',
          approvals,
          outcome: 'resumed',
        } as NewEntry);
  return answer(call, double.subject, known.into, receipt);
}

/** The last undoing of a merge into or of this record. */
async function knownParting(deps: MaintenanceDeps, subject: SubjectId): Promise<PendingAct | null> {
  const names = [actName('part', subject), ...(await actsInto(deps.tables.jobs, 'part', subject))];
  const acts = await Promise.all(names.map((act) => findAct(deps, act)));
  const [last = null] = acts.filter((act) => act !== null).sort((a, b) => b.expires - a.expires);
  return last;
}
