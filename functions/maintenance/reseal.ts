/**
 * Moves fields to new data keys: load → attempt entry → unwrap → open → seal again under new keys → put the new
 * sheet → maintenance entry → move the head. Each field keeps the instant of its own write.
 */

import { keyIdOf } from '../../shared/crypto/field-format.ts';
import type { DataKind } from '../../shared/entry-kinds.ts';
import { keysOfClass } from '../../shared/env.ts';
import { Problem } from '../../shared/errors.ts';
import type { EntryId, KeyId, SubjectId } from '../../shared/ids.ts';
import type { Json } from '../../shared/json.ts';
import { rewrapDataKey } from '../../shared/keys/rewrap.ts';
import type { DataSaid } from '../../shared/log/entry/entry.ts';
import type { Place } from '../../shared/records/subject/key-item-format.ts';
import {
  type HeadMove,
  instantOf,
  type KeyItem,
  moveHead,
  type StoredKey,
  stepOf,
} from '../../shared/records/subject/key-items.ts';
import { deleteSheet, putSheet, type StoredSheet } from '../../shared/records/subject/sheets.ts';
import { keepsSheet } from '../../shared/records/subject/trail.ts';
import { contend, LOST } from '../../shared/store/contend.ts';
import { pack } from '../session/policy.ts';
import { droppedFiles, fileKeysOf } from '../steps/file-keys.ts';
import { loadHolding } from '../steps/holding.ts';
import { claimLeaks, dropLeaks } from '../steps/leaks.ts';
import { appendOne } from '../steps/log.ts';
import {
  type Holding,
  keysFor,
  keysInstead,
  type OpenKeys,
  openFields,
  unwrapAll,
  unwrapKeys,
  versionsOf,
} from '../steps/open-sheets.ts';
import { makeSheet, unnamedKeys } from '../steps/write-sheet.ts';
import { type Actor, actEntry } from './acting.ts';
import type { MaintenanceDeps } from './deps.ts';
import { endUndo } from './end-undo.ts';
import { entryAbout } from './find-subject.ts';
import type { JobRun } from './job-run.ts';
import { removeFiles } from './remove-files.ts';

const ATTEMPTS = 16;

/** Opened values by field, with the instant of each field's own write. */
export type MovedFields = Map<string, { value: Json; at: string }>;

/**
 * @param pick gives the fields of a sheet to move; none if there is nothing to do
 * @returns whether anything moved
 */
export async function resealSubject(
  run: JobRun,
  subject: SubjectId,
  code: string,
  pick: (item: KeyItem, sheet: StoredSheet) => string[],
): Promise<boolean> {
  let changed = false;
  return contend(ATTEMPTS, async () => {
    const { item, sheets } = await loadHolding(run.deps, subject);
    if (item?.subject !== subject) return changed;
    const picked = [...sheets.values()]
      .map((sheet) => ({ sheet, fields: pick(item, sheet) }))
      .filter(({ fields }) => fields.length > 0);
    if (picked.length === 0) return changed;
    if (item.undo) {
      // Of values under old keys none may remain; keys that are only many can wait.
      if (code === 'COMPACT') return changed;
      await endUndo(run.deps, { item, sheets });
      return LOST;
    }
    const wanted = picked.flatMap(({ sheet, fields }) =>
      fields.map((field) => ({ field, owner: sheet.owner })),
    );
    const { values, attempted } = await openLogged(run.deps, run.actor, { item, sheets }, wanted, code);
    for (const { sheet } of picked) {
      const fields = values.get(sheet.owner) as MovedFields;
      const entry = { kind: 'maintenance', outcome: 'resealed', code, attempt: attempted } as const;
      changed = (await writeMoved(run.deps, run.actor, item, sheet, fields, entry, sheet.owner)) || changed;
    }
    return LOST;
  });
}

/**
 * Logs the keys that will be unwrapped, then opens the fields.
 * @param decoy opened too for each class that is not among the fields, if the caller must not learn which are
 * @returns fields by owner, and the id of the entry
 */
export async function openLogged(
  deps: MaintenanceDeps,
  actor: Actor,
  holding: Holding,
  wanted: readonly { field: string; owner: string }[],
  code: string,
  decoy: Holding | null = null,
): Promise<{ values: Map<string, MovedFields>; attempted: EntryId }> {
  const { item, sheets } = holding;
  const ids = keysFor(pack, holding, wanted);
  const known = versionsOf(deps, holding, ids);
  const instead = decoy ? keysInstead(deps, pack, decoy, pack.fields.keys(), known) : new Set<KeyId>();
  const owners = decoy ? [...sheets.keys()] : wanted.map(({ owner }) => owner);
  const attempt = { kind: 'attempt', keys: [...ids, ...instead], code } as const;
  const receipt = await appendOne(deps.log, { ...entryAbout(actor, item, 'process', owners), ...attempt });
  const open: OpenKeys = new Map();
  await unwrapAll([
    unwrapKeys(deps, holding, ids, open),
    ...(decoy ? [unwrapKeys(deps, decoy, instead, open)] : []),
  ]);
  const opened = openFields(pack, holding, wanted, open);
  const values = new Map<string, MovedFields>();
  for (const [i, { field, owner }] of wanted.entries()) {
    const moved: MovedFields = values.get(owner) ?? new Map();
    moved.set(field, { value: opened[i] ?? null, at: instantIn(item, sheets.get(owner), field) });
    values.set(owner, moved);
  }
  return { values, attempted: receipt.entry };
}

