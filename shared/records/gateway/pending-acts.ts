/** Acts that wait for a second person. They are in the jobs table, which only maintenance can write. */

import type { Receipt } from '../../contract/common.ts';
import {
  asClientId,
  asEntryId,
  asSubjectId,
  type ClientId,
  type EntryId,
  type SubjectId,
} from '../../ids.ts';
import { getItem, type Item, putIf, type Table } from '../../store/table.ts';
import { newUpdate, type Update } from '../../store/update.ts';
import { nameInto } from './acts-into.ts';
import { nameOpen, openItems } from './open-names.ts';

/** The acts on people that two must request. */
export type ActKind = 'erase' | 'merge' | 'part' | 'move' | 'end';

/** The counties of a move, by the digits that are stored in clear. */
export interface Way {
  from: string;
  to: string;
  /** The department of the other county that is asked. */
  of: string;
}

export interface PendingAct {
  /** Digests of the people, so no name is stored. */
  requester: string;
  /** The office of the requester, and its departments. */
  clientId: ClientId;
  departments: readonly string[];
  approver: string | null;
  /** Log entry of the request. */
  entry: EntryId;
  /** Of that entry, for the first person's repeat. */
  receipt?: Receipt | undefined;
  /** Epoch second after which the request no longer counts. */
  expires: number;
  /** The answer to the approver; `null` while the act is not done. */
  answer: string | null;
  /** What is done, and to which subject; the lists of what waits name them. Absent once it is done or stopped. */
  about: { kind: ActKind; subject: SubjectId } | null;
  /** The first person's order does not wait. */
  ordered: boolean;
  /** Of a merge or its undo: the survivor. */
  into: SubjectId | null;
  /** Of a move. */
  way?: Way | undefined;
  /** Both have approved, and the act waits. */
  approved: ApprovedAct | null;
}

export interface ApprovedAct {
  approver: string;
  /** Log entry of the approval. */
  entry: EntryId;
  /** Of that entry, for the second person's repeat. */
  receipt?: Receipt;
  /** Epoch second from which the act is done. */
  due: number;
  /** The actor of the approval as JSON, and the subject, for the process that does the act when it is due. */
  actor: string;
  subject: SubjectId;
  /** The departments that were informed. */
  told: readonly string[];
}

/** Seconds for which a request waits, and for which its answer can be repeated. */
const ACT_SECONDS = 86_400;

const keyOf = (act: string) => ({ job: { S: `act:${act}` } });

/** @param act the act and its subject, in opaque words */
export async function readAct(table: Table, act: string, now: number): Promise<PendingAct | null> {
  const item = await getItem(table, keyOf(act));
  return item && actIn(item, now);
}

function actIn(item: Item, now: number): PendingAct | null {
  const expires = Number(item['expires']?.N ?? 0);
  // DynamoDB deletes expired items late, so the time is compared here.
  if (!item['requester']?.S || !item['entry']?.S || item['stopped'] || expires * 1000 <= now) return null;
  return {
    requester: item['requester'].S,
    clientId: asClientId(item['office']?.S ?? ''),
    departments: item['departments']?.L?.map(({ S = '' }) => S) ?? [],
    approver: item['approver']?.S ?? null,
    entry: asEntryId(item['entry'].S),
    receipt: item['receipt']?.S === undefined ? undefined : (JSON.parse(item['receipt'].S) as Receipt),
    expires,
    answer: item['answer']?.S ?? null,
    about: aboutIn(item),
    ordered: item['ordered']?.BOOL === true,
    into: item['into']?.S === undefined ? null : asSubjectId(item['into'].S),
    way: item['way']?.S === undefined ? undefined : (JSON.parse(item['way'].S) as Way),
    approved: approvedIn(item),
  };
}

function approvedIn(item: Item): ApprovedAct | null {
  const text = item['approved']?.S;
  return text === undefined ? null : (JSON.parse(text) as ApprovedAct);
}

function aboutIn(item: Item): PendingAct['about'] {
  const { kind, subject } = item;
  if (kind?.S === undefined || subject?.S === undefined) return null;
  return { kind: kind.S as ActKind, subject: asSubjectId(subject.S) };
}

/** @returns whether this request is now the pending one; `false` if another came first */
export async function openAct(
  table: Table,
  act: string,
  opened: Omit<PendingAct, 'approver' | 'answer' | 'ordered' | 'approved' | 'into'> & {
    ordered?: boolean;
    into?: SubjectId;
  },
  now: number,
): Promise<boolean> {
  const { entry, receipt, expires, about, into, way } = opened;
  const item = {
    ...keyOf(act),
    requester: { S: opened.requester },
    office: { S: opened.clientId },
    departments: { L: opened.departments.map((code) => ({ S: code })) },
    entry: { S: entry },
    expires: { N: String(expires) },
    ordered: { BOOL: opened.ordered ?? false },
    ...(receipt && { receipt: { S: JSON.stringify(receipt) } }),
    ...(about && { kind: { S: about.kind }, subject: { S: about.subject } }),
    ...(into !== undefined && { into: { S: into } }),
    ...(way && { way: { S: JSON.stringify(way) } }),
  };
  // Named before it exists: a name of no act is passed over, and no act is missing.
  await Promise.all([
    nameOpen(table, 'acts', act, expires),
    about && into !== undefined && nameInto(table, about.kind, into, act, expires),
  ]);
  // The log entry is this request's own, so a repeat finds it.
  const free = 'attribute_not_exists(job) OR expires <= :now OR entry = :entry OR attribute_exists(stopped)';
  return putIf(table, item, free, {
    ':now': { N: String(Math.floor(now / 1000)) },
    ':entry': { S: entry },
  });
}

