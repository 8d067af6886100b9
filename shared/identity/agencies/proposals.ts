/** Changes of the register that wait for a second steward, in the table of agencies: at most one an agency. */
import type { Receipt } from '../../contract/common.ts';
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
  /** Of that entry, for the first steward's repeat. */
  receipt?: Receipt;
  /** Of an agency: what the second steward sees and confirms. */
  wanted?: Wanted;
  /** Digest of the second steward, who alone may go on after a failure. */
  approver?: string;
  /** The entry of the change that the second steward made, for that steward's repeat. */
  done?: { receipt: Receipt; at: number };
  /** Of a pack: its hash and that of the one that it replaces, its name, and what the first steward gave. */
  packs?: { hash: string; before: string | null; version: string; officer?: string; reason?: string };
}

export type AgencyChange = 'registered' | 'changed' | 'rekeyed' | 'suspended' | 'unsuspended';

export interface Wanted {
  outcome: AgencyChange;
  /** The record as it would be, and the state of the record that it replaces. */
  agency: Agency;
  revision: number | null;
  difference: readonly Difference[];
  /** Name of the first steward. */
  officer: string;
  reason: string;
}

/** Whether it waits for a second steward still. */
export const isOpen = ({ approver }: Proposal): boolean => approver === undefined;

/** Name of a state of a proposal, by which it is replaced. */
const stateOf = ({ entry, approver, done }: Proposal): string =>
  [entry, ...(approver === undefined ? [] : [approver]), ...(done ? ['done'] : [])].join(' ');

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

/** @returns the receipt of the change that made the record, if it has this revision still; `null` for one that no steward changed */
export async function receiptOf(
  table: Table,
  clientId: ClientId,
  revision: number | null,
): Promise<Receipt | null> {
  const item = await getItem(table, { clientId: { S: clientId } });
  return Number(item?.['revision']?.N ?? 0) === revision ? JSON.parse(item?.['receipt']?.S ?? 'null') : null;
}

/**
 * @param before the proposal as it was read, `null` for none.
 * @param after what replaces it
 * @returns false if a concurrent call was faster.
 */
export function moveProposal(
  table: Table,
  clientId: ClientId,
  { before, after, now }: { before: Proposal | null; after: Proposal; now: number },
): Promise<boolean> {
  const item = {
    clientId: { S: itemOf(clientId) },
    proposal: { S: JSON.stringify(after) },
    entry: { S: stateOf(after) },
    expires: { N: String(after.expires) },
  };
  if (before !== null) return swap(table, item, '#entry = :before', { ':before': { S: stateOf(before) } });
  const past = { ':now': { N: String(Math.floor(now / 1000)) } };
  return swap(table, item, 'attribute_not_exists(clientId) OR #expires <= :now', past);
}
