/** Published packs, each under its hash, and the pointer to the one in force. */

import { gunzipSync, gzipSync } from 'node:zlib';
import type { EntryId } from '../../ids.ts';
import { getItem, type Item, putIf, queryAll, type Table } from '../../store/table.ts';

/** The facts about a published pack besides its text. */
export interface Published {
  version: string;
  hash: string;
  /** RFC 3339. */
  at: string;
  /** Log entry of the publication. */
  entry: EntryId;
}

const PACKS = 'pack';
/** Unpublished packs, whose programmes must be counted first. */
const DRAFTS = 'draft';
const POINTER = { part: { S: 'pointer' }, item: { S: 'current' } };

/** @returns the hash of the pack in force, or `null` if none was published yet */
export async function readPointer(table: Table): Promise<string | null> {
  const item = await getItem(table, POINTER);
  if (!item) return null;
  if (!item['hash']?.S) throw new Error('malformed pointer');
  return item['hash'].S;
}

/** @returns the pack as JSON text, or `null` if none was published under this hash */
export function readPublished(table: Table, hash: string): Promise<string | null> {
  return readText(table, PACKS, hash);
}

/** Stores an unpublished pack for the job that counts its programmes. */
export async function putDraft(table: Table, hash: string, text: string): Promise<void> {
  await putIf(table, itemOf(DRAFTS, hash, text), 'attribute_not_exists(part)');
}

/** As `readPublished`, for a pack that `putDraft` stored. */
export function readDraft(table: Table, hash: string): Promise<string | null> {
  return readText(table, DRAFTS, hash);
}

async function readText(table: Table, part: string, hash: string): Promise<string | null> {
  const item = await getItem(table, { part: { S: part }, item: { S: hash } });
  return item?.['pack']?.B === undefined ? null : gunzipSync(item['pack'].B).toString('utf8');
}

/** Every published pack, without its text. */
export async function listPublished(table: Table): Promise<Published[]> {
  const items = await queryAll(table, 'part = :part', { part: PACKS }, { project: ['document'] });
  const found = items.map((item) => JSON.parse(item['document']?.S ?? '') as Published);
  return found.sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** Stores a pack. One that was published before stays unchanged. @param text JSON of the compiled pack */
export async function putPublished(table: Table, published: Published, text: string): Promise<void> {
  const item = { ...itemOf(PACKS, published.hash, text), document: { S: JSON.stringify(published) } };
  await putIf(table, item, 'attribute_not_exists(part)');
}

/**
 * Puts a pack in force.
 * @param before the hash in force at the time of the decision
 * @returns `false` if another pack is in force by now
 */
export function movePointer(
  table: Table,
  before: string | null,
  { hash, entry, at }: Published,
): Promise<boolean> {
  const item = { ...POINTER, hash: { S: hash }, entry: { S: entry }, at: { S: at } };
  // A repeat after a lost answer finds its own entry.
  const own = { ':entry': item.entry };
  if (before === null) return putIf(table, item, 'attribute_not_exists(part) OR entry = :entry', own);
  return putIf(table, item, '#hash = :before OR entry = :entry', { ...own, ':before': { S: before } });
}

function itemOf(part: string, hash: string, text: string): Item {
  return { part: { S: part }, item: { S: hash }, pack: { B: gzipSync(text, { level: 9 }) } };
}
