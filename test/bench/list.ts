/**
 * A list job at the command line: `LIST` beneficiaries, 300 unless said, `AT_ONCE` checks at once, in turn with another checkout
 * and with this one again. Budgets of a day are lifted, so that one day does.
 *
 *     AGAINST=<folder of a checkout with node_modules> LIST=2000 npm run bench list
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { milliseconds, NOTING, spentIn } from './spent.ts';
import { inTurn, type Load, type Turn } from './turns.ts';

const MANY = Number(process.env['LIST'] ?? 300);
const AT_ONCE = process.env['AT_ONCE'] ?? '32';

const OLD_POLICY = 'functions/http/policy.ts';

export const benchList = () => inTurn('list');

export async function measureList(load: Load): Promise<Turn> {
  // Earlier checkouts have another place for it.
  const policy = existsSync('functions/session/policy.ts') ? 'functions/session/policy.ts' : OLD_POLICY;
  const { pack } = await load<typeof import('../../functions/session/policy.ts')>(policy);
  const { putAgency } = await load<typeof import('../cli/run.ts')>('test/cli/run.ts');
  const { beneficiaries } = await load<typeof import('../verify/beneficiaries.ts')>(
    'test/verify/beneficiaries.ts',
  );
  const { makeWorld } = await load<typeof import('../verify/world.ts')>('test/verify/world.ts');
  const { fullSteps } =
    await load<Partial<typeof import('../support/gateway.ts')>>('test/support/gateway.ts');
  const { budgets } = pack.programmes.get('warm-home') ?? {};
  if (budgets) Object.assign(budgets, { day: 1e9 });
  const world = await makeWorld();
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-'));
  putAgency(folder, world.gateway.agency('charity-sunrise'));
  const people = await beneficiaries(world, MANY);
  writeFileSync(join(folder, 'list.csv'), `id_number\n${people.map(({ id }) => `${id}\n`).join('')}`);
  fullSteps?.();
  const start = performance.now();
  const before = process.cpuUsage();
  const code = await run(folder);
  const seconds = (performance.now() - start) / 1000;
  const own = milliseconds(process.cpuUsage(before));
  const command = spentIn(folder);
  const lines = readFileSync(join(folder, 'out/journal.ndjson'), 'utf8').trim().split('\n').slice(1);
  const yes = lines.filter((line) => line.includes('"YES"')).length;
  if (lines.length !== MANY || code !== 0) throw new Error(`${lines.length} of ${MANY}, exit code ${code}`);
  await world.gateway.close();
  rmSync(folder, { recursive: true });
  return {
    figures: {
      'processor ms a person of the gateway': own / MANY,
      'of the command': command / MANY,
      together: (own + command) / MANY,
      'people a second and core, gateway alone': (1000 * MANY) / own,
      'with the command': (1000 * MANY) / (own + command),
      'people a second': MANY / seconds,
    },
    notes: [`${MANY} people, ${AT_ONCE} at once, ${yes} eligible`],
  };
}

/** Its working directory is the checkout. */
function run(folder: string): Promise<number | null> {
  // Earlier checkouts ask nothing before they begin.
  const asks = !existsSync(OLD_POLICY);
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
    [
      NOTING,
      resolve('infra/cli/fieldgate.ts'),
      ...args,
      '--out',
      'out',
      ...(asks ? ['--yes'] : []),
      '--at-once',
      AT_ONCE,
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  return new Promise((done) => child.once('close', done));
}
