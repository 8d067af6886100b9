/**
 * A fault at every call of requests that write or decrypt. CI takes a fixed sample; `npm run faults` takes all and prints
 * the figures.
 */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { shortSteps } from '../support/gateway.ts';
import { fileWorld, type World } from '../verify/world.ts';
import { type Planned, plansOf, withFault } from './inject.ts';
import { PLANTED, SCENARIOS } from './scenarios.ts';

/** `all`, or how many of each request. */
const ASKED = process.env['FIELDGATE_FAULTS'];
const SAMPLE = ASKED === 'all' ? Number.POSITIVE_INFINITY : Number(ASKED ?? 3);
const MINUTE = 60_000;

let world: World;
beforeAll(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  world = await fileWorld();
  shortSteps();
  await world.gateway.watcher.reconcile();
});
const figures: string[] = [];
afterAll(() => {
  vi.restoreAllMocks();
  if (ASKED) process.stdout.write(`${figures.join('\n')}\n`);
});

/** Every so-manieth, so that the sample has each kind and both lengths. */
function chosen(plans: readonly Planned[], turn: number): readonly Planned[] {
  if (SAMPLE >= plans.length) return plans;
  const picked = Array.from({ length: SAMPLE }, (_, i) => (turn * 5 + i * 37) % plans.length);
  return [...new Set(picked)].map((at) => plans[at] as Planned);
}

/** Unwraps that no entry explains, and broken chains, since the last call. */
async function reconcile(): Promise<number> {
  world.later(3 * MINUTE);
  await world.gateway.sequencer.step();
  let faults = 0;
  for (let behind = 1; behind > 0; ) {
    const span = await world.gateway.watcher.reconcile();
    faults += span.faults;
    behind = span.behind;
  }
  return faults;
}

async function unexplained(): Promise<string[]> {
  if ((await reconcile()) === 0) return [];
  const { alerts } = await world.gateway.audit('/v1/alerts');
  return alerts
    .filter(({ code }: { code: string }) => /^UNWRAP|^FOREIGN|^CHAIN/.test(code))
    .map(({ code }: { code: string }) => code);
}

it.each(Object.entries(SCENARIOS).map(([name, make], turn) => ({ name, make, turn })))(
  '$name: tells nothing, and its repeat ends as the first would have',
  async ({ name, make, turn }) => {
    const wrong: string[] = [];
    const clean = await withFault(world.gateway, null, await make(world));
    expect([name, clean.answer.status < 300]).toEqual([name, true]);
    const plans = chosen(plansOf(clean.calls), turn);
    for (const planned of plans) {
      const said = `${planned.kind} ${planned.lasting ? 'from' : 'at'} ${planned.at}`;
      const send = await make(world);
      const { answer } = await withFault(world.gateway, planned, send);
      const failed = answer.status >= 400;
      if (failed && PLANTED.some((text) => answer.text.includes(text))) wrong.push(`${said}: plaintext`);
      const clear = answer.status === 503 && answer.headers.get('retry-after') && answer.json.code;
      if (failed && !clear) wrong.push(`${said}: ${answer.status} ${answer.json.code}`);
      const again = await send();
      if (again.status !== clean.answer.status)
        wrong.push(`${said}: repeat ${again.status} ${again.json.code} after ${answer.status}`);
    }
    wrong.push(...(await unexplained()));
    figures.push(`${name}: ${plans.length} faults at ${clean.calls} calls, ${wrong.length} violations`);
    figures.push(...wrong.map((line) => `  ${line}`));
    expect(wrong).toEqual([]);
  },
  ASKED ? 7_200_000 : 120_000,
);
