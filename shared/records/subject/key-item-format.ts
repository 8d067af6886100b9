/** The format of a key item in the keys table: only this module makes and reads its attributes. */

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { Problem } from '../../errors.ts';
import { asKeyId, asLogId, asSubjectId, type KeyId, type LogId, type SubjectId } from '../../ids.ts';
import type { Item } from '../../store/table.ts';

export interface StoredKey {
  class: string;
  owner: string;
  /** Sheet version of the write that made the key, and its instant (RFC 3339). */
  version: number;
  at: string;
  /** Field to the instant of its own write, for fields that maintenance moved to this key. */
  asOf?: ReadonlyMap<string, string>;
  /** Version of the class's KMS key that wrapped it; 1 if it is left out. */
  kms?: number;
  wrapped: Uint8Array;
  /** Of a file's key that of its object. */
  commitment: Uint8Array;
  /** Of the key of a file, whose id is the file's: the field that holds it, and the salt of its object. No `DataKey` is made of it. */
  file?: { field: string; salt: Uint8Array };
}

const NONE = { NULL: true } as const;

/** Names one stored sheet: its version and the digest over all of it, as `sheetDigest` writes it. */
export interface Head {
  version: number;
  digest: string;
}

export interface KeyItem {
  subject: SubjectId;
  collection: string;
  /** Random id of the subject in the log; erased with this item. */
  logId: LogId;
  /** County part of the division code, the only fact about the subject in clear. */
  county: string;
  /** The part of the code finer than the county, under a mask of the subject; see keys/areas.ts. */
  area: Uint8Array | null;
  /** Log entry of the last move to another county. */
  moved?: string;
  heads: ReadonlyMap<string, Head>;
  keys: ReadonlyMap<KeyId, StoredKey>;
  /** Blind index values that lead to the subject, to be removed with it. */
  indexes: ReadonlyMap<string, { field: string; scope: string }>;
  /** Counts the changes of the item, so a change can be made on condition that there was no other. */
  revision: number;
  /**
   * The subject into which this one is being merged; its own id while a merge into it is being undone. Until that is done,
   * its heads do not move.
   */
  merging: SubjectId | null;
  /** Subjects that were merged into this one, with their log ids. */
  joined: ReadonlyMap<SubjectId, LogId>;
  /** The last merge into this one, while it can be undone. */
  undo: Undo | null;
  /** What was written since then, each owner's in the order of the versions. */
  trail: readonly Mark[];
}

/** A county with the finer part of the code, as of a key item. */
export type Place = Pick<KeyItem, 'county' | 'area'>;

export interface Undo {
  alias: SubjectId;
  /** Epoch second until which the merge can be undone. */
  until: number;
  /** The double's item as it was, and the place of the survivor. */
  double: KeyItem;
  place: Place;
}

/** The last of an owner's consecutive writes that name the same person. */
export interface Mark {
  owner: string;
  head: Head;
  /** Under which id the writer found the subject: the survivor's or the double's. */
  named: SubjectId;
  /** Instant of the write (RFC 3339). */
  at: string;
  /** The head before the first of them; `null` for none. */
  before: Head | null;
  /** Of the last that changed it. */
  place: Place | null;
}

/** Instant at which a field under this key was written (RFC 3339). */
export function instantOf(key: StoredKey, field: string): string {
  return key.asOf?.get(field) ?? key.at;
}

/** @throws Problem INTEGRITY_FAULT if the item is malformed */
export function parseKeyItem(item: Item): KeyItem {
  const heads = new Map<string, Head>();
  const keys = new Map<KeyId, StoredKey>();
  const indexes = new Map<string, { field: string; scope: string }>();
  const trail: Mark[] = [];
  for (const [name, value] of Object.entries(item)) {
    const rest = name.slice(name.indexOf('.') + 1);
    if (name.startsWith('head.')) heads.set(rest, parseHead(value));
    else if (name.startsWith('key.')) keys.set(asKeyId(rest), parseKey(value));
    else if (name.startsWith('trail.')) trail.push(parseMark(rest, value));
    else if (name.startsWith('index.'))
      indexes.set(rest, { field: text(value.M?.['field']), scope: text(value.M?.['scope']) });
  }
  return {
    subject: asSubjectId(text(item['subject'])),
    collection: text(item['collection']),
    logId: asLogId(text(item['logId'])),
    county: text(item['county']),
    area: item['area']?.B ?? null,
    ...(item['moved'] && { moved: text(item['moved']) }),
    heads,
    keys,
    indexes,
    revision: Number(item['revision']?.N ?? 0),
    merging: item['merging']?.S === undefined ? null : asSubjectId(item['merging'].S),
    joined: parseJoined(item),
    undo: item['undo'] ? parseUndo(item['undo']) : null,
    trail: trail.sort((a, b) => a.head.version - b.head.version),
  };
}

