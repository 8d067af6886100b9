/**
 * Tasks: what somebody must do, by when. A task lies under an id of its own; the index `byInbox` sorts those of one
 * inbox by their due time. It holds ids and codes alone, never a value or a person's word.
 */

import { hash } from 'node:crypto';
import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { Json } from '../../json.ts';
import { ifHeld } from '../table.ts';

export interface Task {
  id: string;
  /** One of the pack's kinds of tasks. */
  kind: string;
  /** Whose it is: see `inboxOfAgency`, `inboxOfDepartment`. */
  inbox: string;
  /** What it is about: a log entry or a document, by id. */
  about: string;
  /** Internal subject id, where it is about one. */
  subject: string | null;
  /** Departments that own the data concerned. */
  owners: readonly string[];
  /** RFC 3339 instants. */
  opened: string;
  due: string;
  /** From when on it is reminded of, where the kind has that. */
  remind?: string;
  state: 'open' | 'done';
  /** Codes and ids that tell what is to be done, such as a purpose, a recipient, fields. */
  details: Readonly<Record<string, Json>>;
  /** Since when it is being told that it is overdue, and by which entry it was. */
  alert?: { at: string; entry?: string };
  /** Who is completing it (digest of a person), since when. */
  closing?: { person: string; at: string };
  done?: Completion;
}

export interface Completion {
  at: string;
  /** The agency that completed it, and the digest of its officer. */
  agency: string;
  person: string;
  /** A code: what came of it. */
  outcome: string;
  /** The log entry that says so. */
  entry: string;
}

export type NewTask = Omit<Task, 'id' | 'state' | 'alert' | 'closing' | 'done'> & {
  /** What makes the task one with others of its kind and inbox, where that is not `about`. */
  key?: string;
};

export function inboxOfAgency(clientId: string): string {
  return `agency:${clientId}`;
}

/** @param county as many digits of the division code as stand in clear */
export function inboxOfDepartment(department: string, county: string): string {
  return `department:${department}:${county}`;
}

/** The id that a task of this kind, inbox and matter has, whenever it is opened. */
export function taskId(kind: string, inbox: string, key: string): string {
  return hash('sha256', JSON.stringify([kind, inbox, key]), 'base64url').slice(0, 22);
}

/**
 * Opens the task unless it was opened before, done or not: what makes tasks may be repeated after a crash.
 * @returns its id, and whether it is new
 */
export async function openTask(
  dynamo: DynamoDBClient,
  table: string,
  { key, ...given }: NewTask,
): Promise<{ id: string; opened: boolean }> {
  const id = taskId(given.kind, given.inbox, key ?? given.about);
  // The inbox is known before a task lies in it, so that whoever goes through all inboxes misses none.
  await noteInbox(dynamo, table, given.inbox);
  return { id, opened: await putTask(dynamo, table, { ...given, id, state: 'open' }, null) };
}

/** @returns whether `previous` (`null`: nothing) stood there and the task stands there now */
export function putTask(
  dynamo: DynamoDBClient,
  table: string,
  task: Task,
  previous: Task | null,
): Promise<boolean> {
  const condition =
    previous === null
      ? { ConditionExpression: 'attribute_not_exists(task)' }
      : {
          ConditionExpression: '#document = :previous',
          ExpressionAttributeNames: { '#document': 'document' },
          ExpressionAttributeValues: { ':previous': { S: JSON.stringify(previous) } },
        };
  const Item = {
    task: { S: task.id },
    inbox: { S: shelf(task.inbox, task.state) },
    due: { S: dueKey(task) },
    document: { S: JSON.stringify(task) },
  };
  return ifHeld(dynamo.send(new PutItemCommand({ TableName: table, Item, ...condition })));
}

/** Strongly consistent. @returns `null` when there is none */
export async function readTask(dynamo: DynamoDBClient, table: string, id: string): Promise<Task | null> {
  const { Item: item } = await dynamo.send(
    new GetItemCommand({ TableName: table, Key: { task: { S: id } }, ConsistentRead: true }),
  );
  return item?.['document']?.S === undefined ? null : JSON.parse(item['document'].S);
}

export interface TaskPage {
  /** Soonest due first. */
  tasks: Task[];
  /** Key after which to go on; `null` at the end. */
  next: string | null;
}

/**
 * Tasks of several inboxes as one list. Through the index, so one opened a moment ago may not be in it yet.
 * @param after key of an earlier page
 * @param until only those due before this instant
 */
