/**
 * Verification: the work inside one, what a core does of them, issuing, sizes, and the long neutrality run
 * (`SAMPLES` a case, 2,000 unless said) whose rank test must see nothing.
 */
import { pack } from '../../functions/http/policy.ts';
import { ABOUT, issue } from '../attestation/issuer.ts';
import { callers } from '../support/gateway.ts';
import { rankScore } from '../support/ranks.ts';
import { neutralCases } from '../verify/cases.ts';
import { makeWorld, verify, type World } from '../verify/world.ts';

const SAMPLES = Number(process.env.SAMPLES ?? 2000);
const AT_ONCE = 12;
const PART = 240;

export async function benchVerify(): Promise<void> {
  for (const { budgets } of pack.programmes.values())
    Object.assign(budgets, { subject: 1e9, day: 1e9, misses: { alert: 1e9, slow: 1e9, stop: 1e9 } });
  const world = await makeWorld();
  await issuing();
  await throughput(world);
  await neutrality(world);
  await world.gateway.close();
}

async function issuing(): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < 500; i++) {
    const start = performance.now();
    await issue();
    times.push(performance.now() - start);
  }
  const size = (await issue()).length;
  console.log(
    `issuing, with a local signature: p50 ${at(times, 50)} ms, p99 ${at(times, 99)} ms; ${size} bytes`,
  );
  console.log(
    `the same bytes for NOT_CONFIRMED: ${(await issue({ ...ABOUT, outcome: 'NOT_CONFIRMED' })).length}`,
  );
}

/** The log tells when the attempt and when the finding were durable; the answer itself waits for the step. */
async function throughput(world: World): Promise<void> {
  const many = 400;
  const child = await world.child({ 'edu-county': { schooling_status: 'out-of-school' } });
  await world.consent(child, 'charity-sunrise');
  const cpu = process.cpuUsage();
  const start = performance.now();
  let next = 0;
  const worker = async () => {
    while (next++ < many) await world.ask('charity-sunrise', { match: child.match });
  };
  await Promise.all(Array.from({ length: 100 }, worker));
  const seconds = (performance.now() - start) / 1000;
  const used = process.cpuUsage(cpu);
  const core = (used.user + used.system) / 1e6;
  console.log(`${many} verifications, 100 at once: ${(many / seconds).toFixed(0)}/s`);
  console.log(
    `${(many / core).toFixed(0)} verifications/s and core (gateway, store, KMS and client in one process)`,
  );
  const works: number[] = [];
  for (const [attempt, finding] of await pairs(world)) works.push(finding - attempt);
  console.log(`from attempt to finding: p50 ${at(works, 50)} ms, p99 ${at(works, 99)} ms`);
}

async function pairs(world: World): Promise<[number, number][]> {
  for (let i = 0; i < 40; i++)
    await world.ask('charity-sunrise', { match: { id_number: '99000120130506001X' } });
  const entries = await world.entries();
  const attempts = new Map(
    entries.filter(({ kind }) => kind === 'attempt').map(({ id, time }) => [id, Date.parse(time)]),
  );
  return entries.flatMap(({ attempt, time }) => {
    const begun = attempts.get(attempt);
    return begun === undefined ? [] : [[begun, Date.parse(time)] as [number, number]];
  });
}

async function neutrality(world: World): Promise<void> {
  const cases = await neutralCases(world);
  const times = new Map(cases.map(({ why }) => [why, [] as number[]]));
  const bytes = new Set<number>();
  const one = async (call: World['call']) => {
    for (const { why, subject } of cases.toSorted(() => Math.random() - 0.5)) {
      const start = performance.now();
      const body = { programme: 'spring-bud', subject };
      const answer = await call('charity-sunrise', verify(), 'POST', '/v1/verifications', body);
      times.get(why)?.push(performance.now() - start);
      bytes.add(answer.text.length);
      if (answer.status !== 200) throw new Error(answer.text);
    }
  };
  // Tokens end after five minutes, so each part begins with fresh ones, and with one call to fetch them.
  for (let done = 0; done < SAMPLES; done += PART) {
    let left = Math.min(PART, SAMPLES - done);
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        const { call } = callers(world.gateway, world.now);
        await call('charity-sunrise', verify(), 'GET', '/v1/programmes');
        while (left-- > 0) await one(call);
      }),
    );
  }
  const unknown = times.get('unknown') ?? [];
  console.log(`neutrality, ${unknown.length} samples a case, answers of ${[...bytes].join(' and ')} bytes:`);
  for (const [why, list] of times) {
    const score = rankScore(list, unknown).toFixed(2);
    console.log(`  ${why}: p50 ${at(list, 50)} ms, p99 ${at(list, 99)} ms, z ${score}`);
  }
}

function at(times: number[], p: number): string {
  const sorted = times.toSorted((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * p) / 100))] ?? 0).toFixed(1);
}
