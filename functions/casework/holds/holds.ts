/**
 * A legal hold: two people of a body that the policy lets order it say that a record, or some of its fields, is kept. It stops
 * retention and erasure, and nothing else. Every answer is the same whether or not a record exists: a hold of no record
 * holds nothing.
 */

import type { Hold as HoldView } from '../../../shared/contract/casework.ts';
import type { Pending } from '../../../shared/contract/common.ts';
import type { HoldRequest } from '../../../shared/contract/routes/holds.ts';
import { defined } from '../../../shared/defined.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import { nearestOf } from '../../../shared/nearest.ts';
import { allOwners, ownersOf } from '../../../shared/policy/pack/pack.ts';
import {
  dropHold,
  listHold,
  putHold,
  readHolds,
  unlistHold,
} from '../../../shared/records/casework/holds.ts';
import { readOutline } from '../../../shared/records/subject/outlines.ts';
import { permitted, requireAct, ruleOf } from '../../session/acts.ts';
import { type FoundSubject, findSubjects } from '../../steps/find-subjects.ts';
import { appendOne } from '../../steps/log.ts';
import { askerOf, settleMisses } from '../../steps/misses.ts';
import { confirmAlone, requestOrApprove, stillWaiting } from '../../steps/two-people.ts';
import { type Act, entryOf, stopsOne } from '../act.ts';
import { forSurvivor } from '../consents/stored.ts';
import { change, type HoldDocument, holdAsked, putHoldDocument, readHold } from './stored.ts';

/** The code of a hold in the log. */
export const LEGAL_HOLD = 'LEGAL_HOLD';

/**
 * By the first person. Each request counts as a miss, so that no number can be tried more often than by other acts. A repeat
 * has the answer of the first request while that waits, and reads the hold once it is in force.
 * @throws Problem INVALID_REQUEST for an unknown field or match key, BUDGET_SPENT, or a 503: then request again
 */
export async function requestHold(
  act: Act,
  request: HoldRequest,
): Promise<(Pending & { id: string }) | { hold: HoldView; receipt?: Receipt }> {
  const { deps, pack, session, person, now } = act;
  const { subject: name, fields, instrument } = request;
  requireAct(session, {});
  const unknown = fields?.find((field) => !pack.fields.has(field));
  if (unknown !== undefined)
    throw invalid('/fields', commonTexts.noSuchFieldNear(nearestOf(unknown, pack.fields.keys())));
  const [found] = (await findSubjects(deps, act, [name], () => '/subject')) as [FoundSubject];
  const { id, document } = await holdAsked(act, request, found);
  if (document?.confirmed)
    return { hold: viewOf(document), ...defined({ receipt: document.confirmed.receipt }) };
  if (!document) {
    const entry = { kind: 'denial', operation: 'store', owners: allOwners(pack) } as const;
    await settleMisses(askerOf(act, act.words), 1, () => entryOf(act, entry));
    await stopsOne(act, entry);
  }
  const kept = { fields: fields && [...new Set(fields)].sort() };
  const asked = { id, subject: found.subject, by: session.caller.clientId, instrument, ...defined(kept) };
  const stated = { ...asked, at: new Date(now).toISOString() };
  const step = await requestOrApprove(
    { session, first: document?.first ?? null, person, seen: undefined, now: () => now },
    () => recordHold(act, stated, 'requested'),
    async (first) => {
      if (await putHoldDocument(act, { ...stated, state: 'requested', first }, null)) return null;
      // The same person asked twice at once.
      return (await readHold(act, id)).first;
    },
  );
  if (!('pending' in step)) throw new Problem('CONFLICT');
  return { ...step.pending, id };
}

/**
 * By the second person of the same office. May be repeated.
 * @param seen entry of the request
 * @throws Problem NOT_FOUND, APPROVER_IS_REQUESTER; CONFLICT if another request waits or none, or the hold was lifted
 */
export async function confirmHold(
  act: Act,
  id: string,
  seen: string | undefined,
): Promise<{ hold: HoldView; receipt?: Receipt }> {
  const { session, person, now } = act;
  const document = await readHold(act, id);
  const first = stillWaiting(document.first, now);
  if (document.state !== 'requested') {
    const { confirmed } = document;
    const own = confirmed?.person === person && document.first.entry === seen;
    if (document.state !== 'in-force' || !own) throw closed();
    await putInForce(act, document);
    return { hold: viewOf(document), ...defined({ receipt: confirmed.receipt }) };
  }
  if (!first) throw new Problem('CONFLICT', { detail: caseworkTexts.holdExpired });
  await confirmAlone(session, first, { person, seen });
  const receipt = await recordHold(act, document, 'held', first.entry);
  const confirmed = { person, entry: receipt.entry, receipt };
  const next: HoldDocument = { ...document, state: 'in-force', at: new Date(now).toISOString(), confirmed };
  await change(act, next, document);
  await putInForce(act, next);
  return { hold: viewOf(next), receipt };
}

