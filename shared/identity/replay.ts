import { hash } from 'node:crypto';
import { swap, type Table } from '../store/table.ts';

/** Something that may be used once. */
export interface Claim {
  /** What is claimed; see `claimName`. */
  claim: string;
  /** Epoch second from which the id is refused for its age. */
  expires: number;
}

/** Allowed clock difference between instances in seconds, so that no gap opens. */
const MARGIN = 60;

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
  const free = 'attribute_not_exists(#claim) OR #expires < :now';
  return swap(table, item, free, { ':now': { N: String(Math.floor(now / 1000)) } });
}
