/**
 * From wrapped keys and sealed sheets to field values: the only way to plaintext. The caller appends the log entry
 * first. `unwrapKeys` may run in parallel with that append; `openFields` runs only after both.
 */

import { view } from '../../shared/bytes.ts';
import { DataKey } from '../../shared/crypto/data-key.ts';
import { keyIdOf, SealBroken } from '../../shared/crypto/field-format.ts';
import { openField } from '../../shared/crypto/open.ts';
import { checkManifest } from '../../shared/crypto/sheet.ts';
import { defined } from '../../shared/defined.ts';
import { type ClassKeys, keysOfClass } from '../../shared/env.ts';
import { Problem } from '../../shared/errors.ts';
import type { FileKey } from '../../shared/files/chunks.ts';
import { asKeyId, type KeyId } from '../../shared/ids.ts';
import type { Json } from '../../shared/json.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { KeyItem, StoredKey } from '../../shared/records/subject/key-items.ts';
import type { StoredSheet } from '../../shared/records/subject/sheets.ts';
import { toProblem } from '../http/problem.ts';
import { storedDataKey, storedFileKey, type UnwrapDeps } from './stored-data-key.ts';

/** The key item of a subject and the sheets that its heads name. */
export interface Holding {
  item: KeyItem;
  /** By owner; their digests have been checked. */
  sheets: ReadonlyMap<string, StoredSheet>;
}

/** A field of one owner's sheet. */
export interface HeldField {
  field: string;
  owner: string;
}

/** Data keys, and keys of files, by key id, for the length of one request. */
export type OpenKeys = Map<KeyId, DataKey | FileKey>;

/** The input for opening some fields of a subject. */
export interface NeededFields {
  /** The fields that the sheets hold, each of every owner that holds it, by precedence. */
  held: HeldField[];
  /** Fields that a sheet lacks although it holds others of their class: they may have been removed, which its manifest reveals. */
  lacked: HeldField[];
}

export function neededFields(
  pack: Pack,
  { sheets }: Pick<Holding, 'sheets'>,
  fields: Iterable<string>,
): NeededFields {
  const needed: NeededFields = { held: [], lacked: [] };
  for (const field of fields) {
    const { owners = [], class: name = '' } = pack.fields.get(field) ?? {};
    for (const owner of owners) {
      const sheet = sheets.get(owner);
      if (sheet?.fields.has(field)) needed.held.push({ field, owner });
      else if (sheet?.manifests.has(name)) needed.lacked.push({ field, owner });
    }
  }
  return needed;
}

const NO_KEY = asKeyId('');

/**
 * The data keys that opening the fields needs: the key of each field, and the newest key of each class, under which
 * the manifest is authenticated.
 * @param lacked fields that a sheet lacks although it holds others of their class: its manifest proves that
 * @returns key ids
 * @throws Problem INTEGRITY_FAULT for a field that names no key
 */
export function keysFor(
  pack: Pack,
  { sheets }: Pick<Holding, 'sheets'>,
  fields: readonly HeldField[],
  lacked: readonly HeldField[] = [],
): Set<KeyId> {
  const ids = new Set<KeyId>();
  const manifestOf = ({ field, owner }: HeldField) =>
    sheets.get(owner)?.manifests.get(pack.fields.get(field)?.class ?? '')?.keyId;
  for (const one of fields) {
    const sealed = sheets.get(one.owner)?.fields.get(one.field);
    ids.add(sealed ? keyIdOf(sealed) : NO_KEY).add(manifestOf(one) ?? NO_KEY);
  }
  for (const one of lacked) ids.add(manifestOf(one) ?? NO_KEY);
  if (ids.has(NO_KEY)) throw broken();
  return ids;
}

/** KMS opens these classes for no caller at present; `<department>/<class>` if that is up to the department's own key. */
export class ClassesClosed extends Problem {
  readonly classes: ReadonlySet<string>;
  constructor(classes: ReadonlySet<string>, cause?: unknown) {
    super([...classes].every((one) => one.includes('/')) ? 'HELD_BY_OWNER' : 'CLASS_UNAVAILABLE', { cause });
    this.classes = classes;
  }
}

/**
 * Waits for every unwrap, so that all closed classes are known.
 * @throws ClassesClosed with the classes of all of them, if no other fault happened
 */
export async function unwrapAll(unwraps: readonly Promise<void>[]): Promise<void> {
  const ends = await Promise.allSettled(unwraps);
  const faults = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
  const closed = faults.filter((fault) => fault instanceof ClassesClosed);
  if (closed.length < faults.length) throw faults.find((fault) => !(fault instanceof ClassesClosed));
  const [first] = closed;
  if (first)
    throw new ClassesClosed(new Set(closed.flatMap(({ classes }) => [...classes])), first.options.cause);
}

/**
 * Keys of the decoy for each class of the fields, and each KMS key of the class, of which no key is unwrapped anyway: each costs
 * one Decrypt whether or not a person has any of it, and one that KMS does not open fails for every person alike.
 * @param unwrapped as `versionsOf` gives them
 */
export function keysInstead(
  { classKeys }: Pick<UnwrapDeps, 'classKeys'>,
  pack: Pack,
  { item }: Holding,
  fields: Iterable<string>,
  unwrapped: Iterable<string>,
): Set<KeyId> {
  const of = new Set(fields);
  const known = new Set(unwrapped);
  const ids = keysUnder(pack, item, fields).flatMap(([id, key]) => {
    const version = versionOf(classKeys, key);
    if (known.has(version) || (key.file && !of.has(key.file.field))) return [];
    known.add(version);
    return [id];
  });
  return new Set(ids);
}

