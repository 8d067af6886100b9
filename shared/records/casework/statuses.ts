/**
 * The used places of a status list, and the revoked ones among them. A place is used once and never freed. A
 * list serves one month, after which no attestation is issued on it.
 */
import { queryFirst } from '../../store/first.ts';
import { type Item, putIf, queryAll, type Table } from '../../store/table.ts';
import type { CaseworkItem } from './casework.ts';

export interface StatusPlace {
  list: string;
  index: number;
  /** Epoch second after which the attestation is invalid and its place is no longer needed. */
  expires: number;
}

/** The address of a list, as attestations name it. */
export function statusUri(publicUrl: string, list: string): string {
  return `${publicUrl}/v1/status/${list}`;
}

/** Days that a used place stays known after its attestation expired: a list issues places for a month at most. */
const KEPT_DAYS = 62;

/** @returns whether the place was free and is now taken. After a lost answer it is `false`, and one place is wasted. */
export function takePlace(table: Table, place: StatusPlace): Promise<boolean> {
  return putIf(table, itemOf('taken', place), 'attribute_not_exists(#list)');
}

/** May be repeated; the first instant counts. @param now epoch milliseconds */
export async function revokePlace(table: Table, place: StatusPlace, now: number): Promise<void> {
  const item = { ...itemOf('revoked', place), at: { N: String(now) } };
  await putIf(table, item, 'attribute_not_exists(#list)');
}

/** A revoked place, and when it was revoked (epoch milliseconds). */
export interface Revoked {
  index: number;
  at: number;
}

/** @returns the revoked places of a list; strongly consistent */
export async function revokedPlaces(table: Table, list: string): Promise<Revoked[]> {
  const where = '#list = :list AND begins_with(#item, :revoked)';
  const items = await queryAll(table, where, { list, revoked: 'revoked#' });
  return items.map(({ item, at }) => ({ index: Number(item?.S?.split('#')[1]), at: Number(at?.N) }));
}

/** @returns when the place was revoked (epoch milliseconds), or `null`; strongly consistent */
export async function revokedAt(table: Table, list: string, index: number): Promise<number | null> {
  const values = { list, place: `revoked#${index}` };
  const [item] = await queryFirst(table, '#list = :list AND #item = :place', values, {
    limit: 1,
    consistent: true,
  });
  return item === undefined ? null : Number(item['at']?.N);
}

/** @returns whether no place of the list is known: none was used, or all are long expired */
export async function isUnused(table: Table, list: string): Promise<boolean> {
  return (await queryFirst(table, '#list = :list', { list }, { limit: 1, consistent: true })).length === 0;
}

/** The part of a stored outcome that its attestation needs. */
export interface StoredProof {
  purpose: string;
  recipient: string;
  status?: StatusPlace;
}

/** Kind of casework items that hold outcomes of verifications. */
export const OUTCOME = 'outcome';

/**
 * Revokes the attestations that outcomes among these items name: all, or those for a purpose and recipient.
 * To be called before a consent's withdrawal is answered and before casework is deleted. May be repeated.
 */
export async function revokeProofs(
  table: Table,
  items: readonly CaseworkItem[],
  now: number,
  only?: { purpose: string; recipient: string },
): Promise<void> {
  for (const { kind, document } of items) {
    if (kind !== OUTCOME) continue;
    const { purpose, recipient, status } = document as StoredProof;
    const meant = !only || (only.purpose === purpose && only.recipient === recipient);
    if (meant && status) await revokePlace(table, status, now);
  }
}

function itemOf(state: 'taken' | 'revoked', { list, index, expires }: StatusPlace): Item {
  return {
    list: { S: list },
    item: { S: `${state}#${index}` },
    expires: { N: String(Math.ceil(expires) + KEPT_DAYS * 86_400) },
  };
}
