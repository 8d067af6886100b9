/** The items of the local tables in SQLite, in the form in which dynalite's operations read and write them. */

import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { Stream } from 'node:stream';

/** The bounds of a query: keys, at most one lower and one upper. */
export interface Range {
  gte?: string;
  gt?: string;
  lt?: string;
  lte?: string;
  reverse?: boolean;
  /** -1: no limit */
  limit?: number;
}

type Done<Value = void> = (error: Error | null, value?: Value) => void;

/** The items of one table or index by their key. Calls back before it returns. */
export interface Part {
  get(key: string, done: Done<object>): void;
  put(key: string, item: object, done: Done): void;
  del(key: string, done: Done): void;
  /** @returns a stream of items, which starts with the next tick and ends at once if it is destroyed. */
  createValueStream(range: Range): Stream;
  /** dynalite locks a key during a write. Here each write is complete before the next one begins. */
  lock(key: string, write: (release: (done: Done) => Done) => void): void;
}

export interface Items {
  part(name: string): Part;
  /** Keeps all writes of a call or, if it throws, none. */
  atOnce(writes: () => void): void;
  /** Whether the structure of every page is that of a table. It reads the whole file. */
  isWhole(): boolean;
  /** Writes all items into a new file, as of this moment and without the room of deleted ones. */
  snapshot(file: string): void;
  /** Replaces the items of these parts by those of another file, or changes nothing. */
  replaceFrom(file: string, parts: readonly string[]): void;
  close(): void;
}

/** Rows that a stream reads at a time. */
const CHUNK = 100;

/** @param file of the database, or `null` for memory. @throws Error if it can't be opened or is damaged. */
export function openItems(file: string | null): Items {
  const database = open(file);
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql) ?? database.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  const parts = new Map<string, Part>();
  return {
    part(name) {
      const known = parts.get(name) ?? partOf(name, prepare);
      parts.set(name, known);
      return known;
    },
    atOnce(writes) {
      prepare('BEGIN').run();
      try {
        writes();
        prepare('COMMIT').run();
      } catch (error) {
        prepare('ROLLBACK').run();
        throw error;
      }
    },
    isWhole: () => database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'] === 'ok',
    snapshot(file) {
      database.prepare('VACUUM INTO ?').run(file);
    },
    replaceFrom(file, names) {
      database.prepare('ATTACH ? AS other').run(file);
      try {
        this.atOnce(() => {
          for (const name of names) {
            prepare('DELETE FROM main.items WHERE part = ?').run(name);
            database.prepare('INSERT INTO main.items SELECT * FROM other.items WHERE part = ?').run(name);
          }
        });
      } finally {
        database.exec('DETACH other');
      }
    },
    close: () => database.close(),
  };
}

function open(file: string | null): DatabaseSync {
  const database = new DatabaseSync(file ?? ':memory:');
  try {
    // One process owns the file: the operating system's lock goes with that process. The write-ahead log
    // outlives a killed process, and a power cut can take the latest writes but damages nothing.
    database.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = 8000',
    );
    // The keys have a tree of their own. Items of a kilobyte or two between them would leave a page room for four keys.
    database.exec(
      'CREATE TABLE IF NOT EXISTS items (part TEXT, key TEXT, item TEXT NOT NULL, PRIMARY KEY (part, key))',
    );
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function partOf(name: string, prepare: (sql: string) => StatementSync): Part {
  return {
    get(key, done) {
      const row = prepare('SELECT item FROM items WHERE part = ? AND key = ?').get(name, key);
      done(null, row && itemOf(row));
    },
    put(key, item, done) {
      prepare(
        'INSERT INTO items VALUES (?, ?, ?) ON CONFLICT (part, key) DO UPDATE SET item = excluded.item',
      ).run(name, key, JSON.stringify(item));
      done(null);
    },
    del(key, done) {
      prepare('DELETE FROM items WHERE part = ? AND key = ?').run(name, key);
      done(null);
    },
    createValueStream: (range) => new Rows(name, range, prepare),
    lock: (_, write) => write((done) => done),
  };
}

const itemOf = (row: Record<string, SQLOutputValue>): object => JSON.parse(row['item'] as string);

class Rows extends Stream {
  #destroyed = false;

  constructor(name: string, range: Range, prepare: (sql: string) => StatementSync) {
    super();
    // The reader adds its listeners in this tick. All rows are of one moment, because no write can come between.
    process.nextTick(() => this.#read(name, range, prepare));
  }

  destroy(): void {
    this.#destroyed = true;
  }

  #read(name: string, range: Range, prepare: (sql: string) => StatementSync): void {
    let rest = range.limit === undefined || range.limit < 0 ? Number.POSITIVE_INFINITY : range.limit;
    let bounds = range;
    while (!this.#destroyed && rest > 0) {
      const size = Math.min(rest, CHUNK);
      const rows = select(name, bounds, size, prepare);
      for (const row of rows) {
        if (this.#destroyed) return;
        this.emit('data', itemOf(row));
      }
      if (rows.length < size) break;
      rest -= size;
      bounds = after(bounds, rows.at(-1)?.['key'] as string);
    }
    if (!this.#destroyed) this.emit('end');
  }
}

function select(name: string, range: Range, size: number, prepare: (sql: string) => StatementSync) {
  const lower = range.gt ?? range.gte;
  const upper = range.lt ?? range.lte;
  const sql = [
    'SELECT key, item FROM items WHERE part = ?',
    lower === undefined ? '' : `AND key ${range.gt === undefined ? '>=' : '>'} ?`,
    upper === undefined ? '' : `AND key ${range.lt === undefined ? '<=' : '<'} ?`,
    `ORDER BY key ${range.reverse ? 'DESC' : ''} LIMIT ?`,
  ].join(' ');
  const bounds = [lower, upper].filter((bound) => bound !== undefined);
  return prepare(sql).all(name, ...bounds, size);
}

/** The part of a range behind a key. */
function after({ gte, gt, lt, lte, ...rest }: Range, key: string): Range {
  if (rest.reverse)
    return { ...rest, lt: key, ...(gt !== undefined ? { gt } : gte !== undefined && { gte }) };
  return { ...rest, gt: key, ...(lt !== undefined ? { lt } : lte !== undefined && { lte }) };
}
