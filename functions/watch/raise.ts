/**
 * Appends alerts exactly once, whatever dies in between. The place in the writer's chain is written down before
 * the append: whoever comes next looks whether something stands there, and if not, closes the place, so that
 * an append which is still on its way fails as well.
 */

import { hash } from 'node:crypto';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { type LogStore, readEntry } from '../../shared/log/read/read.ts';
import type { LogWriter } from '../../shared/log/write/writer.ts';
import { putIf, type Table } from '../../shared/store/table.ts';
import { SEALED } from '../../shared/tables.ts';
import { forget, recall, remember, swap } from './state.ts';

export interface Alert {
  /** The same for the same thing, however often it is found. */
  key: string;
  entry: NewEntry;
  /** It says what is wrong in its words alone, and could not be found among others that say nothing. */
  sealed?: true;
  /** Somebody must look at once. */
  grave?: boolean;
}

/** How many were new, and how many of these grave. */
export interface Raised {
  raised: number;
  grave: number;
}

export interface Raising {
  state: Table;
  store: LogStore;
  log: Pick<LogWriter, 'append' | 'next'>;
  now(): number;
}

/** Entries of one item. */
const AT_ONCE = 50;
/** Seconds that a thing which was told is remembered: longer than anything is looked at again. */
const REMEMBERED = 40 * 86_400;

/**
 * @param name of who raises: one at a time works under a name.
 * @throws what log or store throw: then the same alerts must be raised again, with the same keys.
 */
export async function raiseOnce(raising: Raising, name: string, alerts: readonly Alert[]): Promise<Raised> {
  await settle(raising, name);
  const count: Raised = { raised: 0, grave: 0 };
  for (let from = 0; from < alerts.length; from += AT_ONCE) {
    const some = alerts.slice(from, from + AT_ONCE);
    const told = await Promise.all(some.map(({ key }) => recall(raising.state, toldPlace(key))));
    const fresh = some.filter((_, i) => told[i] === null);
    if (fresh.length > 0) await append(raising, name, fresh);
    count.raised += fresh.length;
    count.grave += fresh.filter(({ grave }) => grave).length;
  }
  return count;
}

async function append(raising: Raising, name: string, alerts: readonly Alert[]): Promise<void> {
  const { state, log, now } = raising;
  const place = await log.next();
  const intent: Intent = {
    ...place,
    at: new Date(now()).toISOString(),
    alerts: alerts.map(({ key, sealed }) => ({ key, ...(sealed && { sealed }) })),
  };
  if (!(await swap(state, intentPlace(name), 'intent', null, JSON.stringify(intent))))
    throw new Error('another watch is at work');
  // Should this process die from here on, `settle` finds out by the place whether the entries are there.
  await log.append(alerts.map(({ entry }) => entry));
  await finish(raising, name, intent);
}

/** What is about to be appended, and where. */
interface Intent {
  writer: string;
  seq: number;
  at: string;
  alerts: Pick<Alert, 'key' | 'sealed'>[];
}

/** Finds out what became of an append whose end nobody saw. */
async function settle(raising: Raising, name: string): Promise<void> {
  const text = (await recall(raising.state, intentPlace(name)))?.['intent']?.S;
  if (text === undefined) return;
  const intent = JSON.parse(text) as Intent;
  const { writer, seq } = intent;
  const look = () => readEntry(raising.store, `${writer}-${seq}-0`);
  const stored = (await look()) ?? ((await close(raising.store, writer, seq)) ? null : await look());
  // Entries that do not open say too little: they are raised again, readable.
  if (stored?.entry && !stored.erased) await finish(raising, name, intent);
  else await forget(raising.state, intentPlace(name));
}

/** @returns `false` when an item came to stand there meanwhile. */
function close({ dynamo, table }: LogStore, writer: string, seq: number): Promise<boolean> {
  const item = { writer: { S: writer }, seq: { N: String(seq) }, closed: { BOOL: true } };
  const condition = 'attribute_not_exists(#writer) OR #closed = :closed';
  return putIf({ client: dynamo, name: table }, item, condition, { ':closed': { BOOL: true } });
}

async function finish({ state, now }: Raising, name: string, intent: Intent): Promise<void> {
  const { writer, seq, at, alerts } = intent;
  const expires = now() / 1000 + REMEMBERED;
  await Promise.all(
    alerts.flatMap(({ key, sealed }, leaf) => [
      remember(state, toldPlace(key), {}, expires),
      ...(sealed ? [remember(state, { part: SEALED, item: `${at}#${writer}-${seq}-${leaf}` })] : []),
    ]),
  );
  await forget(state, intentPlace(name));
}

const intentPlace = (name: string) => ({ part: 'intent', item: name });
const toldPlace = (key: string) => ({ part: 'told', item: hash('sha256', key, 'base64url') });
