import { hash } from 'node:crypto';
import { swap, type Table } from '../store/table.ts';

/** Something that may be used once. */
export interface Claim {
  /** What is claimed; see `claimName`. */
  claim: string;
  /** Epoch second from which the thing is refused for its age anyway. */
  expires: number;
}

/** Clocks of two instances may differ by this many seconds without opening a gap. */
const MARGIN = 60;

/** The name of a single-use id within its issuer. Hashed, because ids are the caller's own words. */
export function claimName(kind: string, issuer: string, id: string): string {
  return `${kind}:${issuer}:${hash('sha256', id, 'base64url')}`;
}

/**
 * Claims by one conditional write, so that of all instances one wins.
 * @param now epoch milliseconds.
 * @returns false when it was claimed before. @throws the SDK's error when the table cannot be reached, which
 * the caller must treat as a refusal.
 */
export function claimOnce(table: Table, { claim, expires }: Claim, now: number): Promise<boolean> {
  const item = { claim: { S: claim }, expires: { N: String(Math.ceil(expires) + MARGIN) } };
  // DynamoDB deletes expired items days late, so the time is compared here.
  const free = 'attribute_not_exists(#claim) OR #expires < :now';
  return swap(table, item, free, { ':now': { N: String(Math.floor(now / 1000)) } });
}
