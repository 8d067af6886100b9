/** This browser's verification results for logs, in IndexedDB. They contain nothing personal. */
import { signal } from '@preact/signals';
import type { FaultCode, Verified } from './worker.ts';

/** The verified part of the tree, and the source of the log's key. */
export interface Remembered {
  /** Name of the log. */
  log: string;
  /** The log's key in vkey form. */
  key: string;
  keyFrom: 'gateway' | 'hand';
  /** Epoch milliseconds. */
  keySince: number;
  at: number;
  size: number;
  /** The checkpoint note, in full. */
  note: string;
  verified: Verified;
  fault: { code: FaultCode; at: number | null; entry: string | null } | null;
}

export const remembered = signal<Remembered | null>(null);

const NAME = 'fieldgate-verified';

async function withStore<Value>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<Value>,
): Promise<Value> {
  const open = indexedDB.open(NAME, 1);
  open.onupgradeneeded = () => open.result.createObjectStore('logs', { keyPath: 'log' });
  const database = await done(open);
  try {
    return await done(work(database.transaction('logs', mode).objectStore('logs')));
  } finally {
    database.close();
  }
}

function done<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** The newest stored result. @param log the log's name, to search for that log only */
export async function recall(log?: string): Promise<Remembered | null> {
  const all = (await withStore('readonly', (store) => store.getAll())) as Remembered[];
  const known =
    all.filter((one) => log === undefined || one.log === log).sort((a, b) => b.at - a.at)[0] ?? null;
  remembered.value = known;
  return known;
}

export async function remember(one: Remembered): Promise<void> {
  await withStore('readwrite', (store) => store.put(one));
  remembered.value = one;
}

export async function forgetAll(): Promise<void> {
  await withStore('readwrite', (store) => store.clear());
  remembered.value = null;
}
