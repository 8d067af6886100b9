/**
 * Figures of this version next to those of another checkout (`AGAINST`), and of this version again: the control. Each is measured
 * in a fresh process, round after round (`ROUNDS`), every other round in the opposite order.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { median } from './rounds.ts';

/** What one process measured: numbers by name, and lines that are not compared. */
export interface Turn {
  figures: Record<string, number>;
  notes?: readonly string[];
}

/** Imports a module of the checkout that is measured. */
export type Load = <Module>(path: string) => Promise<Module>;

/** A package is the one that the checkout's own modules import. */
export function loadFrom(root: string): Load {
  const { resolve: find } = createRequire(join(root, 'package.json'));
  return (path) => import(pathToFileURL(path.startsWith('@') ? find(path) : join(root, path)).href);
}

export const HERE = resolve(import.meta.dirname, '../..');
const ROUNDS = Number(process.env['ROUNDS'] ?? 3);

/** @param name of the benchmark in `turn.ts` */
export function inTurn(name: string): Promise<void> {
  return compare((root) => turn(name, root));
}

/** Prints each figure with its ratio to the other checkout's and to its own control: medians over the rounds. */
export async function compare(measure: (root: string) => Promise<Turn>): Promise<void> {
  const other = process.env['AGAINST'];
  const sides = [
    ...(other === undefined ? [] : [{ side: 'other', root: resolve(other) }]),
    { side: 'here', root: HERE },
    { side: 'again', root: HERE },
  ].map((one) => ({ ...one, turns: [] as Turn[] }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { root, turns } of round % 2 === 0 ? sides : sides.toReversed())
      turns.push(await measure(root));
    console.error(`round ${round + 1} of ${ROUNDS}, load ${loadavg()[0]?.toFixed(0)}`);
  }
  const all = new Map(sides.map(({ side, turns }) => [side, turns]));
  const here = all.get('here') ?? [];
  const ratio = (of: readonly Turn[] | undefined, to: readonly Turn[] | undefined, name: string) =>
    median((of ?? []).map(({ figures }, i) => (figures[name] ?? Number.NaN) / (to?.[i]?.figures[name] ?? 0)));
  const rows = Object.keys(here[0]?.figures ?? {}).map((name) => {
    const values = sides.map(({ side, turns }) => [
      side,
      round(median(turns.map(({ figures }) => figures[name] ?? Number.NaN))),
    ]);
    const row = {
      ...Object.fromEntries(values),
      ...(other !== undefined && { 'here to other': round(ratio(here, all.get('other'), name)) }),
      control: round(ratio(all.get('again'), here, name)),
    };
    return [name, row] as const;
  });
  console.table(Object.fromEntries(rows));
  for (const note of here[0]?.notes ?? []) console.log(note);
}

async function turn(name: string, root: string): Promise<Turn> {
  const child = fork(join(import.meta.dirname, 'turn.ts'), [name, root], {
    ...{ cwd: root, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  });
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`${name} of ${root} ended with ${code}`);
    }),
  ]);
  if (child.exitCode === null) await once(child, 'exit');
  return message as Turn;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
