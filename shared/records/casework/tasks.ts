/**
 * Tasks: what an office must do, and by when. Each task has an id of its own; the index `byInbox` sorts those
 * of one inbox by their due time. A task holds ids and codes, never a value or a person's words, and the name of an
 * officer only while that officer has it in hand.
 */

import { hash } from 'node:crypto';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Receipt } from '../../contract/common.ts';
import { defined } from '../../defined.ts';
import type { ClientId, EntryId, SubjectId } from '../../ids.ts';
import type { Json } from '../../json.ts';
import { contend, LOST } from '../../store/contend.ts';
import { queryFirst } from '../../store/first.ts';
import {
  getItem,
  putItem,
  queryAll,
  readDocument,
  swap,
  swapDocument,
  type Table,
} from '../../store/table.ts';

export interface Task {
  id: string;
  /** One of the pack's kinds of tasks. */
  kind: string;
  /** The responsible office: see `inboxOfAgency`, `inboxOfDepartment`. */
  inbox: string;
  /** The log entry or document concerned, by id. */
  about: string;
  /** Internal subject id, if the task concerns a subject. */
  subject: SubjectId | null;
  /** Departments that own the data concerned. */
  owners: readonly string[];
  /** RFC 3339 instants. */
  opened: string;
  due: string;
  /** When a reminder is sent, if the kind has one. */
  remind?: string;
  state: 'open' | 'done';
  /** Codes and ids that describe the work, such as a purpose, a recipient, fields. */
  details: Readonly<Record<string, Json>>;
  /** The start of the alert that it is overdue, and the log entry of the alert. */
  alert?: { at: string; entry?: EntryId };
  /** The person completing it (a digest), and since when. */
  closing?: { person: string; at: string };
  taken?: Taken;
  /** The first of two who close it by a word that one person may not say alone. */
  asked?: AskedToClose;
  done?: Completion;
  /** The supervisor, as a digest, who had given it to the officer who did it. */
  given?: string;
}

/** The officer who has a task in hand, by name and by digest, and when that lapses. */
export interface Taken {
  agency: ClientId;
  name: string;
  person: string;
  at: string;
  until: string;
  /** The supervisor, as a digest, who gave it to the officer. */
  by?: string;
  /** The officer has opened the report of harm that it is about. */
  opened?: true;
}

/** As `WaitingRequest` of the steps. */
export interface AskedToClose {
  /** The word that they said. */
  outcome: 'passed-on' | 'unfounded';
  person: string;
  clientId: ClientId;
  departments: readonly string[];
  entry: EntryId;
  expires: string;
  receipt?: Receipt;
}

export interface Completion {
  at: string;
  /** The agency that completed it, and the digest of its officer. */
  agency: ClientId;
  person: string;
  /** A code for the result. */
  outcome: string;
  /** The log entry of the completion. */
  entry: EntryId;
  /** SHA-256, in hexadecimal, of the proof. */
  evidence?: string;
  /** Of a notice: how and on which day it reached the person. */
  delivery?: { kind: string; day: string };
}

export type NewTask = Omit<Task, 'id' | 'state' | 'alert' | 'closing' | 'taken' | 'done'> & {
  /** Identifies the task within its kind and inbox, if `about` does not. */
  key?: string;
};

export function inboxOfAgency(clientId: ClientId | ''): string {
  return `agency:${clientId}`;
}

/** @param county the digits of the division code that are stored in clear */
export function inboxOfDepartment(department: string, county: string): string {
  return `department:${department}:${county}`;
}

/** The id of a task follows from its kind, its inbox and its key. */
export function taskId(kind: string, inbox: string, key: string): string {
  return hash('sha256', JSON.stringify([kind, inbox, key]), 'base64url').slice(0, 22);
}

/**
 * Opens the task unless it was opened before, done or not, so whatever opens tasks may be repeated after a crash.
 * @returns its id, and whether this call opened it
 */
export async function openTask(
  table: Table,
  { key, ...given }: NewTask,
): Promise<{ id: string; opened: boolean }> {
  const id = taskId(given.kind, given.inbox, key ?? given.about);
  // The inbox is noted before it has a task, so a pass over all inboxes misses none.
  await noteInbox(table, given.inbox);
  return { id, opened: await putTask(table, { ...given, id, state: 'open' }, null) };
}

/** @returns whether it replaced `previous` (`null`: no task) */
export function putTask(table: Table, task: Task, previous: Task | null): Promise<boolean> {
  return swapDocument(table, { task: { S: task.id } }, task, previous, {
    inbox: { S: partitionOf(task.inbox, task.state) },
    due: { S: dueKey(task) },
  });
}

/** Strongly consistent. @returns `null` if there is none */
export function readTask(table: Table, id: string): Promise<Task | null> {
  return readDocument<Task>(table, { task: { S: id } });
}

/** Others may mark an alert meanwhile, at most twice, or take the task in hand. */
const ATTEMPTS = 8;

/**
 * Closes an open task. What is closed holds neither a claim nor the name of the officer who had it in hand.
 * @param seen the task as it was read; it is read again if it changed
 * @param may whether the open task, as it is now, may be closed
 * @returns the closed task; `null` if this call did not close it
 */