/** Keeps the answer for the approver, who may not have received it. */
export async function closeAct(
  table: Table,
  act: string,
  { approver, answer, now }: { approver: string; answer: string; now: number },
): Promise<void> {
  const update = newUpdate();
  update.set('approver', { S: approver });
  update.set('answer', { S: answer });
  update.set('expires', { N: String(Math.floor(now / 1000) + ACT_SECONDS) });
  for (const name of ['approved', 'due', 'begun', 'subject']) update.remove(name);
  await update.send(table, keyOf(act));
}

/** Seconds for which an approved act is kept after it is due. */
const OVERDUE_SECONDS = 30 * 86_400;

/**
 * Keeps the approval, or moves the due time of an approved act.
 * @param entry log entry of the first request
 * @returns false if the act was stopped, has begun, or another approval was stored first
 */
export function approveAct(
  table: Table,
  act: string,
  { entry, approved, before }: { entry: EntryId; approved: ApprovedAct; before: ApprovedAct | null },
): Promise<boolean> {
  const update = newUpdate();
  const mine = update.set('approved', { S: JSON.stringify(approved) });
  update.set('due', { N: String(approved.due) });
  update.set('expires', { N: String(approved.due + OVERDUE_SECONDS) });
  const free = ['begun', 'stopped'].map((name) => `attribute_not_exists(${update.name(name)})`).join(' AND ');
  const same = `${update.name('entry')} = ${update.value({ S: entry })} AND ${free}`;
  const prior =
    before === null
      ? `attribute_not_exists(${update.name('approved')})`
      : `${update.name('approved')} = ${update.value({ S: JSON.stringify(before) })}`;
  // A repeat after a lost answer finds its own approval.
  const own = `${update.name('approved')} = ${mine}`;
  return update.send(table, keyOf(act), `${same} AND (${prior} OR ${own})`);
}

/** Marks the approved act as begun: from now on it cannot be stopped. @returns false if it was stopped */
export function beginAct(table: Table, act: string, approved: ApprovedAct): Promise<boolean> {
  const update = newUpdate();
  update.set('begun', { BOOL: true });
  return update.send(
    table,
    keyOf(act),
    `${update.name('approved')} = ${update.value({ S: JSON.stringify(approved) })}`,
  );
}

/** The person who stopped an act, and the answer to that, for the repeat. */
export interface Stopped {
  by: string;
  answer: string;
}

/**
 * The end of an act that is over: a day ago, so that it is over by every clock. DynamoDB's time to live leaves items alone
 * whose end is more than five years ago.
 */
const over = (now: number) => ({ N: String(Math.floor(now / 1000) - ACT_SECONDS) });

/**
 * Ends an act that waits for its second person or for its time.
 * @param said kept for a day
 * @returns false if it has begun
 */
export function stopAct(
  table: Table,
  act: string,
  now: number,
  said: Stopped | null = null,
): Promise<boolean> {
  const update = stopping(now, said);
  return update.send(table, keyOf(act), `attribute_not_exists(${update.name('begun')})`);
}

function stopping(now: number, said: Stopped | null): Update {
  const update = newUpdate();
  update.set('expires', said ? { N: String(Math.floor(now / 1000) + ACT_SECONDS) } : over(now));
  update.set('stopped', { S: JSON.stringify(said) });
  for (const name of ['approved', 'due', 'subject']) update.remove(name);
  return update;
}

/** @returns the answer that this person got who stopped or took back the act, until a day later or until it is requested again */
export async function stopAnswer(
  table: Table,
  act: string,
  { by, now }: { by: string; now: number },
): Promise<string | null> {
  const item = await getItem(table, keyOf(act));
  const stopped = JSON.parse(item?.['stopped']?.S ?? 'null') as Stopped | null;
  const expires = Number(item?.['expires']?.N ?? 0);
  return stopped?.by === by && expires * 1000 > now ? stopped.answer : null;
}

/**
 * Ends an act, whether or not it is done, so that its approvals and its answer serve for nothing more.
 * @param said of what took it back, kept for a day
 */
export async function forgetAct(
  table: Table,
  act: string,
  now: number,
  said: Stopped | null = null,
): Promise<void> {
  const update = stopping(now, said);
  await update.send(table, keyOf(act), said ? undefined : `attribute_exists(${update.name('job')})`);
}

/** Acts that wait, approved ones included. A name stays for a day after its request could still be stored. */
function openActs(table: Table, now: number): Promise<Item[]> {
  return openItems(table, 'acts', keyOf, (until, item) => {
    const ends = Math.max(until + ACT_SECONDS, Number(item?.['expires']?.N ?? 0));
    return ends * 1000 <= now;
  });
}

/** @returns the names of approved acts that are due and not done */
export async function dueActs(table: Table, now: number): Promise<string[]> {
  const items = await openActs(table, now);
  return items.flatMap((item) => {
    if (!item['approved']) return [];
    const due = Number(item['due']?.N ?? Number.POSITIVE_INFINITY);
    return due * 1000 <= now ? nameOf(item) : [];
  });
}

/** An act that waits for its second person or for its time. */
export type ListedAct = Omit<PendingAct, 'about'> & NonNullable<PendingAct['about']>;

/** @returns the acts that wait and have not begun */
export async function waitingActs(table: Table, now: number): Promise<ListedAct[]> {
  const items = await openActs(table, now);
  return items.flatMap((item) => {
    if (!item['subject'] || item['begun']) return [];
    const known = actIn(item, now);
    return known?.about && known.answer === null ? [{ ...known, ...known.about }] : [];
  });
}

function nameOf(item: Item): string[] {
  const name = item['job']?.S ?? '';
  return name.startsWith('act:') ? [name.slice('act:'.length)] : [];
}
