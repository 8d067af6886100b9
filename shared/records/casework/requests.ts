/**
 * Requests as stored: one item each under its id, and rows in the inboxes of offices. The request itself
 * never changes. What owners said and how often it was collected are separate attributes, so that a role may
 * be denied either. Each change names the revision or the count that it is based on. A request that is collected once
 * lists the positions of the people who were collected, because a long one is collected in pieces.
 */
import { randomUUID } from 'node:crypto';
import { Problem } from '../../errors.ts';
import type { Json } from '../../json.ts';
import { queryFirst } from '../../store/first.ts';
import { getItem, getItems, type Item, putItem, swap, type Table } from '../../store/table.ts';
import { newUpdate } from '../../store/update.ts';

/** The parts of a request; `asked` and `said` are the policy's documents. */
export interface StoredRequest {
  id: string;
  asked: Json;
  said: Json;
  /** Counts the changes of `said`. */
  revision: number;
  collections: number;
  collectedAt: string | null;
  /** Collected positions, of a request that is collected once. */
  pieces: { from: number; count: number }[];
}

const keyOf = (id: string) => ({ part: { S: `request:${id}` }, item: { S: 'request' } });

/** Strongly consistent. @returns `null` if there is none. @throws Problem INTEGRITY_FAULT if it is malformed */
export async function readRequest(table: Table, id: string): Promise<StoredRequest | null> {
  const item = await getItem(table, keyOf(id));
  return item ? stored(id, item) : null;
}

/** Strongly consistent, in no order and without those that do not exist. @throws as `readRequest` */
export async function readRequests(table: Table, ids: readonly string[]): Promise<StoredRequest[]> {
  const items = await getItems(table, ids.map(keyOf));
  return items.map((item) => stored(item['part']?.S?.slice('request:'.length) ?? '', item));
}

function stored(id: string, item: Item): StoredRequest {
  const { asked, said, revision, collections, collectedAt, pieces } = item;
  if (!asked?.S || !revision?.N || !collections?.N) throw new Problem('INTEGRITY_FAULT');
  return {
    id,
    asked: JSON.parse(asked.S),
    said: JSON.parse(said?.S ?? 'null'),
    revision: Number(revision.N),
    collections: Number(collections.N),
    collectedAt: collectedAt?.S ?? null,
    pieces: JSON.parse(pieces?.S ?? '[]'),
  };
}

/**
 * @param expires epoch second from which it may be deleted
 * @returns whether it was stored; `false` if another request has this id
 */
export function putRequest(
  table: Table,
  { id, asked, expires }: { id: string; asked: Json; expires: number },
): Promise<boolean> {
  const item = {
    ...keyOf(id),
    asked: { S: JSON.stringify(asked) },
    revision: { N: '0' },
    collections: { N: '0' },
    expires: { N: String(Math.ceil(expires)) },
  };
  return swap(table, item, 'attribute_not_exists(part)');
}

/**
 * Replaces the owners' answers so far.
 * @param expires epoch second from which it may be deleted
 * @returns whether nothing had changed since the request was read, collections included
 */
export function putSaid(table: Table, seen: StoredRequest, said: Json, expires: number): Promise<boolean> {
  const update = newUpdate();
  const revision = `${update.name('revision')} = ${update.value({ N: String(seen.revision) })}`;
  const collections = `${update.name('collections')} = ${update.value({ N: String(seen.collections) })}`;
  update.set('expires', { N: String(Math.ceil(expires)) });
  update.set('said', { S: JSON.stringify(said) });
  update.set('revision', { N: String(seen.revision + 1) });
  const own = `${update.name('write')} = ${update.set('write', { S: randomUUID() })}`;
  return update.send(table, keyOf(seen.id), `(${revision} AND ${collections}) OR ${own}`);
}

/**
 * Counts a collection, unless an owner answered since the request was read.
 * @param once the positions that are collected, if each may be collected once: then it is not counted if another
 * collection was since. A repeat after a lost answer finds its own count.
 * @returns whether it was counted
 */
export async function countCollection(
  table: Table,
  seen: StoredRequest,
  { at, once }: { at: string; once: StoredRequest['pieces'][number] | null },
): Promise<boolean> {
  const update = newUpdate();
  update.set('collectedAt', { S: at });
  const revision = `${update.name('revision')} = ${update.value({ N: String(seen.revision) })}`;
  const write = randomUUID();
  const mine = update.set('write', { S: write });
  if (!once) {
    update.add('collections', 1);
    const fresh = `(attribute_not_exists(${update.name('write')}) OR ${update.name('write')} <> ${mine})`;
    if (await update.send(table, keyOf(seen.id), `${revision} AND ${fresh}`)) return true;
    return (await getItem(table, keyOf(seen.id)))?.['write']?.S === write;
  }
  const same = `${update.name('collections')} = ${update.value({ N: String(seen.collections) })}`;
  update.set('collections', { N: String(seen.collections + 1) });
  update.set('pieces', { S: JSON.stringify([...seen.pieces, once]) });
  const own = `${update.name('write')} = ${mine}`;
  return update.send(table, keyOf(seen.id), `${revision} AND (${same} OR ${own})`);
}

/** Takes back a collection that released nothing. One after which another was counted stays, and its people with it. */
export async function uncountCollection(
  table: Table,
  { id, collectedAt, collections, pieces }: StoredRequest,
  { at, once }: { at: string; once: StoredRequest['pieces'][number] | null },
): Promise<void> {
  const update = newUpdate();
  if (collectedAt === null) update.remove('collectedAt');
  else update.set('collectedAt', { S: collectedAt });
  const mine = `${update.name('collectedAt')} = ${update.value({ S: at })}`;
  if (!once) {
    update.add('collections', -1);
    await update.send(table, keyOf(id), mine);
    return;
  }
  const last = `${update.name('collections')} = ${update.value({ N: String(collections + 1) })}`;
  update.set('collections', { N: String(collections) });
  update.set('pieces', { S: JSON.stringify(pieces) });
  await update.send(table, keyOf(id), `${mine} AND ${last}`);
}

/**
 * Lists a request in an inbox: `agency:<client id>` for the agency that filed it, or `department:<code>:<county>` for
 * an office that must answer it.
 */
export async function listRequest(
  table: Table,
  row: { inbox: string; at: string; id: string; expires: number },
): Promise<void> {
  await putItem(table, {
    part: { S: row.inbox },
    item: { S: `${row.at}#${row.id}` },
    expires: { N: String(Math.ceil(row.expires)) },
  });
}

/** @returns ids of one inbox, newest first, each with the key after which the next page begins */
export async function listRequests(
  table: Table,
  { inbox, before, limit }: { inbox: string; before?: string | undefined; limit: number },
): Promise<{ id: string; key: string }[]> {
  const options = { limit, backwards: true, consistent: false };
  const items =
    before === undefined
      ? await queryFirst(table, 'part = :inbox', { inbox }, options)
      : await queryFirst(table, 'part = :inbox AND #item < :before', { inbox, before }, options);
  return items.map((item) => {
    const place = item['item']?.S ?? '';
    return { id: place.slice(place.indexOf('#') + 1), key: place };
  });
}
