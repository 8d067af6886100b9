/** The simulation itself: a seed repeats exactly, and each fault of the catalogue still fits the source. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../architecture/modules.ts';
import { registerFaults } from './check/registers.ts';
import { MUTATIONS } from './mutations.ts';
import { History, NONE } from './world/history.ts';

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

/** A history of one child, each act a second long, and what the check says of its last read. */
function saidOf(...acts: ['write' | 'read' | 'erase' | 'ask to erase' | 'held', string?][]): string[] {
  const history = new History();
  for (const [i, [act, value = NONE]] of acts.entries()) {
    const access = { register: 'child.name', value, began: 2 * i, ended: 2 * i + 1 };
    const turned = { name: 'erase child', to: 'off', began: 2 * i, ended: Number.POSITIVE_INFINITY } as const;
    if (act === 'held') history.held.add('child.name');
    else if (act === 'write') history.writes.push(access);
    else if (act === 'read') history.reads.push(access);
    else if (act === 'erase') history.turn({ ...turned, ended: access.ended });
    else history.turn({ ...turned, refused: true });
  }
  return registerFaults(history).map((fault) => fault.replace('child.name: ', ''));
}

it('an erasure sets each field to nothing, and nothing else does', () => {
  // Another department reports the child again: its record doesn't hold the name.
  expect(saidOf(['write', 'A'], ['erase'], ['read'])).toEqual([]);
  expect(saidOf(['write', 'A'], ['read', 'A'], ['erase'], ['read'])).toEqual([]);
  expect(saidOf(['held'], ['erase'], ['read'], ['write', 'B'], ['read', 'B'])).toEqual([]);
  expect(saidOf(['read'], ['write', 'A'], ['read', 'A'], ['write', 'B'], ['read', 'B'])).toEqual([]);
  const replaced = ['none was read after A had replaced it'];
  expect(saidOf(['write', 'A'], ['read'])).toEqual(replaced);
  expect(saidOf(['write', 'A'], ['ask to erase'], ['read'])).toEqual(replaced);
  expect(saidOf(['write', 'Z'], ['erase'], ['write', 'A'], ['read'])).toEqual(replaced);
  expect(saidOf(['erase'], ['write', 'A'], ['read'], ['erase'])).toEqual(replaced);
  expect(saidOf(['held'], ['read'])).toEqual(['none was read, and nothing had written it']);
  expect(saidOf(['write', 'A'], ['erase'], ['read', 'A'])).toEqual(['A outlived an erasure']);
  expect(saidOf(['write', 'A'], ['write', 'B'], ['read', 'A'])).toEqual([
    'A was read after B had replaced it',
  ]);
  expect(saidOf(['read', 'A'], ['write', 'A'])).toEqual(['a value before its write']);
  expect(saidOf(['held'], ['write', 'A'], ['read', 'A'], ['read', 'old'])).toContain('old came back after A');
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
