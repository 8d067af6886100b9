import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import { ACTION_NAMES } from '../../actions.ts';
import type { Receipt } from '../../contract/common.ts';
import { Problem } from '../../errors.ts';
import { asClientId, CLIENT_ID, type ClientId } from '../../ids.ts';
import type { Json } from '../../json.ts';
import { LANGUAGE } from '../../language.ts';
import { getItem, type Item, putItem, scanPage, swap, type Table } from '../../store/table.ts';
import { OFFICE } from '../../tables.ts';
import { Contracts } from './contracts.ts';
import { putClaims } from './key-claims.ts';

const names = v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(64)));

/** What the agency is called, by language tag: `{ en: 'North office', zh: '北区办事处' }`. */
const AgencyName = v.pipe(
  v.record(v.pipe(v.string(), v.regex(LANGUAGE)), v.pipe(v.string(), v.minLength(1), v.maxLength(200))),
  v.minEntries(1),
  v.maxEntries(20),
);

/** A public JWK whose `use` distinguishes signing keys from encryption keys. */
const Jwk = v.looseObject({
  kty: v.string(),
  kid: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
  use: v.picklist(['sig', 'enc']),
  alg: v.optional(v.string()),
});

const AgencyRecord = v.strictObject({
  clientId: v.pipe(v.string(), v.regex(CLIENT_ID), v.transform(asClientId)),
  name: AgencyName,
  departments: names,
  roles: names,
  /** Codes of areas, as the pack's field with a person's residence has them. */
  areas: v.array(v.pipe(v.string(), v.regex(/^[\w-]{1,32}$/))),
  purposes: names,
  actions: v.array(v.picklist(ACTION_NAMES)),
  /** Purposes for which the office's own people may ask at the console; none if absent. */
  byPeople: v.optional(names),
  jwks: v.strictObject({ keys: v.pipe(v.array(Jwk), v.maxLength(20)) }),
  /** RFC 3339 date until which the training record is valid. */
  trainedUntil: v.pipe(v.string(), v.isoDate()),
  suspended: v.boolean(),
  /** The suspension followed from attempts at prohibited uses alone. It stops releases and verification. */
  locked: v.optional(v.literal(true)),
  /** Activities that the agency holds for others, with the last day of each. */
  activities: v.optional(
    v.pipe(
      v.array(
        v.strictObject({ id: v.pipe(v.string(), v.maxLength(128)), ends: v.pipe(v.string(), v.isoDate()) }),
      ),
      v.maxLength(200),
    ),
  ),
  contracts: v.optional(Contracts),
  /** The name of the institution in the records. */
  institution: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(100))),
  /** Roles that act for the agency, if callers are authorised by IAM. */
  iamRoles: v.optional(v.pipe(v.array(v.pipe(v.string(), v.startsWith('arn:aws'))), v.maxLength(20))),
  /** Requests a minute, if this agency has a limit of its own. */
  rates: v.optional(
    v.strictObject({
      agency: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000))),
      officer: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000))),
    }),
  ),
  /** Issuer of the agency's own people, as `readPeople` reads it. */
  people: v.optional(v.pipe(v.string(), v.maxLength(2000))),
  /** Address at which the agency publishes its keys. `jwks` is then empty in the record and filled after a fetch. */
  jwksUri: v.optional(v.string()),
  /** An answer was sealed to a hybrid key of this address, so none goes to another kind of key. Two stewards' new keys end it. */
  hybrid: v.optional(v.literal(true)),
  /** Signing keys that were replaced, and the epoch second from which they are no longer accepted. */
  retiring: v.optional(v.array(v.strictObject({ key: Jwk, until: v.number() }))),
});

/** A registered office that may call. */
export type Agency = v.InferOutput<typeof AgencyRecord>;
/** The same before its client id was checked. */
export type NewAgency = v.InferInput<typeof AgencyRecord>;

/**
 * Milliseconds for which a record is cached. A suspension must count at once, so `freshAgency` reads the record for
 * each call, concurrently with other round trips.
 */
