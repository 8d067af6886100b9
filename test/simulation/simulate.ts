/**
 * `npm run simulate -- --seeds 1000`: runs by seed, and what each one breaks. `--seed N` replays one, `--trace` shows its
 * calls, `--shrink` looks for a smaller plan with the same fault, `--save FILE` keeps a plan that fails, and
 * `--plan FILE` replays it even if seeds lead to other plans since. `--fresh` begins with a seed that was never run.
 */

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { realNow } from './engine/machine.ts';
import { mutate } from './engine/mutate.ts';
import { MUTATIONS } from './mutations.ts';
import type { Plan } from './plan.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    fresh: { type: 'boolean', default: false },
    /** Processes among which the seeds are divided. */
    jobs: { type: 'string', default: '1' },
    /** Seconds after which no run begins. */
    within: { type: 'string', default: '86400' },
    trace: { type: 'boolean', default: false },
    /** Counts the answers by route and status. */
    answers: { type: 'boolean', default: false },
    shrink: { type: 'boolean', default: false },
    save: { type: 'string' },
    plan: { type: 'string' },
    /** The acts among which plans are made, with commas; one after the other, mostly. */
    acts: { type: 'string' },
    calm: { type: 'boolean', default: false },
    /** Builds a fault in first; see mutations.ts. */
    mutation: { type: 'string' },
    /** Each fault of the catalogue with its seed: all must be found. */
    mutations: { type: 'boolean', default: false },
    /** Ends with the first seed that fails. */
    first: { type: 'boolean', default: false },
  },
});

const show = (line: string) => process.stderr.write(`${line}\n`);
const began = realNow();
/** Exit code of runs that found something, which a program that could not run does not have. */
const FOUND = 3;
/** Answers of a route of which one is a success. */
const MANY = 30;
const sumOf = (all: readonly (readonly [string, number])[]) => all.reduce((sum, [, n]) => sum + n, 0);
const jobs = Number(values.jobs);
const from = values.fresh ? (began % 1_000_000_000) + 1_000_000 : Number(values.from);

if (values.mutations) await findAll();
else if (jobs > 1) await divide();
else await runSeeds();

/** Each process runs every so-manieth seed. */
async function divide(): Promise<void> {
  const each = Math.ceil(Number(values.seeds) / jobs);
  show(`seeds ${from} to ${from + each * jobs - 1}`);
  const more = [
    ...(values.first ? ['--first'] : []),
    ...(values.calm ? ['--calm'] : []),
    ...(values.acts ? ['--acts', values.acts] : []),
  ];
  const codes = Array.from({ length: jobs }, (_, job) => {
    const given = ['--seeds', String(each), '--from', String(from + job * each), '--within', values.within];
    return start([...given, ...more], 'inherit');
  });
  process.exitCode = Math.max(...(await Promise.all(codes)));
}

/** This program in another process. @returns its exit code */
function start(args: readonly string[], said: 'inherit' | 'ignore'): Promise<number> {
  const all = [...process.execArgv, import.meta.filename, ...args];
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'ignore', said] });
  return new Promise((done) => child.once('exit', (code) => done(code ?? 2)));
}

async function findAll(): Promise<void> {
  const left = [...MUTATIONS];
  const missed: string[] = [];
  const worker = async () => {
    for (let one = left.shift(); one; one = left.shift()) {
      const find = (...seeds: string[]) => start(['--mutation', one.name, ...seeds], 'ignore');
      if ((await find('--seed', String(one.seed))) === FOUND)
        show(`found with seed ${one.seed}: ${one.name}`);
      // A call more in any act gives each seed another plan.
      else if ((await find('--seeds', '100', '--within', '120', '--first')) === FOUND)
        show(`found, and no longer with seed ${one.seed}: ${one.name}`);
      else missed.push(one.name);
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  for (const name of missed) show(`not found: ${name}`);
  process.exitCode = missed.length > 0 ? 1 : 0;
}

async function runSeeds(): Promise<void> {
  const mutation = MUTATIONS.find(({ name }) => name === values.mutation);
  if (mutation) mutate(mutation);
  else if (values.mutation !== undefined) throw new Error('no such mutation');
  const { planOf, plansOf } = await import('./plan.ts');
  const { runPlan } = await import('./run-plan.ts');
  const { kindOf, smaller } = await import('./shrink.ts');
  const plans = plansOf(values.acts?.split(',') ?? mutation?.acts ?? null, mutation?.calm ?? values.calm);
  const kept = values.plan === undefined ? null : (JSON.parse(readFileSync(values.plan, 'utf8')) as Kept);
  const first = Number(values.seed ?? from);
  const seeds = Array.from({ length: values.seed ? 1 : Number(values.seeds) }, (_, i) => first + i);
  const traces = createHash('sha256');
  let [calls, ran] = [0, 0];
  const failed: number[] = [];
  const told = new Map<string, number>();
  for (const seed of kept ? [kept.seed] : seeds) {
    if (realNow() - began > Number(values.within) * 1_000) break;
    let plan = kept?.plan ?? planOf(plans, seed);
    const { faults, trace, answers } = await runPlan(plan, seed);
    for (const [what, n] of answers) told.set(what, (told.get(what) ?? 0) + n);
    ran++;
    calls += trace.length;
    for (const line of trace) traces.update(`${line}\n`);
    if (values.trace) showRun(plan, trace);
    if (faults.length === 0) continue;
    failed.push(seed);
    for (const fault of faults) show(`seed ${seed}: ${fault}`);
    if (values.shrink) {
      plan = await smaller({ plans, seed, kind: kindOf(faults[0] ?? ''), seconds: Number(values.within) });
      for (const step of plan) show(JSON.stringify(step));
    }
    if (values.save !== undefined) writeFileSync(values.save, `${JSON.stringify({ seed, plan }, null, 2)}\n`);
    if (values.first) break;
  }
  if (values.answers) for (const [what, n] of [...told].sort()) show(`${n} × ${what}`);
  // A workload that is always refused finds nothing.
  const routes = Map.groupBy(told, ([what]) => what.split(' ').slice(0, 2).join(' '));
  for (const [route, all] of mutation ? [] : routes)
    if (sumOf(all) >= MANY && !all.some(([what]) => / 20\d( |$)/.test(what))) {
      show(`never answered but with a refusal: ${route}`);
      failed.push(0);
    }
  const seconds = Math.round((realNow() - began) / 1_000);
  const digest = traces.digest('hex').slice(0, 16);
  const about = kept ? 'kept plan of seed' : 'seeds from';
  show(
    `${ran} ${about} ${kept?.seed ?? first}, ${calls} calls (${digest}), ${failed.length} failed, ${seconds} s`,
  );
  if (failed.length > 0)
    show(`replay: npm run simulate -- ${kept ? `--plan ${values.plan}` : `--seed ${failed[0]}`} --trace`);
  process.exitCode = failed.length > 0 ? FOUND : 0;
}

/** A plan as a file, with the seed of the chance in its run. */
interface Kept {
  seed: number;
  plan: Plan;
}

function showRun(plan: Plan, trace: readonly string[]): void {
  for (const [number, step] of plan.entries()) show(`${number} ${JSON.stringify(step)}`);
  for (const line of trace) show(line);
}
