/** Changes of the register that wait for a second steward, in the table of agencies: at most one an agency. */
import type { ClientId, EntryId } from '../../ids.ts';
import { getItem, type Item, swap, type Table } from '../../store/table.ts';
import type { Agency } from './agencies.ts';
import type { Difference } from './difference.ts';

export interface Proposal {
  /** Digest of the change: the second steward must request exactly the same. */
  change: string;
  /** Digest of the first steward's identity. */
  person: string;
  /** That steward's office, and its departments. */
  office: ClientId;
  departments: readonly string[];
  /** Log entry of the request. */
  entry: EntryId;
  /** Epoch second after which the proposal no longer counts. */
  expires: number;
  /** Of an agency: what the second steward sees and confirms. */
  wanted?: Wanted;
}

export interface Wanted {
  outcome: string;
  /** The record as it would be, and the state of the record that it replaces. */
  agency: Agency;
  revision: number | null;
  difference: readonly Difference[];
  /** Name of the first steward. */
  officer: string;
  reason: string;
}

/** Client ids can't contain this character, so `getAgency` never reads a proposal. */
const itemOf = (clientId: ClientId) => `pending~${clientId}`;

/** @param now epoch milliseconds. @returns `null` if none is pending */
export async function readProposal(table: Table, clientId: ClientId, now: number): Promise<Proposal | null> {
  const item = await getItem(table, { clientId: { S: itemOf(clientId) } });
  return item && proposalIn(item, now);
}

/** @returns the proposal of an item of the table; `null` for other items, and if it no longer counts */
export function proposalIn(item: Item, now: number): Proposal | null {
  const proposal = JSON.parse(item['proposal']?.S ?? 'null') as Proposal | null;
  return proposal && now / 1000 < proposal.expires ? proposal : null;
}

/**
 * @param before the entry of the proposal that was read, `null` for none.
 * @param after the proposal that replaces it; `null` once the change is made.
 * @returns false if a concurrent call was faster.
 */
export function moveProposal(
  table: Table,
  clientId: ClientId,
  { before, after, now }: { before: string | null; after: Proposal | null; now: number },
): Promise<boolean> {
  const item = {
    clientId: { S: itemOf(clientId) },
    proposal: { S: JSON.stringify(after) },
    entry: { S: after?.entry ?? 'none' },
    expires: { N: String(after?.expires ?? 0) },
  };
  if (before !== null) return swap(table, item, '#entry = :before', { ':before': { S: before } });
  const past = { ':now': { N: String(Math.floor(now / 1000)) } };
  return swap(table, item, 'attribute_not_exists(clientId) OR #expires <= :now', past);
}