export async function closeOpen(
  table: Table,
  seen: Task | null,
  done: Completion,
  may: (task: Task) => boolean = () => true,
): Promise<Task | null> {
  let task = seen;
  const once = async () => {
    if (task?.state !== 'open' || !may(task)) return null;
    const { closing: _, taken, ...rest } = task;
    const given = taken?.person === done.person ? taken.by : undefined;
    const closed: Task = { ...rest, state: 'done', done, ...defined({ given }) };
    if (await putTask(table, closed, task)) return closed;
    task = await readTask(table, task.id);
    return LOST;
  };
  return contend<Task | null>(ATTEMPTS, once, () => null);
}

export interface TaskPage {
  /** Soonest due first. */
  tasks: Task[];
  /** Key after which the next page begins; `null` after the last. */
  next: string | null;
  /** Stored tasks of the page that can't be read, and are passed over. */
  unread: number;
}

/**
 * Tasks of several inboxes as one list. It reads the index, so a task opened a moment ago may be missing.
 * @param after key of an earlier page
 * @param until only those due before this instant
 */
export async function listTasks(
  table: Table,
  query: {
    inboxes: readonly string[];
    state: Task['state'];
    after?: string | undefined;
    until?: string;
    limit: number;
  },
): Promise<TaskPage> {
  const pages = await Promise.all(
    query.inboxes.map((inbox) => queryInbox(table, { ...query, inbox: partitionOf(inbox, query.state) })),
  );
  const all = pages.flat().sort((a, b) => (a.key < b.key ? -1 : 1));
  const page = all.slice(0, query.limit);
  const tasks = page.flatMap(({ task }) => task ?? []);
  const more = all.length > page.length || pages.some((one) => one.length === query.limit);
  return { tasks, next: (more && page.at(-1)?.key) || null, unread: page.length - tasks.length };
}

/** Every inbox that ever had a task. */
export async function listInboxes(table: Table): Promise<string[]> {
  const items = await queryAll(table, 'inbox = :inbox', { inbox: INBOXES }, { index: 'byInbox' });
  return items.map((item) => item['due']?.S ?? '');
}

async function queryInbox(
  table: Table,
  query: { inbox: string; after?: string | undefined; until?: string; limit: number },
): Promise<{ key: string; task: Task | null }[]> {
  const { inbox, until, limit, after = '' } = query;
  // DynamoDB refuses a span that ends before it begins.
  if (until !== undefined && after > until) return [];
  const options = { index: 'byInbox', limit };
  const texts = { inbox, after: after || '0' };
  // Keys begin with an instant: a bare instant is less than every key of that instant.
  const items =
    until === undefined
      ? await queryFirst(table, 'inbox = :inbox AND due > :after', texts, options)
      : await queryFirst(
          table,
          'inbox = :inbox AND due BETWEEN :after AND :until',
          { ...texts, until },
          options,
        );
  return items
    .map((item) => ({ key: item['due']?.S ?? '', task: documentOf(item['document']?.S ?? '') }))
    .filter(({ key }) => key !== after);
}

function documentOf(text: string): Task | null {
  try {
    return JSON.parse(text) as Task;
  } catch {
    return null;
  }
}

/** The key of a task in a list. Sorts by due time; the id distinguishes tasks that are due at the same instant. */
export function dueKey({ due, id }: Pick<Task, 'due' | 'id'>): string {
  return `${due}#${id}`;
}

/** Partition of the index that lists inboxes. No inbox has this name. */
const INBOXES = '#inboxes';

const partitionOf = (inbox: string, state: Task['state']) => (state === 'open' ? inbox : `${state}/${inbox}`);

const noted = new WeakMap<DynamoDBClient, Set<string>>();

/** To be called before the inbox has a task. */
export async function noteInbox(table: Table, inbox: string): Promise<void> {
  const known = noted.get(table.client) ?? new Set();
  noted.set(table.client, known);
  if (known.has(inbox)) return;
  await putItem(table, { task: { S: `#${inbox}` }, inbox: { S: INBOXES }, due: { S: inbox } });
  known.add(inbox);
}

/* How far the log was followed for tasks is kept in the same table. */

const FOLLOWED = { task: { S: '#followed' } };

export interface Followed {
  /** Epoch milliseconds. */
  until: number;
  /** Earlier entries that failed, by id, with their times in epoch milliseconds. */
  failed: Map<string, number>;
}

/** Strongly consistent. `until` is `null` before the first step. */
export async function readPosition(
  table: Table,
): Promise<{ until: number | null; failed: Followed['failed'] }> {
  const { until, failed } = (await getItem(table, FOLLOWED)) ?? {};
  const times = Object.entries(failed?.M ?? {}).map(([id, { N }]) => [id, Number(N)] as const);
  return { until: until?.N === undefined ? null : Number(until.N), failed: new Map(times) };
}

/** @returns whether it replaced `previous` (`null`: no position) */
export function movePosition(
  table: Table,
  { until, failed }: Followed,
  previous: number | null,
): Promise<boolean> {
  const M = Object.fromEntries([...failed].map(([id, at]) => [id, { N: String(at) }]));
  const item = { ...FOLLOWED, until: { N: String(until) }, failed: { M } };
  if (previous === null) return swap(table, item, 'attribute_not_exists(#until)');
  return swap(table, item, '#until = :previous', { ':previous': { N: String(previous) } });
}
