/** Changes of a request by its parties, each logged first and then stored by compare-and-swap. */

import { Problem } from '../../../shared/errors.ts';
import { asEntryId, type EntryId } from '../../../shared/ids.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { decidesFor, inLine } from '../../../shared/policy/decide/approvals.ts';
import type { NotDone, RequestRecord } from '../../../shared/policy/decide/requests.ts';
import { putSaid } from '../../../shared/records/casework/requests.ts';
import { officerDigest } from '../../session/actor.ts';
import { expiryOf, type FiledRequest, findRequest, saidOf } from '../../steps/approval-requests.ts';
import { type Act, record } from '../act.ts';

export interface AnsweredRequest {
  record: RequestRecord;
  /** Absent if the act was done before. */
  receipt?: Receipt;
}

/** How often a concurrent answer may come first before the caller gets CONFLICT. */
const ATTEMPTS = 5;

/**
 * Applies one step to the current record. The entry is appended once. If the step turns out to be impossible
 * after that, a second entry says that the first has no effect.
 */
export async function change(
  act: Act,
  first: FiledRequest,
  {
    step,
    log,
  }: { step(record: RequestRecord, entry: EntryId): RequestRecord | NotDone; log(): Promise<Receipt> },
): Promise<AnsweredRequest> {
  const { deps } = act;
  let filed = first;
  let receipt: Receipt | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const next = step(filed.record, receipt?.entry ?? asEntryId(''));
    if (typeof next === 'string') {
      if (receipt) await annul(act, first.record, receipt);
      if (next === 'nothing') return { record: filed.record };
      throw conflict(next);
    }
    receipt ??= await log();
    const said = step(filed.record, receipt.entry) as RequestRecord;
    if (await putSaid(deps.tables.requests, filed.stored, saidOf(said), expiryOf(said)))
      return { record: said, receipt };
    filed = await received(act, filed.record.id);
  }
  if (receipt) await annul(act, first.record, receipt);
  throw new Problem('CONFLICT', { detail: caseworkTexts.requestBeingAnswered });
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
    closed: caseworkTexts.requestClosed,
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
