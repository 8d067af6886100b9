import { hash } from 'node:crypto';
import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';

/** Seconds of one window. */
export const RATE_WINDOW = 60;

/** Requests that one agency, and one of its people, may make within a window. */
export interface Rates {
  agency: number;
  officer: number;
}
export const RATES: Rates = { agency: 30_000, officer: 6_000 };

/** The rates of an agency: what its record says, in the place of what holds for all. */
export function ratesOf(own: { [name in keyof Rates]?: number | undefined } = {}, all = RATES): Rates {
  return { agency: own.agency ?? all.agency, officer: own.officer ?? all.officer };
}

/** Who is counted, and how many requests a window has for them. */
export interface Counted {
  name: string;
  limit: number;
}

/**
 * Whom a request counts against beside its agency: the person by issuer and subject. All officers whom an agency only
 * names are one, so that another name is no other limit.
 */
export function officerKey(
  officer: string | undefined,
  person: { issuer: string; subject: string } | null,
): string | undefined {
  if (person) return JSON.stringify([person.issuer, person.subject]);
  return officer === undefined ? undefined : CLAIMED;
}

/** No issuer and subject make this key. */
const CLAIMED = 'claimed';

/** @returns what one request of this agency counts against. The officer stands in the table as a digest. */
export function countedFor(clientId: string, officer: string | undefined, rates: Rates): Counted[] {
  const counted = [{ name: clientId, limit: rates.agency }];
  if (officer === undefined) return counted;
  return [...counted, { name: `${clientId}:${hash('sha256', officer, 'base64url')}`, limit: rates.officer }];
}

/** Counts requests over all instances. See `rateLimiter`. */
export type RateLimiter = (counted: Counted, now: number) => Promise<number | null>;

interface Lease {
  window: number;
  left: number;
  /** The reservation that is on its way; whoever waits for it shares what it brings. */
  coming: Promise<boolean> | null;
}

const MAX_NAMES = 2000;

/**
 * A limiter that reserves requests from the shared counter of a window by the twentieth part of the limit, 50 at
 * most, so that the store is asked once for many requests. Over all instances no more than the limit ever pass;
 * what an instance has reserved and does not use in the window is lost, so that with n instances busy up to n − 1
 * reservations fewer may pass. Windows begin with the minute: around its turn twice the limit may pass within one.
 * @returns a function that gives `null` for a request that may pass, else the seconds to wait.
 */
export function rateLimiter(dynamo: DynamoDBClient, table: string): RateLimiter {
  const leases = new Map<string, Lease>();
  return async ({ name, limit }, now) => {
    const window = Math.floor(now / 1000 / RATE_WINDOW);
    let lease = leases.get(name);
    if (lease?.window !== window) {
      lease = { window, left: 0, coming: null };
      leases.delete(name);
      if (leases.size >= MAX_NAMES) leases.delete(leases.keys().next().value as string);
      leases.set(name, lease);
    }
    const size = Math.max(1, Math.min(50, Math.floor(limit / 20)));
    while (lease.left === 0) {
      lease.coming ??= reserve(dynamo, table, { name, window, size, limit }, lease);
      if (!(await lease.coming)) return Math.max(1, Math.ceil((window + 1) * RATE_WINDOW - now / 1000));
    }
    lease.left--;
    return null;
  };
}

async function reserve(
  dynamo: DynamoDBClient,
  table: string,
  { name, window, size, limit }: { name: string; window: number; size: number; limit: number },
  lease: Lease,
): Promise<boolean> {
  try {
    await dynamo.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { claim: { S: `rate:${name}:${window}` } },
        UpdateExpression: 'SET #expires = :expires ADD #count :size',
        ConditionExpression: 'attribute_not_exists(#count) OR #count <= :most',
        ExpressionAttributeNames: { '#expires': 'expires', '#count': 'count' },
        ExpressionAttributeValues: {
          ':expires': { N: String((window + 2) * RATE_WINDOW) },
          ':size': { N: String(size) },
          ':most': { N: String(limit - size) },
        },
      }),
    );
    lease.left += size;
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ConditionalCheckFailedException') return false;
    throw error;
  } finally {
    lease.coming = null;
  }
}

/**
 * How many requests nobody has reserved yet in this window. Adds nothing, so that who may only count can ask.
 * @returns less than may still pass, by what instances have reserved and not used.
 */
export async function rateLeft(
  dynamo: DynamoDBClient,
  table: string,
  { name, limit }: Counted,
  now: number,
): Promise<number> {
  const window = Math.floor(now / 1000 / RATE_WINDOW);
  const { Attributes } = await dynamo.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { claim: { S: `rate:${name}:${window}` } },
      UpdateExpression: 'SET #expires = :expires ADD #count :none',
      ExpressionAttributeNames: { '#expires': 'expires', '#count': 'count' },
      ExpressionAttributeValues: {
        ':expires': { N: String((window + 2) * RATE_WINDOW) },
        ':none': { N: '0' },
      },
      ReturnValues: 'UPDATED_NEW',
    }),
  );
  return Math.max(0, limit - Number(Attributes?.['count']?.N ?? 0));
}
