/**
 * `npm run bench log [entries] [folder]`: a log of many entries on this machine. How fast it is sequenced and verified,
 * how long queries take, and what it weighs. 10,000 entries unless said. With a folder it continues
 * from there, and measures again what is there.
 */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { withTables } from '../../functions/deps.ts';
import { openSequencer } from '../../functions/sequencer/app.ts';
import { sequence } from '../../functions/sequencer/sequence.ts';
import { openKeyRing } from '../../infra/local/aws/kms/keys.ts';
import { localKms } from '../../infra/local/aws/kms/local-kms.ts';
import { openTrail } from '../../infra/local/aws/kms/trail.ts';
import { openLogFolder } from '../../infra/local/aws/log-folder.ts';
import { openStore } from '../../infra/local/aws/store.ts';
import { localSettings, writerKeyOf } from '../../infra/local/settings.ts';
import { WRITER_KINDS } from '../../shared/entry-kinds.ts';
import { asClientId, asLogId } from '../../shared/ids.ts';
import { kmsSign } from '../../shared/keys/sign.ts';
import { checkLog } from '../../shared/log/check/check-log.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import type { LogFilter } from '../../shared/log/read/filter.ts';
import { type LogStore, readEntries } from '../../shared/log/read/read.ts';
import { logIdAlone } from '../../shared/log/read/subject-names.ts';
import { toAttributes } from '../../shared/log/write/item.ts';
import { LogWriter } from '../../shared/log/write/writer.ts';
import { EMPTY_EDGE, grow } from '../../shared/tree/grow.ts';
import { TILE_WIDTH, tilePath, unpackEntries } from '../../shared/tree/tiles.ts';
import { decision } from '../log/log.ts';

/** Writers at the same time, each with one entry an append, as most calls have. */
const WRITERS = 8;
/** Entries between two looks at the backlog, and so of about so many steps as a busy minute has. */
const ROUND = 2000;
const AGENCIES = 40;
const SUBJECTS = 5000;
const PURPOSES = ['S1', 'W1', 'C1', 'D1', 'E1', 'F1'];
const START = Date.parse('2026-10-26T00:00:00.000Z');
/** Entries after which the progress is printed and the store opened again. */
const SITTING = 50_000;
/** Milliseconds between entries: 300 a minute. */
const PACE = 200;
const QUERIES = 200;

/** The state of a run besides the store, to continue from. */
interface Progress {
  written: number;
  now: number;
  appending: number;
  sequencing: number;
  /** Rows of the index, and the bytes that DynamoDB counts for them and for items. */
  rows: number;
  rowBytes: number;
  itemBytes: number;
}

