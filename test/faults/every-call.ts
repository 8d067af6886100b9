/**
 * A fault at every call of requests that write or decrypt. CI takes a fixed sample; `npm run faults` takes all and prints
 * the figures.
 */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { shortSteps } from '../support/gateway.ts';
import { liftMissLimits, liftOpenRequests, liftReviewLimit, liftStopLimits } from '../support/lifted.ts';
import { fileWorld, type World } from '../verify/world.ts';
import { compareAll, passDays } from './days.ts';
import { type Planned, plansOf, withFault } from './inject.ts';
import { PLANTED } from './people.ts';
import type { Scenario, Send } from './send.ts';

/** `all`, or how many of each request. */
const ASKED = process.env['FIELDGATE_FAULTS'];
const SAMPLE = ASKED === 'all' ? Number.POSITIVE_INFINITY : Number(ASKED ?? 1);
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;

let world: World;
beforeAll(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  liftMissLimits();
  liftOpenRequests();
  liftReviewLimit();
  liftStopLimits();
  world = await fileWorld();
  shortSteps();
  await world.gateway.watcher.reconcile();
});
const figures: number[] = [];
const print = (line: string) => void (ASKED && process.stdout.write(`${line}\n`));
afterAll(() => {
  vi.restoreAllMocks();
  print(`${figures.length} requests, ${figures.reduce((sum, n) => sum + n, 0)} faults`);
});

/** Every so-manieth, so that the sample has each kind and both lengths. */
function chosen(plans: readonly Planned[], turn: number): readonly Planned[] {
  if (SAMPLE >= plans.length) return plans;
  const picked = Array.from({ length: SAMPLE }, (_, i) => (turn * 5 + i * 37) % plans.length);
  return [...new Set(picked)].map((at) => plans[at] as Planned);
}

/** Unwraps that no entry explains, and broken chains, since the last call. */
async function unexplained(): Promise<string[]> {
  await compareAll(world);
  const { alerts } = await world.gateway.audit('/v1/alerts');
  const found = alerts as { id: string; code: string }[];
  const fresh = found.filter(({ id, code }) => !raised.has(id) && /^UNWRAP|^FOREIGN|^CHAIN/.test(code));
  for (const { id } of fresh) raised.add(id);
  return fresh.map(({ code }) => code);
}
const raised = new Set<string>();

/** Budgets of a day may end while a request is prepared hundreds of times. */
async function prepare(make: Scenario): Promise<Send> {
  return make(world).catch(async (error) => {
    if (!String(error).includes('BUDGET_SPENT')) throw error;
    await passDays(world, DAY);
    return make(world);
  });
}

/** @returns what the fault broke; `null` if a budget was over, which a new day restores */
async function tryFault(make: Scenario, planned: Planned, status: number): Promise<string[] | null> {
  const said = `${planned.kind} ${planned.lasting ? 'from' : 'at'} ${planned.at}`;
  const send = await prepare(make);
  const { answer } = await withFault(world.gateway, planned, send);
  await send.ready();
  let again = await send();
  if (again.status === 503) {
    // A read that the failed request began may be shared for half a second. Callers are told to wait for longer.
    await new Promise((resolve) => setTimeout(resolve, 600));
    again = await send();
  }
  if (planned.lasting && again.json?.code === 'CONFLICT') {
    // What the failed call held of the act could not be let go. It lapses after a minute.
    world.later(61_000);
    await send.ready();
    again = await send();
  }
  if ([answer, again].some(({ json }) => json?.code === 'BUDGET_SPENT')) return null;
  const wrong: string[] = [];
  const failed = answer.status >= 400;
  if (failed && PLANTED.some((text) => answer.text.includes(text))) wrong.push(`${said}: plaintext`);
  const clear = answer.status === 503 && answer.headers.get('retry-after') && answer.json.code;
  if (failed && !clear) wrong.push(`${said}: ${answer.status} ${answer.json.code}`);
  // What was filed is found again, and what is given once was given.
  const same = again.status === status || (status === 201 && again.status === 200);
  if (!same && (failed || !send.once))
    wrong.push(`${said}: repeat ${again.status} ${again.json?.code} after ${answer.status}`);
  return wrong;
}

export function everyCall(scenarios: Record<string, Scenario>): void {
  it.each(Object.entries(scenarios).map(([name, make], turn) => ({ name, make, turn })))(
    '$name: tells nothing, and its repeat ends as the first would have',
    async ({ name, make, turn }) => {
      const wrong: string[] = [];
      const send = await prepare(make);
      const clean = await withFault(world.gateway, null, send);
      expect([name, clean.answer.status, clean.answer.status < 300 ? '' : clean.answer.text]).toEqual([
        ...[name, clean.answer.status, ''],
      ]);
      const plans = chosen(plansOf(clean.calls), turn);
      for (const planned of plans) {
        let found = await tryFault(make, planned, clean.answer.status);
        if (!found) {
          await passDays(world, DAY);
          found = await tryFault(make, planned, clean.answer.status);
        }
        wrong.push(...(found ?? ['a budget is spent after one call']));
      }
      wrong.push(...(await unexplained()));
      print(`${name}: ${plans.length} faults at ${clean.calls} calls, ${wrong.length} violations`);
      for (const line of wrong) print(`  ${line}`);
      figures.push(plans.length);
      expect(wrong).toEqual([]);
    },
    ASKED ? 7_200_000 : 120_000,
  );
}
