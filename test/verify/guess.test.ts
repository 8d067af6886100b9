/** Budgets and guessing. `GUESSES=10000`, as in CI, plays the attacker to the end. */
import { describe, expect, it } from 'vitest';
import { fullSteps, shortSteps } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';
import { fileWorld } from './world.ts';

const GUESSES = Number(process.env['GUESSES'] ?? 300);

const world = await fileWorld();

describe('a child', () => {
  it('is evaluated three times a day; then nothing is confirmed, whether known or unknown', async () => {
    world.later();
    const away = await world.child({ 'edu-county': { schooling_status: 'out-of-school' } });
    await world.consent(away, 'charity-sunrise');
    for (const match of [away.match, { id_number: freshNumber() }]) {
      const outcomes = [];
      for (let i = 0; i < 4; i++) outcomes.push((await world.ask('charity-sunrise', { match })).json.outcome);
      expect(outcomes).toEqual(Array(4).fill('NOT_CONFIRMED'));
    }
    const findings = (await world.entries('&kind=decision')).map(({ words }) => words.finding).slice(0, 8);
    expect(findings).toEqual([
      ...Array(4).fill('SUBJECT_UNKNOWN'),
      'STORED_OUTCOME',
      'STORED_OUTCOME',
      'STORED_OUTCOME',
      'NOT_ELIGIBLE',
    ]);
  });

  it('a repeat for a confirmed child spends nothing, and other programmes continue', {
    timeout: 60_000,
  }, async () => {
    world.later();
    const child = await world.ready();
    const left = async (name: string) => {
      const { json } = await world.call('charity-sunrise', world.details, 'GET', '/v1/programmes');
      return json.programmes.find((one: { name: string }) => one.name === name).left;
    };
    const ask = async (match: object, programme?: string) =>
      (await world.ask('charity-sunrise', { match }, programme)).status;
    const fresh = await left('spring-bud');
    await ask(child.match);
    expect(await left('spring-bud')).toEqual({ ...fresh, day: fresh.day - 1 });
    for (let times = 0; times < 4; times++)
      expect((await world.ask('charity-sunrise', { match: child.match })).json.outcome).toBe('YES');
    expect(await left('spring-bud')).toEqual({ ...fresh, day: fresh.day - 1 });
    const home = await left('warm-home');
    for (let times = 0; times < 20; times++) await ask({ id_number: freshNumber() });
    const last = await world.ask('charity-sunrise', { match: { id_number: freshNumber() } });
    expect(last.status).toBe(429);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(60);
    expect(await left('spring-bud')).toEqual({ day: fresh.day - 21, misses: 0 });
    expect(await left('warm-home')).toEqual(home);
    expect(await ask({ id_number: freshNumber() }, 'warm-home')).toBe(200);
  });

  it('is checked three times a day over all programmes, by any identifier', async () => {
    world.later();
    const child = await world.ready();
    const ref = await world.refOf('charity-sunrise', child.subject);
    const ask = async (subject: object, programme: string) =>
      (await world.ask('charity-sunrise', subject, programme)).json.outcome;
    await world.put('edu-county', { match: child.match, fields: { schooling_status: 'out-of-school' } });
    expect(await ask({ ref }, 'spring-bud')).toBe('NOT_CONFIRMED');
    expect(await ask({ match: child.match }, 'medical-aid')).toBe('NOT_CONFIRMED');
    expect(await ask({ ref }, 'medical-aid')).toBe('NOT_CONFIRMED');
    // It would be eligible for this one.
    expect(await ask({ match: child.match }, 'warm-home')).toBe('NOT_CONFIRMED');
    const [entry] = await world.entries('&kind=decision');
    expect(entry.words.finding).toBe('BUDGET_SPENT');
    world.later();
    expect(await ask({ match: child.match }, 'warm-home')).toBe('YES');
  });
});

