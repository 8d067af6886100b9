/** What happens to the process, its clock, its disk and its files. */
import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { launch } from '../support/process.ts';
import { type Journal, load } from './load.ts';
import { killWitness } from './witness.ts';
import { openWorld, run, type World } from './world.ts';

interface Result {
  did: string;
  journal: Journal;
  violations: string[];
}

type Scenario = (kills: number) => Promise<Result>;

const within =
  (act: (world: World, kills: number) => Promise<string>, parent?: string): Scenario =>
  async (kills) => {
    const world = await openWorld(parent);
    try {
      const did = await act(world, kills);
      return { did, journal: world.journal, violations: world.violations };
    } finally {
      await world.close();
    }
  };

const between = (least: number, most: number) => least + Math.random() * (most - least);

async function kill(world: World, kills: number): Promise<string> {
  for (let n = 1; n <= kills; n++) {
    const child = await world.start();
    if (n > 1) await world.look(child, `kill ${n - 1}`);
    await world.loadAndKill(child, between(50, 800));
  }
  const last = await world.start();
  await world.verify(last, `after ${kills} kills`);
  return `${kills} kills -9`;
}

async function pause(world: World): Promise<string> {
  const child = await world.start();
  const pauses = [10, 30, 70];
  let over = false;
  const loaded = load(child, world.journal, () => over);
  for (const seconds of pauses) {
    await sleep(2000);
    child.process.kill('SIGSTOP');
    await sleep(seconds * 1000);
    child.process.kill('SIGCONT');
  }
  await sleep(3000);
  over = true;
  await loaded;
  await world.verify(child, 'after the pauses');
  return `stopped for ${pauses.join(', ')} s under load`;
}

/** A clock that jumps a day ahead, and then an hour behind the true time. */
async function clock(world: World): Promise<string> {
  const seconds = [0, 86_400, -3600, 0];
  for (const ahead of seconds) {
    const child = await world.start({ CLOCK: String(ahead) });
    await world.look(child, `clock ${ahead}`);
    await world.loadAndKill(child, 2000);
  }
  await world.verify(await world.start(), 'after the clock');
  return 'clock by +1 day and −1 hour';
}

/** The state is on a file system of its own, which another file fills. */
async function disk(): Promise<Result> {
  const parent = mkdtempSync(join(tmpdir(), 'fieldgate-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', parent]);
  try {
    return await within(async (world) => {
      const child = await world.start();
      let over = false;
      const loaded = load(child, world.journal, () => over);
      await sleep(1500);
      const filler = join(parent, 'filler');
      fill(filler);
      await sleep(4000);
      const ended = child.process.exitCode !== null;
      rmSync(filler);
      await sleep(3000);
      over = true;
      await loaded;
      if (!ended) await child.end('SIGTERM');
      const next = await world.start();
      await world.verify(next, 'after the full disk');
      return `disk full for 4 s under load; the gateway ${ended ? `ended: ${child.stderr().split('\n')[0]}` : 'went on'}`;
    }, parent)(0);
  } finally {
    execFileSync('umount', [parent]);
  }
}

function fill(path: string): void {
  const piece = Buffer.alloc(1 << 16);
  const file = openSync(path, 'w');
  try {
    for (;;) writeFileSync(file, piece);
  } catch {
    // Full.
  } finally {
    closeSync(file);
  }
}

/** The tables' file is cut at some place, and brought back from a backup. */
async function cut(world: World): Promise<string> {
  const child = await world.start();
  await world.loadAndKill(child, 1000);
  const rested = await world.start();
  const backup = join(world.folder, 'backup');
  const made = await run(world.folder, ['backup', backup]);
  if (made.code !== 0) world.violations.push(`backup: ${made.said}`);
  await rested.end('SIGTERM');
  const file = join(world.folder, '.fieldgate', 'store', 'tables.sqlite');
  const handle = openSync(file, 'r+');
  ftruncateSync(handle, Math.floor(statSync(file).size * between(0.1, 0.9)));
  closeSync(handle);
  const refused = launch(world.folder, ['--people', '0'], {});
  const code = await refused.ended;
  const said = refused.stderr().trim();
  if (code !== 1 || said.split('\n').length !== 1 || !said.includes('restore'))
    world.violations.push(`a cut file: exit code ${code}, ${said.slice(0, 500)}`);
  // What was put into the tree after the backup is lost with the tables, which the operator has to accept.
  const first = await run(world.folder, ['restore', backup]);
  const forks = first.code !== 0 && first.said.includes('--fork-log');
  const restored = forks ? await run(world.folder, ['restore', backup, '--fork-log']) : first;
  if (restored.code !== 0) {
    world.violations.push(`restore: ${first.said} ${restored.said}`);
    return 'tables cut';
  }
  await world.verify(await world.start(), 'after the restore');
  return `tables cut: “${said}”, then restored`;
}

export const SCENARIOS: ReadonlyMap<string, Scenario> = new Map<string, Scenario>([
  ['kill', within(kill)],
  ['pause', within(pause)],
  ['clock', within(clock)],
  ['disk', disk],
  ['cut', within(cut)],
  ['witness', killWitness],
]);
