import { hash } from 'node:crypto';
import { putIf, swap, type Table } from '../store/table.ts';

/** Something that may be used once. */
export interface Claim {
  /** What is claimed; see `claimName`. */
  claim: string;
  /** Epoch second from which the id is refused for its age. */
  expires: number;
}

/** Allowed clock difference between instances in seconds, so that no gap opens. */
const MARGIN = 60;

/** Seconds for which a held claim holds; after that its process has failed. */
const HELD = 60;

/**
 * Holds a claim for one call. It is let go if the call fails, so that the next one need not wait.
 * @param call word of this call alone
 * @returns false if another call holds it
 */
export function hold(table: Table, claim: string, call: string, now: number): Promise<boolean> {
  return putHeld(table, { claim, call, until: now + HELD * 1000 }, `${FREE} OR #call = :call`, now);
}

/** Lets go what this call holds, and nothing else. */
export function letGo(table: Table, claim: string, call: string, now: number): Promise<boolean> {
  return putHeld(table, { claim, call, until: now - 1000 }, '#call = :call', now);
}

function putHeld(
  table: Table,
  { claim, call, until }: { claim: string; call: string; until: number },
  condition: string,
  now: number,
): Promise<boolean> {
  const item = { claim: { S: claim }, expires: { N: String(Math.floor(until / 1000)) }, call: { S: call } };
  const values = { ':call': item.call, ...(condition.includes(':now') && { ':now': secondOf(now) }) };
  return putIf(table, item, condition, values);
}

const FREE = 'attribute_not_exists(#claim) OR #expires < :now';
const secondOf = (now: number) => ({ N: String(Math.floor(now / 1000)) });

/** The name of a single-use id within its issuer. Hashed, because the caller chooses the id. */
export function claimName(kind: string, issuer: string, id: string): string {
  return `${kind}:${issuer}:${hash('sha256', id, 'base64url')}`;
}

/**
 * Claims by one conditional write, so that exactly one of all instances succeeds.
 * @param now epoch milliseconds.
 * @returns false if it was claimed before. @throws the SDK's error if the table can't be reached; the caller
 * must treat it as a refusal.
 */
export function claimOnce(table: Table, { claim, expires }: Claim, now: number): Promise<boolean> {
  const item = { claim: { S: claim }, expires: { N: String(Math.ceil(expires) + MARGIN) } };
  // DynamoDB deletes expired items days late, so the time is compared here.
  return swap(table, item, FREE, { ':now': secondOf(now) });
}