describe('an attacker with a list of ID numbers', () => {
  it('is noticed after a handful of misses, slowed down, and stopped', async () => {
    fullSteps();
    world.later();
    const begun = world.now();
    const registered = await Promise.all([world.child(), world.child()]);
    const targets = [
      ...registered.map(({ id }) => id),
      ...Array.from({ length: GUESSES }, () => freshNumber()),
    ];
    const answered: { id: string; ms: number; text: string }[] = [];
    let stopped = 0;
    // Any number of concurrent checks: a check in progress already counts as a miss.
    const guess = async (id: string) => {
      const start = performance.now();
      const answer = await world.ask('charity-sunrise', { match: { id_number: id } });
      const ms = performance.now() - start;
      if (answer.status === 429) {
        stopped++;
        // Thousands within a minute run into the rate limit before anything is counted.
        expect(answer.json.code).toMatch(/^(BUDGET_SPENT|RATE_LIMITED)$/);
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      } else {
        expect(answer.status).toBe(200);
        answered.push({ id, ms, text: answer.json.outcome });
      }
    };
    await world.call('charity-sunrise', world.details, 'GET', '/v1/programmes');
    for (const id of targets.slice(0, 12)) await guess(id);
    for (let from = 12; from < targets.length; from += 250) {
      // A token ends after five minutes.
      if (from % 2000 === 12) world.later(0);
      await Promise.all(targets.slice(from, from + 250).map(guess));
    }
    shortSteps();
    expect(answered).toHaveLength(20);
    expect(stopped).toBe(targets.length - 20);
    expect(new Set(answered.map(({ text }) => text))).toEqual(new Set(['NOT_CONFIRMED']));
    // A busy machine slows every answer, so only a fast answer would be wrong.
    const fastest = (some: typeof answered) => Math.min(...some.map(({ ms }) => ms));
    expect(fastest(answered.slice(0, 10))).toBeGreaterThanOrEqual(399);
    expect(fastest(answered.slice(11))).toBeGreaterThanOrEqual(799);
    expect(fastest(answered.slice(0, 10))).toBeLessThan(fastest(answered.slice(11)));
    const alerts = await world.entries(`&kind=alert&from=${new Date(begun).toISOString()}`);
    expect(alerts.filter(({ code }) => code === 'ENUMERATION')).toHaveLength(2);
    expect(alerts[0]).toMatchObject({ programme: 'spring-bud', handler: { agency: 'charity-sunrise' } });
    console.log(`${targets.length} guesses: ${answered.length} answered, ${stopped} stopped`);
    // Another charity, and the next day, are not stopped.
    expect((await world.ask('charity-harbour', { match: { id_number: freshNumber() } })).status).toBe(200);
    world.later();
    expect((await world.ask('charity-sunrise', { match: { id_number: freshNumber() } })).status).toBe(200);
  }, 900_000);

  it('does not miss the alert if the caller alternates between programmes', async () => {
    world.later();
    const begun = world.now();
    const guess = (programme: string) =>
      world.ask('charity-sunrise', { match: { id_number: freshNumber() } }, programme);
    for (let i = 0; i < 4; i++) await guess('spring-bud');
    await guess('warm-home');
    const raised = async () =>
      (await world.entries(`&kind=alert&from=${new Date(begun).toISOString()}`)).filter(
        ({ code }) => code === 'ENUMERATION',
      );
    expect(await raised()).toHaveLength(0);
    await guess('spring-bud');
    expect(await raised()).toHaveLength(1);
  });

  it('is not stopped sooner for numbers that exist than for those that do not', async () => {
    const until = async (make: () => Promise<string>) => {
      world.later();
      for (let asked = 0; ; asked++) {
        const answer = await world.ask(
          'charity-sunrise',
          { match: { id_number: await make() } },
          'warm-home',
        );
        if (answer.status === 429 || asked === 30) return asked;
      }
    };
    expect(await until(async () => (await world.child()).id)).toBe(await until(async () => freshNumber()));
  }, 180_000);

  it('does not stop a charity whose beneficiaries are confirmed', async () => {
    world.later();
    for (let i = 0; i < 22; i++) {
      const child = await world.ready();
      expect((await world.ask('charity-sunrise', { match: child.match })).json.outcome).toBe('YES');
    }
  }, 180_000);
});
