/**
 * Processor time of one release of 20 fields in the shape in which Lambda runs it: a recorded event, the bundle's
 * handler, and services that answer at once from another process. Each variant is a process of its own. They run in
 * random order, round after round, warm-up included. The ratio of a process is the median of the ratios of each round, and
 * that of a variant the mean over its processes, with twice its standard error. The same bundle twice is the control: a
 * difference smaller than its own means nothing.
 *
 *     npm run bench release
 *     AGAINST=old.cjs BRIEF=yes FRESH=9 WARM=300 ROUNDS=12 EACH=10 npm run bench release
 *     AGAINST=<folder of a checkout with node_modules> STARTS=11 npm run bench release
 *
 * Another checkout makes calls of its own, so it has a recording of its own, and is compared by its first release alone.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { addCodeCache } from '../../infra/aws/bundle/code-cache/package.ts';
import { bundleFile, bundleOf } from '../architecture/bundle.ts';
import { type Recording, recordRelease } from './lambda/recording.ts';
import { median } from './rounds.ts';
import { loadFrom, HERE as ROOT } from './turns.ts';

const HERE = join(import.meta.dirname, 'lambda');
const IDEAL = 'ideal';
const OTHER = 'the other version';
const AGAINST = process.env['AGAINST'];
const CHECKOUT = AGAINST && statSync(AGAINST).isDirectory() ? resolve(AGAINST) : undefined;
const OWN = 'Fieldgate';
const CACHED = 'Fieldgate with its code cache';
const NATIONAL = 'Fieldgate, suite 2';

interface Variant {
  name: string;
  file: string;
  environment?: Record<string, string>;
  /** Of a gateway with another setting. */
  own?: { replay: Replay; answer: string };
}

/** What an instance is started with. */
interface Run extends Replay {
  variant: Variant;
}

interface Replay {
  recording: string;
  /** Of the process that answers its calls. */
  url: string;
  subject: string;
}

interface Ran {
  status: number;
  text: string;
  /** Microseconds of processor a release, and since before the import. */
  each: number;
  since: number;
}

/** What `limits.ts` holds. */
export interface Ratios {
  /** Of a release to the hand-made one. */
  toIdeal: number;
  /** Of a first release with the code cache to one without. */
  cached: number;
}

export async function benchRelease(): Promise<Ratios> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-release-'));
  const processes: ChildProcess[] = [];
  try {
    const variants = await variantsIn(folder);
    const recording = join(folder, 'recording.json');
    const recorded = await recordRelease(variants.at(0)?.file ?? '', loadFrom(ROOT));
    writeFileSync(recording, JSON.stringify(recorded));
    const here = await replay(recording, processes);
    const national = await nationalIn(folder, processes);
    const toIdeal = await report([...variants, national], here, recorded.answer);
    const now = [...variants, cached(folder, variants)].map((variant) => ({ ...here, variant }));
    const before = CHECKOUT === undefined ? [] : [await startOf(CHECKOUT, folder, processes)];
    return { toIdeal, cached: await coldStarts([...before, ...now]) };
  } finally {
    for (const child of processes) child.kill();
    rmSync(folder, { recursive: true });
  }
}

async function variantsIn(folder: string): Promise<Variant[]> {
  const made = new Map([
    [OWN, await bundleOf('release')],
    [IDEAL, await bundleFile(join(HERE, 'ideal.ts'))],
    ['typical', await bundleFile(join(HERE, 'typical.ts'), {})],
  ]);
  const variants = [...made].map(([name, { code }], i): Variant => {
    const file = join(folder, `${i}.cjs`);
    writeFileSync(file, code);
    return { name, file };
  });
  const [own, ideal] = variants as [Variant, Variant];
  return [
    own,
    { name: 'Fieldgate again (control)', file: own.file },
    ...variants.slice(1),
    { name: 'ideal, one Decrypt an owner', file: ideal.file, environment: { BLOBS: 'yes' } },
    ...(AGAINST && CHECKOUT === undefined ? [{ name: OTHER, file: AGAINST }] : []),
  ].filter(({ name }) => !process.env['BRIEF'] || name !== 'typical');
}