export async function listTasks(
  dynamo: DynamoDBClient,
  table: string,
  query: {
    inboxes: readonly string[];
    state: Task['state'];
    after?: string | undefined;
    until?: string;
    limit: number;
  },
): Promise<TaskPage> {
  const pages = await Promise.all(
    query.inboxes.map((inbox) => queryInbox(dynamo, table, { ...query, inbox: shelf(inbox, query.state) })),
  );
  const all = pages.flat().sort((a, b) => (dueKey(a) < dueKey(b) ? -1 : 1));
  const tasks = all.slice(0, query.limit);
  const last = tasks.at(-1);
  const more = all.length > tasks.length || pages.some((page) => page.length === query.limit);
  return { tasks, next: more && last ? dueKey(last) : null };
}

/** Every inbox that ever had a task. */
export async function listInboxes(dynamo: DynamoDBClient, table: string): Promise<string[]> {
  const inboxes: string[] = [];
  let next: Record<string, AttributeValue> | undefined;
  do {
    const page = await dynamo.send(
      new QueryCommand({
        TableName: table,
        IndexName: 'byInbox',
        KeyConditionExpression: 'inbox = :inbox',
        ExpressionAttributeValues: { ':inbox': { S: INBOXES } },
        ...(next && { ExclusiveStartKey: next }),
      }),
    );
    inboxes.push(...(page.Items ?? []).map((item) => item['due']?.S ?? ''));
    next = page.LastEvaluatedKey;
  } while (next);
  return inboxes;
}

async function queryInbox(
  dynamo: DynamoDBClient,
  table: string,
  {
    inbox,
    after = '',
    until,
    limit,
  }: { inbox: string; after?: string | undefined; until?: string; limit: number },
): Promise<Task[]> {
  const page = await dynamo.send(
    new QueryCommand({
      TableName: table,
      IndexName: 'byInbox',
      // Keys begin with an instant: a bare instant is less than every key of that instant.
      KeyConditionExpression: `inbox = :inbox AND ${until === undefined ? 'due > :after' : 'due BETWEEN :after AND :until'}`,
      ExpressionAttributeValues: {
        ':inbox': { S: inbox },
        ':after': { S: after === '' ? '0' : after },
        ...(until !== undefined && { ':until': { S: until } }),
      },
      Limit: limit,
    }),
  );
  return (page.Items ?? [])
    .map((item) => JSON.parse(item['document']?.S ?? '') as Task)
    .filter((task) => dueKey(task) !== after);
}

/** Sorts by due time; the id tells apart what is due at the same instant. */
function dueKey({ due, id }: Pick<Task, 'due' | 'id'>): string {
  return `${due}#${id}`;
}

/** Partition of the index that lists inboxes. No inbox has this name. */
const INBOXES = '#inboxes';

const shelf = (inbox: string, state: Task['state']) => (state === 'open' ? inbox : `${state}/${inbox}`);

const noted = new WeakMap<DynamoDBClient, Set<string>>();

async function noteInbox(dynamo: DynamoDBClient, table: string, inbox: string): Promise<void> {
  const known = noted.get(dynamo) ?? new Set();
  noted.set(dynamo, known);
  if (known.has(inbox)) return;
  const Item = { task: { S: `#${inbox}` }, inbox: { S: INBOXES }, due: { S: inbox } };
  await dynamo.send(new PutItemCommand({ TableName: table, Item }));
  known.add(inbox);
}

/* Up to which instant the log was followed for tasks, kept beside them. */

const KEY = { S: '#followed' };

/** @returns epoch milliseconds, or `null` before the first step; strongly consistent */
export async function readPosition(dynamo: DynamoDBClient, table: string): Promise<number | null> {
  const { Item: item } = await dynamo.send(
    new GetItemCommand({ TableName: table, Key: { task: KEY }, ConsistentRead: true }),
  );
  return item?.['until']?.N === undefined ? null : Number(item['until'].N);
}

/** @returns whether `previous` stood there and `until` stands there now */
export function movePosition(
  dynamo: DynamoDBClient,
  table: string,
  until: number,
  previous: number | null,
): Promise<boolean> {
  const condition =
    previous === null
      ? { ConditionExpression: 'attribute_not_exists(task)' }
      : {
          ConditionExpression: '#until = :previous',
          ExpressionAttributeNames: { '#until': 'until' },
          ExpressionAttributeValues: { ':previous': { N: String(previous) } },
        };
  const Item = { task: KEY, until: { N: String(until) } };
  return ifHeld(dynamo.send(new PutItemCommand({ TableName: table, Item, ...condition })));
}
