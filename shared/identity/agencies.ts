import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { Problem } from '../errors.ts';
import type { Json } from '../json.ts';
import { ACTION_NAMES } from './details.ts';

/** Shape of a client id: it stands in URLs, entries and table keys. */
export const CLIENT_ID = /^[a-z0-9][a-z0-9-]{0,62}$/;

const names = v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(64)));

/** A public JWK with the use that tells signing from encryption keys. */
const Jwk = v.looseObject({
  kty: v.string(),
  kid: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
  use: v.picklist(['sig', 'enc']),
  alg: v.optional(v.string()),
});

const AgencyRecord = v.strictObject({
  clientId: v.pipe(v.string(), v.regex(CLIENT_ID)),
  name: v.string(),
  zh: v.string(),
  departments: names,
  roles: names,
  /** Division-code prefixes of 6, 9 or 12 digits. */
  areas: v.array(v.pipe(v.string(), v.regex(/^(\d{6}|\d{9}|\d{12})$/))),
  purposes: names,
  actions: v.array(v.picklist(ACTION_NAMES)),
  jwks: v.strictObject({ keys: v.pipe(v.array(Jwk), v.maxLength(20)) }),
  /** RFC 3339 date until which the training record is valid. */
  trainedUntil: v.pipe(v.string(), v.isoDate()),
  suspended: v.boolean(),
});

/** An office that may call, as registered. */
export type Agency = v.InferOutput<typeof AgencyRecord>;

/** Milliseconds that a record is used without looking again: a suspension is felt after that at the latest. */
const FRESH = 5000;
const MAX_CACHED = 500;

interface Cached {
  agency: Promise<Agency | null>;
  until: number;
}
const caches = new WeakMap<DynamoDBClient, Map<string, Cached>>();

/**
 * @param now epoch milliseconds.
 * @returns the agency as it was at most 5 s ago, or `null` when there is none.
 * @throws Problem INTEGRITY_FAULT when the stored record is not a whole one; the SDK's errors otherwise.
 */
export function getAgency(
  dynamo: DynamoDBClient,
  table: string,
  clientId: string,
  now: number,
): Promise<Agency | null> {
  if (!CLIENT_ID.test(clientId)) return Promise.resolve(null);
  const cache = caches.get(dynamo) ?? new Map<string, Cached>();
  caches.set(dynamo, cache);
  const key = `${table}/${clientId}`;
  const cached = cache.get(key);
  if (cached && now < cached.until && cached.until - now <= FRESH) return cached.agency;

  // The promise itself is kept, so that a burst makes one call. Failures and absences are not kept: an
  // agency registered a moment ago may call at once, and made-up ids can't fill the cache.
  const agency = fetchAgency(dynamo, table, clientId);
  if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value as string);
  const entry = { agency, until: now + FRESH };
  cache.set(key, entry);
  const forget = () => {
    if (cache.get(key) === entry) cache.delete(key);
  };
  agency.then((found) => found ?? forget(), forget);
  return agency;
}

async function fetchAgency(dynamo: DynamoDBClient, table: string, clientId: string): Promise<Agency | null> {
  const { Item } = await dynamo.send(
    new GetItemCommand({ TableName: table, Key: { clientId: { S: clientId } }, ConsistentRead: true }),
  );
  if (!Item) return null;
  const record = v.safeParse(AgencyRecord, JSON.parse(Item.record?.S ?? 'null'));
  if (!record.success || record.output.clientId !== clientId) throw new Problem('INTEGRITY_FAULT');
  return record.output;
}

/** Registers or replaces an agency; this process sees it at once. @throws ValiError when it is not whole. */
export async function putAgency(dynamo: DynamoDBClient, table: string, agency: Agency): Promise<void> {
  const record = v.parse(AgencyRecord, agency);
  await dynamo.send(
    new PutItemCommand({
      TableName: table,
      Item: { clientId: { S: record.clientId }, record: { S: JSON.stringify(record) } },
    }),
  );
  caches.get(dynamo)?.delete(`${table}/${record.clientId}`);
}

/**
 * The signing keys among which an assertion may choose.
 * @param kid `null` when the header names none, which serves an agency with one signing key only.
 */
export function signingKeys(agency: Agency, kid: string | null): Json[] {
  const keys = agency.jwks.keys.filter((key) => key.use === 'sig');
  if (kid !== null) return keys.filter((key) => key.kid === kid) as Json[];
  return keys.length === 1 ? (keys as Json[]) : [];
}
