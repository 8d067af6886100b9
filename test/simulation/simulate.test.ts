/** The simulation itself: a seed repeats exactly, and each fault of the catalogue still fits the source. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
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

it('a seed that fails shrinks to a smaller plan, which fails alike when it is replayed', {
  timeout: 300_000,
}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-plan-'));
  const file = join(folder, 'plan.json');
  const mutation = ['--mutation', 'a head moves without a condition'];
  const fault = /a head moved to no later version/;
  expect(simulate(...mutation, '--seed', '1', '--save', file)).toMatch(fault);
  const before = JSON.parse(readFileSync(file, 'utf8')).plan.length;
  expect(simulate(...mutation, '--seed', '1', '--shrink', '--within', '30', '--save', file)).toMatch(fault);
  expect(JSON.parse(readFileSync(file, 'utf8')).plan.length).toBeLessThan(before);
  expect(simulate(...mutation, '--plan', file)).toMatch(fault);
  // Without the mutation it does not fail.
  expect(simulate('--plan', file)).toMatch(/, 0 failed/);
  rmSync(folder, { recursive: true });
});

const PLANS = join(import.meta.dirname, 'plans');

it.each(readdirSync(PLANS))('what a run found once stays mended: %s', { timeout: 120_000 }, (name) => {
  expect(simulate('--plan', join(PLANS, name))).toMatch(/, 0 failed/);
});

it.each(MUTATIONS)('$name: the change fits one place of the source, and a seed is known', (mutation) => {
  const source = readFileSync(join(ROOT, mutation.file), 'utf8');
  expect(source.split(mutation.find)).toHaveLength(2);
  expect(mutation.seed).toBeGreaterThan(0);
});
