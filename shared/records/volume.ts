/**
 * How many distinct people an officer was told of today. One item an officer and day holds, for each tier, the
 * set of hashes of subject ids, so that the same subject again adds nothing, and a repeat after a lost answer
 * changes nothing. One conditional update both checks and counts: exact however many run at once.
 */
import { createHash } from 'node:crypto';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';

export interface TierUse {
  tier: string;
  subjects: readonly string[];
  /** Most distinct subjects; `null`: counted, not limited. */
  stop: number | null;
}

export interface Volume {
  /** See `volumeKey`. */
  key: string;
  /** Epoch second after which the item is of no use. */
  expires: number;
  uses: readonly TierUse[];
}

export interface Counted {
  /** Tiers that had no room; then nothing was counted in any. */
  full: readonly string[];
  /** Tier to the distinct subjects of the day so far. */
  counts: ReadonlyMap<string, number>;
  /** What `markTold` was called with today. */
  told: ReadonlySet<string>;
}

type Item = Record<string, AttributeValue> | undefined;

/** How often the count may move between a look and an update. */
const ATTEMPTS = 20;

/** @param day of the pack's calendar. Neither agency nor officer can be read off it. */
export function volumeKey(agency: string, officer: string, day: number): string {
  const person = officer.normalize('NFKC').toLowerCase().replace(/\s+/gu, '');
  return createHash('sha256')
    .update(JSON.stringify([agency, person, day]))
    .digest('base64url');
}

/**
 * Counts the subjects, all or none. One call, but for an officer who is near a limit: then it looks who is new.
 */
export async function countVolume(dynamo: DynamoDBClient, table: string, volume: Volume): Promise<Counted> {
  const hashed = volume.uses.map((use) => ({
    ...use,
    hashes: use.subjects.map((id) => hashOf(volume.key, id)),
  }));
  let rooms = hashed.map(({ stop, hashes }) => (stop === null ? null : stop - new Set(hashes.map(hex)).size));
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const item = await update(dynamo, table, volume, hashed, rooms);
    if (item) return counted(item, []);
    const seen = await read(dynamo, table, volume.key);
    // Sets only grow: who is known now stays known, so what has room now is what the condition has to check.
    rooms = hashed.map(({ tier, stop, hashes }) => {
      const known = new Set(setOf(seen, tier).map(hex));
      return stop === null ? null : stop - hashes.filter((hash) => !known.has(hex(hash))).length;
    });
    const full = hashed.filter(({ tier }, i) => setOf(seen, tier).length > (rooms[i] ?? Infinity));
    if (full.length > 0)
      return counted(
        seen,
        full.map(({ tier }) => tier),
      );
  }
  throw new Error('the volume of an officer changes too fast');
}

/** @returns tier to the distinct subjects of the day so far. */
export async function readVolume(
  dynamo: DynamoDBClient,
  table: string,
  key: string,
): Promise<Counted['counts']> {
  return counted(await read(dynamo, table, key), []).counts;
}

/** Remembers for the day what was told of. */
export async function markTold(
  dynamo: DynamoDBClient,
  table: string,
  key: string,
  marks: readonly string[],
): Promise<void> {
  await dynamo.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { budget: { S: key } },
      UpdateExpression: 'ADD told :marks',
      ExpressionAttributeValues: { ':marks': { SS: [...marks] } },
    }),
  );
}

/** @returns the item as it is now, or `undefined` when a tier has no room */
async function update(
  dynamo: DynamoDBClient,
  table: string,
  { key, expires }: Volume,
  uses: readonly (TierUse & { hashes: Uint8Array[] })[],
  rooms: readonly (number | null)[],
): Promise<Item> {
  const names: Record<string, string> = { '#expires': 'expires' };
  const values: Record<string, AttributeValue> = { ':expires': { N: String(expires) } };
  const conditions: string[] = [];
  for (const [i, { tier, hashes }] of uses.entries()) {
    names[`#t${i}`] = `tier-${tier}`;
    values[`:t${i}`] = { BS: [...new Map(hashes.map((hash) => [hex(hash), hash])).values()] };
    const room = rooms[i];
    if (room === null || room === undefined) continue;
    values[`:r${i}`] = { N: String(room) };
    // A set that is not there has no size.
    conditions.push(
      room < 0 ? `size(#t${i}) <= :r${i}` : `(attribute_not_exists(#t${i}) OR size(#t${i}) <= :r${i})`,
    );
  }
  try {
    const { Attributes } = await dynamo.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { budget: { S: key } },
        UpdateExpression: `SET #expires = :expires ADD ${uses.map((_, i) => `#t${i} :t${i}`).join(', ')}`,
        ...(conditions.length > 0 && { ConditionExpression: conditions.join(' AND ') }),
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
        ReturnValues: 'ALL_NEW',
      }),
    );
    return Attributes;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

async function read(dynamo: DynamoDBClient, table: string, key: string): Promise<Item> {
  const command = new GetItemCommand({ TableName: table, Key: { budget: { S: key } }, ConsistentRead: true });
  return (await dynamo.send(command)).Item;
}

function counted(item: Item, full: readonly string[]): Counted {
  const tiers = Object.entries(item ?? {}).filter(([name]) => name.startsWith('tier-'));
  return {
    full,
    counts: new Map(tiers.map(([name, { BS: set }]) => [name.slice(5), set?.length ?? 0])),
    told: new Set(item?.told?.SS ?? []),
  };
}

/** Subject ids are random, so eight bytes of a hash tell nothing and hardly ever meet. */
function hashOf(key: string, subject: string): Uint8Array {
  return createHash('sha256')
    .update(JSON.stringify([key, subject]))
    .digest()
    .subarray(0, 8);
}

function setOf(item: Item, tier: string): Uint8Array[] {
  return item?.[`tier-${tier}`]?.BS ?? [];
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
