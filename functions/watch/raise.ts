/**
 * Appends alerts exactly once despite crashes. The place in the writer's chain is stored before the append.
 * After a crash the next run checks whether an item is at that place. If not, it closes the place, so that an
 * append still in progress fails.
 */

import { hash } from 'node:crypto';
import { defined } from '../../shared/defined.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { type LogStore, readEntry } from '../../shared/log/read/read.ts';
import type { LogWriter } from '../../shared/log/write/writer.ts';
import { putIf, type Table } from '../../shared/store/table.ts';
import { SEALED } from '../../shared/tables.ts';
import { forget, recall, remember, swap } from './state.ts';

export interface Alert {
  /** Identifies the subject of the alert: the same finding gives the same key. */
  key: string;
  entry: NewEntry;
  /** The alert is only in the words of its entry, so the entry must be listed to be found. */
  sealed?: true;
  /** An officer must review it at once. */
  grave?: boolean;
}

/** New alerts, and how many of them are grave. */
interface AlertCount {
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
/** Seconds that a raised alert is remembered: longer than any entry may be scanned again. */
const REMEMBERED = 40 * 86_400;

/**
 * @param name of the caller; no two processes may use the same name concurrently.
 * @throws the error of log or store: then the same alerts must be raised again with the same keys.
 */
export async function raiseOnce(
  raising: Raising,
  name: string,
  alerts: readonly Alert[],
): Promise<AlertCount> {
  await recover(raising, name);
  const count: AlertCount = { raised: 0, grave: 0 };
  for (let from = 0; from < alerts.length; from += AT_ONCE) {
    const some = alerts.slice(from, from + AT_ONCE);
    const raised = await Promise.all(some.map(({ key }) => recall(raising.state, raisedPlace(key))));
    const fresh = some.filter((_, i) => raised[i] === null);
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
    alerts: alerts.map(({ key, sealed }) => ({ key, ...defined({ sealed }) })),
  };
  if (!(await swap(state, intentPlace(name), 'intent', null, JSON.stringify(intent))))
    throw new Error('another watch is running');
  // After a crash from here on, `recover` finds out by the place whether the entries are there.
  await log.append(alerts.map(({ entry }) => entry));
  await finish(raising, name, intent);
}

/** Alerts that are about to be appended, and their place. */
interface Intent {
  writer: string;
  seq: number;
  at: string;
  alerts: Pick<Alert, 'key' | 'sealed'>[];
}

/** Finds out whether the append of a process that crashed was stored. */
async function recover(raising: Raising, name: string): Promise<void> {
  const text = (await recall(raising.state, intentPlace(name)))?.['intent']?.S;
  if (text === undefined) return;
  const intent = JSON.parse(text) as Intent;
  const { writer, seq } = intent;
  const read = () => readEntry(raising.store, `${writer}-${seq}-0`);
  const stored = (await read()) ?? ((await close(raising.store, writer, seq)) ? null : await read());
  // Entries that can't be opened are raised again.
  if (stored?.entry && !stored.erased) await finish(raising, name, intent);
  else await forget(raising.state, intentPlace(name));
}

/** Closes a place of the chain. @returns `false` if an item was stored there meanwhile. */
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
      remember(state, raisedPlace(key), { id: { S: `${writer}-${seq}-${leaf}` } }, expires),
      ...(sealed ? [remember(state, { part: SEALED, item: `${at}#${writer}-${seq}-${leaf}` })] : []),
    ]),
  );
  await forget(state, intentPlace(name));
}

/** @returns the entry of an alert that was raised and is remembered */
export async function raisedAs(state: Table, key: string): Promise<string | null> {
  return (await recall(state, raisedPlace(key)))?.['id']?.S ?? null;
}

const intentPlace = (name: string) => ({ part: 'intent', item: name });
const raisedPlace = (key: string) => ({ part: 'told', item: hash('sha256', key, 'base64url') });
