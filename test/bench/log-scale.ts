/**
 * A log of many entries on this machine: how fast it is sequenced and verified, how long queries take, and
 * what it weighs. node test/bench/log-scale.ts [entries] [folder]
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openSequencer } from '../../functions/sequencer/app.ts';
import { sequence } from '../../functions/sequencer/sequence.ts';
import { openKeyRing } from '../../infra/local/kms/keys.ts';
import { localKms } from '../../infra/local/kms/local-kms.ts';
import { openTrail } from '../../infra/local/kms/trail.ts';
import { openLogFolder } from '../../infra/local/log-folder.ts';
import { localSettings } from '../../infra/local/settings.ts';
import { openStore } from '../../infra/local/store.ts';
import { kmsSign } from '../../shared/keys/sign.ts';
import { checkLog } from '../../shared/log/check-log.ts';
import { type LogFilter, readEntries } from '../../shared/log/read.ts';
import { LogWriter } from '../../shared/log/writer.ts';
import { decision } from '../log/log.ts';

const total = Number(process.argv[2] ?? 10_000);
const folder = process.argv[3] ?? '/tmp/fieldgate-scale';
const BATCH = 100;
const DAYS = 30;
const AGENCIES = 40;
const SUBJECTS = 5000;
const PURPOSES = ['S1', 'W1', 'C1', 'D1', 'E1', 'F1'];

const clock = { now: Date.parse('2026-10-26T00:00:00.000Z') };
const now = () => clock.now;
const store = await openStore(join(folder, 'store'));
const ring = openKeyRing(null, now);
const kms = localKms(ring, openTrail(null), now).client('bench');
const env = localSettings('http://127.0.0.1:8787', ring, store.tables, ['identity']);
const dynamo = store.client();
const tree = openLogFolder(join(folder, 'log'));
const deps = await openSequencer({ env, kms, dynamo, now, tree });
const tables = {
  ...{ dynamo, table: env.logTable, wordsTable: env.wordsTable },
  ...{ treeTable: env.treeTable, indexTable: env.logIndexTable },
};
const certify = (message: Uint8Array) => kmsSign(kms, env.writerKey, 'ED25519_SHA_512', message);
const writer = new LogWriter({ ...tables, sign: certify, now, name: 'bench' });

function subject(n: number): string {
  return createHash('sha256').update(`subject ${n}`).digest('base64url').slice(0, 22);
}

const step = (DAYS * 86_400_000) / (total / BATCH);
const { words: _, ...body } = decision();
let written = 0;
let start = performance.now();
let appending = 0;
let sequencing = 0;
while (written < total) {
  start = performance.now();
  const entries = Array.from({ length: BATCH }, (_, i) => {
    const n = written + i;
    const handler = { departments: ['EDU'], agency: `agency-${(n * 7) % AGENCIES}` };
    const fields = { MPS: { name: 'plain', sex: 'plain' }, MCA: { hukou_address: 'predicate' } };
    const purpose = PURPOSES[n % PURPOSES.length] as string;
    return { ...body, handler, purpose, fields, subject: subject((n * 31) % SUBJECTS) };
  });
  await writer.append(entries);
  appending += performance.now() - start;
  written += BATCH;
  clock.now += Math.round(step);
  if (written % 20_000 === 0 || written >= total) {
    start = performance.now();
    for (let done = await sequence(deps); done.sequenced > 0; ) done = await sequence(deps);
    sequencing += performance.now() - start;
  }
}
const rate = (ms: number) => Math.round((total / ms) * 1000);
console.log(`${total} entries: appended ${rate(appending)}/s, sequenced ${rate(sequencing)}/s`);

const read = async (path: string) => {
  try {
    return readFileSync(join(folder, 'log', path));
  } catch {
    return null;
  }
};
start = performance.now();
const { took, checkpoint } = await checkLog({ read, log: deps.log });
console.log(
  `verified ${checkpoint.size}: whole ${rate(performance.now() - start)}/s, tree ${rate(took.tree)}/s, chains and signatures ${rate(took.chains)}/s`,
);

const span = { from: clock.now - DAYS * 86_400_000, to: clock.now };
const query = async (filter: LogFilter, range = span) => {
  const begun = performance.now();
  const { entries } = await readEntries(tables, { ...range, filter, limit: 50, asked: {} });
  return { ms: performance.now() - begun, found: entries.length };
};
const queries: Record<string, (n: number) => Promise<{ ms: number; found: number }>> = {
  agency: (n) => query({ agency: `agency-${n % AGENCIES}` }),
  subject: (n) => query({ subject: { logId: subject(n * 13), id: 'none' } }),
  purpose: (n) => query({ purpose: PURPOSES[n % PURPOSES.length] as string }),
  time: (n) => query({}, { from: span.from, to: span.from + ((n % 29) + 1) * 86_400_000 }),
};
for (const [name, ask] of Object.entries(queries)) {
  const runs = [];
  for (let n = 0; n < 40; n++) runs.push(await ask(n));
  const times = runs.map(({ ms }) => ms).sort((a, b) => a - b);
  const found = runs.reduce((sum, one) => sum + one.found, 0) / runs.length;
  console.log(
    `query by ${name}: p50 ${times[20]?.toFixed(0)} ms, p95 ${times[37]?.toFixed(0)} ms, ${found.toFixed(0)} entries a page`,
  );
}
const bytes = (path: string): number =>
  readdirSync(path, { withFileTypes: true }).reduce(
    (sum, one) =>
      sum + (one.isDirectory() ? bytes(join(path, one.name)) : statSync(join(path, one.name)).size),
    0,
  );
console.log(
  `bytes an entry: store ${Math.round(bytes(join(folder, 'store')) / total)} (LevelDB, with the index), tree ${Math.round(bytes(join(folder, 'log')) / total)}`,
);
await store.close();
dynamo.destroy();
