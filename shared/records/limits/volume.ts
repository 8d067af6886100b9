/**
 * How many distinct people an officer was told of today, or for one case. One item holds, for each tier, the set of
 * hashes of subject ids, so that the same subject again adds nothing, and a repeat after a lost answer changes
 * nothing. One conditional update both checks and counts: exact however many run at once.
 */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { ifHeld } from '../table.ts';
import { countsOf, distinct, hashOf, hex, type Item, readItem, setOf } from './volume-items.ts';

export interface TierUse {
  tier: string;
  subjects: readonly string[];
  /** Who must find room as well and is not counted: at the limit it must not show of whom there is a record. */
  asked?: readonly string[];
  /** Most distinct subjects; `null`: counted, not limited. */
  stop: number | null;
}

export interface Volume {
  /** See `volumeKey` and `matterKey`. */
  key: string;
  /** Epoch second after which the item is of no use. */
  expires: number;
  uses: readonly TierUse[];
  /** Once it `begins` its end stands. Epoch milliseconds. */
  window?: { now: number; ends: number; begins: boolean };
}

export interface Counted {
  /** Tiers that had no room; then nothing was counted in any. */
  full: readonly string[];
  /** The window is over; then nothing was counted either. */
  ended: boolean;
  /** Epoch milliseconds, where there is a window. */
  ends?: number;
  /** Tier to the distinct subjects of the day so far. */
  counts: ReadonlyMap<string, number>;
  /** What `markTold` was called with today. */
  told: ReadonlySet<string>;
  /** What this count added, for `uncount`; `null`: nothing. */
  added: Added | null;
}

interface Added {
  key: string;
  revision: number;
  /** By tier. */
  hashes: ReadonlyMap<string, readonly Uint8Array[]>;
  began: boolean;
}

/** How often the count may move between a look and an update. */
const ATTEMPTS = 20;

/**
 * Counts the subjects, all or none. One call, but for whoever is near a limit: then it looks who is new.
 */
export async function countVolume(dynamo: DynamoDBClient, table: string, volume: Volume): Promise<Counted> {
  const hashed = volume.uses.map(({ tier, stop, subjects, asked = [] }) => ({
    ...{ tier, stop },
    hashes: distinct(subjects.map((id) => hashOf(volume.key, id))),
    roomFor: distinct([...subjects, ...asked].map((id) => hashOf(volume.key, id))),
  }));
  let rooms = hashed.map(({ stop, roomFor }) => (stop === null ? null : stop - roomFor.length));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await update(dynamo, table, volume, hashed, rooms);
    if (before) return outcome(before, [], volume, hashed);
    const seen = await readItem(dynamo, table, volume.key);
    // Sets only grow: who is known now stays known, so what has room now is what the condition has to check.
    rooms = hashed.map(({ tier, stop, roomFor }) => {
      const known = new Set(setOf(seen, tier).map(hex));
      return stop === null ? null : stop - roomFor.filter((hash) => !known.has(hex(hash))).length;
    });
    const full = hashed.filter(({ tier }, i) => setOf(seen, tier).length > (rooms[i] ?? Infinity));
    const names = full.map(({ tier }) => tier);
    if (full.length > 0 || hasEnded(seen, volume)) return outcome(seen ?? {}, names, volume, null);
  }
  throw new Error('the volume of an officer changes too fast');
}

/**
 * Takes back what a count added, where nothing came of it, and nobody has counted since: who did may rely on it, and
 * what stays counted limits sooner, never later. May be repeated.
 */
