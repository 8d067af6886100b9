/**
 * Files a request for an approval: at the route of its own, and where a release is asked for that needs one. Asking
 * again for the same while it is open is the same request. A crash leaves at worst an entry, or rows and a request
 * whose owners have no task yet: asking again completes it.
 */

import { createHash } from 'node:crypto';
import { toBase64url } from '../../shared/bytes.ts';
import { encodeParts } from '../../shared/encoding.ts';
import type { Json } from '../../shared/json.ts';
import { generateMac, keyVersions } from '../../shared/keys/kms.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import type { LogWriter } from '../../shared/log/write/writer.ts';
import { askedBy, decidersOf } from '../../shared/policy/decide/approvals.ts';
import { type Asked, isClosed } from '../../shared/policy/decide/requests.ts';
import type { Pack, Purpose } from '../../shared/policy/pack/pack.ts';
import type { Ask, Screening } from '../../shared/policy/types.ts';
import { dayOf } from '../../shared/policy/value/age.ts';
import { listRequest, putRequest } from '../../shared/records/casework/requests.ts';
import { inboxOfDepartment, openTask } from '../../shared/records/casework/tasks.ts';
import { readOutline } from '../../shared/records/subject/outlines.ts';
import type { Deps } from '../deps.ts';
import type { SubjectName } from '../http/contract/asks.ts';
import { evidenceWord, handlerOf, officerDigest, personOf } from '../session/actor.ts';
import type { Session } from '../session/session.ts';
import { askedDepartments, type Filed, findRequest, forgottenAt, timesOf } from './approval-requests.ts';

/** Settings of those who file, to be part of each app's own. */
export const FILING_ENV = ['requestsTable', 'tasksTable', 'keysTable', 'referenceKey'] as const;

export interface Filing {
  deps: Deps<(typeof FILING_ENV)[number]> & { log: LogWriter };
  pack: Pack;
  session: Session;
  ask: Ask;
  /** As the caller named them, and who that is. */
  names: readonly SubjectName[];
  subjects: readonly string[];
  /** With the ceiling of the purpose, as if everything were approved. */
  screening: Screening;
  now: number;
}

/** Rows that lead to a request, ids alone, are forgotten after so many days. */
const KEPT = 500;
/** How often one day may ask for the same after it was answered. */
const ROUNDS = 20;

/**
 * @returns the request, with the receipt of its entry where it is a new one; `null` where nothing of what is asked
 * for needs an approval that somebody could give
 * @throws Problem NO_OFFICER, NO_REASON, LOG_UNAVAILABLE, STORE_UNAVAILABLE
 */
export async function fileRequest(filing: Filing): Promise<(Filed & { receipt?: Receipt }) | null> {
  const { deps, now } = filing;
  const asked = await whatIsAsked(filing);
  if (!asked) return null;
  for (let round = 0; round < ROUNDS; round++) {
    const id = await requestId(filing, round);
    const known = await findRequest(deps, id);
    if (known && isClosed(known.record, new Date(now).toISOString())) continue;
    if (known) {
      await askOwners(filing, id, known.record.asked);
      return known;
    }
    const receipts = await deps.log.append(entriesOf(filing, asked));
    const entry = receipts[0]?.entry ?? '';
    await put(filing, id, { ...asked, entry });
    const filed = await findRequest(deps, id);
    if (!filed) throw new Error('a request that was put is not there');
    await askOwners(filing, id, filed.record.asked);
    return { ...filed, ...(receipts[0] && { receipt: receipts[0] }) };
  }
  return null;
}

async function whatIsAsked(filing: Filing): Promise<Omit<Asked, 'entry'> | null> {
  const { pack, session, ask, subjects, screening, now } = filing;
  const { clientId, departments } = session.caller;
  const purpose = pack.purposes.get(ask.purpose) as Purpose;
  const fields: Record<string, { of: string; answerBy: string }> = {};
  for (const field of screening.needsApproval) {
    const deciders = decidersOf(pack, purpose, field, departments);
    const kind = askedBy(pack, field);
    if (deciders && kind !== null)
      fields[field] = { of: deciders.lead, answerBy: timesOf(pack, kind, now).due };
  }
  if (Object.keys(fields).length === 0) return null;
  const { officer = '', reason = '', case: caseNumber, instrument, activity } = ask;
  return {
    agency: clientId,
    departments,
    person: personOf(session, { officer, reason }),
    name: officerDigest('', officer),
    purpose: ask.purpose,
    collection: ask.collection,
    ...(caseNumber !== undefined && { case: caseNumber }),
    ...(instrument !== undefined && { instrument }),
    ...(activity !== undefined && { activity }),
    officer,
    reason,
    subjects,
    county: await countyOf(filing, purpose),
    fields,
    once: purpose.collects === 'once',
    at: new Date(now).toISOString(),
  };
}