/** The whole item as it is stored. */
export function formatKeyItem(item: KeyItem): Item {
  const { subject, collection, logId, county, area, moved, revision, merging, undo } = item;
  const attributes: Item = {
    subject: { S: subject },
    collection: { S: collection },
    logId: { S: logId },
    county: { S: county },
    revision: { N: String(revision) },
    joined: formatJoined(item.joined),
    ...(area && { area: { B: area } }),
    ...(moved && { moved: { S: moved } }),
    ...(merging && { merging: { S: merging } }),
    ...(undo && { undo: formatUndo(undo) }),
  };
  for (const [owner, head] of item.heads) attributes[`head.${owner}`] = formatHead(head);
  for (const [id, key] of item.keys) attributes[`key.${id}`] = formatKey(key);
  for (const [id, index] of item.indexes) attributes[`index.${id}`] = formatIndex(index);
  for (const mark of item.trail) attributes[markName(mark)] = formatMark(mark);
  return attributes;
}

export const formatJoined = (joined: KeyItem['joined']): AttributeValue => ({
  M: Object.fromEntries([...joined].map(([id, logId]) => [id, { S: logId }])),
});

const OF_BEFORE = 'joined.';

/** Of a whole item also the form of before, an attribute for each. */
export const parseJoined = ({ joined, ...item }: Item): KeyItem['joined'] => {
  const before = Object.entries(item).filter(([name]) => name.startsWith(OF_BEFORE));
  const all = [...before, ...Object.entries(joined?.M ?? {})];
  return new Map(
    all.map(([name, logId]) => [asSubjectId(name.replace(OF_BEFORE, '')), asLogId(text(logId))]),
  );
};

export function formatUndo({ alias, until, double, place }: Undo): AttributeValue {
  // The double's own undo, if it was a survivor, ends with this merge.
  const item = formatKeyItem({ ...double, merging: null, undo: null, trail: [] });
  const M = { alias: { S: alias }, until: { N: String(until) }, double: { M: item }, ...formatPlace(place) };
  return { M };
}

function parseUndo({ M }: AttributeValue): Undo {
  const double = parseKeyItem(M?.['double']?.M ?? {});
  const until = Number(M?.['until']?.N ?? 0);
  return { alias: asSubjectId(text(M?.['alias'])), until, double, place: parsePlace(M) };
}

export function markName({ owner, head }: Pick<Mark, 'owner' | 'head'>): string {
  return `trail.${owner}.${head.version}`;
}

export function formatMark({ head, named, at, before, place }: Mark): AttributeValue {
  return {
    M: {
      head: formatHead(head),
      named: { S: named },
      at: { S: at },
      ...(before && { before: formatHead(before) }),
      ...(place && formatPlace(place)),
    },
  };
}

function parseMark(name: string, { M }: AttributeValue): Mark {
  return {
    owner: name.slice(0, name.lastIndexOf('.')),
    head: parseHead(M?.['head'] ?? NONE),
    named: asSubjectId(text(M?.['named'])),
    at: text(M?.['at']),
    before: M?.['before'] ? parseHead(M['before']) : null,
    place: M?.['county'] ? parsePlace(M) : null,
  };
}

function formatPlace({ county, area }: Place): Item {
  return { county: { S: county }, ...(area && { area: { B: area } }) };
}

function parsePlace(item: Item | undefined): Place {
  return { county: text(item?.['county']), area: item?.['area']?.B ?? null };
}

export function formatHead(head: Head): AttributeValue {
  return { S: `${head.version}.${head.digest}` };
}

export function parseHead(value: AttributeValue): Head {
  const match = /^([1-9]\d{0,14})\.((?:s2\.)?[\w-]{43})$/.exec(text(value));
  if (!match) throw new Problem('INTEGRITY_FAULT');
  return { version: Number(match[1]), digest: match[2] as string };
}

export function formatIndex({ field, scope }: { field: string; scope: string }): AttributeValue {
  return { M: { field: { S: field }, scope: { S: scope } } };
}

export function formatKey(key: StoredKey): AttributeValue {
  return {
    M: {
      class: { S: key.class },
      owner: { S: key.owner },
      version: { N: String(key.version) },
      at: { S: key.at },
      wrapped: { B: key.wrapped },
      commitment: { B: key.commitment },
      ...(key.kms !== undefined && key.kms > 1 && { kms: { N: String(key.kms) } }),
      ...(key.asOf?.size && {
        asOf: { M: Object.fromEntries([...key.asOf].map(([field, at]) => [field, { S: at }])) },
      }),
      ...(key.file && { file: { M: { field: { S: key.file.field }, salt: { B: key.file.salt } } } }),
    },
  };
}

function parseKey(value: AttributeValue): StoredKey {
  const map = value.M;
  const version = Number(map?.['version']?.N);
  const kms = Number(map?.['kms']?.N ?? 1);
  if (!map?.['wrapped']?.B || !map['commitment']?.B || !isCount(version) || !isCount(kms))
    throw new Problem('INTEGRITY_FAULT');
  return {
    class: text(map['class']),
    owner: text(map['owner']),
    version,
    at: text(map['at']),
    kms,
    ...(map['asOf'] && {
      asOf: new Map(Object.entries(map['asOf'].M ?? {}).map(([field, at]) => [field, text(at)])),
    }),
    ...(map['file']?.M?.['salt']?.B && {
      file: { field: text(map['file'].M['field']), salt: map['file'].M['salt'].B },
    }),
    wrapped: map['wrapped'].B,
    commitment: map['commitment'].B,
  };
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

export function text(value: AttributeValue | undefined): string {
  if (typeof value?.S !== 'string') throw new Problem('INTEGRITY_FAULT');
  return value.S;
}