/** Instant of the field's own write; `''`, which sorts before any instant, if the sheet does not hold it. */
export function instantIn({ keys }: KeyItem, sheet: StoredSheet | undefined, field: string): string {
  const sealed = sheet?.fields.get(field);
  const key = sealed && keys.get(keyIdOf(sealed));
  return key ? instantOf(key, field) : '';
}

/**
 * Writes the owner's next sheet with these values under new keys.
 * @param reached the version that the sheet has at least, so that a writer never sees its versions fall
 * @param more whom the values name, if a merge can be undone; the place of a record that got another; the record from which the
 * values come, if it is another one
 * @returns whether the head moved to it
 */
export async function writeMoved(
  deps: MaintenanceDeps,
  actor: Actor,
  item: KeyItem,
  before: StoredSheet | null,
  moved: MovedFields,
  entry: Pick<DataSaid, 'outcome' | 'code' | 'attempt' | 'rule'> & { kind: DataKind },
  owner: string,
  reached = 0,
  more: { named?: SubjectId; place?: Place; from?: Holding } = {},
): Promise<boolean> {
  const { tables } = deps;
  const { collection, subject, logId } = item;
  const { sheet, addKeys } = await makeSheet(deps, pack, {
    collection,
    subject,
    owner,
    logId,
    before,
    reached,
    fields: new Map([...moved].map(([field, { value }]) => [field, value])),
    asOf: new Map([...moved].map(([field, { at }]) => [field, at])),
  });
  await Promise.all([
    putSheet(tables.sheets, subject, sheet, deps.now()),
    claimLeaks(deps, { subject, owner }, before?.leaks, sheet.leaks),
  ]);
  await deps.log.append([
    {
      ...actEntry(actor),
      ...entry,
      operation: [...moved.values()].every(({ value }) => value === null) ? 'delete' : 'process',
      owners: [owner],
      collection,
      subject: logId,
      fields: { [owner]: Object.fromEntries([...moved].map(([field, { value }]) => [field, actOn(value)])) },
      keys: [...addKeys.keys()],
      sheet: { owner, ...sheet.head },
    },
  ]);
  const { named = subject, place, from } = more;
  const source = from?.item ?? item;
  const sheetOfFiles = from ? from.sheets.get(owner) : (before ?? undefined);
  for (const [field, { value }] of moved) {
    // The file of a field that is deleted goes with its key.
    if (value === null) continue;
    for (const id of fileKeysOf(source.keys, sheetOfFiles, field)) {
      const key = { ...(source.keys.get(id) as StoredKey), version: sheet.head.version };
      addKeys.set(id, from ? await rehomed(deps, key, id, source, subject) : key);
    }
  }
  const move: HeadMove = {
    subject,
    collection,
    owner,
    before: item,
    head: sheet.head,
    logId,
    named,
    at: new Date(deps.now()).toISOString(),
    county: place?.county ?? null,
    ...(place && { area: place.area }),
    addKeys,
    dropKeys: unnamedKeys(item.keys, sheet).filter((id) => !addKeys.has(id)),
    addIndexes: new Map(),
    dropIndexes: [],
  };
  const done = await moveHead(tables.keys, move);
  const kept = done && keepsSheet(stepOf(move));
  const superseded = done ? before?.head.digest : sheet.head.digest;
  // If the delete fails, no head names the sheet and a sweep removes it.
  if (done) await dropLeaks(deps, { subject, owner }, before?.leaks, sheet.leaks).catch(() => {});
  // What a merge or its undo replaces may be the value of the other record.
  if (done && !from) await removeFiles(deps, droppedFiles(move)).catch(() => {});
  if (superseded && !kept) await deleteSheet(tables.sheets, subject, owner, superseded).catch(() => {});
  return done;
}

/** One ReEncrypt: the key of a file opens for the other person, whose value the file is now. */
async function rehomed(
  { kms, classKeys }: MaintenanceDeps,
  key: StoredKey,
  keyId: KeyId,
  { collection, subject }: KeyItem,
  to: SubjectId,
): Promise<StoredKey> {
  const arns = keysOfClass(classKeys, key);
  const [old, now] = [arns[(key.kms ?? 1) - 1], arns.at(-1)];
  if (!old || !now) throw new Problem('KMS_UNAVAILABLE');
  const place = { collection, subject, owner: key.owner, class: key.class, keyId };
  const wrapped = await rewrapDataKey(kms, old, now, place, key.wrapped, { ...place, subject: to });
  return { ...key, wrapped, kms: arns.length };
}

function actOn(value: Json): string {
  return value === null ? 'deleted' : 'resealed';
}
