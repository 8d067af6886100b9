/**
 * Processor time of one release of 20 fields in the shape in which Lambda runs it: a recorded event, the bundle's
 * handler, and services that answer at once from another process. Each variant is a process of its own. They run in
 * random order, round after round, warm-up included; the ratio is the median of the ratios of each round. The same
 * bundle twice is the control: a difference smaller than its own means nothing.
 *
 *     npm run bench release
 *     AGAINST=old.cjs BRIEF=yes ROUNDS=15 EACH=40 npm run bench release
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defined } from '../../shared/defined.ts';
import { bundleFile, bundleOf } from '../architecture/bundle.ts';
import { type Recording, recordRelease } from './lambda/recording.ts';
import { median } from './rounds.ts';

const HERE = join(import.meta.dirname, 'lambda');
const IDEAL = 'ideal';

interface Variant {
  name: string;
  file: string;
  environment?: Record<string, string>;
}

interface Ran {
  status: number;
  text: string;
  /** Microseconds of processor a release, and of the import. */
  each: number;
  imported: number;
}

export async function benchRelease(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-release-'));
  const processes: ChildProcess[] = [];
  try {
    const variants = await variantsIn(folder);
    const recording = join(folder, 'recording.json');
    const recorded = await recordRelease(variants.at(0)?.file ?? '');
    writeFileSync(recording, JSON.stringify(recorded));
    const stub = spawn(process.execPath, [join(HERE, 'stub.ts'), recording]);
    processes.push(stub);
    const url = String((await once(stub.stdout, 'data'))[0]).trim();
    const running = new Map<string, ChildProcess>();
    for (const variant of variants) {
      const child = await start(variant, recording, url, subjectIn(recorded));
      processes.push(child);
      running.set(variant.name, child);
    }
    await report(running, url, recorded.answer);
    console.table(await coldStarts(variants, recording, url, subjectIn(recorded)));
  } finally {
    for (const child of processes) child.kill();
    rmSync(folder, { recursive: true });
  }
}

async function variantsIn(folder: string): Promise<Variant[]> {
  const made = new Map([
    ['Fieldgate', await bundleOf('release')],
    [IDEAL, await bundleFile(join(HERE, 'ideal.ts'))],
    ['typical', await bundleFile(join(HERE, 'typical.ts'), {})],
    ['AWS Encryption SDK, KMS keyring', await bundleFile(join(HERE, 'encryption-sdk.ts'), {})],
  ]);
  const variants = [...made].map(([name, { code }], i): Variant => {
    const file = join(folder, `${i}.cjs`);
    writeFileSync(file, code);
    return { name, file };
  });
  const [own, ideal, , sdk] = variants as [Variant, Variant, Variant, Variant];
  const against = process.env['AGAINST'];
  return [
    own,
    { name: 'Fieldgate again (control)', file: own.file },
    ...variants.slice(1),
    { name: 'ideal, one Decrypt an owner', file: ideal.file, environment: { BLOBS: 'yes' } },
    { name: 'the same, caching, no call', file: sdk.file, environment: { ENCRYPTION_SDK: 'caching' } },
    ...(against ? [{ name: 'the other bundle', file: against }] : []),
  ].filter(({ name }) => !process.env['BRIEF'] || !/AWS|the same,|typical/.test(name));
}

/** Import and first release of fresh processes, in turn: milliseconds of processor, the least of each. */
async function coldStarts(
  variants: readonly Variant[],
  recording: string,
  url: string,
  subject: string,
): Promise<Record<string, { 'import and first release, ms': number }>> {
  const least = new Map<string, number>();
  for (let round = 0; round < Number(process.env['STARTS'] ?? 5); round++) {
    for (const { name, file, environment } of variants) {
      const child = await start({ name, file, ...defined({ environment }) }, recording, url, subject);
      const { each, imported } = await run(child, 1);
      child.kill();
      least.set(name, Math.min(least.get(name) ?? Infinity, (each + imported) / 1000));
    }
  }
  return Object.fromEntries(
    [...least].map(([name, ms]) => [name, { 'import and first release, ms': round2(ms) }]),
  );
}

async function start(
  { file, environment }: Variant,
  recording: string,
  url: string,
  subject: string,
): Promise<ChildProcess> {
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

async function report(
  running: ReadonlyMap<string, ChildProcess>,
  url: string,
  answer: string,
): Promise<void> {
  const rounds = Number(process.env['ROUNDS'] ?? 12);
  const each = Number(process.env['EACH'] ?? 30);
  const calls = new Map<string, string>();
  for (const [name, child] of running) {
    await run(child, 1);
    await (await fetch(`${url}/counts`)).json();
    const ran = await run(child, 1);
    check(name, ran, answer);
    const counts = (await (await fetch(`${url}/counts`)).json()) as Record<string, number>;
    calls.set(
      name,
      Object.entries(counts)
        .map(([call, n]) => `${n} ${call}`)
        .sort()
        .join(', '),
    );
  }
  const samples = new Map([...running.keys()].map((name) => [name, [] as number[]]));
  for (let round = -3; round < rounds; round++) {
    const order = [...running].map((one) => [Math.random(), one] as const).sort(([a], [b]) => a - b);
    for (const [, [name, child]] of order) {
      const ran = await run(child, each);
      if (round >= 0) samples.get(name)?.push(ran.each);
    }
  }
  const ideal = samples.get(IDEAL) ?? [];
  console.table(
    Object.fromEntries(
      [...samples].map(([name, all]) => [
        name,
        {
          'CPU µs': Math.round(median(all)),
          least: Math.round(Math.min(...all)),
          'to ideal': round2(median(all.map((one, i) => one / (ideal[i] ?? 0)))),
          'least to least': round2(Math.min(...all) / Math.min(...ideal)),
        },
      ]),
    ),
  );
  const [own = [], again = []] = samples.values();
  console.log(`control: ${round2(median(again.map((one, i) => one / (own[i] ?? 0))))}`);
  for (const [name, counts] of calls) console.log(`${name}: ${counts || 'no call'}`);
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
