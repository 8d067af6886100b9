/**
 * Files a request for approval: at its own route, and instead of a release that lacks one. The same request,
 * while it is open, is filed only once. A crash leaves at worst an entry alone, or rows and a request whose
 * owners have no task yet; the next attempt completes it.
 */

import { createHash } from 'node:crypto';
import { toBase64url } from '../../shared/bytes.ts';
import { SUBJECT_LIMIT, type SubjectName } from '../../shared/contract/routes/asks.ts';
import { defined } from '../../shared/defined.ts';
import { encodeParts } from '../../shared/encoding.ts';
import { asEntryId, asSubjectId, type SubjectId } from '../../shared/ids.ts';
import type { Json } from '../../shared/json.ts';
import { generateMac, keyVersions } from '../../shared/keys/kms.ts';
import type { DataEntry } from '../../shared/log/entry/entry.ts';
import type { Receipt } from '../../shared/log/write/seal.ts';
import type { LogWriter } from '../../shared/log/write/writer.ts';
import { askedBy, type Deciders, decidersOf } from '../../shared/policy/decide/approvals.ts';
import { type Asked, isClosed } from '../../shared/policy/decide/requests.ts';
import type { Pack, Purpose } from '../../shared/policy/pack/pack.ts';
import type { Ask, Screening } from '../../shared/policy/types.ts';
import { dayOf } from '../../shared/policy/value/age.ts';
import { listRequest, putRequest } from '../../shared/records/casework/requests.ts';
import { inboxOfDepartment, openTask } from '../../shared/records/casework/tasks.ts';
import { readOutline } from '../../shared/records/subject/outlines.ts';
import type { Deps } from '../deps.ts';
import { evidenceWord, handlerOf, officerDigest, personOf } from '../session/actor.ts';
import type { Session } from '../session/session.ts';
import {
  askedDepartments,
  askedInTurn,
  expiryOf,
  type FiledRequest,
  findRequest,
  timesOf,
} from './approval-requests.ts';
import { policyOf } from './entry-base.ts';
import { findSubjects } from './find-subjects.ts';
import { ownAskerOf, settleMisses } from './misses.ts';
import { departmentWithOffice, hasInbox } from './offices.ts';
import { requireRoom } from './request-room.ts';

/** Settings of an app that files requests; it includes them in its own. */
export const FILING_ENV = [
  'agenciesTable',
  'requestsTable',
  'tasksTable',
  'keysTable',
  'indexTable',
  'claimsTable',
  'indexKey',
  'referenceKey',
] as const;

export interface Filing {
  deps: Deps<(typeof FILING_ENV)[number]> & { log: LogWriter };
  pack: Pack;
  session: Session;
  ask: Ask;
  /** The subjects as the caller named them. They are looked up once they have been counted. */
  names: readonly SubjectName[];
  /** The fields that the purpose would allow if everything were approved. */
  screening: Screening;
  now: number;
}

/** Days after which the rows that list a request are deleted. They hold ids only. */
const KEPT = 500;
/** How often the same may be requested on one day after it was answered. */
const ROUNDS = 20;

/**
 * @returns the request, with the receipt of its entry if it is new; `null` if no requested field needs an
 * approval that a department can give
 * @throws Problem NO_OFFICER, NO_REASON, BUDGET_SPENT, LOG_UNAVAILABLE, STORE_UNAVAILABLE
 */
export async function fileRequest(filing: Filing): Promise<(FiledRequest & { receipt?: Receipt }) | null> {
  const { deps, now, pack } = filing;
  const wanted = wantedOf(filing);
  if (!wanted) return null;
  for (let round = 0; round < ROUNDS; round++) {
    const id = await requestId(filing, round);
    const known = await findRequest(deps, id);
    if (known && isClosed(known.record, new Date(now).toISOString())) continue;
    if (known) {
      await askOwners(filing, id, known.record.asked);
      return known;
    }
    await filing.session.replay.alone(`request ${id}`);
    await requireRoom({ deps, id, pack, now }, wanted);
    const { kind: _, ...base } = entryOf(filing, wanted);
    const asker = ownAskerOf(filing, 'requests', filing.ask.officer);
    await settleMisses(asker, filing.names.length, () => base);
    const asked = await askedOf(filing, wanted);
    const entries = asked.subjects.map((subject) => entryOf(filing, asked, { subject }));
    const receipts: Receipt[] = [];
    // One item of the log holds as many entries as a release has people.
    for (let from = 0; from < entries.length; from += SUBJECT_LIMIT)
      receipts.push(...(await deps.log.append(entries.slice(from, from + SUBJECT_LIMIT))));
    const entry = receipts[0]?.entry ?? asEntryId('');
    await put(filing, id, { ...asked, entry });
    const filed = await findRequest(deps, id);
    if (!filed) throw new Error('a request that was just stored cannot be found');
    await askOwners(filing, id, filed.record.asked);
    return { ...filed, ...defined({ receipt: receipts[0] }) };
  }
  return null;
}

/** What is asked, as far as it depends on no person. */
type Wanted = Omit<Asked, 'entry' | 'subjects' | 'county'>;

/** @returns `null` if no requested field needs an approval that a department can give */
function wantedOf({ pack, session, ask, screening, now }: Filing): Wanted | null {
  const { clientId, departments } = session.caller;
  const purpose = pack.purposes.get(ask.purpose) as Purpose;
  const fields: Record<string, Asked['fields'][string]> = {};
  for (const field of screening.needsApproval) {
    const deciders = decidersOf(pack, purpose, field, departments);
    const kind = askedBy(pack, field);
    if (deciders && kind !== null)
      fields[field] = { of: deciders.lead, answerBy: timesOf(pack, kind, now).due };
  }
  if (Object.keys(fields).length === 0) return null;
  const { officer = '', reason = '', case: caseNumber, instrument, activity, basis, text } = ask;
  return {
    agency: clientId,
    departments,
    person: personOf(session, { officer, reason }),
    name: officerDigest('', officer),
    purpose: ask.purpose,
    collection: ask.collection,
    ...defined({ case: caseNumber, instrument, activity, basis, text }),
    officer,
    reason,
    fields,
    once: purpose.collects === 'once',
    at: new Date(now).toISOString(),
  };
}

