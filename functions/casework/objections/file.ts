import { randomId } from '../../../shared/bytes.ts';
import type { Objection as ObjectionView } from '../../../shared/contract/casework.ts';
import type { ObjectionRequest } from '../../../shared/contract/routes/objections.ts';
import { defined } from '../../../shared/defined.ts';
import { invalid, Problem } from '../../../shared/errors.ts';
import { asEntryId } from '../../../shared/ids.ts';
import { namesOf } from '../../../shared/log/read/subject-names.ts';
import { walkSubject } from '../../../shared/log/read/walk.ts';
import type { Receipt } from '../../../shared/log/write/seal.ts';
import { caseworkTexts } from '../../../shared/messages/casework.ts';
import { commonTexts } from '../../../shared/messages/common.ts';
import { nearestOf } from '../../../shared/nearest.ts';
import { isParty } from '../../../shared/policy/decide/givers.ts';
import { endOf } from '../../../shared/policy/pack/calendar.ts';
import type { Right } from '../../../shared/policy/pack/parts.ts';
import { listOpen } from '../../../shared/records/casework/desk-lists.ts';
import { inboxOfDepartment } from '../../../shared/records/casework/tasks.ts';
import type { Outline } from '../../../shared/records/subject/outlines.ts';
import { requireAct, requirePossibleFor } from '../../session/acts.ts';
import { timesOf } from '../../steps/approval-requests.ts';
import { countInDay } from '../../steps/count-in-day.ts';
import { appendOne, requireIndex } from '../../steps/log.ts';
import {
  type Act,
  entryOf,
  findSubject,
  isInReach,
  openTaskFor,
  STOPPED,
  stopsOne,
  taskOfAct,
  withFindings,
} from '../act.ts';
import { identifyGiver, readDocument, requireOnRecord } from '../consents/giver.ts';
import { caseworkOf } from '../consents/stored.ts';
import { AHEAD, receivedBy } from '../speaks.ts';
import {
  flag,
  type Objection,
  type ObjectionWords,
  openOf,
  PAST,
  putObjection,
  readObjection,
  rowOf,
  viewOf,
} from './stored.ts';

/**
 * Logs the objection, flags the field if the right stops its use, stores the objection under its id, opens the owner's
 * task. While it is open, a repeat for the same field, party and right is the same objection, and completes what a crash
 * left undone. A repeat that shows the document lets it stop the field.
 * @throws Problem ROLE_REQUIRED, INVALID_REQUEST, REFUSED (the subject, the document, or nothing was received),
 * ASKED_AGAIN, BUDGET_SPENT, or a 503: then object again
 */
export async function fileObjection(
  act: Act,
  request: ObjectionRequest,
): Promise<{ objection: ObjectionView; receipt?: Receipt }> {
  const { deps, pack, session, words, person, now } = act;
  const { by } = request;
  const { name: right, known, report, field } = rightOf(act, request);
  const { clientId: agency, departments } = session.caller;
  requirePossibleFor(session, { recipient: report });
  // An office that did not receive the field learns as little as of a person of whom no record exists.
  const received = async (found: Outline | null) =>
    !report || (await receivedBy(act, found, { fields: [field] })).length > 0;
  const outline = await findSubject(act, request.subject, 'process', { recipient: report }, received);
  requireAct(session, { recipient: report, area: isInReach(act, outline) });
  const of = { field, by, right, ...(report && { agency }) };
  const running = (await openOf(act, outline.subject)).find(({ words: one }) => isSame(one, of));
  const stands = running && (await readObjection(act, running.id));
  // What stops a field takes the document of whom it is for. Without it an objection is examined, and stops nothing.
  const stops = known.stops === true && !report && request.document !== undefined;
  const shows = stops && stands !== null && stands !== undefined && stands.document === undefined;
  if (running && stands && !shows) {
    await openTask(act, outline, stands);
    return { objection: await viewOf(act, stands, running.words) };
  }
  if (!running) {
    await requirePeace(act, outline, of, known);
    // Each is a task of an owner, with a term: one office fills no inbox with them.
    const { perDay = Infinity } = pack.casework?.objections ?? {};
    await countInDay(act, { name: 'objections', perDay }, { rule: known.rule, reason: 'OBJECTED_ENOUGH' });
  }
  const id = running?.id ?? randomId();
  const read = request.document && readDocument(act, request.document);
  const shown = read && (await identifyGiver(act, outline, { giver: by, id }, read));
  const onRecord = read ? await requireOnRecord(act, outline, by, read) : null;
  const department = await answerableFor(act, outline, field);
  const entry = {
    kind: 'objection',
    operation: 'process',
    owners: [department],
    subject: outline.logId,
    fields: { [department]: { [field]: 'disputed' } },
    outcome: 'open',
    code: `BY_${by.toUpperCase().replaceAll('-', '_')}`,
    rule: report ? (pack.casework?.objections.reports?.rule ?? '') : known.rule,
  } as const;
  const takes = stops && (!running || shows);
  if (takes) await stopsOne(act, entry);
  const logged = withFindings(entryOf(act, entry), takes ? STOPPED : null, onRecord);
  const receipt = running && !shows ? null : await appendOne(deps.log, logged);
  const { opened: at, due } = timesOf(pack, taskOfAct(pack, 'objection.file'), now);
  const said: ObjectionWords = {
    ...(running?.words ?? {
      ...of,
      at,
      ...defined({ until: known.ends && due }),
      // Of a report the owner reads only the named fault: words could hold a value.
      reason: report ? '' : (words.reason ?? ''),
    }),
    // With a document it stops the field from now on: an answer to what it was before is none.
    entry: receipt?.entry ?? running?.words.entry ?? asEntryId(''),
  };
  await flag(act, outline.named, id, said, stops);
  const objection: Objection = {
    ...{ id, subject: outline.named, field, by, right, department, agency, person, departments },
    ...defined({ fault: request.fault, document: shown, until: said.until }),
    ...{ at, due, entry: said.entry, state: 'open' },
  };
  await listOpen(deps.tables.casework, rowOf(objection, outline));
  if (!(await putObjection(act, objection, stands ?? null))) throw new Problem('CONFLICT');
  await openTask(act, outline, objection);
  return { objection: await viewOf(act, objection, said), ...defined({ receipt: receipt ?? undefined }) };
}