/**
 * The first person requests, the second lifts. May be repeated.
 * @throws Problem NOT_FOUND, APPROVER_IS_REQUESTER, CONFLICT
 */
export async function liftHold(
  act: Act,
  id: string,
  seen: string | undefined,
): Promise<{ hold: HoldView; receipt?: Receipt } | Pending> {
  const { session, person, now } = act;
  const document = await readHold(act, id);
  if (document.lifted) {
    if (document.lifted.person !== person || document.lifting?.entry !== seen) throw closed();
    await endForce(act, document);
    return { hold: viewOf(document), ...defined({ receipt: document.lifted.receipt }) };
  }
  if (document.state !== 'in-force') throw closed();
  const step = await requestOrApprove(
    {
      ...{ session, first: stillWaiting(document.lifting, now), person, seen, now: () => now },
      after: `${id} ${document.lifting?.entry}`,
    },
    () => recordHold(act, document, 'lifting'),
    async (lifting) => {
      await change(act, { ...document, lifting }, document);
      return null;
    },
  );
  if ('pending' in step) return step.pending;
  const receipt = await recordHold(act, document, 'lifted', step.approved.entry);
  const lifted = { person, at: new Date(now).toISOString(), receipt };
  const next: HoldDocument = { ...document, state: 'lifted', lifted };
  await change(act, next, document);
  await endForce(act, next);
  return { hold: viewOf(next), receipt };
}

/** Auditors see all in force, an office its own. No list names a person. */
export async function listHolds({ deps, session }: Act): Promise<HoldView[]> {
  const { clientId } = session.caller;
  const holds = await readHolds(deps.tables.casework);
  const shown = permitted(session, holds, ({ by }) => ({ setter: by === clientId }));
  return shown.map(({ fields, ...hold }) => ({
    ...hold,
    ...(fields && { fields: [...fields] }),
    state: 'in-force',
  }));
}

async function putInForce({ deps }: Act, hold: HoldDocument): Promise<void> {
  const { casework } = deps.tables;
  const { id, at, by, instrument, fields, subject, confirmed } = hold;
  const entry = confirmed?.entry ?? hold.first.entry;
  await listHold(casework, { id, at, by, instrument, entry, ...defined({ fields }) });
  await forSurvivor(deps, subject, (present) => putHold(casework, present, id, fields));
}

async function endForce({ deps }: Act, { id, subject }: HoldDocument): Promise<void> {
  const { casework } = deps.tables;
  await forSurvivor(deps, subject, (present) => dropHold(casework, present, id));
  await unlistHold(casework, id);
}

/** The log id is known only if a record exists, and the leaf does not reveal whether it is there. */
async function recordHold(
  act: Act,
  { id, subject, fields, instrument }: Pick<HoldDocument, 'id' | 'subject' | 'fields' | 'instrument'>,
  outcome: 'requested' | 'held' | 'lifting' | 'lifted',
  approval?: string,
): Promise<Receipt> {
  const { deps, pack, session } = act;
  const outline = await readOutline(deps.tables.keys, subject);
  const entry = entryOf(act, {
    ...{ kind: 'freeze', operation: 'store', about: id, outcome, code: LEGAL_HOLD, rule: ruleOf(session) },
    owners: fields ? ownersOf(pack, fields) : allOwners(pack),
    ...defined({ subject: outline?.logId, approvals: approval === undefined ? undefined : [approval] }),
  });
  const finding = JSON.stringify({ instrument, ...defined({ fields }) });
  return appendOne(deps.log, { ...entry, words: { ...entry.words, finding } });
}

function viewOf({ id, state, at, by, instrument, fields, first, confirmed }: HoldDocument): HoldView {
  const entry = confirmed?.entry ?? first.entry;
  return { id, state, at, by, instrument, entry, ...defined({ fields: fields && [...fields] }) };
}

const closed = () => new Problem('CONFLICT', { detail: caseworkTexts.holdState });
