import type { Pending } from '../../../shared/contract/common.ts';
import type { SetConflict } from '../../../shared/contract/routes/consents.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import {
  type CaseworkItem,
  CONFLICT_ENDED,
  dropCasework,
  putCasework,
} from '../../../shared/records/casework/casework.ts';
import { revokeProofs } from '../../../shared/records/casework/statuses.ts';
import type { Outline } from '../../../shared/records/subject/outlines.ts';
import { mayStill, requireAct } from '../../session/acts.ts';
import { conflictCode } from '../../steps/codes.ts';
import { requestOrApprove, stillWaiting, type WaitingRequest } from '../../steps/two-people.ts';
import { type Act, findSubject, isInReach, record, stopsOne } from '../act.ts';
import { isPlaced } from '../speaks.ts';
import { caseworkOf, forSurvivor } from './stored.ts';

/** Kinds of the flag that `situationOf` reads and of a first request that waits. */
const FLAG = 'conflict';
const WAITING = 'conflict-request';

export type ConflictAnswer = { state: 'set' | 'lifted'; receipt: Receipt } | Pending;

/**
 * Sets or lifts the flag that the person and one who decides for it are in conflict. It takes two people of the bodies that
 * the pack names. No list that either may be shown reveals the flag.
 * @throws Problem ROLE_REQUIRED, REFUSED (the subject), APPROVER_IS_REQUESTER, CONFLICT, or a 503: then repeat the request
 */
export async function setConflict(
  act: Act,
  { subject: name, state, entry: seen }: SetConflict,
): Promise<ConflictAnswer> {
  const { deps, session, now, person } = act;
  // Whether the office speaks for such a body follows from the caller alone. Another one shows that the person is with it.
  const speaks = mayStill(session, { placed: false });
  const outline = await findSubject(
    act,
    name,
    'process',
    {},
    // An institution hides a person at once; lifting is for those who speak for such a body.
    async (found) => speaks || ((await isPlaced(act, found)) && state === 'set'),
  );
  const row = requireAct(session, { placed: !speaks, area: isInReach(act, outline) });
  const bodies = new Set(row.who.flatMap(({ departments = [] }) => departments));
  const casework = await caseworkOf(deps, outline.subject);
  const known = waitingIn(casework, state);
  const kept = stillWaiting(known, now);
  const done = kept && known?.done;
  if (done?.person === person && kept?.entry === seen && isInForce(casework, state, done.receipt))
    return { state, receipt: done.receipt };
  const first = done ? null : kept;
  const base = {
    operation: 'process',
    owners: [...bodies].sort(),
    subject: outline.logId,
    code: conflictCode(state),
    rule: row.rule,
  } as const;
  const step = await requestOrApprove(
    { session, first, person, seen, now: () => now, after: `${outline.subject} ${state} ${known?.entry}` },
    async () => {
      const entry = { ...base, kind: 'request', outcome: 'pending' } as const;
      if (state === 'set') await stopsOne(act, entry);
      return record(act, entry);
    },
    (request) => keep(act, outline, state, { request, known }),
  );
  if ('pending' in step) return step.pending;
  const approvals = [step.approved.entry];
  const receipt = await record(act, { ...base, kind: 'approval', outcome: state, approvals });
  await forSurvivor(deps, outline.named, async (subject) => {
    const { tables } = deps;
    const at = new Date(now).toISOString();
    const flag = { kind: FLAG, id: 'set', document: { at, entry: receipt.entry, approvals } };
    if (state === 'set') {
      await putCasework(tables.casework, subject, flag);
      // Each of them may rest on the word of the one who is in conflict.
      await revokeProofs(tables.status, await caseworkOf(deps, subject), deps.now());
    } else {
      // What representatives said before is over for good.
      await putCasework(tables.casework, subject, { kind: CONFLICT_ENDED, id: 'last', document: { at } });
      await dropCasework(tables.casework, subject, flag);
    }
    // Kept for the second person's repeat until the first request would have expired.
    const document: Kept = { ...step.approved, done: { person, receipt } };
    await putCasework(tables.casework, subject, { kind: WAITING, id: state, document });
  });
  return { state, receipt };
}

/** A first request, and the second person's answer once it is approved. */
interface Kept extends WaitingRequest {
  done?: { person: string; receipt: Receipt };
}

function waitingIn(casework: readonly CaseworkItem[], state: string): Kept | undefined {
  const item = casework.find(({ kind, id }) => kind === WAITING && id === state);
  return item?.document as Kept | undefined;
}

/** Whether that approval still is the last word. */
function isInForce(casework: readonly CaseworkItem[], state: string, { entry }: Receipt): boolean {
  const flag = casework.find(({ kind }) => kind === FLAG)?.document as { entry?: string } | undefined;
  return state === 'set' ? flag?.entry === entry : flag === undefined;
}

/** @returns the request of another person, if that was stored first */
async function keep(
  { deps }: Act,
  { subject }: Outline,
  state: string,
  { request: document, known }: { request: WaitingRequest; known: Kept | undefined },
): Promise<WaitingRequest | null> {
  const item = { kind: WAITING, id: state, document };
  let faster: Kept | undefined;
  await forSurvivor(deps, subject, async (present) => {
    const before = present === subject ? (known ?? null) : undefined;
    if (await putCasework(deps.tables.casework, present, item, before)) return;
    faster = waitingIn(await caseworkOf(deps, present), state);
  });
  return faster ?? null;
}
