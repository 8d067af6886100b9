/**
 * Gives a record to another county: an office of the present one asks, and one of the other takes it in hand. The entry of the
 * second word → the entry of the move, which a restore repeats → the county of the record (the commit point: from then on the
 * offices of the one are refused, and those of the other are not) → what follows. After a crash the repeat of the second word
 * completes it, and so does a scheduled run.
 */

import type { Pending, Receipt } from '../../shared/contract/common.ts';
import type { Kept, Moved, Waiting } from '../../shared/contract/office.ts';
import { invalid, Problem } from '../../shared/errors.ts';
import { asEntryId } from '../../shared/ids.ts';
import { referencesOf } from '../../shared/keys/references.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { maintenanceTexts } from '../../shared/messages/maintenance.ts';
import { speaksFor, spokenFor } from '../../shared/policy/decide/speaks.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import {
  type Completion,
  closeOpen,
  inboxOfDepartment,
  readTask,
  taskId,
} from '../../shared/records/casework/tasks.ts';
import { forgetAct, type PendingAct, type Way } from '../../shared/records/gateway/pending-acts.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import { putCounty } from '../../shared/records/subject/key-states.ts';
import { contend, contended, LOST } from '../../shared/store/contend.ts';
import { currentPack } from '../session/policy.ts';
import type { Session } from '../session/session.ts';
import { timesOf } from '../steps/approval-requests.ts';
import { decoyId } from '../steps/holding.ts';
import { appendOne } from '../steps/log.ts';
import { departmentIn } from '../steps/offices.ts';
import { openAndTell } from '../steps/open-task.ts';
import { type Actor, actName, findAct, personOf, requestOrApproveAct } from './acting.ts';
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
import { followMove } from './move.ts';
import { approve, proceed, proceedAs, stop, type Waited } from './waiting.ts';

const ATTEMPTS = 16;

interface MoveCall extends CallOfTwo {
  /** The county that is to take the record over; the second person names none. */
  area: string | undefined;
}

/**
 * @throws Problem REFUSED, APPROVER_IS_REQUESTER, NO_OFFICER, NO_REASON; INVALID_REQUEST for a county without an office that
 * could take the record over; CONFLICT; or a 503: then repeat
 */
export async function requestMove(call: MoveCall): Promise<Pending | Waiting | Moved> {
  const { deps, session, actor, seen } = call;
  const person = personOf(actor);
  const asked = await receiverOf(call);
  const { item, known, receives } = await findMove(call);
  const act = actName('move', item.subject);
  if (known?.answer && known.approver === person && known.entry === seen)
    return JSON.parse(known.answer) as Moved;
  if (known?.approved)
    return proceedAs(call, known, person, () => proceed(moving(deps, item, known), known, person));
  // What was moved may move on.
  if (known?.answer) await forgetAct(deps.tables.jobs, act, deps.now());
  const open = known?.answer === null ? known : null;
  if (seen !== undefined && open && !receives)
    throw new Problem('APPROVER_IS_REQUESTER', { detail: maintenanceTexts.receiverConfirms });
  const way = seen === undefined ? { ...asked, from: item.county } : open?.way;
  if (way?.to === item.county) throw new Problem('CONFLICT', { detail: maintenanceTexts.sameArea });
  if (open && open.way?.to !== way?.to) throw new Problem('CONFLICT', { detail: maintenanceTexts.moveWaits });
  if (item.undo || item.merging !== null)
    throw new Problem('CONFLICT', { detail: maintenanceTexts.undoFirst });
  const said = { ...entryAbout(actor, item, 'transmit'), kind: 'request', code: 'MOVE' } as const;
  const step = await requestOrApproveAct(
    call,
    act,
    { ...said, outcome: 'pending' },
    { about: { kind: 'move', subject: item.subject }, way: way as Way, seen },
  );
  if ('pending' in step) {
    await askReceiver(deps, session, item, way as Way, step.pending.receipt.entry);
    return step.pending;
  }
  const { entry } = step.approved;
  const approval = { ...said, outcome: 'moved', approvals: [entry] } as const;
  const agreed = { entry, way: way as Way };
  const approved = await approve(moving(deps, item, agreed), actor, entry, approval);
  const decided = { ...(open as PendingAct), ...agreed, approved };
  return proceed(moving(deps, item, decided), decided, person);
}

/**
 * The county and department that the call asks to take the record over. The register alone decides, which tells nothing of a
 * record.
 * @throws Problem INVALID_REQUEST
 */
async function receiverOf({ deps, session, area, seen }: MoveCall): Promise<Omit<Way, 'from'>> {
  const { pack } = session.act;
  if (seen !== undefined) return { to: '', of: '' };
  const of = area && (await departmentIn(deps, pack, area, spokenFor(pack, session.caller)));
  if (!area || !of) throw invalid('/area', maintenanceTexts.noReceiver);
  return { to: area, of };
}

interface FoundMove {
  item: KeyItem;
  known: PendingAct | null;
  /** Whether the caller is of the county that is to take the record over. */
  receives: boolean;
}