const FRESH = 5000;
/** Milliseconds for which a record is remembered, to begin a call that the register then confirms: as long as a token lasts. */
const REMEMBERED = 300_000;
const MAX_CACHED = 500;

interface Cached {
  agency: Promise<Agency | null>;
  until: number;
}
const caches = new WeakMap<DynamoDBClient, Map<string, Cached>>();

/**
 * @param now epoch milliseconds.
 * @returns the agency in a state at most 5 s old, or `null` if there is none.
 * @throws Problem INTEGRITY_FAULT if the stored record is malformed; the SDK's errors otherwise.
 */
export function getAgency(table: Table, clientId: ClientId, now: number): Promise<Agency | null> {
  if (!CLIENT_ID.test(clientId)) return Promise.resolve(null);
  const cache = caches.get(table.client) ?? new Map<string, Cached>();
  caches.set(table.client, cache);
  const key = `${table.name}/${clientId}`;
  const cached = cache.get(key);
  if (cached && now < cached.until && cached.until - now <= FRESH) return cached.agency;
  // Caches the promise, so a burst makes one call. Failures and absences are not cached: a newly registered
  // agency can call at once, and invented ids can't fill the cache.
  const agency = readAgency(table, clientId).then((found) => found?.agency ?? null);
  if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value as string);
  const entry = { agency, until: now + FRESH };
  cache.set(key, entry);
  const forget = () => {
    if (cache.get(key) === entry) cache.delete(key);
  };
  agency.then((found) => found ?? forget(), forget);
  return agency;
}

/** What this process read last, which decides nothing until the register confirms it. @returns `null` if it remembers none */
export async function rememberedAgency(
  { client, name }: Table,
  clientId: ClientId,
  now: number,
): Promise<Agency | null> {
  const cached = caches.get(client)?.get(`${name}/${clientId}`);
  const age = cached ? now - (cached.until - FRESH) : REMEMBERED;
  return cached && age >= 0 && age < REMEMBERED ? cached.agency : null;
}

/** Reads the stored record and refreshes the cache. @returns, throws as `getAgency`. */
export function freshAgency(table: Table, clientId: ClientId, now: number): Promise<Agency | null> {
  uncache(table, clientId);
  return getAgency(table, clientId, now);
}

/** The next read asks the register. */
export function uncache({ client, name }: Table, clientId: ClientId): void {
  caches.get(client)?.delete(`${name}/${clientId}`);
}

/** An agency and the revision of its record, for `replaceAgency`. */
export interface Registered {
  agency: Agency;
  revision: number;
}

/** @returns the stored record, or `null`. @throws Problem INTEGRITY_FAULT if it is malformed */
export async function readAgency(table: Table, clientId: ClientId): Promise<Registered | null> {
  const item = await getItem(table, { clientId: { S: clientId } });
  return item && registered(item, clientId);
}

type ReadRecord = v.SafeParseResult<typeof AgencyRecord>;

/** Results by the text that was read. Each request reads its agency's record, which seldom changes. */
const records = new Map<string, ReadRecord>();
const MOST_RECORDS = 500;

function recordIn(text: string): ReadRecord {
  const known = records.get(text);
  if (known) return known;
  const record = v.safeParse(AgencyRecord, JSON.parse(text));
  if (records.size >= MOST_RECORDS) records.delete(records.keys().next().value as string);
  records.set(text, record);
  return record;
}

function registered(item: Item, clientId: string | undefined): Registered {
  const record = recordIn(item['record']?.S ?? 'null');
  if (!record.success || record.output.clientId !== clientId) throw new Problem('INTEGRITY_FAULT');
  const { locked: _, ...stored } = record.output;
  const locked = !stored.suspended && item['locked']?.BOOL === true;
  const agency: Agency = { ...stored, suspended: stored.suspended || locked, ...(locked && { locked }) };
  const { jwksUri } = stored;
  if (jwksUri !== undefined && item['hybrid']?.S === jwksUri) agency.hybrid = true;
  return { agency, revision: Number(item['revision']?.N ?? 0) };
}

