/** The request for a merge: two people, the proof that both records are of one person, and a wait to stop it in. */

import type { Pending } from '../../shared/contract/common.ts';
import type { Kept, Merged, Waiting } from '../../shared/contract/office.ts';
import { LOCAL_ID } from '../../shared/contract/routes/common.ts';
import { Problem } from '../../shared/errors.ts';
import { type References, referencesOf } from '../../shared/keys/references.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { maintenanceTexts } from '../../shared/messages/maintenance.ts';
import type { Wait } from '../../shared/policy/acts/rows.ts';
import type { Hand } from '../../shared/policy/decide/permits.ts';
import { FLAGS } from '../../shared/records/casework/casework.ts';
import { actsInto } from '../../shared/records/gateway/acts-into.ts';
import type { PendingAct } from '../../shared/records/gateway/pending-acts.ts';
import { ownIndex } from '../../shared/records/subject/index-entries.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import { handOf } from '../session/acts.ts';
import { pack } from '../session/policy.ts';
import { appendOne } from '../steps/log.ts';
import { confirmAlone, requireSeen } from '../steps/two-people.ts';
import { type Actor, actName, findAct, keepAnswer, personOf, requestOrApproveAct } from './acting.ts';
import type { MaintenanceDeps } from './deps.ts';
import { type CallOfTwo, entryAbout, requireSubject, type SubjectCall } from './find-subject.ts';
import { cleanAlias, mergeSubjects } from './merge.ts';
import { proceed, proceedAs, stop, type Waited, wait } from './waiting.ts';

/** `ref` is the double, which becomes the alias. */
interface MergeRequestCall extends CallOfTwo {
  /** Reference to the survivor. */
  into: string;
}

/**
 * Two people of two lines approve, then it waits as the act's row says.
 * @throws Problem REFUSED, APPROVER_IS_REQUESTER, NO_OFFICER, NO_REASON; CONFLICT also if nothing proves that both
 * records are of one person; or a 503: then repeat
 */
export async function requestMerge(call: MergeRequestCall): Promise<Pending | Waiting | Merged> {
  const { deps, session, actor, into, seen } = call;
  const person = personOf(actor);
  const references = await referencesOf(deps.kms, deps.env.referenceKey, session.caller.clientId);
  const double = await requireSubject(call);
  const survivor = await requireSubject({ ...call, ref: into });
  if (double.subject === survivor.subject) return repeat(call, references, survivor);
  const act = actName('merge', double.subject);
  const known = await findAct(deps, act);
  if (known?.into && known.into !== survivor.subject) throw elsewhere();
  const { waits } = session.act.pack.acts.get(session.act.name) ?? {};
  const merge = merging(deps, double, survivor, waits);
  if (known?.approved) {
    const answer = await proceedAs(call, known, person, () => proceedMerge(merge, known, person));
    return 'state' in answer ? answer : { ...answer, ref: references.toRef(survivor.subject) };
  }
  const hand = handOf(session, person);
  requireOnePerson(double, survivor, known ? [known, hand] : [hand]);
  const said = { ...entryAbout(actor, double, 'process'), kind: 'request', code: 'MERGE' } as const;
  const request = { ...said, outcome: 'pending' } as const;
  const step = await requestOrApproveAct(call, act, request, {
    about: { kind: 'merge', subject: double.subject },
    into: survivor.subject,
    seen,
  });
  if ('pending' in step) return step.pending;
  const first = step.approved;
  // A concurrent first request may have been stored since `known` was read.
  if (first.into !== survivor.subject) throw elsewhere();
  requireOnePerson(double, survivor, [first, hand]);
  if (waits) {
    const approval = { ...said, outcome: 'waiting', approvals: [first.entry] } as const;
    return wait({ ...merge, waits }, actor, first.entry, approval);
  }
  const answer = await merge.finish(actor, [first.entry]);
  await keepAnswer(deps, act, actor, answer);
  return answer;
}

const elsewhere = () => new Problem('CONFLICT', { detail: maintenanceTexts.mergeWaits });

/** Both lead to one subject. Only the two people of the merge get its answer again, or complete it. */
async function repeat(
  { deps, session, ref, actor, seen }: CallOfTwo,
  references: References,
  survivor: KeyItem,
): Promise<Merged> {
  const person = personOf(actor);
  const alias = references.toSubject(ref);
  const act = actName('merge', alias ?? '');
  const known = await findAct(deps, act);
  const sameRecord = () => new Problem('CONFLICT', { detail: maintenanceTexts.sameRecord });
  if (!known || alias === null || known.into !== survivor.subject) throw sameRecord();
  if (known.answer !== null) {
    if (![known.approver, known.requester].includes(person)) throw sameRecord();
    requireSeen(known.entry, seen ?? known.entry);
    const answer = JSON.parse(known.answer) as Merged;
    return { ...answer, ref: references.toRef(survivor.subject) };
  }
  const { approved } = known;
  if (approved && ![approved.approver, known.requester].includes(person)) throw sameRecord();
  if (approved) requireSeen(known.entry, seen);
  else await confirmAlone(session, { ...known, person: known.requester }, { person, seen });
  const second = approved ? (JSON.parse(approved.actor) as Actor) : actor;
  await cleanAlias(deps, alias, survivor.subject, FLAGS);
  const approvals = [known.entry, ...(approved ? [approved.entry] : [])];
  const entry = { ...entryAbout(actor, survivor, 'process'), kind: 'merge', approvals, outcome: 'resumed' };
  const receipt = await appendOne(deps.log, entry as NewEntry);
  const mergedAt = new Date(deps.now()).toISOString();
  const answer = { ref: references.toRef(survivor.subject), mergedAt, receipt };
  await keepAnswer(deps, act, second, answer);
  return answer;
}

