import { randomId } from '../../shared/bytes.ts';
import type { IntakeRecord } from '../../shared/contract/routes/intake.ts';
import { defined } from '../../shared/defined.ts';
import { Problem } from '../../shared/errors.ts';
import { asLogId, type SubjectId } from '../../shared/ids.ts';
import { areasOf } from '../../shared/keys/areas.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { intakeTexts } from '../../shared/messages/intake.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Caller } from '../../shared/policy/types.ts';
import { readIndex } from '../../shared/records/subject/index-entries.ts';
import type { HeadMove, KeyItem } from '../../shared/records/subject/key-items.ts';
import { putSheet, type StoredSheet } from '../../shared/records/subject/sheets.ts';
import { namedIn } from '../../shared/records/subject/trail.ts';
import { evidenceWord, handlerOf } from '../session/actor.ts';
import { claimLeaks } from '../steps/leaks.ts';
import { makeSheet, unnamedKeys } from '../steps/write-sheet.ts';
import type { IntakeCall, RecordCheck } from './call.ts';
import type { IntakeDeps } from './deps.ts';
import { type Found, findRecord } from './find-record.ts';
import { planRecord, type RecordPlan } from './plan-record.ts';
import { attachKeys, dropErasedKeys, type Resolved } from './resolve.ts';

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
  sheet: StoredSheet;
  entry: NewEntry;
}

/** The part of the named record that the caller learns. Each such answer has an entry. */
const LOOKED_UP: ReadonlySet<string> = new Set(['REFUSED', 'MATCH_CONFLICT', 'VERSION_CONFLICT']);

/**
 * The subject of the record and what its owner holds about it, by reads alone.
 * @returns in place of them, the refusal with the entry about it
 * @throws Problem for a record that is refused before anything is looked up
 */
export async function lookUp(call: IntakeCall, record: IntakeRecord): Promise<Found | Refused> {
  const plan = planOf(call, record);
  return orRefused(call, plan, findRecord(call, plan));
}

/** As `prepare`. @returns in place of a write, its refusal with the entry about it */
export function prepareOrRefuse(call: IntakeCall, found: Found): Promise<Prepared | Refused> {
  return orRefused(call, found.plan, prepare(call, found));
}

async function orRefused<T>(call: IntakeCall, plan: RecordPlan, work: Promise<T>): Promise<T | Refused> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Problem && LOOKED_UP.has(error.code))) throw error;
    return { problem: error, entry: refusedEntry(call, plan, error) };
  }
}

/** How often a record is looked up if concurrent writers move its match keys. */
const ATTEMPTS = 8;

/**
 * All steps up to the new sheet, which no head names yet. Next to an old one it is stored; an owner's first one is left to
 * `storeSheet`.
 * @param first as it was found; a repeat looks it up again
 * @throws Problem REFUSED if the subject was erased since it was read: the write was meant for it, and makes no new one
 */
export async function prepare(call: IntakeCall, first: Found): Promise<Prepared> {
  for (let found = first, attempt = 1; ; attempt++) {
    // A data key depends on no claim. If the claim fails the key is dropped, and nothing was sealed that is stored.
    const [attached, prepared] = await Promise.all([
      attachKeys(call.deps, found.resolved, found.item, found.named),
      seal(call, found),
    ]);
    if (attached) {
      if (!isFirst(prepared)) await storeSheet(call.deps, prepared);
      return prepared;
    }
    const { item, resolved } = found;
    if (item && (await dropErasedKeys(call.deps, item.subject, resolved.all.keys())))
      throw new Problem('REFUSED');
    if (attempt === ATTEMPTS) throw new Problem('CONFLICT', { detail: intakeTexts.sameSubject });
    found = await findRecord(call, found.plan);
  }
}

/** Whether the owner has no sheet of the subject yet. */
export function isFirst({ move }: Prepared): boolean {
  return !move.before?.heads.has(move.owner);
}

/** Stores the new sheet, and the tokens by which its texts are found again. */
export async function storeSheet(deps: IntakeDeps, { move, before, sheet }: Prepared): Promise<void> {
  const { subject, owner } = move;
  await Promise.all([
    putSheet(deps.tables.sheets, subject, sheet, deps.now()),
    claimLeaks(deps, { subject, owner }, before?.leaks, sheet.leaks),
  ]);
}

/** The new sheet, sealed under new data keys, and the move that would commit it. */
async function seal(call: IntakeCall, { plan, resolved, item, before, named }: Found): Promise<Prepared> {
  const { deps, pack, session, request } = call;
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
  return { plan, move, before, sheet, entry: intakeEntry(call, plan, move) };
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
function intakeEntry({ pack, session, request }: IntakeCall, plan: RecordPlan, move: HeadMove): NewEntry {
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
