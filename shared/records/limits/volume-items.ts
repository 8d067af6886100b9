/** The items that count distinct people: their keys, their content, and the hash of a person. */

import { hash } from 'node:crypto';
import type { ClientId, EntryId, SubjectId } from '../../ids.ts';
import { getItem, type Item, type Table } from '../../store/table.ts';
import { newUpdate } from '../../store/update.ts';

/** @param word the case, as the caller wrote it. The key reveals neither agency nor case. */
export function matterKey(agency: ClientId, purpose: string, word: string): string {
  return hash('sha256', JSON.stringify(['matter', agency, purpose, fold(word)]), 'base64url');
}

/** @param day of the pack's calendar. The key reveals neither agency nor officer. */
export function volumeKey(agency: ClientId, officer: string, day: number): string {
  return hash('sha256', JSON.stringify([agency, fold(officer), day]), 'base64url');
}

/** Of the accesses of an agency that wait for their review. */
export function reviewsKey(agency: ClientId): string {
  return hash('sha256', JSON.stringify(['reviews', agency]), 'base64url');
}

/** @returns tier to the distinct subjects of the day so far. */
export async function readVolume(table: Table, key: string): Promise<ReadonlyMap<string, number>> {
  return countsOf(await readItem(table, key));
}

/** Stores which alerts were raised on this day. */
export async function markTold(table: Table, key: string, marks: readonly string[]): Promise<void> {
  const update = newUpdate();
  update.add('told', { SS: [...marks] });
  await update.send(table, { budget: { S: key } });
}

/** Strongly consistent. */
export function readItem(table: Table, key: string): Promise<Item | null> {
  return getItem(table, { budget: { S: key } });
}

export function countsOf(item: Item | null): Map<string, number> {
  const tiers = Object.entries(item ?? {}).filter(([name]) => name.startsWith('tier-'));
  return new Map(tiers.map(([name, { BS: set }]) => [name.slice(5), set?.length ?? 0]));
}

export function distinct(hashes: readonly Uint8Array[]): Uint8Array[] {
  return [...new Map(hashes.map((hash) => [hex(hash), hash])).values()];
}

function fold(word: string): string {
  return word.normalize('NFKC').toLowerCase().replace(/\s+/gu, '');
}

/** What is counted: people, or accesses by the entries of their attempts. */
export type CountedId = SubjectId | EntryId;

/** Subject ids are random, so eight bytes of a hash reveal nothing and hardly ever collide. */
export function hashOf(key: string, subject: CountedId): Uint8Array {
  return hash('sha256', JSON.stringify([key, subject]), 'buffer').subarray(0, 8);
}

export function setOf(item: Item | null, tier: string): Uint8Array[] {
  return item?.[`tier-${tier}`]?.BS ?? [];
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
