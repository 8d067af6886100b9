/**
 * `npm start` with so many people until it prints what to try: processor seconds, memory and the size of its folder, in turn with
 * another checkout. Without one, this checkout twice: the control.
 *
 *     npm run bench start
 *     PEOPLE=2000 ROUNDS=3 AGAINST=<folder of a checkout with node_modules> npm run bench start
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { median } from './rounds.ts';

const PEOPLE = process.env['PEOPLE'] ?? '200';
const ROUNDS = Number(process.env['ROUNDS'] ?? 3);
const HERE = resolve(import.meta.dirname, '../..');
/** Ticks of the kernel's clock a second. */
const TICKS = 100;

interface Start {
  seconds: number;
  memory: number;
  disk: number;
}

export async function benchStart(): Promise<void> {
  const other = process.env['AGAINST'];
  const [here, there]: [Start[], Start[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    there.push(await start(other === undefined ? HERE : resolve(other)));
    here.push(await start(HERE));
    console.log(`round ${round + 1} of ${ROUNDS}, load ${loadavg()[0]?.toFixed(0)}`);
  }
  const of = (all: Start[], name: keyof Start) => median(all.map((one) => one[name]));
  const names = ['seconds', 'memory', 'disk'] as const;
  console.table(
    names.map((name) => ({
      [`${PEOPLE} people`]: name === 'seconds' ? 'processor s' : `${name} MB`,
      [other === undefined ? 'control' : 'other']: Math.round(of(there, name) * 10) / 10,
      here: Math.round(of(here, name) * 10) / 10,
      ratio: median(here.map((one, i) => one[name] / (there[i]?.[name] ?? 1))).toFixed(2),
    })),
  );
}

/** Reads what the kernel counted, so it runs on Linux alone. */
async function start(root: string): Promise<Start> {
  const cwd = mkdtempSync(join(tmpdir(), 'fieldgate-start-'));
  // Earlier checkouts have another name for it.
  const script = join(root, 'infra/local/start.ts');
  const option = readFileSync(script, 'utf8').includes('values.people') ? '--people' : '--children';
  const child = spawn(process.execPath, [script, option, PEOPLE], {
    ...{ cwd, env: { ...process.env, PORT: '0' }, stdio: ['ignore', 'pipe', 'ignore'] },
  });
  try {
    let printed = '';
    // The loading bar goes to the other stream; this is printed at the end.
    for await (const text of child.stdout) {
      printed += text;
      if (printed.includes('Ctrl-C')) break;
    }
    const [, fields = ''] = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ');
    const [user, system] = fields.split(' ').slice(11, 13).map(Number) as [number, number];
    const peak = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1];
    return { seconds: (user + system) / TICKS, memory: Number(peak) / 1024, disk: sizeOf(cwd) / 1e6 };
  } finally {
    child.kill('SIGINT');
    if (child.exitCode === null) await once(child, 'exit');
    rmSync(cwd, { recursive: true });
  }
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