/** The same reads whether or not a record exists. @throws Problem REFUSED */
async function findMove(call: SubjectCall): Promise<FoundMove> {
  const { deps, session } = call;
  const found = await findSubject(call);
  const known = await findAct(deps, actName('move', found.state === 'live' ? found.item.subject : decoyId()));
  if (found.state !== 'live') return refuseUnknown(call);
  const receives = takesOver(session, known);
  const item = await requireReach(call, found.item, undefined, { addressee: receives });
  return { item, known, receives };
}

/** Whether the caller reads the tasks of the department that is asked to take the record over. */
export function takesOver({ act, caller }: Session, known: Pick<PendingAct, 'way'> | null): boolean {
  const { to = '', of = '' } = known?.way ?? {};
  return caller.areas.includes(to) && speaksFor(act.pack, caller, of);
}

/** The office learns there of whom the request is, and what it confirms. May be repeated. */
async function askReceiver(
  deps: MaintenanceDeps,
  { act, caller }: Session,
  { subject }: KeyItem,
  { to, of }: Way,
  about: string,
): Promise<void> {
  const kind = taskOf(act.pack);
  // Without tasks the list of what waits shows it.
  if (kind === '') return;
  await openAndTell(deps, {
    kind,
    inbox: inboxOfDepartment(of, to),
    about,
    subject,
    owners: [of],
    details: { agency: caller.clientId },
    ...timesOf(act.pack, kind, deps.now()),
  });
}

const taskOf = ({ acts }: Pack) => acts.get('subject.move')?.task ?? '';

async function closeAsked(
  { tables: { tasks } }: MaintenanceDeps,
  pack: Pack,
  { entry, way }: Agreed,
  done: Completion,
): Promise<void> {
  if (!way) return;
  const id = taskId(taskOf(pack), inboxOfDepartment(way.of, way.to), entry);
  await closeOpen(tasks, await readTask(tasks, id), done);
}

/** A move that two offices agreed on. */
type Agreed = Pick<PendingAct, 'entry' | 'way'> & Partial<Pick<PendingAct, 'approved'>>;

export function moving(deps: MaintenanceDeps, item: KeyItem, agreed: Agreed): Waited<Moved> {
  return {
    deps,
    act: actName('move', item.subject),
    items: [item],
    waits: undefined,
    async finish(actor) {
      const { way, approved } = agreed;
      if (!way || !approved?.receipt) throw new Problem('INTERNAL');
      const moved = await putElsewhere(deps, item, way.to, () =>
        appendOne(deps.log, movedEntry(actor, item, way.to, approved.entry)),
      );
      const { agency } = actor.handler;
      const at = new Date(deps.now()).toISOString();
      const done = { at, agency, person: personOf(actor), outcome: 'done', entry: approved.entry };
      const pack = await currentPack(deps);
      await closeAsked(deps, pack, agreed, done);
      await followMove(deps, pack, moved, way, done);
      const references = await referencesOf(deps.kms, deps.env.referenceKey, agency);
      return { ref: references.toRef(moved.subject), area: way.to, movedAt: at, receipt: approved.receipt };
    },
  };
}

/** The entry of the move itself: with the county, as a word that goes with the person. @param approval the entry that it follows */
export const movedEntry = (actor: Actor, item: KeyItem, to: string, approval: string): NewEntry => {
  const { words, ...about } = entryAbout(actor, item, 'transmit');
  const said = { kind: 'maintenance', code: 'MOVE', outcome: 'moved', approvals: [approval] } as const;
  return { ...about, ...said, words: { ...words, area: to } };
};

/** @throws Problem CONFLICT if the record was erased or merged meanwhile */
function putElsewhere(
  deps: MaintenanceDeps,
  { subject }: KeyItem,
  to: string,
  log: () => Promise<Receipt>,
): Promise<KeyItem> {
  let entry: string | undefined;
  return contend(
    ATTEMPTS,
    async () => {
      const item = await liveItem(deps, subject);
      if (!item || item.merging !== null)
        throw new Problem('CONFLICT', { detail: maintenanceTexts.erasedMeanwhile });
      if (item.county === to) return item;
      entry ??= (await log()).entry;
      await putCounty(deps.tables.keys, item, to, entry);
      return LOST;
    },
    contended(maintenanceTexts.subjectContended),
  );
}

/**
 * Stops a move that waits for its second person: by an office of the present county, or of the other, which does not take the
 * record.
 * @throws Problem REFUSED; CONFLICT if none waits
 */
export async function keepHere(call: SubjectCall): Promise<Kept> {
  const { deps, session, actor } = call;
  const person = personOf(actor);
  const { item, known } = await findMove(call);
  const said = { kind: 'request', code: 'MOVE', outcome: 'stopped' } as const;
  const kept = await stop(call, [actName('move', item.subject)], {
    ...entryAbout(actor, item, 'process'),
    ...said,
  });
  const { keptAt: at, receipt } = kept;
  const done = {
    at,
    agency: actor.handler.agency,
    person,
    outcome: 'stopped',
    entry: asEntryId(receipt.entry),
  };
  if (known) await closeAsked(deps, session.act.pack, known, done);
  return kept;
}