/** The same code with the recording of a gateway that had sealed all by suite 2. */
async function nationalIn(folder: string, processes: ChildProcess[]): Promise<Variant> {
  const { variant, ...own } = await startOf(ROOT, folder, processes, { CRYPTOGRAPHY: 'national' });
  const { answer } = JSON.parse(readFileSync(own.recording, 'utf8')) as Recording;
  return { ...variant, name: NATIONAL, own: { replay: own, answer } };
}

/** The first variant as it is packaged with a code cache for this Node. */
function cached(folder: string, [own]: readonly Variant[]): Variant {
  const home = join(folder, 'cached');
  mkdirSync(home);
  copyFileSync(own?.file ?? '', join(home, 'index.js'));
  addCodeCache(home, { arch: process.arch, node: [process.execPath] });
  return { name: CACHED, file: join(home, 'index.js') };
}

/** Its bundle and its recording are made by its own modules, in a process of their own. */
async function startOf(
  root: string,
  folder: string,
  processes: ChildProcess[],
  settings: Record<string, string> = {},
): Promise<Run> {
  const home = mkdtempSync(join(folder, 'other-'));
  const child = spawn(process.execPath, [join(HERE, 'record.ts'), root, home], {
    ...{ cwd: root, stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...settings } },
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`no recording of ${root}`);
  const variant = { name: OTHER, file: join(home, 'bundle.cjs') };
  return { ...(await replay(join(home, 'recording.json'), processes)), variant };
}

async function replay(recording: string, processes: ChildProcess[]): Promise<Replay> {
  const stub = spawn(process.execPath, [join(HERE, 'stub.ts'), recording]);
  processes.push(stub);
  const url = String((await once(stub.stdout, 'data'))[0]).trim();
  return { recording, url, subject: subjectIn(JSON.parse(readFileSync(recording, 'utf8'))) };
}

/**
 * Import, what an instance begins by itself, and the first release, of fresh processes in random order: milliseconds of
 * processor, and the median of the ratios of each round to the first variant.
 * @returns the ratio with the code cache to without
 */
