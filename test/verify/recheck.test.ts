/** The end of a proof without a request of its recipient: the record changed and no longer supports it. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, it as plain, vi } from 'vitest';
import { isGoodNow } from './proofs.ts';
import { type Child, fileWorld } from './world.ts';

const world = await fileWorld();
beforeEach(() => world.later());
afterEach(() => vi.restoreAllMocks());

const ask = async (child: Child) => (await world.ask('charity-sunrise', { match: child.match })).json;
const schooling = (child: Child, status: string) =>
  world.put('edu-county', { match: child.match, fields: { schooling_status: status } });
const recheck = () => world.gateway.verifier.recheck();
/** Data keys that were unwrapped while something was done. */
async function unwraps(act: () => Promise<unknown>): Promise<number> {
  const from = world.gateway.trail.length;
  await act();
  return world.gateway.trail.slice(from).filter(({ eventName }) => eventName === 'Decrypt').length;
}

const it = plain.extend('child', () => world.ready());

it('a change that ends eligibility revokes the proof, and the check is in the log as the gateway’s own', async () => {
  const child = await world.ready();
  const { attestation } = await ask(child);
  await schooling(child, 'out-of-school');
  expect(await isGoodNow(world, attestation)).toBe(true);
  expect(await recheck()).toBe(1);
  expect(await isGoodNow(world, attestation)).toBe(false);
  const [entry] = await world.entries('&kind=decision');
  expect(entry.handler).toEqual({ departments: [], agency: 'fieldgate' });
  expect([entry.purpose, entry.programme, entry.outcome]).toEqual(['C1', 'spring-bud', 'NOT_CONFIRMED']);
  expect(entry.usedForDecision).toContain('schooling_status');
  expect([entry.words.finding, entry.keys.length > 0]).toEqual(['NOT_ELIGIBLE', true]);
  expect((await ask(child)).outcome).toBe('NOT_CONFIRMED');
  expect(await recheck()).toBe(0);
});

it('what ends by time alone, such as childhood or a status, ends the proof in the month after', async () => {
  const day = (days: number) => new Date(world.now() + days * 86_400_000).toISOString().slice(0, 10);
  const child = await world.ready('charity-sunrise', {
    'mca-county': {
      hardship_category: { codes: ['orphan'], until: day(20) },
      household_profile: { members: 1, monthlyIncome: 9000 },
    },
  });
  const other = await world.ready();
  const [ended, stays] = [await ask(child), await ask(other)];
  expect([ended.outcome, stays.outcome]).toEqual(['YES', 'YES']);
  world.later(40 * 86_400_000);
  expect(await recheck()).toBe(1);
  expect([await isGoodNow(world, ended.attestation), await isGoodNow(world, stays.attestation)]).toEqual([
    false,
    true,
  ]);
  // Each is looked at once in a month.
  expect(await unwraps(recheck)).toBe(0);
});

it('another change leaves the proof, and is checked once', async () => {
  // Those of earlier tests, if a month has begun since.
  await recheck();
  const child = await world.ready();
  const { attestation } = await ask(child);
  expect(await unwraps(recheck)).toBe(0);
  await schooling(child, 'junior');
  expect(await unwraps(recheck)).toBeGreaterThan(0);
  expect(await unwraps(recheck)).toBe(0);
  expect(await isGoodNow(world, attestation)).toBe(true);
  expect((await ask(child)).attestation).toBe(attestation);
});

it('a child who is eligible again gets a new proof', async ({ child }) => {
  const { attestation } = await ask(child);
  await schooling(child, 'out-of-school');
  await recheck();
  await schooling(child, 'primary');
  const again = await ask(child);
  expect(again.outcome).toBe('YES');
  expect([await isGoodNow(world, attestation), await isGoodNow(world, again.attestation)]).toEqual([
    false,
    true,
  ]);
});

it('nothing is opened of a frozen child, whose proof is checked after the freeze', async ({ child }) => {
  const { attestation } = await ask(child);
  await world.casework(child, 'freeze', {});
  await schooling(child, 'out-of-school');
  const from = world.gateway.trail.length;
  expect(await recheck()).toBe(0);
  const opened = world.gateway.trail
    .slice(from)
    .map(
      ({ requestParameters }) => (requestParameters?.['encryptionContext'] as { subject?: string })?.subject,
    );
  expect(opened).not.toContain(child.subject);
  expect(await unwraps(recheck)).toBe(0);
  const { dynamo, env } = world.gateway;
  const { DeleteItemCommand } = await import('@aws-sdk/client-dynamodb');
  const Key = { subject: { S: child.subject }, item: { S: 'freeze#one' } };
  await dynamo.send(new DeleteItemCommand({ TableName: env.caseworkTable, Key }));
  world.later();
  expect(await recheck()).toBe(1);
  expect(await isGoodNow(world, attestation)).toBe(false);
});

it('a repeat about a disputed field confirms nothing, and the proof stays', async ({ child }) => {
  const { attestation } = await ask(child);
  await world.casework(child, 'dispute', { id: 'schooling_status', field: 'schooling_status' });
  expect((await ask(child)).outcome).toBe('NOT_CONFIRMED');
  expect(await isGoodNow(world, attestation)).toBe(true);
});

it('a pass that dies at any of its writes is finished by the next', async () => {
  const { send } = DynamoDBClient.prototype;
  // Other gateways of this process write meanwhile.
  const pass = new AsyncLocalStorage<true>();
  for (let dead = 0; ; dead++) {
    const child = await world.ready();
    const { attestation } = await ask(child);
    await schooling(child, 'out-of-school');
    let puts = 0;
    const spy = vi.spyOn(DynamoDBClient.prototype, 'send').mockImplementation(function (
      this: unknown,
      command: unknown,
    ) {
      if (command instanceof PutItemCommand && pass.getStore() && puts++ === dead)
        return Promise.reject(new Error('died'));
      return Reflect.apply(send, this, [command]);
    } as never);
    const died = await pass.run(true, recheck).then(
      () => false,
      () => true,
    );
    spy.mockRestore();
    if (!died) {
      expect(dead).toBeGreaterThanOrEqual(5);
      expect(await isGoodNow(world, attestation)).toBe(false);
      return;
    }
    await recheck();
    expect([dead, await isGoodNow(world, attestation)]).toEqual([dead, false]);
    world.later();
  }
});
