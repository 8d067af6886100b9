import { randomBytes } from 'node:crypto';
import { toBase64url } from '../../shared/bytes.ts';
import { Problem } from '../../shared/errors.ts';
import { areasOf } from '../../shared/keys/areas.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import type { Caller } from '../../shared/policy/types.ts';
import type { HeadMove, KeyItem } from '../../shared/records/subject/key-items.ts';
import { putSheet, type StoredSheet } from '../../shared/records/subject/sheets.ts';
import type { IntakeRecord } from '../http/contract/intake.ts';
import { evidenceWord, handlerOf } from '../session/actor.ts';
import { loadHolding } from '../steps/holding.ts';
import { makeSheet, unnamedKeys } from '../steps/write-sheet.ts';
import type { IntakeCall, Written } from './call.ts';
import { covers, planRecord, type RecordPlan } from './plan-record.ts';
import {
  attachKeys,
  findSubject,
  forgetErased,
  indexKeys,
  type Resolved,
  resolveSubject,
} from './resolve.ts';

/** A write that lacks its log entry and its commit. */
export interface Prepared {
  plan: RecordPlan;
  move: HeadMove;
  before: StoredSheet | null;
  entry: NewEntry;
}

/** All up to the new sheet, which lies beside the old one when this returns, named by no head yet. */
export async function prepare(call: IntakeCall, record: IntakeRecord): Promise<Prepared> {
  const { deps, pack, session, request } = call;
  const plan = planRecord(pack, session.caller, request.collection, record, deps.now());
  const { resolved, item, sheets } = await loadResolved(call, plan);
  const subject = item?.subject ?? resolved.subject;
  const before = sheets.get(plan.owner) ?? null;
  checkSubject(call, plan, resolved, item, before);
  await attachKeys(deps, resolved, item);
  const logId = item?.logId ?? toBase64url(randomBytes(16));
  const { sheet, addKeys } = await makeSheet(deps, pack, {
    collection: request.collection,
    subject,
    owner: plan.owner,
    logId,
    before,
    fields: plan.fields,
  });
  await putSheet(deps.tables.sheets, subject, sheet, deps.now());
  const dropIndexes = supersededIndexes(item, plan, resolved);
  const move: HeadMove = {
    subject,
    collection: request.collection,
    owner: plan.owner,
    before: item,
    head: sheet.head,
    logId,
    county: countyOf(plan.division, item, session.caller),
    ...(plan.division !== null && { area: await areaOf(call, subject, plan.division) }),
    addKeys,
    dropKeys: unnamedKeys(item?.keys ?? new Map(), sheet),
    addIndexes: new Map([...resolved.indexes].filter(([index]) => !dropIndexes.includes(index))),
    dropIndexes,
  };
  return { plan, move, before, entry: intakeEntry(call, plan, move) };
}

/** The subject of the record and what it holds. One that was erased is unknown, whatever still leads to it. */
async function loadResolved(call: IntakeCall, plan: RecordPlan) {
  const { deps } = call;
  for (;;) {
    const resolved = await resolveSubject(call, plan);
    const loaded = await loadHolding(deps, resolved.subject, plan.owner);
    const nobody = loaded.item === null && resolved.fresh && !resolved.claimed;
    const values = [...resolved.indexes].flatMap(([index, { older }]) => [index, ...older]);
    if (!nobody || !(await forgetErased(deps, resolved.subject, values))) return { resolved, ...loaded };
  }
}

/** @throws Problem REFUSED for a subject that is unknown, of another collection or out of area; VERSION_CONFLICT */
export function checkSubject(
  { session, request }: IntakeCall,
  plan: RecordPlan,
  resolved: Pick<Resolved, 'fresh'>,
  item: KeyItem | null,
  sheet: StoredSheet | null,
): void {
  const reachable = item
    ? item.collection === request.collection && covers(session.caller, item.county)
    : resolved.fresh;
  if (!reachable) throw new Problem('REFUSED');
  if (plan.ifVersion !== null && plan.ifVersion !== (sheet?.head.version ?? 0)) {
    throw new Problem('VERSION_CONFLICT');
  }
}

/**
 * The first six digits of a division code name the county. A record without one changes no county, and a
 * subject that it makes lies in the caller's.
 */
function countyOf(division: string | null, item: KeyItem | null, caller: Caller): string | null {
  if (division === null && item) return null;
  return (division ?? caller.areas[0] ?? '').slice(0, 6);
}

/** The place under the subject's own mask; `null` where the code says no more than the county. */
async function areaOf({ deps, pack }: IntakeCall, subject: string, division: string): Promise<Buffer | null> {
  if (division.length <= pack.countyDigits) return null;
  return (await areasOf(deps.kms, deps.env.referenceKey)).seal(subject, division);
}

/** Index values of a field that this write replaces or deletes: they must not find the subject any more. */
function supersededIndexes(item: KeyItem | null, plan: RecordPlan, { indexes }: Resolved): string[] {
  const known = new Map([...(item?.indexes ?? []), ...indexes]);
  return [...known]
    .filter(
      ([index, key]) => key.scope === '' && plan.fields.has(key.field) && !indexes.get(index)?.attachable,
    )
    .map(([index]) => index);
}

/** What the record would do, without a key, a write or a log entry. @throws Problem as the write would */
export async function checkRecord(call: IntakeCall, record: IntakeRecord): Promise<Written> {
  const { deps, pack, session, request } = call;
  const plan = planRecord(pack, session.caller, request.collection, record, deps.now());
  const found = await findSubject(call, plan, await indexKeys(deps, plan));
  const loaded = found.subject ? await loadHolding(deps, found.subject, plan.owner) : null;
  const sheet = loaded?.sheets.get(plan.owner) ?? null;
  checkSubject(call, plan, { fresh: plan.ref === null && request.create }, loaded?.item ?? null, sheet);
  const version = (sheet?.head.version ?? 0) + 1;
  const { fields, warnings, refused } = plan;
  return { sheetVersion: version, created: version === 1, written: [...fields.keys()], warnings, refused };
}

/** The entry of one write. It carries the digest of the whole sheet, so that a rolled-back store is found. */
export function intakeEntry(
  { pack, session, request }: IntakeCall,
  plan: RecordPlan,
  move: HeadMove,
): NewEntry {
  const acts = [...plan.fields].map(([field, value]) => [field, value === null ? 'deleted' : 'written']);
  return {
    kind: 'intake',
    operation: 'store',
    owners: [plan.owner],
    handler: handlerOf(session),
    collection: request.collection,
    subject: move.logId,
    policy: { version: pack.version, hash: pack.hash },
    fields: { [plan.owner]: Object.fromEntries(acts) },
    keys: [...move.addKeys.keys()],
    outcome: 'stored',
    ...(session.evidence && { words: evidenceWord(session) }),
    sheet: { owner: plan.owner, ...move.head },
  };
}
