/** What a check costs that the gateway failed to answer. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { withFault } from '../faults/inject.ts';
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
