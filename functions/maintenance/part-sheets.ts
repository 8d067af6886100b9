/** The sheets of a record of which a merge is undone: what each write since the merge changed, and what stays. */

import { Problem } from '../../shared/errors.ts';
import type { SubjectId } from '../../shared/ids.ts';
import { maintenanceTexts } from '../../shared/messages/maintenance.ts';
import type { Head, Mark, Undo } from '../../shared/records/subject/key-item-format.ts';
import type { KeyItem } from '../../shared/records/subject/key-items.ts';
import { deleteSheet, putSheet, querySheets, type StoredSheet } from '../../shared/records/subject/sheets.ts';
import { pack } from '../session/policy.ts';
import { loadHolding, sheetOf } from '../steps/holding.ts';
import { claimLeaks, dropLeaks } from '../steps/leaks.ts';
import { dangerName, markNames } from '../steps/marks.ts';
import { makeSheet, type NewSheet, unnamedKeys } from '../steps/write-sheet.ts';
import { type Actor, actEntry } from './acting.ts';
import type { MaintenanceDeps } from './deps.ts';

/** The survivor of a merge that is being undone, with every sheet of the trail. */
export interface Joined {
  item: KeyItem;
  undo: Undo;
  sheets: ReadonlyMap<string, StoredSheet>;
}

export async function loadJoined(deps: MaintenanceDeps, survivor: SubjectId): Promise<Joined> {
  const { item } = await loadHolding(deps, survivor);
  if (item?.subject !== survivor || !item.undo)
    throw new Problem('CONFLICT', { detail: maintenanceTexts.noMerge });
  const heads = item.trail.flatMap(({ owner, head, before }) =>
    [head, ...(before ? [before] : [])].map((one) => ({ owner, head: one })),
  );
  const stored = await querySheets(deps.tables.sheets, survivor);
  const sheets = new Map(heads.map(({ owner, head }) => [head.digest, verified(item, stored, owner, head)]));
  return { item, undo: item.undo, sheets };
}

function verified(item: KeyItem, stored: readonly StoredSheet[], owner: string, head: Head): StoredSheet {
  const sheet = sheetOf(item, stored, owner, head);
  if (!sheet) throw new Problem('INTEGRITY_FAULT');
  return sheet;
}

/** The fields that the writes of one mark changed. */
export function changesOf(
  { sheets }: Joined,
  { head, before }: Mark,
): { written: string[]; deleted: string[] } {
  const after = sheets.get(head.digest)?.fields ?? new Map<string, Uint8Array>();
  const prior = (before && sheets.get(before.digest)?.fields) ?? new Map<string, Uint8Array>();
  const isSame = (field: string, bytes: Uint8Array) =>
    Buffer.from(bytes).equals(prior.get(field) ?? new Uint8Array());
  return {
    written: [...after].filter(([field, bytes]) => !isSame(field, bytes)).map(([field]) => field),
    deleted: [...prior.keys()].filter((field) => !after.has(field)),
  };
}

