import { hash } from 'node:crypto';
import type { ClientId } from '../../ids.ts';
import type { Table } from '../../store/table.ts';
import { newUpdate } from '../../store/update.ts';

/** Seconds of one window. */
export const RATE_WINDOW = 60;

/** Maximum requests in a window for one agency, and for one of its people. */
export interface Rates {
  agency: number;
  officer: number;
}
/** An agency has a third of the stage's throttle at most, so that others are served while one is busy. */
export const RATES: Rates = { agency: 10_000, officer: 6_000 };

/** The rates of an agency: those of its record override the general ones. */
export function ratesOf(own: { [name in keyof Rates]?: number | undefined } = {}, all = RATES): Rates {
  return { agency: own.agency ?? all.agency, officer: own.officer ?? all.officer };
}

/** The counted party and its limit in a window. */
export interface Counted {
  name: string;
  limit: number;
}

/**
 * The counter of a request besides that of its agency: the person by issuer and subject. All officers that an
 * agency only names share one counter, so a new name gives no new limit.
 */
export function officerKey(
  officer: string | undefined,
  person: { issuer: string; subject: string } | null,
): string | undefined {
  if (person) return JSON.stringify([person.issuer, person.subject]);
  return officer === undefined ? undefined : CLAIMED;
}

/** No issuer and subject can give this key. */
const CLAIMED = 'claimed';

/** @returns the counters of one request of this agency. The table holds the officer as a digest. */
export function countedFor(clientId: ClientId, officer: string | undefined, rates: Rates): Counted[] {
  const counted = [{ name: clientId, limit: rates.agency }];
  if (officer === undefined) return counted;
  return [...counted, { name: `${clientId}:${hash('sha256', officer, 'base64url')}`, limit: rates.officer }];
}

/** Counts requests over all instances. See `rateLimiter`. */
export type RateLimiter = (counted: Counted, now: number, n?: number) => Promise<number | null>;

interface Lease {
  window: number;
  left: number;
  /** Requests of the window so far. */
  asked: number;
  /** The most that a reservation holds ahead; 0 once the counter had no room for one. */
  ahead: number;
  /** The pending reservation, shared by all requests that wait for it. */
  coming: { size: number; made: Promise<boolean> } | null;
}

const MAX_NAMES = 2000;

/**
 * A limiter that reserves requests from the shared counter of a window, so that one call to the store serves many
 * requests. An instance reserves at most as many ahead as it was asked for in this window, a twentieth of the limit, and
 * 50: many instances that each serve a few requests don't use up the limit of one agency. All instances together
 * never exceed the limit, and about half of it passes at least; reservations that an instance does not use in the window are
 * lost. Windows start at full minutes, so twice the limit may pass within one minute around the start of a window.
 * A request counts as many times as it has subjects.
 * @returns a function that gives `null` for an allowed request, otherwise the seconds to wait.
 */
export function rateLimiter(table: Table): RateLimiter {
  const leases = new Map<string, Lease>();
  return async ({ name, limit }, now, n = 1) => {
    // More than the limit would never pass.
    const wanted = Math.min(n, limit);
    const window = Math.floor(now / 1000 / RATE_WINDOW);
    let lease = leases.get(name);
    if (lease?.window !== window) {
      const ahead = Math.min(50, Math.floor(limit / 20));
      lease = { window, left: 0, asked: 0, ahead, coming: null };
      leases.delete(name);
      if (leases.size >= MAX_NAMES) leases.delete(leases.keys().next().value as string);
      leases.set(name, lease);
    }
    lease.asked += wanted;
    while (lease.left < wanted) {
      const least = wanted - lease.left;
      const size = Math.max(least, Math.min(lease.ahead, lease.asked - wanted));
      lease.coming ??= { size, made: reserve(table, { name, window, size, limit }, lease) };
      const { size: tried, made } = lease.coming;
      if (await made) continue;
      if (tried <= least) return Math.max(1, Math.ceil((window + 1) * RATE_WINDOW - now / 1000));
      // There may be room for this request alone.
      lease.ahead = 0;
    }
    lease.left -= wanted;
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
 * The number of unreserved requests in this window. It reserves nothing, so a role with read permission can
 * call it.
 * @returns fewer than may still pass, by the unused reservations of the instances.
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
