/**
 * What a longer log costs its readers: rows of `npm run bench flat-lists`. With `FOLDER`, the log is filled in a folder on disk,
 * and a run that was interrupted continues.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { inquire, makePerson } from '../gateway/inquiry/world.ts';
import { type TestGateway, testGateway } from '../support/gateway.ts';
import { fillLog } from '../support/long-log.ts';
import { freshNumber } from '../support/people.ts';
import { WORDS } from '../verify/world.ts';
import type { growthTable } from './growth.ts';
import { NOTING, spentIn } from './spent.ts';

const SIZES = (process.env['LOG'] ?? '1000,10000,50000').split(',').map(Number);
const DAY = 86_400_000;
/** Milliseconds between two appends of four entries, as a busy log has them. A writer's key lasts a day. */
const PACE = Math.min(800, (40_000_000 / Math.max(...SIZES)) * 4);
/** Entries between two looks of the sequencer, and that an interruption costs at most. */
const SITTING = 20_000;

/** A desk makes so many inquiries a day. */
const FEW = { warm: 5, rounds: 5, calls: 2 };

type Person = Awaited<ReturnType<typeof makePerson>>;
/** What a run continues from. */
interface Progress {
  /** Milliseconds that the clock is ahead. */
  moved: number;
  filled: number;
  /** The log's name has it. 0: any that is free. */
  port: number;
  long: Person | null;
  /** How many people were made. A process begins with the same numbers again. */
  people: number;
}

export async function benchFlatLog(take: ReturnType<typeof growthTable>['take']): Promise<void> {
  const folder = process.env['FOLDER'] ?? null;
  if (folder) mkdirSync(folder, { recursive: true });
  const file = folder && join(folder, 'progress.json');
  const progress: Progress =
    file && existsSync(file)
      ? JSON.parse(readFileSync(file, 'utf8'))
      : { moved: 0, filled: 0, port: 0, long: null, people: 1 };
  const keep = () => file && writeFileSync(file, JSON.stringify(progress));
  const now = () => Date.now() + progress.moved;
  const gateway = await testGateway({
    ...{ sequenceEvery: null, now, port: progress.port, folder: folder && join(folder, 'state') },
  });
  progress.port = Number(new URL(gateway.url).port);
  if (progress.long) for (let i = 0; i < progress.people; i++) freshNumber();
  progress.long ??= await makePerson(gateway, { years: 15 });
  const { long } = progress;
  keep();
  for (const size of SIZES) {
    await fill(gateway, long, size, { progress, now, keep });
    progress.moved += DAY;
    progress.people += 2;
    keep();
    await measure(gateway, long, size, { take, now });
    await verify(gateway, long, now);
  }
  await gateway.close();
}

async function fill(
  gateway: TestGateway,
  long: Person,
  size: number,
  { progress, now, keep }: { progress: Progress; now(): number; keep(): unknown },
): Promise<void> {
  // Entries end now, whatever the duration of the filling.
  const end = now() - ((size - progress.filled) / 4) * PACE;
  const from = progress.filled;
  while (progress.filled < size) {
    const length = Math.min(SITTING, size - progress.filled);
    const at = end + ((progress.filled + length - from) / 4) * PACE;
    await fillLog(gateway, long.subject, length, { now: () => at, batch: 4, pace: PACE, unsequenced: true });
    while ((await gateway.sequencer.step()).sequenced > 0);
    progress.filled += length;
    keep();
    process.stderr.write(`${progress.filled} entries\n`);
  }
}

async function measure(
  gateway: TestGateway,
  long: Person,
  size: number,
  { take, now }: { take: ReturnType<typeof growthTable>['take']; now(): number },
): Promise<void> {
  // New ones at each size: what is asked about a child is itself an entry of the child.
  const [short, released] = [
    await makePerson(gateway, { years: 15 }),
    await makePerson(gateway, { years: 15 }),
  ];
  await fillLog(gateway, short.subject, 10, { now });
  const at = (path: string) => () => gateway.audit(path);
  await take('newest 50 entries, by the log', size, at('/v1/log/entries?limit=50'));
  await take(
    '50 entries of an office and purpose, by the log',
    size,
    at('/v1/log/entries?agency=mca-county&purpose=W1&limit=50'),
  );
  await take('heads of the writers, by the log', size, at('/v1/log/heads'));
  await take('counts by purpose, by the log', size, at('/v1/log/stats?by=purpose'));
  await take('release by match, by the log', size, async () => {
    const details = { actions: ['release'], purpose: 'W1', ...WORDS };
    const body = { subjects: [{ match: released.match }], fields: ['name'] };
    const { status, text } = await gateway.call('mca-county', details, 'POST', '/v1/releases', body);
    if (status !== 200 || text.includes('"refused"')) throw new Error(text);
  });
  const ask = async (match: object) => {
    const { json, text } = await inquire(gateway, match, 'child');
    if (!json?.held) throw new Error(text);
  };
  const first = () => ask(long.match);
  await take('first part of an inquiry, by the entries of the child', size, first, FEW);
  // As a gateway at work has it: what is not in the tree is read by day.
  await gateway.sequencer.step();
  await gateway.sequencer.step();
  const own = () => ask(short.match);
  await take('inquiry of a child with 10 to 25 entries, by the log', size, own, FEW);
}

/** New entries between two verifications. */
const NEW = 500;

/** The command line verifies all entries, and then those that came since. */
async function verify(gateway: TestGateway, long: Person, now: () => number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-'));
  const command = ['log', 'verify', '--json', '--url', gateway.url, '--state', 'state'];
  for (const name of ['the whole log', `after ${NEW} new entries`]) {
    const start = performance.now();
    const child = spawn(process.execPath, [NOTING, resolve('infra/cli/fieldgate.ts'), ...command], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const { size, read } = JSON.parse(await text(child.stdout)).data;
    const seconds = (performance.now() - start) / 1000;
    const processor = spentIn(folder) / 1000;
    console.log(
      `log verify, ${name}: ${read} of ${size} entries in ${seconds.toFixed(1)} s, ${processor.toFixed(1)} s of the ` +
        `processor, ${Math.round(read / processor)} a second of it`,
    );
    await fillLog(gateway, long.subject, NEW, { now, batch: 4 });
  }
  rmSync(folder, { recursive: true });
}