async function askedOf(filing: Filing, wanted: Wanted): Promise<Omit<Asked, 'entry'>> {
  const { deps, pack, session, names, now } = filing;
  const purpose = pack.purposes.get(wanted.purpose) as Purpose;
  const subjects = (await findSubjects(deps, { pack, session, now }, names)).map(({ subject }) => subject);
  const county = await countyOf(filing, purpose, subjects[0]);
  const fields: Record<string, Asked['fields'][string]> = {};
  for (const [field, one] of Object.entries(wanted.fields)) {
    const deciders = decidersOf(pack, purpose, field, session.caller.departments) as Deciders;
    fields[field] = { ...one, ...defined({ asks: await whoIsAsked(filing, deciders, county) }) };
  }
  return { ...wanted, subjects, county, fields };
}

/** @returns the co-holder that is asked because the first owner has no office in the county; `undefined` if it has one */
async function whoIsAsked(
  { deps, pack }: Filing,
  { departments, lead }: Deciders,
  county: string,
): Promise<string | undefined> {
  if (departments.length < 2) return undefined;
  const able = await departmentWithOffice(deps, departments, (agency, department) =>
    hasInbox(pack, agency, { department, county }),
  );
  return able === lead ? undefined : able;
}

/**
 * The county whose departments are asked: that of the first person if the purpose or the caller reaches it, otherwise
 * the caller's own. So a request about a person without a record takes the same course as any other.
 */
async function countyOf(
  { deps, pack, session }: Filing,
  { area }: Purpose,
  first: SubjectId = asSubjectId(''),
): Promise<string> {
  const { areas } = session.caller;
  const outline = await readOutline(deps.tables.keys, first);
  const county = outline?.county ?? '';
  const own = areas.some((one) => one !== '' && (county.startsWith(one) || one.startsWith(county)));
  if (county !== '' && (area === 'any' || own)) return county;
  return (areas[0] ?? '').slice(0, pack.countyDigits);
}

/** A MAC, because the input names people: without the key, the id does not reveal whom a request is about. */
async function requestId({ deps, pack, session, ask, names, now }: Filing, round: number): Promise<string> {
  const day = dayOf(now, pack.calendar.utcOffsetMinutes);
  const { purpose, collection, case: caseNumber, instrument, activity, basis, officer, text } = ask;
  const words = [purpose, collection, caseNumber, instrument, activity, basis, officer, text].map(
    (word) => word ?? null,
  );
  const fields = ask.fields && [...ask.fields].sort();
  const matter = [session.caller.clientId, words, fields ?? null, names, day, round];
  const digest = createHash('sha256').update(JSON.stringify(matter)).digest();
  const [key = ''] = keyVersions(deps.env.referenceKey);
  const mac = await generateMac(deps.kms, key, encodeParts('fieldgate request v1', digest));
  return toBase64url(mac.subarray(0, 16));
}

/** One entry per person. It commits to the subject id as a word, not to the log id: a request outlives its people. */
function entryOf({ pack, session, ask }: Filing, asked: Wanted, of: { subject?: SubjectId } = {}): DataEntry {
  const { officer, reason } = asked;
  const fields: Record<string, Record<string, string>> = {};
  for (const [department, names] of askedDepartments(pack, asked, true))
    fields[department] = Object.fromEntries(names.map((name) => [name, 'requested']));
  return {
    kind: 'request',
    operation: 'provide',
    handler: handlerOf(session),
    owners: Object.keys(fields).sort(),
    purpose: ask.purpose,
    collection: ask.collection,
    policy: policyOf(pack, ask.purpose),
    fields,
    outcome: 'submitted',
    words: { officer, reason, ...of, ...defined({ case: asked.case }), ...evidenceWord(session) },
  };
}

/** Writes the rows that list the request first: readers skip a row whose request does not exist. */
async function put({ deps, pack, now }: Filing, id: string, asked: Asked): Promise<void> {
  const { tables } = deps;
  const expires = now / 1000 + KEPT * 86_400;
  const inboxes = askedInTurn(pack, asked).map(({ department }) =>
    inboxOfDepartment(department, asked.county),
  );
  await Promise.all(
    [`agency:${asked.agency}`, ...inboxes].map((inbox) =>
      listRequest(tables.requests, { inbox, at: asked.at, id, expires }),
    ),
  );
  // Of two concurrent requests the first is stored. The entry of the other has no effect.
  await putRequest(tables.requests, {
    id,
    asked: asked as unknown as Json,
    expires: expiryOf({ asked, rulings: {}, materials: {} }),
  });
}

/** Opens one task per department, due when the last of its fields is due. May be repeated. */
async function askOwners({ deps, pack, now }: Filing, id: string, asked: Asked): Promise<void> {
  const { tables } = deps;
  await Promise.all(
    askedInTurn(pack, asked).map(({ department, fields }) => {
      const kinds = fields.map((field) => askedBy(pack, field) ?? '');
      const due = (kind: string) => timesOf(pack, kind, now).due;
      const [kind = ''] = kinds.sort((a, b) => (due(a) > due(b) ? -1 : 1));
      return openTask(tables.tasks, {
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
