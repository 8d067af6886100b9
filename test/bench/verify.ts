/**
 * Verification: the work of one, throughput of a core, issuing, sizes, in turn with another checkout (`AGAINST`) and with this
 * one again; and the long neutrality runs of verifications and of refused releases (`SAMPLES` a case, 2,000 unless said) whose rank tests must see
 * nothing.
 */
import { loadavg } from 'node:os';
import { pack } from '../../functions/session/policy.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { PURPOSE, refusedCases, releaseOf } from '../release/cases.ts';
import { fullSteps } from '../support/gateway.ts';
import { neutralCases } from '../verify/cases.ts';
import { makeWorld, verify, type World } from '../verify/world.ts';
import { neutrality } from './neutral.ts';
import { median } from './rounds.ts';
import { milliseconds } from './spent.ts';
import { inTurn, type Load, type Turn } from './turns.ts';

const SAMPLES = Number(process.env['SAMPLES'] ?? 2000);

export const benchVerify = () => inTurn('verify');

export async function measureVerify(load: Load): Promise<Turn> {
  const policy = await load<typeof import('../../functions/session/policy.ts')>(
    'functions/session/policy.ts',
  );
  const { makeWorld } = await load<typeof import('../verify/world.ts')>('test/verify/world.ts');
  const { issue, ABOUT } = await load<typeof import('../attestation/issuer.ts')>(
    'test/attestation/issuer.ts',
  );
  const support = await load<typeof import('../support/gateway.ts')>('test/support/gateway.ts');
  const clients = [
    (await load<typeof import('@aws-sdk/client-dynamodb')>('@aws-sdk/client-dynamodb')).DynamoDBClient,
    (await load<typeof import('@aws-sdk/client-kms')>('@aws-sdk/client-kms')).KMSClient,
  ];
  liftBudgets(policy.pack);
  const world = await makeWorld({ sequenceEvery: null });
  const signing = await timed(1000, () => issue());
  const made = [await issue(), await issue({ ...ABOUT, outcome: 'NOT_CONFIRMED' })];
  const figures = {
    'issuing, with a local signature, p50 ms': signing,
    ...(await inside(world, clients)),
    ...(await throughput(world, support.fullSteps)),
  };
  await world.gateway.close();
  const [yes, no] = made.map(({ length }) => length);
  return { figures, notes: [`an attestation: ${yes} bytes; of what is not confirmed: ${no}`] };
}

export async function benchNeutral(): Promise<void> {
  liftBudgets(pack);
  const world = await makeWorld({ sequenceEvery: null });
  fullSteps();
  tellLoad('before');
  await verifications(world);
  await releases(world);
  tellLoad('after');
  await world.gateway.close();
}

const NO_LIMIT = { alert: 1e9, slow: 1e9, stop: 1e9 };

/** Of the programmes and of the offices: nearly every answer confirms nothing. */
function liftBudgets({ programmes, misses }: Pick<Pack, 'programmes' | 'misses'>): void {
  for (const { budgets } of programmes.values())
    Object.assign(budgets, { subject: 1e8, day: 1e9, misses: NO_LIMIT });
  if (misses) Object.assign(misses, { agency: NO_LIMIT, officer: NO_LIMIT, checks: NO_LIMIT });
}

/** The numbers are meaningful only on a quiet machine. */
function tellLoad(when: string): void {
  const [one = 0, five = 0] = loadavg();
  console.log(`load average ${when}: ${one.toFixed(2)} over one minute, ${five.toFixed(2)} over five`);
}

/** @returns median milliseconds */
async function timed(times: number, run: () => Promise<unknown>): Promise<number> {
  const all: number[] = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    await run();
    all.push(performance.now() - start);
  }
  return median(all);
}

const TYPES: readonly [string, (world: World) => Promise<object>][] = [
  ['first check of an eligible child', async (world) => ({ match: (await world.ready()).match })],
  ['not eligible', (world) => child(world, 'out-of-school')],
  ['repeat of a confirmed one', (world) => child(world, 'primary')],
];

async function child(world: World, schooling: string): Promise<object> {
  const { match } = await world.ready('charity-sunrise', { 'edu-county': { schooling_status: schooling } });
  await world.ask('charity-sunrise', { match });
  return { match };
}

/** From the request to the end of the last call to KMS or the store; the answer itself waits for its step. */
async function inside(
  world: World,
  clients: readonly { prototype: { send: unknown } }[],
): Promise<Record<string, number>> {
  const many = Math.max(20, Math.min(200, SAMPLES / 4));
  let last = 0;
  const figures: Record<string, number> = {};
  const undo = clients.map(({ prototype }) => {
    const send = prototype.send as (...given: unknown[]) => Promise<unknown>;
    prototype.send = async function (this: unknown, ...given: unknown[]) {
      try {
        return await Reflect.apply(send, this, given);
      } finally {
        last = performance.now();
      }
    };
    return () => {
      prototype.send = send;
    };
  });
  for (const [name, make] of TYPES) {
    const fresh = name.startsWith('first');
    const subjects = [await make(world)];
    while (fresh && subjects.length < many) subjects.push(await make(world));
    await world.call('charity-sunrise', verify(), 'GET', '/v1/programmes');
    const times: number[] = [];
    const cpu = process.cpuUsage();
    for (let i = 0; i < many; i++) {
      const start = performance.now();
      await world.ask('charity-sunrise', subjects[i % subjects.length] as object);
      times.push(last - start);
    }
    figures[`${name}, processor ms`] = milliseconds(process.cpuUsage(cpu)) / many;
    figures[`${name}, p50 ms to the last call`] = median(times);
  }
  for (const one of undo) one();
  return figures;
}

/** @param wait makes answers wait as long as in a deployment */
async function throughput(world: World, wait: () => void): Promise<Record<string, number>> {
  const many = Math.max(200, Math.min(2000, SAMPLES));
  const subject = await child(world, 'out-of-school');
  wait();
  const cpu = process.cpuUsage();
  const start = performance.now();
  let next = 0;
  const worker = async () => {
    while (next++ < many) await world.ask('charity-sunrise', subject);
  };
  await Promise.all(Array.from({ length: 100 }, worker));
  const seconds = (performance.now() - start) / 1000;
  const core = milliseconds(process.cpuUsage(cpu)) / 1000;
  return {
    [`${many} verifications, 100 at once, a second`]: many / seconds,
    'a second and core (gateway, store, KMS and client in one process)': many / core,
  };
}

async function verifications(world: World): Promise<void> {
  const cases = (await neutralCases(world)).map(({ subject, ...rest }) => ({
    ...rest,
    ask: (call: World['call']) =>
      call('charity-sunrise', verify(), 'POST', '/v1/verifications', { programme: 'spring-bud', subject }),
  }));
  const warm = (call: World['call']) => call('charity-sunrise', verify(), 'GET', '/v1/programmes');
  await neutrality('verifications', world, { cases, samples: SAMPLES, warm });
}

async function releases(world: World): Promise<void> {
  const cases = (await refusedCases(world)).map(({ why, subject }) => ({
    why,
    ask: (call: World['call']) => releaseOf(call, [subject]),
  }));
  const warm = (call: World['call']) => releaseOf(call, [{ ref: 'made-up' }]);
  await neutrality(`releases refused (${PURPOSE})`, world, { cases, samples: SAMPLES, warm });
}
