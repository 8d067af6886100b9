/**
 * Whether the functions work, and on which tables. An operator writes it as one item (infra/aws/commands/restore.ts). Each call to
 * DynamoDB asks it first, so a closed gateway touches no table, and a copy takes the place of its table in all functions by one put.
 * The one attribute that a function may write there is the log's checkpoint: the sequencer puts it, and each function knows it without
 * a call of its own.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Problem } from '../shared/errors.ts';
import { parseJson } from '../shared/json.ts';
import { getItem } from '../shared/store/table.ts';
import { COPIED, HEAD, MODE, type Mode } from '../shared/tables.ts';

/** Milliseconds after which the item is read again. */
export const FRESH = 5_000;

/**
 * Milliseconds for which a function that was open begins its first calls while it reads the item again. It gives nothing of them
 * out before it knows that it still is: so a first write may come this late after a closing, and never a release.
 */
export const BEGINS = 300_000;

/** Milliseconds that a door waits for the item. Behind it each call to a table waits for it again, as long as it takes. */
const AT_THE_DOOR = 1_000;

/** Functions that read or write records. In `repair` the others work: they replay erasures and compare the log. */
const ON_RECORDS: ReadonlySet<string> = new Set(['intake', 'release', 'verify', 'insight', 'casework']);

const OPEN: Mode = { works: 'all', retryAfter: 0, tables: {} };

interface Watched {
  /** Name of a table of the stack to its setting. */
  settings: Map<string, string>;
  now(): number;
  name: string;
  last?: { since: number; mode: Promise<Mode> };
  /** The mode as it was known last. */
  known?: { since: number; mode: Mode };
  /** The log's newest checkpoint as it was read with the mode. */
  head?: string | undefined;
}
/** The function whose answer is being made: one client may serve several. */
const serving = new AsyncLocalStorage<string>();

const watched = new WeakMap<DynamoDBClient, Watched>();

type Names = Readonly<Record<string, string | undefined>>;

/** Makes the client follow the mode. Does nothing without a table for it. May be called again with other settings. */
export function followMode(dynamo: DynamoDBClient, env: Names, now: () => number): void {
  const { modeTable: name, ...others } = env;
  if (name === undefined) return;
  let own = watched.get(dynamo);
  if (!own) {
    own = { settings: new Map(), now, name };
    watched.set(dynamo, own);
    follow(dynamo, own);
  }
  for (const [setting, table = ''] of Object.entries(others))
    if (setting.endsWith('Table')) own.settings.set(table, setting);
}

/**
 * Answers only while the function is open. A store that does not answer closes no door, and nothing behind it opens.
 * @param answer makes the answer. @throws Problem MAINTENANCE if the function is closed, or was meanwhile
 */
export async function whileOpen(
  dynamo: DynamoDBClient,
  fn: string,
  answer: () => Promise<unknown>,
): Promise<void> {
  const own = watched.get(dynamo);
  if (!own) return void (await answer());
  const mode = patiently(current(dynamo, own));
  if (!begins(own)) refuse(await mode, fn);
  await serving.run(fn, answer);
  // Behind the door each table call waited for the mode, so what is known is newer than what the door's patience gave.
  const here = await mode;
  refuse(own.known?.mode ?? here, fn);
}

async function patiently(reading: Promise<Mode>): Promise<Mode> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<Mode>((resolve) => {
    timer = setTimeout(resolve, AT_THE_DOOR, OPEN);
  });
  const mode = await Promise.race([reading.catch(() => OPEN), patience]);
  clearTimeout(timer);
  return mode;
}

const isOff = ({ works }: Mode, fn = serving.getStore() ?? '') =>
  works === 'none' || (works === 'repair' && ON_RECORDS.has(fn));

function refuse(mode: Mode, fn: string): void {
  if (isOff(mode, fn)) throw closed(mode);
}

/** @returns the open mode in which calls may begin before it is read again */
function begins({ known, now }: Watched): Mode | null {
  const age = known ? now() - known.since : BEGINS;
  return known?.mode.works === 'all' && age >= 0 && age < BEGINS ? known.mode : null;
}

