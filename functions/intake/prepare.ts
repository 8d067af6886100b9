import { randomId } from '../../shared/bytes.ts';
import { Problem } from '../../shared/errors.ts';
import { asLogId, type SubjectId } from '../../shared/ids.ts';
import { areasOf } from '../../shared/keys/areas.ts';
import { intakeTexts } from '../../shared/messages/intake.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { Caller } from '../../shared/policy/types.ts';
import { readIndex } from '../../shared/records/subject/index-entries.ts';
import type { HeadMove, KeyItem } from '../../shared/records/subject/key-items.ts';
import { putSheet } from '../../shared/records/subject/sheets.ts';
import { namedIn } from '../../shared/records/subject/trail.ts';
import { contend, contended, LOST } from '../../shared/store/contend.ts';
import { resultOf } from '../http/problem.ts';
import { claimLeaks } from '../steps/leaks.ts';
import { saysStop } from '../steps/marks.ts';
import { makeSheet, unnamedKeys } from '../steps/write-sheet.ts';
import type { Failed, Found, IntakeCall, Prepared, RecordPlan, Refused, Resolved } from './call.ts';
import { attachKeys, dropErasedKeys } from './claim.ts';
import type { IntakeDeps } from './deps.ts';
import { ended, intakeEntry } from './entries.ts';
import { readFiles, takeFiles } from './files.ts';
import { findRecord } from './find-record.ts';

/** How often a record is looked up if concurrent writers move its match keys. */
const ATTEMPTS = 8;

/** As `prepare`. A record that has ended stays as it is, and one that is refused here ends. */
export async function prepareFound(
  deps: IntakeDeps,
  call: IntakeCall,
  found: Found | Refused | Failed,
): Promise<Prepared | Refused | Failed> {
  return found.state === 'found' ? ended(call, found.plan, prepare(deps, call, found)) : found;
}

/**
 * All steps up to the new sheet, which no head names yet. Next to an old one it is stored; an owner's first one is left to
 * `storeSheet`.
 * @param first as it was found; a repeat looks it up again
 * @throws Problem REFUSED if the subject was erased since it was read: the write was meant for it, and makes no new one
 */
export async function prepare(deps: IntakeDeps, call: IntakeCall, first: Found): Promise<Prepared> {
  const once = async (lost: number) => {
    const found = lost === 0 ? first : await findRecord(deps, call, first.plan);
    // A data key depends on no claim. If the claim fails the key is dropped, and nothing was sealed that is stored.
    const [attached, prepared] = await Promise.all([attachKeys(deps, found), seal(deps, call, found)]);
    if (attached) {
      await takeFiles(deps, prepared.uploads, prepared.move.subject);
      if (!isFirst(prepared)) await storeSheet(deps, prepared);
      return prepared;
    }
    const { item, resolved } = found;
    if (item && (await dropErasedKeys(deps, item.subject, resolved.all.keys()))) throw new Problem('REFUSED');
    return LOST;
  };
  return contend(ATTEMPTS, once, contended(intakeTexts.sameSubject));
}

/** Whether the owner has no sheet of the subject yet. */
export function isFirst({ move }: Prepared): boolean {
  return !move.before?.heads.has(move.owner);
}

/**
 * The first sheet of an owner is stored in parallel with its entry: if one of them fails no head moves, and there is none
 * that the entry could contradict. The next sheets are stored before their entries, because an entry whose head never
 * moves looks like a head that was rolled back.
 * @returns the problem of each record whose sheet is not known to be stored
 */
export async function storeFirst(
  deps: IntakeDeps,
  rows: readonly (Prepared | Refused | Failed)[],
): Promise<ReadonlyMap<Prepared | Refused | Failed, Problem>> {
  const unstored = new Map<Prepared | Refused | Failed, Problem>();
  const stored = rows.map(async (row) => {
    if (row.state !== 'prepared' || !isFirst(row)) return;
    const problem = await resultOf(storeSheet(deps, row));
    if (problem instanceof Problem) unstored.set(row, problem);
  });
  await Promise.all(stored);
  return unstored;
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
async function seal(
  deps: IntakeDeps,
  call: IntakeCall,
  { plan, resolved, item, before, named }: Found,
): Promise<Prepared> {
  const { pack, session, request } = call;
  const subject = item?.subject ?? resolved.subject;
  const logId = item?.logId ?? asLogId(randomId());
  const county = countyOf(pack, plan.division, item, session.caller);
  const dropIndexes = await ofNamed(deps, item, named, supersededIndexes(item, plan, resolved));
  const version = (before?.head.version ?? 0) + 1;
  const files = await readFiles(deps, call, plan, { subject, version });
  const { sheet, addKeys } = await makeSheet(deps, pack, {
    collection: request.collection,
    subject,
    owner: plan.owner,
    logId,
    before,
    fields: new Map([...plan.fields, ...files.values]),
  });
  const unnamed = unnamedKeys(item?.keys ?? new Map(), sheet);
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
    area: await areaOf(deps, pack, subject, plan.division),
    addKeys: new Map([...addKeys, ...files.keys]),
    dropKeys: unnamed.filter((id) => !files.keys.has(id)),
    addIndexes: new Map([...resolved.indexes].filter(([index]) => !dropIndexes.includes(index))),
    dropIndexes,
  };
  const stops = saysStop(pack, plan.fields, before?.marks, sheet.marks);
  const entry = intakeEntry(call, plan, move, stops);
  return { state: 'prepared', plan, move, before, sheet, uploads: files.uploads, entry };
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
  deps: IntakeDeps,
  pack: Pack,
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
  deps: IntakeDeps,
  item: KeyItem | null,
  named: SubjectId,
  indexes: readonly string[],
): Promise<readonly string[]> {
  if (!item?.undo) return indexes;
  const leads = await Promise.all(indexes.map((index) => readIndex(deps.tables.index, index)));
  return indexes.filter((_, i) => namedIn(item, leads[i]?.subject ?? named) === named);
}
