/**
 * The parts of refusals that a caller can compare between reasons: bytes, headers, time, and the
 * leaf that its receipt leads to. `NEUTRAL` sets the rounds; the long run is `npm run bench neutral`.
 */
import { expect, it } from 'vitest';
import { commitmentIn, MEMBERS } from '../../shared/tree/commitments.ts';
import { type Answer, fullSteps } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';
import { rankScore } from '../support/ranks.ts';
import { fileWorld } from '../verify/world.ts';
import { AGENCY, PURPOSE, refusedCases, releaseOf } from './cases.ts';

const ROUNDS = Number(process.env['NEUTRAL'] ?? 12);

const answers = new Map<string, { ms: number; answer: Answer }[]>();
const world = await fileWorld();
fullSteps();
const cases = await refusedCases(world);
for (let round = 0; round < ROUNDS; round++) {
  if (round % 4 === 0) await nextDay();
  const order = cases.toSorted(() => Math.random() - 0.5);
  await Promise.all(
    order.map(async ({ why, subject }) => {
      const start = performance.now();
      const answer = await releaseOf(world.call, [subject]);
      answers.set(why, [...(answers.get(why) ?? []), { ms: performance.now() - start, answer }]);
    }),
  );
}

/** Before the answers of a day have been about so many who are refused that all of them leave later. */
async function nextDay() {
  world.later();
  // Tokens, sessions and the decoy are fetched before, so that no case waits for them.
  for (const purpose of [PURPOSE, 'S1']) await releaseOf(world.call, [{ ref: 'warm' }], purpose);
}

const all = (why: string) => answers.get(why) ?? expect.fail(why);

it('all refusals have one size and the same headers', () => {
  const shapes = new Set<string>();
  for (const { why } of cases) {
    for (const { answer } of all(why)) {
      const names = [...answer.headers].filter(
        ([name]) => !['x-request-id', 'date', 'content-length'].includes(name),
      );
      // The rounds are of several days.
      const { release, results, validUntil: _, ...rest } = answer.json;
      const [{ receipt, ...result }] = results;
      // The receipt reveals how much this writer has written, which is the same for all.
      const length = answer.text.length - String(receipt.seq).length - receipt.entry.length;
      shapes.add(JSON.stringify([answer.status, names, length, release.length, result, rest]));
    }
  }
  expect([...shapes]).toHaveLength(1);
  expect([...shapes][0]).toContain('"REFUSED"');
});

it("none is answered before the step, and a rank test on wall time can't distinguish them from an unknown person", () => {
  const unknown = all('unknown').map(({ ms }) => ms);
  for (const { why } of cases) {
    const times = all(why).map(({ ms }) => ms);
    expect([why, Math.min(...times) >= 399]).toEqual([why, true]);
    expect([why, Math.abs(rankScore(times, unknown)) < 3.9]).toEqual([why, true]);
  }
});

it('a release without a refusal does not wait', async () => {
  await nextDay();
  const child = await world.ready(AGENCY, {}, PURPOSE);
  const times: number[] = [];
  for (let i = 0; i < 8; i++) {
    const start = performance.now();
    const { json } = await releaseOf(world.call, [{ match: child.match }]);
    times.push(performance.now() - start);
    expect(json.results[0].fields.name.value).toBe('欧阳娜娜');
  }
  expect(Math.min(...times)).toBeLessThan(399);
});

it('a batch waits if one person is refused, and its released people are complete', async () => {
  const child = await world.ready(AGENCY, {}, PURPOSE);
  const start = performance.now();
  const { json } = await releaseOf(world.call, [{ match: child.match }, { ref: 'made-up' }], 'S1');
  expect(performance.now() - start).toBeGreaterThanOrEqual(399);
  expect(json.results[0].fields.name.value).toBe('欧阳娜娜');
  expect(json.results[1].refused).toEqual({ code: 'REFUSED' });
});

it('the leaves of refusals look the same, and those of one batch share no commitment', async () => {
  const leaf = async (id: string) => {
    const path = `/v1/log/entries/${id}`;
    const { json } = await world.call('audit-office', { actions: ['audit'] }, 'GET', path);
    const { id: _, time, seq, leaf: __, previous, committed, ...rest } = parse(json.canonical);
    const bytes = Buffer.from(committed, 'base64');
    const own = MEMBERS.map((name) => Buffer.from(commitmentIn(bytes, name)).toString('hex'));
    return { rest: { ...rest, size: bytes.length }, own };
  };
  const leaves = await Promise.all(
    cases.map(({ why }) => leaf(all(why)[0]?.answer.json.results[0].receipt.entry)),
  );
  for (const { rest } of leaves) expect(rest).toEqual(leaves[0]?.rest);
  const subjects = [{ ref: 'made-up' }, { ref: 'made-up' }, { match: { id_number: freshNumber() } }];
  const { json } = await releaseOf(world.call, subjects, 'S1');
  const batch = await Promise.all(
    json.results.map(({ receipt }: { receipt: { entry: string } }) => leaf(receipt.entry)),
  );
  const marks = batch.flatMap(({ own }) => own);
  expect(new Set(marks).size).toBe(3 * MEMBERS.length);
});

it('the auditor learns the reason', async () => {
  for (const { why, code } of cases) {
    const id = all(why)[0]?.answer.json.results[0].receipt.entry;
    const { json } = await world.call('audit-office', { actions: ['audit'] }, 'GET', `/v1/log/entries/${id}`);
    expect([why, json.words.finding]).toEqual([why, code]);
  }
});

it('a request that fails on data in clear opens no one, and all cost the same number of unwraps', async () => {
  const counts = new Set<number>();
  for (const { why, subject, id, code } of cases) {
    const from = world.gateway.trail.length;
    await releaseOf(world.call, [subject]);
    const seen = world.gateway.trail
      .slice(from)
      .filter(({ eventName }) => eventName === 'Decrypt')
      .map(({ requestParameters }) => requestParameters?.['encryptionContext'] as Record<string, string>);
    expect([why, [...new Set(seen.map((context) => context['class']))]]).toEqual([why, ['facts']]);
    counts.add(seen.length);
    const own = seen.some((context) => context['subject'] === id);
    expect([why, own]).toEqual([why, !['SUBJECT_UNKNOWN', 'FROZEN', 'OUT_OF_AREA'].includes(code)]);
  }
  expect(counts.size).toBe(1);
});

it('every unwrap is in the log, the decoy’s in a batch as well', async () => {
  const { gateway } = world;
  const from = gateway.trail.length;
  const subjects = Array.from({ length: 5 }, () => ({ match: { id_number: freshNumber() } }));
  await releaseOf(world.call, subjects, 'S1');
  const records = gateway.trail.slice(from);
  const unwraps = records.filter(({ eventName }) => eventName === 'Decrypt');
  expect(unwraps.length).toBeGreaterThanOrEqual(5);
  const [first, last] = [unwraps[0], unwraps.at(-1)].map((one) => Date.parse(one?.eventTime ?? ''));
  const body = {
    from: new Date((first ?? 0) - 1000).toISOString(),
    to: new Date((last ?? 0) + 2000).toISOString(),
    records: gateway.trail,
  };
  const audit = { actions: ['audit'] };
  const { json } = await world.call('audit-office', audit, 'POST', '/v1/log/reconciliations', body);
  expect(json.findings).toEqual([]);
  expect(json.matched).toBeGreaterThanOrEqual(unwraps.length);
});

// biome-ignore lint/suspicious/noExplicitAny: a leaf as its bytes say it
function parse(canonical: string): any {
  return JSON.parse(Buffer.from(canonical, 'base64').toString());
}
