/**
 * The models of this folder, in Quint (https://quint.sh): each `.qnt` is one protocol with its invariants. Its
 * TypeScript simulator runs random traces in this process's Node; the verifier (Apalache) and the faster simulator need
 * Java and a binary from the network and are not used. `model.test.ts` runs each model, breaks each one to see that its
 * invariants notice, and replays traces on the real code: `replay/<model>.ts` maps each action to the step of the
 * gateway that it stands for, and the state of the tables is compared with the model's after every step.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CLI = join(
  dirname(createRequire(import.meta.url).resolve('@informalsystems/quint/package.json')),
  'dist/src/cli.js',
);

export interface Options {
  /** Traces that are tried, and steps of each. */
  samples: number;
  steps: number;
  seed: number;
  witnesses?: readonly string[];
}

export interface Checked {
  holds: boolean;
  said: string;
}

async function quint(...args: string[]): Promise<Checked> {
  // The clock of a test is pinned, and the simulator measures its pace.
  const { NODE_OPTIONS: _, ...env } = process.env;
  try {
    const { stdout } = await run(process.execPath, [CLI, ...args], { env, maxBuffer: 64 * 1024 * 1024 });
    return { holds: true, said: stdout };
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    return { holds: false, said: `${stdout}\n${stderr}` };
  }
}

/** Runs the model's simulator on its invariant `inv`. */
export function check(file: string, { samples, steps, seed, witnesses = [] }: Options): Promise<Checked> {
  const seen = witnesses.length > 0 ? ['--witnesses', ...witnesses] : [];
  return quint(...runOf(file, samples, steps, seed), '--invariant=inv', '--verbosity=1', ...seen);
}

const runOf = (file: string, samples: number, steps: number, seed: number) => [
  ...['run', file, '--backend=typescript'],
  ...[`--max-samples=${samples}`, `--max-steps=${steps}`, `--seed=${seed}`],
];

export type Value = string | number | boolean | readonly Value[] | { readonly [name: string]: Value };
export type Picks = Readonly<Record<string, string>>;

/** A state, and the action with its choices that led to it. */
export interface State {
  action: string;
  picks: Picks;
  values: Readonly<Record<string, Value>>;
}

/** Traces of a model, as states in order. */
export async function traces(file: string, { samples, steps, seed }: Options): Promise<State[][]> {
  const folder = mkdtempSync(join(tmpdir(), 'fieldgate-model-'));
  try {
    const out = [`--out-itf=${join(folder, 'trace_{seq}.itf.json')}`, `--n-traces=${samples}`, '--mbt'];
    const { holds, said } = await quint(...runOf(file, samples, steps, seed), '--invariant=inv', ...out);
    if (!holds) throw new Error(said);
    const files = readdirSync(folder).sort();
    return files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')).states.map(stateOf));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Itf {
  'mbt::actionTaken': string;
  'mbt::nondetPicks': Record<string, { tag: string; value: string }>;
  [name: string]: unknown;
}

function stateOf({ 'mbt::actionTaken': action, 'mbt::nondetPicks': picks, ...rest }: Itf): State {
  const chosen = Object.entries(picks).flatMap(([name, { tag, value }]) =>
    tag === 'Some' ? [[name, value]] : [],
  );
  const values = Object.entries(rest).filter(([name]) => name !== '#meta');
  return {
    action,
    picks: Object.fromEntries(chosen),
    values: Object.fromEntries(values.map(([name, value]) => [name, readValue(value)])),
  };
}

/** A value of the Informal Trace Format. Sets are sorted; maps become objects. */
function readValue(value: unknown): Value {
  if (typeof value !== 'object' || value === null) return value as Value;
  if (Array.isArray(value)) return value.map(readValue);
  const one = value as Record<string, unknown>;
  if ('#bigint' in one) return Number(one['#bigint']);
  if ('#tup' in one) return readValue(one['#tup']);
  if ('#set' in one) return sorted((one['#set'] as unknown[]).map(readValue));
  const pairs = '#map' in one ? (one['#map'] as [string, unknown][]) : Object.entries(one);
  return Object.fromEntries(pairs.map(([name, inner]) => [name, readValue(inner)]));
}

export function sorted(values: readonly Value[]): Value[] {
  return [...values].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1,
  );
}
