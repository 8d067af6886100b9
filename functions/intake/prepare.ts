import { randomId } from '../../shared/bytes.ts';
import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import { asLogId, type SubjectId } from '../../shared/ids.ts';
import { areasOf } from '../../shared/keys/areas.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { intakeTexts } from '../../shared/messages/intake.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Caller } from '../../shared/policy/types.ts';
import { readIndex } from '../../shared/records/subject/index-entries.ts';
import type { HeadMove, KeyItem } from '../../shared/records/subject/key-items.ts';
import { putSheet, type SheetLeaks, type StoredSheet } from '../../shared/records/subject/sheets.ts';
import { namedIn } from '../../shared/records/subject/trail.ts';
import type { IntakeRecord } from '../http/contract/intake.ts';
import { evidenceWord, handlerOf } from '../session/actor.ts';
import { loadHolding } from '../steps/holding.ts';
import { claimLeaks } from '../steps/leaks.ts';
import { makeSheet, unnamedKeys } from '../steps/write-sheet.ts';
import type { IntakeCall, RecordCheck } from './call.ts';
import { covers, planRecord, type RecordPlan } from './plan-record.ts';
import { adoptSubject, attachKeys, dropErasedKeys, type Resolved, resolveSubject } from './resolve.ts';

/** A write that was refused once a record had been looked up. The entry says so. */
export interface Refused {
  problem: Problem;
  entry: NewEntry;
}

/** A write whose log entry and commit are still to be made. */
export interface Prepared {
  plan: RecordPlan;
  move: HeadMove;
  before: StoredSheet | null;
  /** Of the new sheet. */
  leaks: SheetLeaks;
  entry: NewEntry;
}

/** The part of the named record that the caller learns. Each such answer has an entry. */
const LOOKED_UP: ReadonlySet<string> = new Set(['REFUSED', 'MATCH_CONFLICT', 'VERSION_CONFLICT']);

/**
 * As `prepare`.
 * @returns in place of a write, its refusal with the entry about it
 * @throws Problem for a record that is refused before anything is looked up
 */
export async function prepareOrRefuse(call: IntakeCall, record: IntakeRecord): Promise<Prepared | Refused> {
  const plan = planOf(call, record);
  try {
    return await prepare(call, record, plan);
  } catch (error) {
    if (!(error instanceof Problem && LOOKED_UP.has(error.code))) throw error;
    return { problem: error, entry: refusedEntry(call, plan, error) };
  }
}

/** All steps up to the new sheet. It is stored next to the old one, and no head names it yet. */
export async function prepare(
  call: IntakeCall,
  record: IntakeRecord,
  plan: RecordPlan = planOf(call, record),
): Promise<Prepared> {
  const { deps, pack, session, request } = call;
  const { resolved, item, before, named } = await loadAttached(call, plan);
  const subject = item?.subject ?? resolved.subject;
  const logId = item?.logId ?? asLogId(randomId());
  const county = countyOf(call.pack, plan.division, item, session.caller);
  const dropIndexes = await ofNamed(call, item, named, supersededIndexes(item, plan, resolved));
  const { sheet, addKeys } = await makeSheet(deps, pack, {
    collection: request.collection,
    subject,
    owner: plan.owner,
    logId,
    before,
    fields: plan.fields,
  });
  await Promise.all([
    putSheet(deps.tables.sheets, subject, sheet, deps.now()),
    claimLeaks(deps, { subject, owner: plan.owner }, before?.leaks, sheet.leaks),
  ]);
  const move: HeadMove = {
    subject,
    collection: request.collection,
    owner: plan.owner,
    before: item,
    head: sheet.head,
    named,
    at: new Date(deps.now()).toISOString(),
    logId,
    county,
    area: await areaOf(call, subject, plan.division),
    addKeys,
    dropKeys: unnamedKeys(item?.keys ?? new Map(), sheet),
    addIndexes: new Map([...resolved.indexes].filter(([index]) => !dropIndexes.includes(index))),
    dropIndexes,
  };
  return { plan, move, before, leaks: sheet.leaks, entry: intakeEntry(call, plan, move) };
}

/** How often a record is looked up if concurrent writers move its match keys. */
const ATTEMPTS = 5;

/**
 * The subject of the record, to which all its match keys lead, and what its owner holds about it.
 * @throws Problem REFUSED if the subject was erased since it was read: the write was meant for it, and makes no new one
 */
async function loadAttached(call: IntakeCall, plan: RecordPlan) {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const { resolved, item, sheets } = await loadResolved(call, plan);
    const before = sheets.get(plan.owner) ?? null;
    checkSubject(call, plan, resolved, item, before);
    const named = item ? namedIn(item, resolved.subject) : resolved.subject;
    if (await attachKeys(call.deps, resolved, item, named)) return { resolved, item, before, named };
    if (item && (await dropErasedKeys(call.deps, item.subject, resolved.all.keys())))
      throw new Problem('REFUSED');
  }
  throw new Problem('CONFLICT', { detail: intakeTexts.sameSubject });
}

