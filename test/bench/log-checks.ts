/**
 * `npm run bench checks`: the sequencer with its own checks, and with threads that check, over one store in another process. What
 * an entry costs each of them, by processor time, so that the store and other work on the machine do not count.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { withTables } from '../../functions/deps.ts';
import { openSequencer } from '../../functions/sequencer/app.ts';
import { type Ahead, sequence } from '../../functions/sequencer/sequence.ts';
import { threadCheckers } from '../../functions/sequencer/threads.ts';
import { openKeyRing } from '../../infra/local/aws/kms/keys.ts';
import { localKms } from '../../infra/local/aws/kms/local-kms.ts';
import { openTrail } from '../../infra/local/aws/kms/trail.ts';
import { openLogFolder } from '../../infra/local/aws/log-folder.ts';
import { openStore, type Store } from '../../infra/local/aws/store.ts';
import { localSettings, writerKeyOf } from '../../infra/local/settings.ts';
import { WRITER_KINDS } from '../../shared/entry-kinds.ts';
import { ENV } from '../../shared/env.ts';
import { kmsSign } from '../../shared/keys/sign.ts';
import { LogWriter } from '../../shared/log/write/writer.ts';
import { bundleOf } from '../architecture/bundle.ts';
import { guardedDynamo } from '../infra/guarded-services.ts';
import { listen } from '../infra/rest-front.ts';
import { entry } from './log-scale.ts';

const ENTRIES = 12_000;
const WRITERS = 64;
/** Entries before the measurement, in which code is compiled. */
const WARM = 4_000;

export async function benchChecks(): Promise<void> {
  console.log(`load ${loadavg()[0]?.toFixed(1)}, ${availableParallelism()} cores`);
  for (const threads of [0, 1, 2]) await measure(threads);
}

async function measure(threads: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-checks-'));
  const store = fork(import.meta.filename, [folder], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  try {
    const [served] = (await once(store, 'message')) as [Served];
    await run(folder, served, threads);
  } finally {
    await ended(store);
    rmSync(folder, { recursive: true });
  }
}

async function ended(store: ChildProcess): Promise<void> {
  const exit = once(store, 'exit');
  store.kill();
  await exit;
}

/** Where the store is, and the names of its tables by setting. */
interface Served {
  url: string;
  tables: [keyof typeof ENV, string][];
}

async function run(folder: string, { url, tables }: Served, threads: number): Promise<void> {
  const { env, kms } = settings(folder, new Map(tables));
  const endpoint = { AWS_ENDPOINT_URL_DYNAMODB: url, AWS_REGION: 'eu-west-1' };
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'none' };
  const dynamo = new DynamoDBClient({ endpoint: url, region: 'eu-west-1', credentials });
  const code = join(folder, 'sequencer.cjs');
  writeFileSync(code, (await bundleOf('sequencer')).code);
  const names = Object.entries(ENV).map(([name, key]) => [key, env[name as keyof typeof env]]);
  const keys = { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: 'none' };
  const inside = { ...Object.fromEntries(names), ...endpoint, ...keys };
  const workers: Worker[] = [];
  const deps = await openSequencer({
    ...withTables({ env, kms, dynamo, now: Date.now, tree: openLogFolder(join(folder, 'log')) }),
    ...(threads > 0 && {
      checkers: (own, certifiers) =>
        threadCheckers(
          threads,
          () => {
            const worker = new Worker(code, { workerData: certifiers, env: inside });
            workers.push(worker);
            return worker;
          },
          own,
        ),
    }),
  });
  let ahead: Ahead | undefined;
  let [count, wall, lane, all] = [0, 0, 0, 0];
  for (let warm = 0; ; ) {
    const [start, own, whole] = [performance.now(), process.threadCpuUsage(), process.cpuUsage()];
    const step = await sequence(deps, ahead);
    const { sequenced } = step;
    ahead = step.ahead;
    if (sequenced === 0) break;
    warm += sequenced;
    if (warm <= WARM) continue;
    count += sequenced;
    wall += performance.now() - start;
    lane += sum(process.threadCpuUsage(own));
    all += sum(process.cpuUsage(whole));
  }
  const each = (ms: number) => (ms / count).toFixed(3);
  console.log(
    `${threads} threads: lane ${each(lane)} ms an entry, all of the process ${each(all)}, by the clock ${each(wall)}`,
  );
  await Promise.all(workers.map((worker) => worker.terminate()));
}

function sum({ user, system }: { user: number; system: number }): number {
  return (user + system) / 1000;
}

function settings(folder: string, tables: Store['tables']) {
  const ring = openKeyRing(join(folder, 'keys.json'), Date.now);
  const kms = localKms(ring, openTrail(null), Date.now).client('bench');
  return { kms, env: localSettings('http://127.0.0.1:8787', ring, tables, ['identity']) };
}

/** The store's process: tables in memory with a log that waits, behind DynamoDB's protocol. */
async function serve(folder: string): Promise<void> {
  const store = await openStore(null);
  const { env, kms } = settings(folder, store.tables);
  const tables = { table: env.logTable, wordsTable: env.wordsTable, treeTable: env.treeTable };
  const sign = (message: Uint8Array) => kmsSign(kms, writerKeyOf(env, 'release'), 'ED25519_SHA_512', message);
  const options = {
    dynamo: store.client(),
    ...tables,
    sign,
    now: Date.now,
    name: 'release',
    kinds: WRITER_KINDS.release,
  };
  const writers = Array.from({ length: WRITERS }, () => new LogWriter(options));
  let next = 0;
  const work = async (writer: LogWriter) => {
    while (next < ENTRIES) await writer.append([entry(next++)]);
  };
  await Promise.all(writers.map(work));
  const url = await listen(guardedDynamo(store.client(), () => true));
  process.send?.({ url, tables: [...store.tables] } satisfies Served);
}

if (process.argv[1] === import.meta.filename) await serve(process.argv[2] as string);
