import { hash } from 'node:crypto';
import type { Table } from '../../store/table.ts';
import { newUpdate } from '../../store/update.ts';

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
export function rateLimiter(table: Table): RateLimiter {
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
      lease.coming ??= reserve(table, { name, window, size, limit }, lease);
      if (!(await lease.coming)) return Math.max(1, Math.ceil((window + 1) * RATE_WINDOW - now / 1000));
    }
    lease.left--;
    return null;
  };
}

async function reserve(
  table: Table,
  { name, window, size, limit }: { name: string; window: number; size: number; limit: number },
  lease: Lease,
): Promise<boolean> {
  const update = newUpdate();
  update.set('expires', { N: String((window + 2) * RATE_WINDOW) });
  update.add('count', size);
  const count = update.name('count');
  const most = update.value({ N: String(limit - size) });
  try {
    const room = `attribute_not_exists(${count}) OR ${count} <= ${most}`;
    const reserved = await update.send(table, keyOf(name, window), room);
    if (reserved) lease.left += size;
    return reserved;
  } finally {
    lease.coming = null;
  }
}

/**
 * How many requests are not reserved yet in this window. It adds nothing, so a role that may only count can call it.
 * @returns less than may still pass, by what instances have reserved and not used.
 */
export async function rateLeft(table: Table, { name, limit }: Counted, now: number): Promise<number> {
  const window = Math.floor(now / 1000 / RATE_WINDOW);
  const update = newUpdate();
  update.set('expires', { N: String((window + 2) * RATE_WINDOW) });
  update.add('count', 0);
  const item = await update.read(table, keyOf(name, window), 'ALL_NEW');
  return Math.max(0, limit - Number(item?.['count']?.N ?? 0));
}

const keyOf = (name: string, window: number) => ({ claim: { S: `rate:${name}:${window}` } });
