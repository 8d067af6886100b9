/** Which calls of a verification wait for which. */

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { BORN, freshNumber } from '../../support/people.ts';
import { fileWorld, verify } from '../../verify/world.ts';
import { type Gate, gateCalls } from './gate.ts';

const world = await fileWorld();
const KEPT = ['GetItem agencies', 'Query casework #freezes', 'GetItem policy'];
let gate: Gate;
let ahead = 0;
const realNow = performance.now.bind(performance);
vi.spyOn(performance, 'now').mockImplementation(() => realNow() + ahead);
beforeEach(() => {
  gate = gateCalls();
});
afterEach(() => gate.open());

/** What is called in each round, without cached values and without repeats. */
const rounds = () =>
  gate
    .rounds()
    .map((round) => [...new Set(round.filter((name) => !KEPT.includes(name)))])
    .filter((round) => round.length > 0);

/** The freezes of the token's request have expired, so they are read again: nothing is looked up before they are known. */
async function check(subject: object, unseen = 0) {
  const token = await world.gateway.token('charity-sunrise', verify());
  world.later(unseen);
  gate.clear();
  ahead += 600;
  const asked = { programme: 'spring-bud', subject };
  const { json, text } = await world.gateway.send(token, 'POST', '/v1/verifications', asked);
  expect(json.outcome, text).toBeTruthy();
  return json.outcome;
}

const FIRST = [
  ['KMS GenerateMac', 'PutItem claims'],
  ['GetItem index', 'UpdateItem claims'],
  ['GetItem keys', 'PutItem log', 'Query casework', 'Query sheets', 'UpdateItem claims'],
  // The key of the person's marks waits for no fact: whether the giver of a consent is on record is compared once all are open.
  ['KMS Decrypt', 'KMS GenerateMac'],
];

it('a first check takes eight round trips, whether it confirms or not', async () => {
  gate.open();
  const [one, other] = [await world.ready(), await world.ready()];
  // What an instance makes once.
  await world.ask('charity-sunrise', { match: other.match });
  gate = gateCalls();
  expect(await check({ match: one.match })).toBe('YES');
  expect(rounds()).toEqual([
    ...FIRST,
    ['KMS Decrypt', 'PutItem status'],
    ['KMS Sign', 'PutItem log', 'PutItem status'],
    ['PutItem casework'],
    ['GetItem keys', 'Query casework', 'UpdateItem claims'],
  ]);
  expect(await check({ match: { id_number: freshNumber(BORN) } })).toBe('NOT_CONFIRMED');
  expect(rounds()).toHaveLength(8);
});

it('a repeat takes seven, and draws no place', async () => {
  gate.open();
  const one = await world.ready();
  await world.ask('charity-sunrise', { match: one.match });
  gate = gateCalls();
  expect(await check({ match: one.match })).toBe('YES');
  expect(rounds()).toEqual([...FIRST, ['KMS Decrypt'], ['PutItem log'], ['UpdateItem claims']]);
});

it('a caller not seen for five seconds waits no longer: the register is read in parallel with the claim', async () => {
  gate.open();
  const [one, other] = [await world.ready(), await world.ready()];
  await world.ask('charity-sunrise', { match: other.match });
  gate = gateCalls();
  expect(await check({ match: one.match }, 6_000)).toBe('YES');
  expect(rounds()).toHaveLength(8);
  expect(gate.rounds()[0]).toEqual(expect.arrayContaining(['GetItem agencies', 'PutItem claims']));
});
