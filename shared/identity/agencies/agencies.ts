import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { Problem } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { ACTION_NAMES } from '../details.ts';

/** Shape of a client id: it stands in URLs, entries and table keys. Entries call the gateway itself by the one name. */
export const CLIENT_ID = /^(?!fieldgate$)[a-z0-9][a-z0-9-]{0,62}$/;

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
  /** Activities that the agency holds for others, and the last day of each. */
  activities: v.optional(
    v.pipe(
      v.array(
        v.strictObject({ id: v.pipe(v.string(), v.maxLength(128)), ends: v.pipe(v.string(), v.isoDate()) }),
      ),
      v.maxLength(200),
    ),
  ),
  /** The school, home or hospital that the office is, in the words of the records. */
  institution: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(100))),
  /** Roles that speak for the agency, where callers are authorised by IAM. */
  iamRoles: v.optional(v.pipe(v.array(v.pipe(v.string(), v.startsWith('arn:aws'))), v.maxLength(20))),
  /** Requests a minute, where they are others than everybody's. */
  rates: v.optional(
    v.strictObject({
      agency: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000))),
      officer: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000))),
    }),
  ),
  /** Issuer of the agency's own people, as `readPeople` reads it. */
  people: v.optional(v.pipe(v.string(), v.maxLength(2000))),
  /** Where the agency publishes its keys; `jwks` is then empty, and filled with what is fetched. */
  jwksUri: v.optional(v.string()),
  /** Signing keys that were replaced, and the epoch second from which they serve no more. */
  retiring: v.optional(v.array(v.strictObject({ key: Jwk, until: v.number() }))),
});

/** An office that may call, as registered. */
export type Agency = v.InferOutput<typeof AgencyRecord>;

/**
 * Milliseconds that a record may decide without looking again. What must be felt at once, a suspension, is
 * looked up for each call by `freshAgency`, beside other round trips.
 */
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
  return (await readAgency(dynamo, table, clientId))?.agency ?? null;
}

/** The stored record, past the cache, which it refreshes. @returns, throws as `getAgency`. */
export function freshAgency(
  dynamo: DynamoDBClient,
  table: string,
  clientId: string,
  now: number,
): Promise<Agency | null> {
  caches.get(dynamo)?.delete(`${table}/${clientId}`);
  return getAgency(dynamo, table, clientId, now);
}

/** An agency and which state of its record this is, for `replaceAgency`. */
export interface Registered {
  agency: Agency;
  revision: number;
}

/** @returns the stored record, or `null`. @throws Problem INTEGRITY_FAULT when it is not a whole one. */
export async function readAgency(
  dynamo: DynamoDBClient,
  table: string,
  clientId: string,
): Promise<Registered | null> {
  const { Item } = await dynamo.send(
    new GetItemCommand({ TableName: table, Key: { clientId: { S: clientId } }, ConsistentRead: true }),
  );
  return Item ? registered(Item, clientId) : null;
}

function registered(item: Record<string, AttributeValue>, clientId: string | undefined): Registered {
  const record = v.safeParse(AgencyRecord, JSON.parse(item['record']?.S ?? 'null'));
  if (!record.success || record.output.clientId !== clientId) throw new Problem('INTEGRITY_FAULT');
  const { suspended } = record.output;
  const agency = { ...record.output, suspended: suspended || item['locked']?.BOOL === true };
  return { agency, revision: Number(item['revision']?.N ?? 0) };
}

/**
 * Suspends an agency without a right to change anything else of its record: the mark stands beside it, reads as
 * `suspended`, and goes when a steward puts the record with `suspended: false`. A record that is being changed
 * at the same time counts as another state.
 */
export async function lockAgency(dynamo: DynamoDBClient, table: string, clientId: string): Promise<void> {
  await dynamo.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { clientId: { S: clientId } },
      UpdateExpression: 'SET locked = :yes ADD revision :one',
      ConditionExpression: 'attribute_exists(clientId)',
      ExpressionAttributeValues: { ':yes': { BOOL: true }, ':one': { N: '1' } },
    }),
  );
  caches.get(dynamo)?.delete(`${table}/${clientId}`);
}

/** One page of the register. @param after client id after which the page begins. */
export async function listAgencies(
  dynamo: DynamoDBClient,
  table: string,
  after: string | null,
): Promise<{ agencies: Agency[]; next: string | null }> {
  const { Items = [], LastEvaluatedKey } = await dynamo.send(
    new ScanCommand({
      TableName: table,
      Limit: 100,
      ConsistentRead: true,
      ...(after === null ? {} : { ExclusiveStartKey: { clientId: { S: after } } }),
    }),
  );
  // Changes that wait for a second steward lie in the same table under names that are no client id.
  const own = Items.filter((item) => CLIENT_ID.test(item['clientId']?.S ?? ''));
  return {
    agencies: own.map((item) => registered(item, item['clientId']?.S).agency),
    next: LastEvaluatedKey?.['clientId']?.S ?? null,
  };
}

/**
 * Puts a record in the place of the state that was read, so that of two stewards none undoes the other's work.
 * @param revision of the state that was read; `null`: there was none.
 * @returns false when the state is another by now. @throws ValiError when the record is not whole.
 */
export async function replaceAgency(
  dynamo: DynamoDBClient,
  table: string,
  agency: Agency,
  revision: number | null,
): Promise<boolean> {
  const record = v.parse(AgencyRecord, agency);
  const known = revision === 0 ? 'attribute_not_exists(#revision)' : '#revision = :revision';
  try {
    await dynamo.send(
      new PutItemCommand({
        TableName: table,
        Item: {
          clientId: { S: record.clientId },
          record: { S: JSON.stringify(record) },
          revision: { N: String((revision ?? 0) + 1) },
        },
        ...(revision === null
          ? { ConditionExpression: 'attribute_not_exists(clientId)' }
          : {
              ConditionExpression: `attribute_exists(clientId) AND ${known}`,
              ExpressionAttributeNames: { '#revision': 'revision' },
              ...(revision === 0
                ? {}
                : { ExpressionAttributeValues: { ':revision': { N: String(revision) } } }),
            }),
      }),
    );
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
    throw error;
  }
  caches.get(dynamo)?.delete(`${table}/${record.clientId}`);
  return true;
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
 * The signing keys among which an assertion may choose: the present ones, and for a day those they replaced.
 * @param kid `null` when the header names none, which serves an agency with one signing key only.
 * @param now epoch milliseconds.
 */
export function signingKeys(agency: Agency, kid: string | null, now: number): Json[] {
  const current = currentKeys(agency, kid);
  const old = (agency.retiring ?? []).filter(({ until }) => now / 1000 < until).map(({ key }) => key);
  const retiring =
    kid === null ? old.filter(() => current.length === 1) : old.filter((key) => key.kid === kid);
  return [...current, ...(retiring as Json[])];
}

/** True while the register holds this signing key for the agency, or the agency publishes its keys itself. */
export function holdsKey(agency: Agency, key: Json, now: number): boolean {
  if (agency.jwksUri !== undefined) return true;
  const kid = (key as { kid?: string }).kid ?? '';
  return signingKeys(agency, kid, now).some((one) => JSON.stringify(one) === JSON.stringify(key));
}

/** The present signing keys among which a signature may choose that only they may make. See `signingKeys`. */
export function currentKeys(agency: Agency, kid: string | null): Json[] {
  const keys = agency.jwks.keys.filter((key) => key.use === 'sig');
  if (kid !== null) return keys.filter((key) => key.kid === kid) as Json[];
  return keys.length === 1 ? (keys as Json[]) : [];
}
