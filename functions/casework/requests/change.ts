/** Changes of a request by its parties, each logged first and then stored by compare-and-swap. */

import { Problem } from '../../../shared/errors.ts';
import { asEntryId, type EntryId } from '../../../shared/ids.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import { decidesFor, inLine } from '../../../shared/policy/decide/approvals.ts';
import { type NotDone, type RequestRecord, statedIn } from '../../../shared/policy/decide/requests.ts';
import { putSaid } from '../../../shared/records/casework/requests.ts';
import { contended } from '../../../shared/store/contend.ts';
import { officerDigest } from '../../session/actor.ts';
import { expiryOf, type FiledRequest, findRequest, saidOf } from '../../steps/approval-requests.ts';
import { requireSeen } from '../../steps/two-people.ts';
import { type Act, record } from '../act.ts';
import { logThenSwap } from '../log-then-swap.ts';

export interface AnsweredRequest {
  record: RequestRecord;
  /** Absent if the act was done before. */
  receipt?: Receipt;
}

/** Applies one step to the current record. */
export async function change(
  act: Act,
  first: FiledRequest,
  {
    step,
    log,
    what,
    ...confirms
  }: {
    step(record: RequestRecord, entry: EntryId): RequestRecord | NotDone;
    log(): Promise<Receipt>;
    /** The change in a word, which one call of the office makes alone. */
    what: string;
    /** Of an answer: the entry of what was answered. */
    seen?: string | undefined;
  },
): Promise<AnsweredRequest> {
  // What changes nothing, or can't be done, leaves no entry.
  if (typeof step(first.record, asEntryId('')) !== 'string')
    await act.session.replay.alone(
      JSON.stringify([what, statedIn(first.record), act.session.caller.clientId]),
    );
  return logThenSwap<FiledRequest, RequestRecord>(first, {
    step({ record }, entry) {
      const stated = statedIn(record);
      if ('seen' in confirms && confirms.seen !== stated)
        return {
          not() {
            requireSeen(stated, confirms.seen);
            return record;
          },
        };
      const next = step(record, entry);
      if (typeof next !== 'string') return { next };
      return {
        not() {
          if (next === 'nothing') return record;
          throw conflict(next);
        },
      };
    },
    log,
    swap: (said, { stored }) => putSaid(act.deps.tables.requests, stored, saidOf(said), expiryOf(said)),
    read: () => received(act, first.record.id),
    annul: (receipt) => annul(act, first.record, receipt),
    contended: contended(caseworkTexts.requestBeingAnswered),
  });
}

async function annul(act: Act, { asked }: RequestRecord, { entry }: Receipt): Promise<void> {
  const owners = askedOwners(asked);
  await record(act, { kind: 'approval', operation: 'provide', owners, about: entry, outcome: 'void' });
}

/** Departments that were asked, sorted. */
export function askedOwners({ fields }: RequestRecord['asked']): string[] {
  return [...new Set(Object.values(fields).map(({ of }) => of))].sort();
}

/** Of the fields that the caller may answer, those that its departments were asked for, if any; else all. */
export function asksOf(
  { session }: Act,
  { asked }: RequestRecord,
  mine: readonly string[],
): readonly string[] {
  const { departments } = session.caller;
  const own = mine.filter((field) => {
    const { asks, of = '' } = asked.fields[field] ?? {};
    return departments.includes(asks ?? of);
  });
  return own.length > 0 ? own : mine;
}

function conflict(why: NotDone): Problem {
  const details = {
    closed: commonTexts.requestClosed,
    late: caseworkTexts.requestLate,
    'refused before': caseworkTexts.refusalFinal,
    nothing: caseworkTexts.nothingChanges,
    answered: caseworkTexts.fieldAnswered,
    'asked before': caseworkTexts.askedOnce,
  };
  return new Problem('CONFLICT', { detail: details[why] });
}

export async function received({ deps }: Act, id: string): Promise<FiledRequest> {
  const filed = await findRequest(deps, id);
  if (!filed) throw new Problem('NOT_FOUND');
  return filed;
}

/**
 * Refuses an approver of the requester's line. The attempt is logged, because it alerts a security officer. To an office
 * of the line that decides on no request, such as a service desk, no request exists.
 * @param decides whether the caller may decide a field; to another office no request exists, whatever its officer's name
 */
export async function requireAnotherLine(
  act: Act,
  { asked }: RequestRecord,
  decides: boolean,
): Promise<void> {
  const { pack, session, words, person } = act;
  const { agency: clientId, departments } = asked;
  const own = inLine({ clientId, departments }, session.caller);
  const { areas, departments: held } = session.caller;
  const near =
    own &&
    areas.some((area) => area !== '' && asked.county.startsWith(area)) &&
    held.some((code) => decidesFor(pack, session.caller, code));
  if (own && !near && clientId !== session.caller.clientId) throw new Problem('NOT_FOUND');
  const same = person === asked.person || officerDigest('', words.officer ?? '') === asked.name;
  if (!own && !(same && decides)) return;
  const owners = askedOwners(asked);
  const denial = { kind: 'denial', operation: 'provide', owners, purpose: asked.purpose } as const;
  await record(act, { ...denial, about: asked.entry, outcome: 'refused', code: 'APPROVER_IS_REQUESTER' });
  throw new Problem('APPROVER_IS_REQUESTER');
}
