/**
 * A list job at the command line: `LIST` beneficiaries, 300 unless said, `AT_ONCE` checks at once. Budgets of a day
 * are lifted, so that one day does.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pack } from '../../functions/session/policy.ts';
import { putAgency } from '../cli/run.ts';
import { beneficiaries } from '../verify/beneficiaries.ts';
import { makeWorld } from '../verify/world.ts';
import { milliseconds, NOTING, spentIn } from './spent.ts';

const MANY = Number(process.env['LIST'] ?? 300);
const AT_ONCE = process.env['AT_ONCE'] ?? '32';

export async function benchList(): Promise<void> {
  const { budgets } = pack.programmes.get('warm-home') ?? {};
  if (budgets) Object.assign(budgets, { day: 1e9 });
  const world = await makeWorld();
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-'));
  putAgency(folder, world.gateway.agency('charity-sunrise'));
  const people = await beneficiaries(world, MANY);
  writeFileSync(join(folder, 'list.csv'), `id_number\n${people.map(({ id }) => `${id}\n`).join('')}`);
  const start = performance.now();
  const before = process.cpuUsage();
  const code = await run(folder);
  const seconds = (performance.now() - start) / 1000;
  const own = milliseconds(process.cpuUsage(before));
  const command = spentIn(folder);
  const lines = readFileSync(join(folder, 'out/journal.ndjson'), 'utf8').trim().split('\n').slice(1);
  const yes = lines.filter((line) => line.includes('"YES"')).length;
  console.log(
    `${lines.length} of ${MANY} people, ${AT_ONCE} at once: ${seconds.toFixed(0)} s, ` +
      `${(lines.length / seconds).toFixed(1)}/s, ${yes} eligible, exit code ${code}, ` +
      `load ${(loadavg()[0] ?? 0).toFixed(1)}; processor ms a person: ${(own / MANY).toFixed(1)} of the gateway ` +
      `and ${(command / MANY).toFixed(1)} of the command`,
  );
  await world.gateway.close();
  rmSync(folder, { recursive: true });
}

function run(folder: string): Promise<number | null> {
  const words = ['--case', 'CHA-2026-001', '--officer', 'li.na', '--reason', 'yearly re-check of all'];
  const args = [
    'verify',
    'list',
    'list.csv',
    '--as',
    'charity-sunrise',
    '--programme',
    'warm-home',
    ...words,
  ];
  const child = spawn(
    process.execPath,
    [NOTING, resolve('infra/cli/fieldgate.ts'), ...args, '--out', 'out', '--yes', '--at-once', AT_ONCE],
    { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  return new Promise((done) => child.once('close', done));
}