/** What is asked, as far as it depends on no record. @throws Problem INVALID_REQUEST */
function rightOf({ pack }: Act, { field: named, by, right, fault, document }: ObjectionRequest) {
  const { givers = [], rights = {}, reports } = pack.casework?.objections ?? {};
  const report = isParty(pack, by, 'recipient') && reports !== undefined;
  if (!report && !givers.includes(by)) throw invalid('/by', commonTexts.expectedOneOf(givers));
  const name = right ?? (report ? reports.right : Object.keys(rights)[0]) ?? '';
  const known = Object.hasOwn(rights, name) ? rights[name] : undefined;
  if (!known || (report && name !== reports.right))
    throw invalid('/right', commonTexts.expectedOneOf(report ? [reports.right] : Object.keys(rights)));
  const field = named ?? known.about;
  if (field === undefined) throw invalid('/field', caseworkTexts.fieldAbout);
  if (!pack.fields.has(field) || pack.fields.get(field)?.virtual)
    throw invalid('/field', commonTexts.noSuchFieldNear(nearestOf(field, pack.fields.keys())));
  if (report !== (fault !== undefined)) throw invalid('/fault', caseworkTexts.recipientNamesFault);
  if (report && !Object.hasOwn(reports.faults, fault ?? ''))
    throw invalid('/fault', commonTexts.expectedOneOf(Object.keys(reports.faults)));
  if (known.document && document === undefined) throw invalid('/document', caseworkTexts.shownToDesk);
  return { name, known, report, field };
}

type Asked = Pick<ObjectionWords, 'field' | 'by' | 'right' | 'agency'>;

function isSame(one: Asked, other: Asked): boolean {
  return (['field', 'by', 'right', 'agency'] as const).every((name) => one[name] === other[name]);
}

/** @throws Problem ASKED_AGAIN while the right may not be used again */
async function requirePeace(
  { deps, pack, now }: Act,
  { subject }: Outline,
  asked: Asked,
  { again, rule }: Right,
): Promise<void> {
  if (!again) return;
  const before = (await caseworkOf(deps, subject))
    .filter(({ kind }) => kind === PAST)
    .map(({ document }) => document as ObjectionWords)
    .filter((one) => isSame(one, asked) && endOf(pack.calendar, again, Date.parse(one.at)) > now);
  if (before.length > 0) throw new Problem('ASKED_AGAIN', { rule });
}

async function openTask(act: Act, { county }: Outline, objection: Objection): Promise<void> {
  const { id, subject, field, department } = objection;
  await openTaskFor(act, {
    kind: taskOfAct(act.pack, 'objection.file'),
    inbox: inboxOfDepartment(department, county),
    about: id,
    subject,
    owners: [department],
    details: { field, objection: id, right: objection.right, ...defined({ fault: objection.fault }) },
  });
}

/**
 * The department that last wrote the field, according to the log. If the log has no write, the pack's first
 * owner.
 */
async function answerableFor({ deps, pack, now }: Act, outline: Outline, field: string): Promise<string> {
  await requireIndex(deps.store);
  for await (const { entry } of walkSubject(deps.store, namesOf(outline), { from: 0, to: now + AHEAD })) {
    if (entry?.kind !== 'intake') continue;
    const [owner] =
      Object.entries(entry.fields ?? {}).find(([, fields]) => Object.hasOwn(fields, field)) ?? [];
    if (owner !== undefined) return owner;
  }
  return pack.fields.get(field)?.owners[0] ?? '';
}
