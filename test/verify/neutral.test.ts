/**
 * The parts of an unconfirmed answer that an onlooker and a charity can compare between reasons: bytes,
 * headers, time. `NEUTRAL` sets the rounds; the long run is `npm run bench neutral`.
 */
import { expect, it } from 'vitest';
import { type Answer, fullSteps } from '../support/gateway.ts';
import { rankScore } from '../support/ranks.ts';
import { neutralCases } from './cases.ts';
import { fileWorld } from './world.ts';

const ROUNDS = Number(process.env['NEUTRAL'] ?? 16);

const answers = new Map<string, { ms: number; answer: Answer }[]>();
const world = await fileWorld();
fullSteps();
const cases = await neutralCases(world);
for (let round = 0; round < ROUNDS; round++) {
  world.later();
  // The token is fetched before, so that no case waits for it.
  await world.call('charity-sunrise', world.details, 'GET', '/v1/programmes');
  for (const { before } of cases) await before?.();
  const order = cases.toSorted(() => Math.random() - 0.5);
  await Promise.all(
    order.map(async ({ why, subject }) => {
      const start = performance.now();
      const answer = await world.ask('charity-sunrise', subject);
      const found = answers.get(why) ?? [];
      found.push({ ms: performance.now() - start, answer });
      answers.set(why, found);
    }),
  );
}

const all = (why: string) => answers.get(why) ?? expect.fail(why);

it('all are answered NOT_CONFIRMED with one size and the same headers', () => {
  const shapes = new Set<string>();
  for (const { why } of cases) {
    for (const { answer } of all(why)) {
      const names = [...answer.headers].filter(([name]) => !['x-request-id', 'date'].includes(name));
      const { attestation, receipt: _, watermark: __, validUntil, ...rest } = answer.json;
      const time = new Date(validUntil).toISOString().slice(10);
      shapes.add(JSON.stringify([answer.status, names, answer.text.length, attestation.length, time, rest]));
    }
  }
  expect([...shapes]).toHaveLength(1);
  expect([...shapes][0]).toContain('"content-length","4096"');
});

it("none is answered before the step, and a rank test on wall time can't distinguish them from an unknown child", () => {
  const unknown = all('unknown').map(({ ms }) => ms);
  for (const { why } of cases) {
    const times = all(why).map(({ ms }) => ms);
    expect([why, Math.min(...times) >= 399]).toEqual([why, true]);
    expect([why, Math.abs(rankScore(times, unknown)) < 3.9]).toEqual([why, true]);
  }
});

it('the rank test finds a difference of two milliseconds', () => {
  const base = all('unknown').map(({ ms }) => ms);
  const spread = Math.max(2, Math.max(...base) - Math.min(...base));
  expect(
    Math.abs(
      rankScore(
        base,
        base.map((ms) => ms + spread + 0.1),
      ),
    ),
  ).toBeGreaterThan(3.9);
  expect(rankScore([1, 2, 3], [1, 2, 3])).toBe(0);
});

it('a child is opened only if allowed, and only fields of the programme are opened', async () => {
  const { gateway } = world;
  world.later();
  for (const { before } of cases) await before?.();
  const child = await world.ready();
  const opened = async (subject: object) => {
    const from = gateway.trail.length;
    await world.ask('charity-sunrise', subject);
    return gateway.trail
      .slice(from)
      .filter(({ eventName }) => eventName === 'Decrypt')
      .map(({ requestParameters }) => requestParameters?.['encryptionContext'] as Record<string, string>);
  };
  const contexts = await opened({ match: child.match });
  const { classes } = world.programme('spring-bud');
  expect(new Set(contexts.map(({ class: name }) => name))).toEqual(new Set(classes));
  const decoy = new Set((await opened({ ref: 'made-up' })).map(({ subject }) => subject));
  expect([decoy.size, decoy.has(child.subject)]).toEqual([1, false]);
  // The decoy has one key more than this child, and makes up for it.
  expect(new Set(contexts.map(({ subject }) => subject))).toEqual(new Set([child.subject, ...decoy]));
  for (const { why, subject } of cases.filter((one) => one.why !== 'not eligible')) {
    const seen = await opened(subject);
    // Facts decide whether the rest may be opened, so they may be the child's own.
    const rest = seen.filter((context) => context['class'] !== 'facts').map((context) => context['subject']);
    expect([why, new Set(rest)]).toEqual([why, decoy]);
    expect([why, [...new Set(seen.map((context) => context['class']))].sort()]).toEqual([why, classes]);
    expect([why, seen.length]).toEqual([why, contexts.length]);
  }
});
