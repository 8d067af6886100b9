/** What a check costs that the gateway failed to answer. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { dayItem } from '../../functions/steps/misses.ts';
import { count } from '../../shared/records/limits/counters.ts';
import { withFault } from '../faults/inject.ts';
import { children as pack } from '../policy/support.ts';
import { fileWorld } from './world.ts';

const world = await fileWorld();
beforeAll(() => void vi.spyOn(console, 'error').mockImplementation(() => {}));
afterAll(() => void vi.restoreAllMocks());

const ask = (match: object) => world.ask('charity-sunrise', { match });

it('nothing, although the store refuses to take the counts back', async () => {
  // The first check reads what later ones remember.
  await ask((await world.ready()).match);
  const second = await world.ready();
  const { calls } = await withFault(world.gateway, null, () => ask(second.match));
  const times = world.programme('spring-bud').budgets.subject;
  // Faults late in the request: the turn is counted, and all that follows fails.
  for (const at of [Math.floor(calls / 3), Math.floor(calls / 2)]) {
    const { match } = await world.ready();
    const fault = { kind: 'error', at, lasting: true } as const;
    for (let i = 0; i < times; i++)
      expect((await withFault(world.gateway, fault, () => ask(match))).answer.status).toBe(503);
    expect([at, (await ask(match)).json.outcome]).toEqual([at, 'YES']);
  }
}, 120_000);

const left = async () => {
  const answer = await world.call('charity-sunrise', world.details, 'GET', '/v1/programmes');
  const { programmes } = answer.json as { programmes: { name: string; left: { misses: number } }[] };
  return programmes.find(({ name }) => name === 'spring-bud')?.left.misses ?? expect.fail(answer.text);
};

it('nothing is given back twice, whatever answers of the store are lost', async () => {
  const { match } = await world.ready();
  const before = await left();
  const { calls } = await withFault(world.gateway, null, () => ask(match));
  expect(await left()).toBe(before);
  for (let at = calls - 4; at < calls; at++)
    for (const lasting of [false, true]) {
      const next = await world.ready();
      const fault = { kind: 'lost-answer', at, lasting } as const;
      await withFault(world.gateway, fault, () => ask(next.match));
      await ask(next.match);
      expect([at, lasting, (await left()) <= before]).toEqual([at, lasting, true]);
    }
}, 120_000);

it('more than a minute, although the instance that owes it has ended', async () => {
  world.later();
  const misses = await left();
  // Counted by checks that no instance will end.
  const { claims } = world.gateway.tables;
  const item = dayItem({ pack, clientId: 'charity-sunrise', now: world.now() });
  for (let i = 0; i < misses; i++)
    await count(claims, {
      ...{ ...item, add: { 'open.spring-bud': 1, open: 1 } },
      mark: `${world.now()} ${i} open.spring-bud open`,
    });
  expect(await left()).toBe(0);
  const { match } = await world.ready();
  const held = await ask(match);
  expect([held.json.code, held.headers.get('retry-after')]).toEqual(['BUDGET_SPENT', '1']);
  world.later(61_000);
  expect((await ask(match)).json.outcome).toBe('YES');
  expect(await left()).toBe(misses);
}, 120_000);