export async function benchLog(total = 10_000, kept?: string): Promise<void> {
  const folder = kept ?? join(tmpdir(), `fieldgate-scale-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'progress.json');
  const progress: Progress = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { written: 0, now: START, appending: 0, sequencing: 0, rows: 0, rowBytes: 0, itemBytes: 0 };
  const within = async (act: (log: BenchLog) => Promise<void>) => {
    const log = await open(folder, progress);
    try {
      await act(log);
    } finally {
      await log.close();
    }
  };
  try {
    const keep = () => writeFileSync(file, JSON.stringify(progress));
    while (progress.written < total) {
      const upTo = Math.min(total, progress.written + SITTING);
      await within((log) => fill(log, progress, upTo, keep));
      process.stderr.write(`${progress.written} entries\n`);
    }
    const { written, appending, sequencing } = progress;
    say(`load ${loadavg()[0]?.toFixed(1)} on this machine`);
    say(
      `${written} entries: appended ${rate(written, appending)}/s, sequenced ${rate(written, sequencing)}/s`,
    );
    await within(async (log) => {
      await verifyAll(log);
      await treeOnly(log);
      await queryAll(log, progress.now);
    });
    weigh(folder, progress);
  } finally {
    if (kept === undefined) rmSync(folder, { recursive: true });
  }
}

type BenchLog = Awaited<ReturnType<typeof open>>;

async function open(folder: string, progress: Progress) {
  const now = () => progress.now;
  const store = await openStore(join(folder, 'store'));
  const ring = openKeyRing(join(folder, 'keys.json'), now);
  const kms = localKms(ring, openTrail(null), now).client('bench');
  const env = localSettings('http://127.0.0.1:8787', ring, store.tables, ['identity']);
  const dynamo = store.client();
  const tree = openLogFolder(join(folder, 'log'));
  const deps = await openSequencer(withTables({ env, kms, dynamo, now, tree }));
  const { index, writers } = deps;
  deps.index = {
    ...index,
    async add(rows) {
      await index.add(rows);
      progress.rows += rows.length;
      for (const row of rows) progress.rowBytes += 18 + Object.values(row).join('').length;
    },
  };
  const counted = new Map<string, number>();
  deps.writers = {
    ...writers,
    async itemsAfter(...args) {
      const items = await writers.itemsAfter(...args);
      for (const item of items) {
        if (item.seq <= (counted.get(item.writer) ?? -1)) continue;
        counted.set(item.writer, item.seq);
        progress.itemBytes += Buffer.byteLength(JSON.stringify(toAttributes(item)));
      }
      return items;
    },
  };
  const tables = { dynamo, table: env.logTable, wordsTable: env.wordsTable, treeTable: env.treeTable };
  const sign = (message: Uint8Array) => kmsSign(kms, writerKeyOf(env, 'release'), 'ED25519_SHA_512', message);
  const logStore: LogStore = { ...tables, indexTable: env.logIndexTable };
  return {
    ...{ deps, tree, logStore },
    writer: () => new LogWriter({ ...tables, sign, now, name: 'release', kinds: WRITER_KINDS.release }),
    async close() {
      dynamo.destroy();
      await store.close();
    },
  };
}

/** Appends and sequences in turn until there are so many entries. */
async function fill(log: BenchLog, progress: Progress, total: number, keep: () => void): Promise<void> {
  const writers = Array.from({ length: WRITERS }, () => log.writer());
  await drain(log);
  while (progress.written < total) {
    const upTo = Math.min(total, progress.written + ROUND);
    progress.appending += await timed(async () => {
      let next = progress.written;
      const work = async (writer: LogWriter) => {
        while (next < upTo) {
          const n = next++;
          progress.now += PACE;
          await writer.append([entry(n)]);
        }
      };
      await Promise.all(writers.map(work));
      progress.written = upTo;
    });
    progress.sequencing += await timed(() => drain(log));
    keep();
  }
}

async function drain({ deps }: BenchLog): Promise<void> {
  for (let step = await sequence(deps); step.sequenced > 0; ) step = await sequence(deps);
}

export function entry(n: number) {
  const handler = { departments: ['EDU'], agency: asClientId(`agency-${(n * 7) % AGENCIES}`) };
  const fields = { MPS: { name: 'plain', sex: 'plain' }, MCA: { hukou_address: 'predicate' } };
  const purpose = PURPOSES[n % PURPOSES.length] as string;
  return decision({
    handler,
    purpose,
    fields,
    owners: ['MCA', 'MPS'],
    subject: asLogId(subject((n * 31) % SUBJECTS)),
  });
}

function subject(n: number): string {
  return createHash('sha256').update(`subject ${n}`).digest('base64url').slice(0, 22);
}

async function verifyAll({ deps, tree }: BenchLog): Promise<void> {
  let size = 0;
  let took = { tree: 0, chains: 0 };
  const whole = await timed(async () => {
    const checked = await checkLog({ read: tree.files.read, log: deps.log });
    ({ took } = checked);
    ({ size } = checked.checkpoint);
  });
  say(
    `verified ${size}: tree ${rate(size, took.tree)}/s, chains and signatures ${rate(size, took.chains)}/s, whole ${rate(size, whole)}/s`,
  );
}

/**
 * The tree part alone, by the time that its thread had on a core: other work does not count. With it
 * the floor: as many hashes of as many bytes as a tree needs, in a plain loop.
 */
async function treeOnly({ tree, deps }: BenchLog): Promise<void> {
  const [, size = 0] = ((await deps.published.read()) ?? '').split('\n').map(Number);
  let edge = EMPTY_EDGE;
  let micros = 0;
  let floor = 0;
  const inner = Buffer.alloc(65, 1);
  for (let from = 0; from < size; from += TILE_WIDTH) {
    const width = Math.min(TILE_WIDTH, size - from);
    const path = tilePath({ level: 'entries', index: from / TILE_WIDTH, width });
    const leaves = unpackEntries((await tree.files.read(path)) ?? new Uint8Array(), width) ?? [];
    const hashAll = () => {
      for (const leaf of leaves) {
        const prefixed = Buffer.allocUnsafe(leaf.length + 1);
        prefixed[0] = 0;
        prefixed.set(leaf, 1);
        sha256(prefixed);
        sha256(inner);
      }
    };
    const growOn = () => {
      ({ edge } = grow(sha256, edge, leaves));
    };
    // Which comes first changes, since the second finds the leaves in the cache.
    if ((from / TILE_WIDTH) % 2 === 0) floor += ofThread(hashAll);
    micros += ofThread(growOn);
    if ((from / TILE_WIDTH) % 2 === 1) floor += ofThread(hashAll);
  }
  const [own, bare] = [rate(size, micros / 1000), rate(size, floor / 1000)];
  say(`tree alone: ${own}/s of one core, ${(own / bare).toFixed(2)} of bare hashing (${bare}/s)`);
}

/** Microseconds that this thread had on a core. */
function ofThread(act: () => void): number {
  const before = process.threadCpuUsage();
  act();
  const { user, system } = process.threadCpuUsage(before);
  return user + system;
}

async function queryAll({ logStore }: BenchLog, to: number): Promise<void> {
  const query = async (filter: LogFilter, until = to) => {
    let found = 0;
    const ms = await timed(async () => {
      const page = await readEntries(logStore, { from: START, to: until, filter, limit: 50, asked: {} });
      found = page.entries.length;
    });
    return { ms, found };
  };
  const asks: Record<string, (n: number) => ReturnType<typeof query>> = {
    agency: (n) => query({ agency: `agency-${n % AGENCIES}` }),
    subject: (n) => query({ subject: logIdAlone(asLogId(subject((n * 13) % SUBJECTS))) }),
    purpose: (n) => query({ purpose: PURPOSES[n % PURPOSES.length] as string }),
    time: (n) => query({}, START + ((n + 1) / QUERIES) * (to - START)),
    'agency and purpose': (n) =>
      query({ agency: `agency-${n % AGENCIES}`, purpose: PURPOSES[(n * 7) % PURPOSES.length] as string }),
  };
  for (const [name, ask] of Object.entries(asks)) {
    const runs = [];
    for (let n = 0; n < QUERIES; n++) runs.push(await ask(n));
    const times = runs.map(({ ms }) => ms).sort((a, b) => a - b);
    const at = (share: number) => (times[Math.floor(QUERIES * share)] ?? 0).toFixed(0);
    const found = runs.reduce((sum, one) => sum + one.found, 0) / QUERIES;
    say(`query by ${name}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, ${found.toFixed(0)} entries a page`);
  }
}

function weigh(folder: string, { written: entries, rows, rowBytes, itemBytes }: Progress): void {
  const bytes = (path: string): number =>
    readdirSync(path, { withFileTypes: true }).reduce(
      (sum, one) =>
        sum + (one.isDirectory() ? bytes(join(path, one.name)) : statSync(join(path, one.name)).size),
      0,
    );
  const per = (name: string) => Math.round(bytes(join(folder, name)) / entries);
  const share = (n: number) => (n / entries).toFixed(2);
  say(`index: ${share(rows)} rows and ${Math.round(rowBytes / entries)} bytes an entry`);
  say(`items without words: ${Math.round(itemBytes / entries)} bytes an entry, as DynamoDB counts`);
  say(`bytes an entry on disk: store ${per('store')} (SQLite, with indexes), tree ${per('log')}`);
}

async function timed(act: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

function rate(count: number, ms: number): number {
  return Math.round((count / ms) * 1000);
}

function say(line: string): void {
  console.log(line);
}
