/**
 * A department whose keys lie in an external key store: each use goes through its proxy, which says no to a caller, is slow or is gone,
 * and no answer reveals by that about whom the department holds anything.
 */
import { afterAll, afterEach, expect, it } from 'vitest';
import { startXksProxy } from '../support/xks-proxy.ts';
import { type Child, fileWorld } from '../verify/world.ts';
import { differences, type Observation, observe } from './silence/observe.ts';

const proxy = await startXksProxy();
const world = await fileWorld({ accounts: { HEALTH: '444455556666' }, stores: { HEALTH: proxy.store } });
const { gateway } = world;
const ILL = { illness: { code: 'C91', since: '2025-01-01' } };
const [ill, well] = [
  await world.ready('charity-sunrise', { 'health-hospital': ILL }),
  await world.ready(),
] as [Child, Child];
afterEach(() => proxy.behave({}));
afterAll(() => proxy.close());

const asked = {
  ...{
    actions: ['release'],
    purpose: 'W1',
    case: 'W-2026-T1',
    officer: 'zhao.min',
    reason: 'status decision',
  },
};
const release = (people: readonly Child[]) =>
  gateway.call('mca-county', asked, 'POST', '/v1/releases', {
    collection: 'children',
    subjects: people.map(({ match }) => ({ match })),
    fields: ['illness', 'name'],
  });
// biome-ignore lint/suspicious/noExplicitAny: results of every shape
const told = ({ json }: { json: any }) =>
  // biome-ignore lint/suspicious/noExplicitAny: results of every shape
  json.results?.map(({ fields, withheld }: any) => [
    fields?.illness?.value ?? withheld?.illness?.code,
    fields?.name?.value,
  ]) ?? json.code;
/** A proxy counts its calls, and so does KMS: neither depends on the person. */
async function seenOf(child: Child): Promise<Observation> {
  const [before, asked] = [gateway.trail.length, proxy.seen.length];
  const said = await observe(gateway, [], () => release([child]));
  const calls = gateway.trail.slice(before).map(({ eventName, errorCode }) => `${eventName} ${errorCode}`);
  const outside = proxy.seen.slice(asked).map(({ operation, key }) => `${operation} ${key}`);
  return { ...said, calls: [...calls, ...outside].sort() };
}
const OPEN = [
  ['YES', '欧阳娜娜'],
  ['NOT_CONFIRMED', '欧阳娜娜'],
];

it('opens by the key outside as by any other, and tells the department which session asked', async () => {
  const from = proxy.seen.length;
  expect(told(await release([ill, well]))).toEqual(OPEN);
  const asked = proxy.seen.slice(from);
  expect(asked.length).toBeGreaterThan(1);
  for (const { operation, principal, key } of asked) {
    expect(operation).toBe('Decrypt');
    expect(principal).toMatch(/:assumed-role\/fieldgate-release-session\/W1@mca-county$/);
    expect(key).toMatch(/^fieldgate-local-HEALTH-/);
  }
  // Intake made the keys there, and opened none.
  const made = proxy.seen.filter(({ principal }) => principal.includes('fieldgate-intake'));
  expect(new Set(made.map(({ operation }) => operation))).toEqual(new Set(['GenerateDataKey']));
});

it.each<[string, Parameters<typeof proxy.behave>[0]]>([
  ['refuses one class', { refuses: ({ key }) => key.endsWith('health-illness') }],
  ['refuses a purpose', { refuses: ({ principal }) => principal.includes('/W1@') }],
  ['is slower than KMS waits', { slow: 400 }],
  ['answers what is no answer', { bent: true }],
])('if the proxy %s, the answer is alike for persons with and without any', async (_, how) => {
  proxy.behave(how);
  for (const child of [ill, well, well, ill]) await release([child]);
  const seen: Observation[] = [];
  for (const child of [ill, well, well, ill]) seen.push(await seenOf(child));
  const [first, ...others] = seen as [Observation, ...Observation[]];
  for (const one of others) expect(differences(one, first)).toEqual([]);
  expect(JSON.stringify(first.body)).toContain('HELD_BY_OWNER');
  expect(first.calls).toContain('Decrypt KMSInvalidStateException');
  proxy.behave({});
  expect(told(await release([ill, well]))).toEqual(OPEN);
});

it('opens nothing by the wrappings alone: neither without the proxy nor by a key of another name', async () => {
  const held = gateway.ring.list().filter(({ external }) => external !== undefined);
  expect(held.length).toBeGreaterThan(2);
  const names = held.map((key) => key.external);
  for (const key of held) key.external = 'another';
  expect(told(await release([ill]))).toBe('HELD_BY_OWNER');
  for (const [i, key] of held.entries()) key.external = names[i];
  expect(told(await release([ill]))).toEqual([OPEN[0]]);
  // A caller who can't sign as KMS does gets nothing from the proxy.
  const path = `/kms/xks/v1/keys/${names[0]}/decrypt`;
  const stranger = await fetch(new URL(path, proxy.store.url), { method: 'POST', body: '{}' });
  expect(stranger.status).toBe(401);
});
