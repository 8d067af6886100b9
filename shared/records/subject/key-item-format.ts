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
  commitment: Uint8Array;
}

/** Names one stored sheet: its version and the base64url SHA-256 over all of it. */
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
  heads: ReadonlyMap<string, Head>;
  keys: ReadonlyMap<KeyId, StoredKey>;
  /** Blind index values that lead to the subject, to be removed with it. */
  indexes: ReadonlyMap<string, { field: string; scope: string }>;
  /** Counts the changes of the item, so a change can be made on condition that there was no other. */
  revision: number;
  /** The subject into which this one is being merged. Until the merge is done, its heads do not move. */
  merging: SubjectId | null;
  /** Subjects that were merged into this one, with their log ids. */
  joined: ReadonlyMap<SubjectId, LogId>;
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
  const joined = new Map<SubjectId, LogId>();
  for (const [name, value] of Object.entries(item)) {
    const rest = name.slice(name.indexOf('.') + 1);
    if (name.startsWith('head.')) heads.set(rest, parseHead(value));
    else if (name.startsWith('key.')) keys.set(asKeyId(rest), parseKey(value));
    else if (name.startsWith('joined.')) joined.set(asSubjectId(rest), asLogId(text(value)));
    else if (name.startsWith('index.'))
      indexes.set(rest, { field: text(value.M?.['field']), scope: text(value.M?.['scope']) });
  }
  return {
    subject: asSubjectId(text(item['subject'])),
    collection: text(item['collection']),
    logId: asLogId(text(item['logId'])),
    county: text(item['county']),
    area: item['area']?.B ?? null,
    heads,
    keys,
    indexes,
    revision: Number(item['revision']?.N ?? 0),
    merging: item['merging']?.S === undefined ? null : asSubjectId(item['merging'].S),
    joined,
  };
}

export function formatHead(head: Head): AttributeValue {
  return { S: `${head.version}.${head.digest}` };
}

export function parseHead(value: AttributeValue): Head {
  const match = /^([1-9]\d{0,14})\.([\w-]{43})$/.exec(text(value));
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