/** The keys of the departments that the fields are of, for their classes. */
export function keysUnder(pack: Pack, { keys }: KeyItem, fields: Iterable<string>): [KeyId, StoredKey][] {
  const some = [...fields].flatMap((field) => pack.fields.get(field) ?? []);
  const places = new Set(some.flatMap((one) => one.owners.map((owner) => `${owner}/${one.class}`)));
  return [...keys].filter(([, key]) => places.has(placeOf(key)));
}

export const placeOf = (key: Pick<StoredKey, 'owner' | 'class'>) => `${key.owner}/${key.class}`;

/** Classes of the keys with the KMS keys that wrap them. */
export function versionsOf(
  { classKeys }: Pick<UnwrapDeps, 'classKeys'>,
  { item }: Holding,
  ids: Iterable<KeyId>,
): string[] {
  return [...ids].flatMap((id) => {
    const key = item.keys.get(id);
    return key ? [versionOf(classKeys, key)] : [];
  });
}

const kmsKeyOf = (keys: ClassKeys, key: StoredKey) => keysOfClass(keys, key)[(key.kms ?? 1) - 1] ?? '';
/** The key of a file counts for itself, so that a call costs the same whether or not a person has one. */
const versionOf = (keys: ClassKeys, key: StoredKey) =>
  `${key.class} ${kmsKeyOf(keys, key) || key.kms} ${key.file?.field ?? ''}`;

/**
 * One KMS Decrypt per key, all in parallel; each key is checked against its commitment. Keys in `open` are skipped.
 * @throws Problem INTEGRITY_FAULT for a key that the key item does not hold or that breaks its commitment; ClassesClosed
 */
export async function unwrapKeys(
  deps: UnwrapDeps,
  { item }: Holding,
  ids: ReadonlySet<KeyId>,
  open: OpenKeys,
): Promise<void> {
  await unwrapAll(
    [...ids]
      .filter((keyId) => !open.has(keyId))
      .map(async (keyId) => {
        const stored = item.keys.get(keyId);
        if (!stored || keysOfClass(deps.classKeys, stored).length === 0) throw broken();
        const { collection, subject, logId } = item;
        const { owner, version, at, asOf } = stored;
        const place = { collection, subject, owner, class: stored.class };
        const use = { place, logId, keyId, version, at, ...defined({ asOf }) };
        const unwrapped = stored.file
          ? storedFileKey(deps, { ...place, keyId }, stored)
          : storedDataKey(deps, use, stored);
        const key = await unwrapped.catch((error) => {
          if (toProblem(error).code !== 'CLASS_UNAVAILABLE') throw error;
          const isOwn = !deps.classKeys.get(stored.class)?.includes(kmsKeyOf(deps.classKeys, stored));
          throw new ClassesClosed(new Set([isOwn ? placeOf(stored) : stored.class]), error);
        });
        open.set(keyId, key);
      }),
  );
}

/**
 * Checks the manifest of each class involved, then opens the fields.
 * @param lacked as in `keysFor`; their manifests are checked too
 * @returns values in the order of `fields`
 * @throws Problem INTEGRITY_FAULT if anything differs from what was written
 */
export function openFields(
  pack: Pack,
  holding: Holding,
  fields: readonly HeldField[],
  open: ReadonlyMap<string, DataKey | FileKey>,
  lacked: readonly HeldField[] = [],
): Json[] {
  const checked = new Set<string>();
  try {
    for (const { field, owner } of [...fields, ...lacked]) {
      const name = pack.fields.get(field)?.class ?? '';
      if (checked.has(`${owner}/${name}`)) continue;
      checkClass(pack, holding.sheets.get(owner) as StoredSheet, name, open);
      checked.add(`${owner}/${name}`);
    }
    return fields.map(({ field, owner }) => {
      const sheet = holding.sheets.get(owner) as StoredSheet;
      const name = pack.fields.get(field)?.class ?? '';
      const sealed = view(sheet.fields.get(field) as Uint8Array);
      const key = open.get(keyIdOf(sealed));
      if (!(key instanceof DataKey) || key.use.place.class !== name || key.use.place.owner !== owner)
        throw new SealBroken();
      return openField(key, field, sealed) as Json;
    });
  } catch (error) {
    if (error instanceof SealBroken) throw broken();
    throw error;
  }
}

/** Field to its opened values by owner, in the pack's order of precedence. */
export type OpenedValues = Map<string, { owner: string; value: Json }[]>;

/** As `openFields`, with the values by field. */
export function openValues(
  pack: Pack,
  holding: Holding,
  { held, lacked }: { held: readonly HeldField[]; lacked: readonly HeldField[] },
  open: ReadonlyMap<string, DataKey | FileKey>,
): OpenedValues {
  const opened: OpenedValues = new Map();
  const values = openFields(pack, holding, held, open, lacked);
  for (const [i, { field, owner }] of held.entries()) {
    opened.set(field, [...(opened.get(field) ?? []), { owner, value: values[i] ?? null }]);
  }
  return opened;
}

function checkClass(
  pack: Pack,
  sheet: StoredSheet,
  name: string,
  open: ReadonlyMap<string, DataKey | FileKey>,
): void {
  const manifest = sheet.manifests.get(name);
  const key = open.get(manifest?.keyId ?? '');
  if (!manifest || !(key instanceof DataKey)) throw new SealBroken();
  if (key.use.place.class !== name || key.use.place.owner !== sheet.owner) throw new SealBroken();
  const members = [...sheet.fields].filter(([field]) => pack.fields.get(field)?.class === name);
  checkManifest(key, new Map(members), manifest);
}

function broken(): Problem {
  return new Problem('INTEGRITY_FAULT');
}
