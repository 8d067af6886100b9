/**
 * Verification: the work of one, throughput of a core, issuing, sizes; and the long neutrality runs of
 * verifications and of refused releases (`SAMPLES` a case, 2,000 unless said) whose rank tests must see
 * nothing.
 */
import { loadavg } from 'node:os';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { pack } from '../../functions/session/policy.ts';
import { ABOUT, issue } from '../attestation/issuer.ts';
import { PURPOSE, refusedCases, releaseOf } from '../release/cases.ts';
import { neutralCases } from '../verify/cases.ts';
import { makeWorld, verify, type World } from '../verify/world.ts';
import { at, neutrality } from './neutral.ts';

const SAMPLES = Number(process.env['SAMPLES'] ?? 2000);

export function benchVerify(): Promise<void> {
  return inWorld(async (world) => {
    await issuing();
    await inside(world);
    await throughput(world);
  });
}

export function benchNeutral(): Promise<void> {
  return inWorld(async (world) => {
    await verifications(world);
    await releases(world);
  });
}

async function inWorld(run: (world: World) => Promise<void>): Promise<void> {
  for (const { budgets } of pack.programmes.values())
    Object.assign(budgets, { subject: 1e8, day: 1e9, misses: { alert: 1e9, slow: 1e9, stop: 1e9 } });
  const world = await makeWorld({ sequenceEvery: null });
  tellLoad('before');
  await run(world);
  tellLoad('after');
  await world.gateway.close();
}

/** The numbers are meaningful only on a quiet machine. */
function tellLoad(when: string): void {
  const [one = 0, five = 0] = loadavg();
  console.log(`load average ${when}: ${one.toFixed(2)} over one minute, ${five.toFixed(2)} over five`);
}

async function issuing(): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < 1000; i++) {
    const start = performance.now();
    await issue();
    times.push(performance.now() - start);
  }
  const [yes, no] = [await issue(), await issue({ ...ABOUT, outcome: 'NOT_CONFIRMED' })];
  console.log(`issuing, with a local signature: p50 ${at(times, 50)} ms, p99 ${at(times, 99)} ms`);
  console.log(`an attestation: ${yes.length} bytes; of what is not confirmed: ${no.length}`);
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
async function inside(world: World): Promise<void> {
  const many = Math.max(20, Math.min(200, SAMPLES / 4));
  let last = 0;
  const undo = [DynamoDBClient, KMSClient].map((client) => {
    const { send } = client.prototype;
    client.prototype.send = async function (this: unknown, ...given: unknown[]) {
      try {
        return await Reflect.apply(send, this, given);
      } finally {
        last = performance.now();
      }
    } as typeof send;
    return () => {
      client.prototype.send = send;
    };
  });
  for (const [name, make] of TYPES) {
    const fresh = name.startsWith('first');
    const subjects = [await make(world)];
    while (fresh && subjects.length < many) subjects.push(await make(world));
    await world.call('charity-sunrise', verify(), 'GET', '/v1/programmes');
    const times: number[] = [];
    for (let i = 0; i < many; i++) {
      const start = performance.now();
      await world.ask('charity-sunrise', subjects[i % subjects.length] as object);
      times.push(last - start);
    }
    console.log(`inside a verification, ${name}: p50 ${at(times, 50)} ms, p99 ${at(times, 99)} ms`);
  }
  for (const one of undo) one();
}

async function throughput(world: World): Promise<void> {
  const many = Math.max(200, Math.min(2000, SAMPLES));
  const subject = await child(world, 'out-of-school');
  const cpu = process.cpuUsage();
  const start = performance.now();
  let next = 0;
  const worker = async () => {
    while (next++ < many) await world.ask('charity-sunrise', subject);
  };
  await Promise.all(Array.from({ length: 100 }, worker));
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const core = (user + system) / 1e6;
  console.log(`${many} verifications, 100 at once: ${(many / seconds).toFixed(0)}/s`);
  console.log(
    `${(many / core).toFixed(0)} verifications/s and core (gateway, store, KMS and client in one process)`,
  );
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