/** A merge: the double and the survivor. */
type Merging = Omit<Waited<Merged>, 'items'> & { items: readonly [KeyItem, KeyItem] };

export function merging(
  deps: MaintenanceDeps,
  double: KeyItem,
  survivor: KeyItem,
  waits: Wait | undefined,
): Merging {
  return {
    deps,
    act: actName('merge', double.subject),
    items: [double, survivor],
    waits,
    async finish(actor, approvals) {
      const receipt = await mergeSubjects({ deps, actor, approvals }, double.subject, survivor.subject);
      const { agency } = actor.handler;
      const references = await referencesOf(deps.kms, deps.env.referenceKey, agency);
      const mergedAt = new Date(deps.now()).toISOString();
      return { ref: references.toRef(survivor.subject), mergedAt, receipt };
    },
  };
}

/** As `proceed`, if the records are still of one person: a number may have been corrected in the meantime. */
export function proceedMerge(
  merge: Merging,
  known: PendingAct,
  person: string | null = null,
): Promise<Waiting | Merged> {
  const { handler } = JSON.parse(known.approved?.actor ?? '{}') as Actor;
  const second = { clientId: handler.agency, departments: handler.departments };
  const [double, survivor] = merge.items;
  requireOnePerson(double, survivor, [known, second]);
  return proceed(merge, known, person);
}

/**
 * Stops a merge that waits for its second person or for its time. `ref` is the double or the survivor.
 * @throws Problem REFUSED; CONFLICT if none waits
 */
export async function keepApart(call: SubjectCall): Promise<Kept> {
  const { deps, actor } = call;
  personOf(actor);
  const item = await requireSubject(call);
  const names = [
    actName('merge', item.subject),
    ...(await actsInto(deps.tables.jobs, 'merge', item.subject)),
  ];
  const entry = {
    ...entryAbout(actor, item, 'process'),
    kind: 'request',
    code: 'MERGE',
    outcome: 'stopped',
  } as const;
  return stop(call, names, entry);
}

/** @throws Problem CONFLICT if neither equal numbers nor the people say that both records are of one person */
function requireOnePerson(double: KeyItem, survivor: KeyItem, hands: readonly Owner[]): void {
  if (!areOnePerson([double, survivor], hands))
    throw new Problem('CONFLICT', { detail: maintenanceTexts.noEqualNumber });
}

/** Whether equal numbers say that both records are of one person, or people whose offices own a number of them. */
export function areOnePerson(
  [double, survivor]: readonly [Indexes, Indexes],
  hands: readonly Owner[],
): boolean {
  return (
    haveEqualNumbers(double, survivor) ||
    hands.every((hand) => ownsNumber(hand, double) || ownsNumber(hand, survivor))
  );
}

type Indexes = Pick<KeyItem, 'indexes'>;
type Owner = Pick<Hand, 'clientId' | 'departments'>;

/**
 * Whether both records hold one value of a match key of the pack, as each names it or as an agency of another department
 * claimed it. Only blind index values are compared. Values of two versions of the index key differ until `reindex`.
 */
export function haveEqualNumbers(one: Indexes, other: Indexes): boolean {
  return holdsNumberOf(one, other) || holdsNumberOf(other, one);
}

function holdsNumberOf({ indexes }: Indexes, other: Indexes): boolean {
  const claims = new Set(
    [...other.indexes.values()].map(({ scope }) => scope).filter((scope) => scope !== ''),
  );
  return [...indexes].some(
    ([index, { scope }]) =>
      scope === '' &&
      (other.indexes.has(index) || [...claims].some((agency) => other.indexes.has(ownIndex(index, agency)))),
  );
}

/** Whether the office owns a match key by which the record is found: its department the field, or itself the `local_id`. */
export function ownsNumber({ clientId, departments }: Owner, { indexes }: Indexes): boolean {
  return [...indexes.values()].some(({ field, scope }) =>
    field === LOCAL_ID
      ? scope === clientId
      : scope === '' && (pack.fields.get(field)?.owners ?? []).some((owner) => departments.includes(owner)),
  );
}