/** The subject of the record and its holdings. An erased subject counts as unknown, even if keys still lead to it. */
async function loadResolved(call: IntakeCall, plan: RecordPlan) {
  const { deps } = call;
  for (;;) {
    const resolved = await resolveSubject(call, plan);
    const loaded = await loadHolding(deps, resolved.subject, plan.owner);
    if (loaded.item !== null || !resolved.fresh || resolved.claimed) return { resolved, ...loaded };
    const values = [...resolved.indexes].flatMap(([index, { older }]) => [index, ...older]);
    if (await dropErasedKeys(deps, resolved.subject, values)) continue;
    const adopted = await adoptSubject(call, resolved);
    if (adopted) return { resolved: adopted, ...loaded };
  }
}

/** @throws Problem REFUSED if the subject is unknown, of another collection or out of area; VERSION_CONFLICT */
function checkSubject(
  { session, request }: IntakeCall,
  plan: RecordPlan,
  resolved: Resolved,
  item: KeyItem | null,
  sheet: StoredSheet | null,
): void {
  // A merge was undone since the name was looked up.
  if (item && resolved.subject !== item.subject && !item.joined.has(resolved.subject))
    throw new Problem('CONFLICT', { detail: commonTexts.recordBeingChanged });
  const reachable = item
    ? item.collection === request.collection && covers(session.caller, item.county)
    : resolved.fresh;
  if (!reachable) throw new Problem('REFUSED');
  if (plan.ifVersion !== null && plan.ifVersion !== (sheet?.head.version ?? 0)) {
    throw new Problem('VERSION_CONFLICT');
  }
}

/**
 * The first part of a division code, as long as the pack says, names the county. A record without a division code does not change the
 * county; a subject that it creates gets the county of the caller.
 */
function countyOf(
  { countyDigits }: Pack,
  division: string | null,
  item: KeyItem | null,
  caller: Caller,
): string | null {
  if (division === null && item) return null;
  return (division ?? caller.areas[0] ?? '').slice(0, countyDigits);
}

/** The division, sealed under the subject's own mask; `null` if the code only names the county, `undefined` without one. */
async function areaOf(
  { deps, pack }: IntakeCall,
  subject: SubjectId,
  division: string | null,
): Promise<Buffer | null | undefined> {
  if (division === null) return undefined;
  if (division.length <= pack.countyDigits) return null;
  return (await areasOf(deps.kms, deps.env.referenceKey)).seal(subject, division);
}

/** Index values of the fields that this write replaces or deletes. They must no longer lead to the subject. */
function supersededIndexes(item: KeyItem | null, plan: RecordPlan, { indexes }: Resolved): string[] {
  const known = new Map([...(item?.indexes ?? []), ...indexes]);
  return [...known]
    .filter(
      ([index, key]) => key.scope === '' && plan.fields.has(key.field) && !indexes.get(index)?.attachable,
    )
    .map(([index]) => index);
}

/** While a merge can be undone, a write supersedes only the numbers of the person whom it names. */
async function ofNamed(
  { deps }: IntakeCall,
  item: KeyItem | null,
  named: SubjectId,
  indexes: readonly string[],
): Promise<readonly string[]> {
  if (!item?.undo) return indexes;
  const leads = await Promise.all(indexes.map((index) => readIndex(deps.tables.index, index)));
  return indexes.filter((_, i) => namedIn(item, leads[i]?.subject ?? named) === named);
}

/**
 * The plan of the record alone: forms, check digits, ownership. No person is looked up, so a dry run does not
 * reveal whether a record exists, and needs no log entry.
 * @throws Problem as the write would, if the reason is in the record
 */
export function checkRecord(call: IntakeCall, record: IntakeRecord): RecordCheck {
  const plan = planOf(call, record);
  return { written: [...plan.fields.keys()], warnings: plan.warnings, refused: plan.refused };
}

function planOf({ deps, pack, session, request }: IntakeCall, record: IntakeRecord): RecordPlan {
  return planRecord(pack, session.caller, request.collection, record, deps.now());
}

/** The entry of a refused write. */
function refusedEntry({ pack, session, request }: IntakeCall, plan: RecordPlan, problem: Problem): NewEntry {
  return {
    kind: 'denial',
    operation: 'store',
    owners: [plan.owner],
    handler: handlerOf(session),
    collection: request.collection,
    policy: { version: pack.version, hash: pack.hash },
    outcome: 'refused',
    code: problem.code,
    ...defined({ words: session.evidence ? evidenceWord(session) : undefined }),
  };
}

/** The entry of one write. It holds the digest of the whole sheet, so that a rolled-back store can be detected. */
export function intakeEntry(
  { pack, session, request }: IntakeCall,
  plan: RecordPlan,
  move: HeadMove,
): NewEntry {
  const acts = [...plan.fields].map(([field, value]) => [field, value === null ? 'deleted' : 'written']);
  return {
    kind: 'intake',
    // The first sheet of an owner counts as collection, later ones as changes.
    operation: move.head.version === 1 ? 'collect' : 'store',
    owners: [plan.owner],
    handler: handlerOf(session),
    collection: request.collection,
    subject: move.logId,
    policy: { version: pack.version, hash: pack.hash },
    fields: { [plan.owner]: Object.fromEntries(acts) },
    keys: [...move.addKeys.keys()],
    outcome: 'stored',
    ...defined({ words: session.evidence ? evidenceWord(session) : undefined }),
    sheet: { owner: plan.owner, ...move.head },
  };
}