/** For work that no caller waits for. @returns whether the function is closed */
export async function isClosed(dynamo: DynamoDBClient, fn: string): Promise<boolean> {
  const own = watched.get(dynamo);
  if (!own) return false;
  return isOff(await patiently(current(dynamo, own)), fn);
}

const closed = ({ retryAfter }: Mode) =>
  new Problem('MAINTENANCE', { headers: { 'retry-after': String(retryAfter) } });

/** The checkpoint (a signed note) that this client knows, without a call of its own. */
export const shownHead = (dynamo: DynamoDBClient): string | undefined => watched.get(dynamo)?.head;

/** Concurrent calls share one read. @throws the store's error */
function current(dynamo: DynamoDBClient, own: Watched): Promise<Mode> {
  const age = own.last ? own.now() - own.last.since : FRESH;
  if (own.last && age >= 0 && age < FRESH) return own.last.mode;
  const last = { since: own.now(), mode: read(dynamo, own) };
  own.last = last;
  last.mode.then(
    (mode) => {
      own.known = { since: last.since, mode };
    },
    () => {
      if (own.last === last) delete own.last;
    },
  );
  return last.mode;
}

async function read(client: DynamoDBClient, own: Watched): Promise<Mode> {
  const item = await getItem({ client, name: own.name }, { part: { S: MODE } });
  own.head = item?.[HEAD]?.S ?? own.head;
  const text = item?.['document']?.S;
  return text === undefined ? OPEN : (parseJson(text) as unknown as Mode);
}

interface Call {
  input: { TableName?: string; RequestItems?: Readonly<Record<string, unknown>> };
}
interface Answer {
  output: Record<string, unknown>;
}
type Next = (call: Call) => Promise<Answer>;

function follow(dynamo: DynamoDBClient, own: Watched): void {
  const stack = dynamo.middlewareStack as unknown as {
    add(middleware: (next: Next) => Next, options: object): void;
  };
  const middleware = (next: Next): Next => {
    return async (call) => {
      if (call.input.TableName === own.name) return next(call);
      const reading = current(dynamo, own);
      const begun = begins(own);
      if (begun === null) return under(own, await reading, next, call);
      const [answer, mode] = await Promise.all([under(own, begun, next, call), reading]);
      // One that was renamed meanwhile may have been asked under the old name.
      const moved = JSON.stringify(mode.tables) !== JSON.stringify(begun.tables);
      if (isOff(mode) || moved) throw closed(mode);
      return answer;
    };
  };
  stack.add(middleware, { step: 'initialize', name: 'fieldgateMode', override: true });
}

async function under(own: Watched, mode: Mode, next: Next, call: Call): Promise<Answer> {
  if (isOff(mode)) throw closed(mode);
  const copies = copiesOf(own, mode);
  if (copies.size === 0) return next(call);
  const { TableName, RequestItems } = call.input;
  const answer = await next({
    ...call,
    input: {
      ...call.input,
      ...(TableName !== undefined && { TableName: copies.get(TableName) ?? TableName }),
      ...(RequestItems && { RequestItems: renamed(RequestItems, copies) }),
    },
  });
  const back = new Map([...copies].map(([table, copy]) => [copy, table]));
  for (const member of OF_BATCHES) {
    const some = answer.output[member] as object | undefined;
    if (some) answer.output[member] = renamed(some, back);
  }
  return answer;
}

const OF_BATCHES = ['Responses', 'UnprocessedKeys', 'UnprocessedItems'];

const renamed = (some: object, names: ReadonlyMap<string, string>) =>
  Object.fromEntries(Object.entries(some).map(([name, one]) => [names.get(name) ?? name, one]));

/** Table to copy. @throws Problem INTEGRITY_FAULT if a name is not that of a copy of the table */
function copiesOf({ settings }: Watched, { tables }: Mode): ReadonlyMap<string, string> {
  const copies = new Map<string, string>();
  for (const [table, setting] of settings) {
    const copy = tables[setting];
    if (copy === undefined) continue;
    if (!copy.startsWith(table) || !COPIED.test(copy.slice(table.length)))
      throw new Problem('INTEGRITY_FAULT');
    copies.set(table, copy);
  }
  return copies;
}
