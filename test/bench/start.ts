/**
 * `npm start` with so many people until it prints what to try: processor seconds, memory and the size of its folder, in turn with
 * another checkout and with this one again.
 *
 *     npm run bench start
 *     PEOPLE=2000 ROUNDS=3 AGAINST=<folder of a checkout with node_modules> npm run bench start
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare } from './turns.ts';

const PEOPLE = process.env['PEOPLE'] ?? '200';
/** Ticks of the kernel's clock a second. */
const TICKS = 100;

export const benchStart = () => compare(async (root) => ({ figures: await start(root) }));

/** Reads what the kernel counted, so it runs on Linux alone. */
async function start(root: string): Promise<Record<string, number>> {
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
    return {
      [`${PEOPLE} people, processor s`]: (user + system) / TICKS,
      'memory MB': Number(peak) / 1024,
      'disk MB': sizeOf(cwd) / 1e6,
    };
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
