/** The simulation itself: a seed repeats exactly, and each fault of the catalogue still fits the source. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../architecture/modules.ts';
import { MUTATIONS } from './mutations.ts';

const SIMULATE = resolve(import.meta.dirname, 'simulate.ts');

/** In a process of its own, whose clock and chance are the simulation's. */
function simulate(...args: string[]): string {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const { stderr } = spawnSync(process.execPath, ['--no-warnings', SIMULATE, ...args], { env });
  return stderr.toString().replace(/, \d+ s$/m, '');
}

it('a seed makes the same calls at the same simulated times again', { timeout: 300_000 }, () => {
  const [first, second] = [simulate('--seed', '7', '--trace'), simulate('--seed', '7', '--trace')];
  expect(first).toMatch(/1 seeds from 7, \d{3,} calls .*, 0 failed/);
  expect(second).toBe(first);
});

it.each(MUTATIONS)('$name: the change fits one place of the source, and a seed is known', (mutation) => {
  const source = readFileSync(join(ROOT, mutation.file), 'utf8');
  expect(source.split(mutation.find)).toHaveLength(2);
  expect(mutation.seed).toBeGreaterThan(0);
});