/** The survivor's next sheets, by owner: without what names the double, and with what that had replaced. */
export async function renewSheets(
  { deps, actor }: { deps: MaintenanceDeps; actor: Actor },
  joined: Joined,
): Promise<Map<string, NewSheet>> {
  const { item, undo, sheets } = joined;
  const { collection, subject, logId } = item;
  const renewed = new Map<string, NewSheet>();
  for (const [owner, head] of item.heads) {
    const trail = item.trail.filter((mark) => mark.owner === owner);
    const [first] = trail;
    if (!first || !trail.some(({ named }) => named === undo.alias)) continue;
    const base = first.before && sheets.get(first.before.digest);
    const fields = new Map(base?.fields);
    const leaks = new Map(base?.leaks);
    const marks = new Map(base?.marks);
    for (const mark of trail.filter(({ named }) => named !== undo.alias)) {
      const { written, deleted } = changesOf(joined, mark);
      const after = sheets.get(mark.head.digest) as StoredSheet;
      for (const field of written) {
        fields.set(field, after.fields.get(field) as Uint8Array);
        leaks.set(field, after.leaks.get(field) ?? []);
        for (const name of markNames(field)) marks.set(name, after.marks.get(name) ?? new Map());
      }
      for (const field of deleted) {
        fields.delete(field);
        marks.delete(dangerName(field));
        // Of what ends consents the mark says since when it is gone.
        const gone = after.marks.get(field);
        if (gone) marks.set(field, gone);
      }
    }
    const current = sheets.get(trail.at(-1)?.head.digest ?? '') as StoredSheet;
    const touch = [...new Set([...fields.keys(), ...current.fields.keys()])].filter(
      (field) => !isEqual(fields.get(field), current.fields.get(field)),
    );
    if (touch.length === 0) continue;
    const held = new Map([...leaks].filter(([field, tokens]) => fields.has(field) && tokens.length > 0));
    const before = { ...current, head, fields, leaks: held, marks };
    const sheet = await makeSheet(deps, pack, {
      collection,
      subject,
      owner,
      logId,
      before,
      touch,
      fields: new Map(),
    });
    await putSheet(deps.tables.sheets, subject, sheet.sheet, deps.now());
    await claimLeaks(deps, { subject, owner }, current.leaks, sheet.sheet.leaks);
    await deps.log.append([
      {
        ...actEntry(actor),
        kind: 'merge',
        operation: 'process',
        outcome: 'restored',
        owners: [owner],
        collection,
        subject: logId,
        fields: {
          [owner]: Object.fromEntries(
            touch.map((field) => [field, fields.has(field) ? 'resealed' : 'deleted']),
          ),
        },
        keys: [...sheet.addKeys.keys()],
        sheet: { owner, ...sheet.sheet.head },
      },
    ]);
    renewed.set(owner, sheet);
  }
  return renewed;
}

function isEqual(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one !== undefined && other !== undefined && Buffer.from(one).equals(other);
}

export function partedItem(
  { item, undo, sheets }: Joined,
  renewed: ReadonlyMap<string, NewSheet>,
  numbers: ReadonlySet<string>,
): KeyItem {
  const heads = new Map(item.heads);
  const keys = new Map(item.keys);
  for (const { sheet, addKeys } of renewed.values()) {
    heads.set(sheet.owner, sheet.head);
    for (const [id, key] of addKeys) keys.set(id, key);
  }
  for (const owner of heads.keys()) {
    const last = item.trail.findLast((mark) => mark.owner === owner);
    const sheet = renewed.get(owner)?.sheet ?? sheets.get(last?.head.digest ?? '');
    for (const id of sheet ? unnamedKeys(keys, sheet) : []) keys.delete(id);
    // A department that holds nothing but what names the double holds nothing of the survivor.
    if (sheet && sheet.fields.size === 0) heads.delete(owner);
  }
  const joined = new Map(item.joined);
  for (const id of [undo.alias, ...undo.double.joined.keys()]) joined.delete(id);
  const moves = item.trail.filter(({ named, place }) => named !== undo.alias && place !== null);
  const changed = item.trail.some(({ named, place }) => named === undo.alias && place !== null);
  const place = changed ? (moves.at(-1)?.place ?? undo.place) : {};
  const indexes = new Map([...item.indexes].filter(([index]) => !numbers.has(index)));
  return { ...item, ...place, heads, keys, indexes, joined, merging: null, undo: null, trail: [] };
}

export async function dropSheets(
  deps: MaintenanceDeps,
  { item, sheets }: Joined,
  renewed: ReadonlyMap<string, NewSheet>,
): Promise<void> {
  const { subject } = item;
  for (const [digest, { owner, leaks }] of sheets) {
    const next = renewed.get(owner)?.sheet;
    const isCurrent = item.heads.get(owner)?.digest === digest;
    if (isCurrent && !next) continue;
    if (isCurrent && next) await dropLeaks(deps, { subject, owner }, leaks, next.leaks);
    await deleteSheet(deps.tables.sheets, subject, owner, digest);
  }
}