/**
 * Whose owners are asked: those where the first child lives, as far as the purpose reaches there; else those where
 * the requester works, so that a child who is not known is asked about like any other.
 */
async function countyOf({ deps, pack, session, subjects }: Filing, { area }: Purpose): Promise<string> {
  const { areas } = session.caller;
  const outline = await readOutline(deps.dynamo, deps.env.keysTable, subjects[0] ?? '');
  const county = outline?.county ?? '';
  const own = areas.some((one) => one !== '' && (county.startsWith(one) || one.startsWith(county)));
  if (county !== '' && (area === 'any' || own)) return county;
  return (areas[0] ?? '').slice(0, pack.countyDigits);
}

/** Keyed, because names of children go in: nobody can find out by it whom a request is about. */
async function requestId({ deps, pack, session, ask, names, now }: Filing, round: number): Promise<string> {
  const day = dayOf(now, pack.calendar.utcOffsetMinutes);
  const { purpose, collection, case: caseNumber, instrument, activity, officer } = ask;
  const words = [purpose, collection, caseNumber, instrument, activity, officer].map((word) => word ?? null);
  const fields = ask.fields && [...ask.fields].sort();
  const matter = [session.caller.clientId, words, fields ?? null, names, day, round];
  const digest = createHash('sha256').update(JSON.stringify(matter)).digest();
  const [key = ''] = keyVersions(deps.env.referenceKey);
  const mac = await generateMac(deps.kms, key, encodeParts('fieldgate request v1', digest));
  return toBase64url(mac.subarray(0, 16));
}

/** One entry a child, which commits to the child in place of its log id: a request outlives its children. */
function entriesOf({ pack, session, ask, subjects }: Filing, asked: Omit<Asked, 'entry'>): NewEntry[] {
  const { officer, reason } = asked;
  const fields: Record<string, Record<string, string>> = {};
  for (const [department, names] of askedDepartments(pack, { ...asked, entry: '' }))
    fields[department] = Object.fromEntries(names.map((name) => [name, 'requested']));
  return subjects.map((subject) => ({
    kind: 'request',
    operation: 'provide',
    handler: handlerOf(session),
    owners: Object.keys(fields).sort(),
    purpose: ask.purpose,
    collection: ask.collection,
    policy: { version: pack.version, hash: pack.hash },
    fields,
    outcome: 'submitted',
    words: {
      ...{ officer, reason, subject },
      ...(asked.case !== undefined && { case: asked.case }),
      ...evidenceWord(session),
    },
  }));
}

/** The rows by which it is found come first: one that leads to no request is passed over. */
async function put({ deps, pack, now }: Filing, id: string, asked: Asked): Promise<void> {
  const { dynamo, env } = deps;
  const expires = now / 1000 + KEPT * 86_400;
  const shelves = [...askedDepartments(pack, asked).keys()].map((code) =>
    inboxOfDepartment(code, asked.county),
  );
  await Promise.all(
    [`agency:${asked.agency}`, ...shelves].map((shelf) =>
      listRequest(dynamo, env.requestsTable, { shelf, at: asked.at, id, expires }),
    ),
  );
  // Of two who ask at once the first counts; what the other logged is of no effect.
  await putRequest(dynamo, env.requestsTable, {
    id,
    asked: asked as unknown as Json,
    expires: forgottenAt({ asked, rulings: {} }),
  });
}

/** One task a department, due when the last of its fields is. May be repeated. */
async function askOwners({ deps, pack, now }: Filing, id: string, asked: Asked): Promise<void> {
  const { dynamo, env } = deps;
  await Promise.all(
    [...askedDepartments(pack, asked)].map(([department, fields]) => {
      const kinds = fields.map((field) => askedBy(pack, field) ?? '');
      const due = (kind: string) => timesOf(pack, kind, now).due;
      const [kind = ''] = kinds.sort((a, b) => (due(a) > due(b) ? -1 : 1));
      return openTask(dynamo, env.tasksTable, {
        kind,
        inbox: inboxOfDepartment(department, asked.county),
        about: id,
        subject: null,
        owners: [department],
        details: { purpose: asked.purpose, agency: asked.agency, fields },
        ...timesOf(pack, kind, Date.parse(asked.at)),
      });
    }),
  );
}