/** The client ids of the register, for a sentence that names the nearest one. */
export async function agencyNames(table: Table): Promise<string[]> {
  return (await readRegister(table, ['clientId'])).map(({ clientId }) => clientId?.S ?? '');
}

/** All agencies of the register that are not suspended. */
export async function readOffices(table: Table): Promise<Agency[]> {
  const items = await readRegister(table, OFFICE);
  return items
    .map((item) => registered(item, item['clientId']?.S).agency)
    .filter(({ suspended }) => !suspended);
}

/** Every agency of the register, with these attributes. */
async function readRegister(table: Table, project: readonly string[]): Promise<Item[]> {
  const items: Item[] = [];
  let after: Item | null = null;
  do {
    const page: { items: Item[]; last: Item | null } = await scanPage(table, { after, limit: 500, project });
    items.push(...page.items);
    after = page.last;
  } while (after);
  return items.filter(isAgency);
}

/** Proposals and claims of keys share the table, under names that are no client ids. */
const isAgency = ({ clientId }: Item) => CLIENT_ID.test(clientId?.S ?? '');

/** One page of the register, with what else is stored in it. @param after client id after which the page begins. */
export async function listAgencies(
  table: Table,
  after: string | null,
): Promise<{ agencies: Agency[]; others: Item[]; next: string | null }> {
  const start = after === null ? null : { clientId: { S: after } };
  const { items, last } = await scanPage(table, { after: start, limit: 100, consistent: true });
  const own = items.filter(isAgency);
  return {
    agencies: own.map((item) => registered(item, item['clientId']?.S).agency),
    others: items.filter((item) => !isAgency(item)),
    next: last?.['clientId']?.S ?? null,
  };
}

/**
 * Replaces the record unless it has changed since it was read, so that no steward undoes another's change.
 * @param revision that was read; `null`: no record existed. @param receipt of the change, for its repeat
 * @returns false if the revision has changed. @throws ValiError if the record is incomplete.
 */
export async function replaceAgency(
  table: Table,
  agency: Agency,
  { revision, receipt }: { revision: number | null; receipt: Receipt },
): Promise<boolean> {
  const record = v.parse(AgencyRecord, agency);
  const last = { revision: { N: String((revision ?? 0) + 1) }, receipt: { S: JSON.stringify(receipt) } };
  const item = { ...itemOf(record), ...last };
  const put =
    revision === null
      ? swap(table, item, 'attribute_not_exists(clientId)')
      : revision === 0
        ? swap(table, item, 'attribute_exists(clientId) AND attribute_not_exists(revision)')
        : swap(table, item, 'revision = :revision', { ':revision': { N: String(revision) } });
  if (await put) uncache(table, record.clientId);
  return put;
}

/**
 * Registers or replaces an agency; this process sees the change at once. @throws ValiError if the record is
 * malformed
 */
export async function putAgency(table: Table, agency: NewAgency): Promise<void> {
  const record = v.parse(AgencyRecord, agency);
  await putItem(table, itemOf(record));
  await putClaims(table, record);
  uncache(table, record.clientId);
}

function itemOf(record: Agency): Item {
  return { clientId: { S: record.clientId }, record: { S: JSON.stringify(record) } };
}

/**
 * The signing keys that an assertion may use: the current ones, and for one day those that they replaced.
 * @param kid `null` if the header names no key, which is allowed only for an agency with one signing key.
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

/** The current signing keys, for signatures that a replaced key may no longer make. See `signingKeys`. */
export function currentKeys(agency: Agency, kid: string | null): Json[] {
  const keys = agency.jwks.keys.filter((key) => key.use === 'sig');
  if (kid !== null) return keys.filter((key) => key.kid === kid) as Json[];
  return keys.length === 1 ? (keys as Json[]) : [];
}