export async function uncount(
  dynamo: DynamoDBClient,
  table: string,
  { key, revision, hashes, began }: Added,
): Promise<void> {
  const names: Record<string, string> = { '#revision': 'revision' };
  const values: Record<string, AttributeValue> = {
    ':revision': { N: String(revision) },
    ':one': { N: '1' },
  };
  const removed = [...hashes].map(([tier, set], i) => {
    names[`#t${i}`] = `tier-${tier}`;
    values[`:t${i}`] = { BS: [...set] };
    return `#t${i} :t${i}`;
  });
  if (began) names['#ends'] = 'ends';
  const clauses = [
    'ADD #revision :one',
    ...(removed.length > 0 ? [`DELETE ${removed.join(', ')}`] : []),
    ...(began ? ['REMOVE #ends'] : []),
  ];
  await ifHeld(
    dynamo.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { budget: { S: key } },
        UpdateExpression: clauses.join(' '),
        ConditionExpression: '#revision = :revision',
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
      }),
    ),
  );
}

interface Use {
  tier: string;
  hashes: readonly Uint8Array[];
}

/** @returns the item as it was before, empty where there was none; `undefined` when something has no room */
async function update(
  dynamo: DynamoDBClient,
  table: string,
  { key, expires, window }: Volume,
  uses: readonly Use[],
  rooms: readonly (number | null)[],
): Promise<Item> {
  const names: Record<string, string> = { '#expires': 'expires', '#revision': 'revision' };
  const values: Record<string, AttributeValue> = {
    ':expires': { N: String(Math.ceil(expires)) },
    ':one': { N: '1' },
  };
  const [sets, adds, conditions] = [['#expires = :expires'], ['#revision :one'], [] as string[]];
  for (const [i, { tier, hashes }] of uses.entries()) {
    const room = rooms[i] ?? null;
    if (hashes.length > 0) {
      values[`:t${i}`] = { BS: [...hashes] };
      adds.push(`#t${i} :t${i}`);
    }
    if (hashes.length > 0 || room !== null) names[`#t${i}`] = `tier-${tier}`;
    if (room === null) continue;
    values[`:r${i}`] = { N: String(room) };
    // A set that is not there has no size.
    conditions.push(
      room < 0 ? `size(#t${i}) <= :r${i}` : `(attribute_not_exists(#t${i}) OR size(#t${i}) <= :r${i})`,
    );
  }
  if (window) {
    names['#ends'] = 'ends';
    values[':now'] = { N: String(window.now) };
    conditions.push('(attribute_not_exists(#ends) OR #ends > :now)');
    if (window.begins) {
      values[':ends'] = { N: String(window.ends) };
      sets.push('#ends = if_not_exists(#ends, :ends)');
    }
  }
  try {
    const { Attributes } = await dynamo.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { budget: { S: key } },
        UpdateExpression: `SET ${sets.join(', ')} ADD ${adds.join(', ')}`,
        ...(conditions.length > 0 && { ConditionExpression: conditions.join(' AND ') }),
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
        ReturnValues: 'ALL_OLD',
      }),
    );
    return Attributes ?? {};
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/** @param uses what was added to `before`; `null`: nothing */
function outcome(
  before: NonNullable<Item>,
  full: readonly string[],
  volume: Volume,
  uses: readonly Use[] | null,
): Counted {
  const counted = new Map(countsOf(before));
  const hashes = new Map<string, Uint8Array[]>();
  for (const { tier, hashes: some } of uses ?? []) {
    const known = new Set(setOf(before, tier).map(hex));
    const fresh = some.filter((hash) => !known.has(hex(hash)));
    if (some.length > 0) counted.set(tier, known.size + fresh.length);
    if (fresh.length > 0) hashes.set(tier, fresh);
  }
  const window = volume.window;
  const began = uses !== null && window?.begins === true && before['ends'] === undefined;
  const revision = Number(before['revision']?.N ?? 0) + 1;
  return {
    full,
    ended: hasEnded(before, volume),
    ...(window && { ends: Number(before['ends']?.N ?? window.ends) }),
    counts: counted,
    told: new Set(before['told']?.SS ?? []),
    added: hashes.size > 0 || began ? { key: volume.key, revision, hashes, began } : null,
  };
}

function hasEnded(item: Item, { window }: Volume): boolean {
  return window !== undefined && item?.['ends'] !== undefined && Number(item['ends'].N) <= window.now;
}