async function coldStarts(all: readonly Run[]): Promise<number> {
  const rounds = Number(process.env['STARTS'] ?? 5);
  const samples = new Map(all.map(({ variant }) => [variant.name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    const order = all.map((one) => [Math.random(), one] as const).sort(([a], [b]) => a - b);
    for (const [, one] of order) {
      const child = await start(one);
      const { since, status, text } = await run(child, 1);
      child.kill();
      if (status !== 200) throw new Error(`${one.variant.name}: ${status} ${text}`);
      samples.get(one.variant.name)?.push(since / 1000);
    }
  }
  const [first = []] = samples.values();
  const rows = [...samples].map(([name, ms]) => {
    const ratio = round2(median(ms.map((one, i) => one / (first[i] ?? 0))));
    const least = round2(Math.min(...ms) / Math.min(...first));
    return [name, { 'first release, ms': round2(median(ms)), ratio, 'least to least': least }] as const;
  });
  console.table(Object.fromEntries(rows));
  return median((samples.get(CACHED) ?? []).map((one, i) => one / (samples.get(OWN)?.[i] ?? Number.NaN)));
}

async function start({
  variant: { file, environment },
  recording,
  url,
  subject,
}: Run): Promise<ChildProcess> {
  const env = { ...process.env, RECORDED_SUBJECT: subject, ...environment };
  const child = fork(join(HERE, 'runner.ts'), [file, recording, url], {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  return child;
}

function subjectIn({ calls }: Recording): string {
  const [, key = '{}'] =
    /GetItem fieldgate-keys (.*)$/.exec(
      calls.findLast(({ call }) => call.startsWith('GetItem fieldgate-keys'))?.call ?? '',
    ) ?? [];
  return JSON.stringify((JSON.parse(key) as { subject?: { S: string } }).subject?.S ?? '');
}

async function run(child: ChildProcess, times: number): Promise<Ran> {
  child.send(times);
  return (await once(child, 'message'))[0] as Ran;
}

/**
 * What V8 makes of a bundle is up to a tenth faster in one process than in the next, so each variant has several. It goes on
 * compiling for some hundred releases, which are the warm-up.
 * @returns the ratio of the first variant to the ideal
 */
async function report(variants: readonly Variant[], here: Replay, answer: string): Promise<number> {
  const [processes, each] = [Number(process.env['FRESH'] ?? 8), Number(process.env['EACH'] ?? 10)];
  const [warm, rounds] = [Number(process.env['WARM'] ?? 300), Number(process.env['ROUNDS'] ?? 12)];
  const samples = new Map(variants.map(({ name }) => [name, [] as number[][]]));
  const calls = new Map<string, string>();
  for (let n = 0; n < processes; n++) {
    const running: [string, ChildProcess][] = [];
    for (const variant of variants)
      running.push([variant.name, await start({ ...here, ...variant.own?.replay, variant })]);
    try {
      if (n === 0)
        for (const [i, [name, child]] of running.entries()) {
          const { replay: { url } = here, answer: own = answer } = variants[i]?.own ?? {};
          calls.set(name, await countCalls(name, child, url, own));
        }
      for (const all of samples.values()) all.push([]);
      for (let round = -Math.ceil(warm / each); round < rounds; round++) {
        const order = running.map((one) => [Math.random(), one] as const).sort(([a], [b]) => a - b);
        for (const [, [name, child]] of order) {
          const ran = await run(child, each);
          if (round >= 0) samples.get(name)?.at(-1)?.push(ran.each);
        }
      }
    } finally {
      for (const [, child] of running) child.kill();
    }
  }
  const of = (name: string) => samples.get(name) ?? [];
  const rows = variants.map(({ name }) => {
    const { mean, error, all } = ratioOf(of(name), of(IDEAL));
    const row = {
      'CPU µs': Math.round(median(of(name).flat())),
      'to ideal': round2(mean),
      '±': round2(error),
      'by process': all.map(round2).sort().join(' '),
    };
    return [name, row] as const;
  });
  console.table(Object.fromEntries(rows));
  const [own = [], again = []] = samples.values();
  const { mean, error } = ratioOf(again, own);
  console.log(`control: ${round2(mean)} ± ${round2(error)}; load ${loadavg()[0]?.toFixed(0)}`);
  const national = ratioOf(of(NATIONAL), own);
  console.log(`suite 2 to suite 1: ${round2(national.mean)} ± ${round2(national.error)}, goal at most 1.1`);
  for (const [name, counts] of calls) console.log(`${name}: ${counts || 'no call'}`);
  return ratioOf(own, of(IDEAL)).mean;
}

/** By process: the median of the rounds' ratios. Over all: their mean, and twice its standard error. */
function ratioOf(some: readonly number[][], to: readonly number[][]) {
  const all = some.map((rounds, n) => median(rounds.map((one, i) => one / (to[n]?.[i] ?? Number.NaN))));
  const mean = sum(all) / all.length;
  const variance = sum(all.map((one) => (one - mean) ** 2)) / Math.max(1, all.length - 1);
  return { mean, error: 2 * Math.sqrt(variance / all.length), all };
}

const sum = (values: readonly number[]) => values.reduce((before, one) => before + one, 0);

async function countCalls(name: string, child: ChildProcess, url: string, answer: string): Promise<string> {
  await run(child, 1);
  await (await fetch(`${url}/counts`)).json();
  check(name, await run(child, 1), answer);
  const counts = (await (await fetch(`${url}/counts`)).json()) as Record<string, number>;
  const words = Object.entries(counts).map(([call, n]) => `${n} ${call}`);
  return words.sort().join(', ');
}

/** Every stack but the typical one gives the values that the gateway gave. @throws Error otherwise */
function check(name: string, { status, text }: Ran, answer: string): void {
  if (status !== 200) throw new Error(`${name}: ${status} ${text}`);
  const values = (body: string) => JSON.stringify(JSON.parse(body).results?.[0].fields);
  if ((name === IDEAL || name.startsWith('Fieldgate')) && values(text) !== values(answer))
    throw new Error(`${name} gave other values`);
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
