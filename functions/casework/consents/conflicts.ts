import type { Receipt } from '../../../shared/log/write/seal.ts';
import type { Hand } from '../../../shared/policy/acts/permits.ts';
import { type CaseworkItem, dropCasework, putCasework } from '../../../shared/records/casework/casework.ts';
import type { Outline } from '../../../shared/records/subject/outlines.ts';
import type { SetConflict } from '../../http/contract/consents.ts';
import { handOf, requireAct, requireSecond } from '../../session/acts.ts';
import { conflictCode } from '../../steps/codes.ts';
import { type Act, findSubject, isInReach, record } from '../act.ts';
import { caseworkOf, forSurvivor } from './stored.ts';

/** Kind of the flag that `situationOf` reads, and of what waits for a second person. */
const FLAG = 'conflict';
const WAITING = 'conflict-request';
/** Milliseconds that a first word waits for the second. */
const WAIT = 86_400_000;

interface Waiting extends Hand {
  entry: string;
  expires: string;
}

export type ConflictAnswer =
  | { state: 'set' | 'lifted'; receipt: Receipt }
  | { state: 'pending'; expiresAt: string; receipt: Receipt };

/**
 * Two people of the bodies that the pack names say that a guardian is in conflict with the child, or is no more.
 * No list that a guardian could be shown tells of it.
 * @throws Problem ROLE_REQUIRED, REFUSED (the subject), APPROVER_IS_REQUESTER, or a 503: then say it again
 */
export async function sayConflict(act: Act, { subject: name, state }: SetConflict): Promise<ConflictAnswer> {
  const { deps, pack, session, now, person } = act;
  const outline = await findSubject(act, name, 'process');
  const row = requireAct(session, { area: isInReach(pack, session.caller, outline) });
  const bodies = new Set(row.who.flatMap(({ departments = [] }) => departments));
  const first = waitingIn(await caseworkOf(deps, outline.subject), state);
  const base = {
    operation: 'process',
    owners: [...bodies].sort(),
    subject: outline.logId,
    code: conflictCode(state),
    rule: row.rule,
  } as const;
  if (!first || Date.parse(first.expires) <= now) {
    const receipt = await record(act, { ...base, kind: 'request', outcome: 'pending' });
    const expires = new Date(now + WAIT).toISOString();
    await keep(act, outline, state, { ...handOf(session, person), entry: receipt.entry, expires });
    return { state: 'pending', expiresAt: expires, receipt };
  }
  requireSecond(session, first, handOf(session, person));
  const receipt = await record(act, { ...base, kind: 'approval', outcome: state, approvals: [first.entry] });
  await forSurvivor(deps, outline.subject, async (subject) => {
    const { tables } = deps;
    const at = new Date(now).toISOString();
    const flag = {
      kind: FLAG,
      id: 'guardian',
      document: { at, entry: receipt.entry, approvals: [first.entry] },
    };
    if (state === 'set') await putCasework(tables.casework, subject, flag);
    else await dropCasework(tables.casework, subject, flag);
    await dropCasework(tables.casework, subject, { kind: WAITING, id: state });
  });
  return { state, receipt };
}

function waitingIn(casework: readonly CaseworkItem[], state: string): Waiting | null {
  const item = casework.find(({ kind, id }) => kind === WAITING && id === state);
  return (item?.document as Waiting | undefined) ?? null;
}

async function keep({ deps }: Act, { subject }: Outline, state: string, document: Waiting): Promise<void> {
  await forSurvivor(deps, subject, async (present) => {
    await putCasework(deps.tables.casework, present, { kind: WAITING, id: state, document });
  });
}
