/** In the watch's table: that people should look at something, and the messages that say so. Neither names a person or a value. */

import { hash } from 'node:crypto';
import { deleteItem, type Item, putIf, putItem, queryAll, queryStep, type Table } from '../../store/table.ts';
import { DELIVERIES, TO_TELL, UNDELIVERED } from '../../tables.ts';

/** An alert, a task, or an act that waits for a second person. */
export const TOLD_OF = ['alert', 'task', 'second'] as const;
export type ToldOf = (typeof TOLD_OF)[number];

export interface ToTell {
  of: ToldOf;
  /** The office that it is for, or that began the act; absent for alerts, which are for auditors. */
  office?: string;
  count: number;
  /** Epoch milliseconds. */
  at: number;
}

/** One message to one channel. */
export interface Delivery extends ToTell {
  /** The same at each attempt, so that a receiver knows a repeated one. */
  id: string;
  channel: string;
  tries: number;
  /** Epoch milliseconds of the first attempt and of the next one. */
  since: number;
  next: number;
  /** Why the last attempt failed: a word of a closed list. */
  fault?: string;
}

/** Seconds that marks and messages are kept: marks of a gateway without a channel lapse as well. */
const KEPT = { [TO_TELL]: 2 * 86_400, [DELIVERIES]: 8 * 86_400, [UNDELIVERED]: 30 * 86_400 };
type Part = keyof typeof KEPT;
/** Items that are read at once; the next pass reads the rest. */
const MOST = 200;

const keyOf = (part: Part, item: string): Item => ({ part: { S: part }, item: { S: item } });
const itemOf = (part: Part, item: string, document: object, now: number): Item => ({
  ...keyOf(part, item),
  document: { S: JSON.stringify(document) },
  expires: { N: String(Math.ceil(now / 1000) + KEPT[part]) },
});

/** May be repeated. @param key identifies what it is about: the same key is told once while its mark is there */
export async function markToTell(table: Table, key: string, mark: ToTell): Promise<void> {
  const item = hash('sha256', `${mark.of} ${key}`, 'base64url');
  await putIf(table, itemOf(TO_TELL, item, mark, mark.at), 'attribute_not_exists(#part)');
}

interface Read<Document> {
  item: string;
  document: Document;
}

const documentsIn = <Document>(items: readonly Item[]): Read<Document>[] =>
  items.map(({ item, document }) => ({ item: item?.S ?? '', document: JSON.parse(document?.S ?? '') }));

/** The first by their keys, strongly consistent. */
const readSome = async <Document>(table: Table, part: Part): Promise<Read<Document>[]> =>
  documentsIn((await queryStep(table, 'part = :part', { part }, { limit: MOST })).items);

export const readMarks = (table: Table) => readSome<ToTell>(table, TO_TELL);
export const readDeliveries = (table: Table) => readSome<Delivery>(table, DELIVERIES);
/** All of a channel: those that wait for their time, however many, keep none that is due from being read. */
export const readDeliveriesOf = async (table: Table, channel: string): Promise<Read<Delivery>[]> => {
  const where = 'part = :part AND begins_with(#item, :prefix)';
  return documentsIn(await queryAll(table, where, { part: DELIVERIES, prefix: `${channel} ` }));
};
export const readUndelivered = (table: Table) => readSome<Delivery>(table, UNDELIVERED);

export const forgetMark = (table: Table, item: string) => deleteItem(table, keyOf(TO_TELL, item));

const placeOf = ({ id, channel }: Delivery) => `${channel} ${id}`;

export function putDelivery(table: Table, delivery: Delivery, now: number): Promise<void> {
  return putItem(table, itemOf(DELIVERIES, placeOf(delivery), delivery, now));
}

export const forgetDelivery = (table: Table, delivery: Delivery) =>
  deleteItem(table, keyOf(DELIVERIES, placeOf(delivery)));

/** Put before it is taken from the other part: a crash leaves it in both, and loses none. */
export async function giveUp(table: Table, delivery: Delivery, now: number): Promise<void> {
  await putItem(table, itemOf(UNDELIVERED, placeOf(delivery), delivery, now));
  await forgetDelivery(table, delivery);
}

/** Lets the next pass deliver it again, with a day of its own. */
export async function sendAgain(table: Table, delivery: Delivery, now: number): Promise<void> {
  await putDelivery(table, { ...delivery, tries: 0, since: now, next: now }, now);
  await deleteItem(table, keyOf(UNDELIVERED, placeOf(delivery)));
}
