/**
 * A class whose KMS key is switched off is withheld about every person alike: the answer does not tell which people have any of it.
 */
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, expect, it } from 'vitest';
import { readClassKeys } from '../../shared/env.ts';
import { fromAttributes } from '../../shared/log/write/item.ts';
import { freshNumber } from '../support/people.ts';
import { type Child, fileWorld } from '../verify/world.ts';
import { blank, differences, type Observation, observe } from './silence/observe.ts';

const world = await fileWorld();
const { gateway } = world;
const ILL = { 'health-hospital': { illness: { code: 'C91', since: '2025-01-01' } } };
const ill = [await world.ready('charity-sunrise', ILL), await world.ready('charity-sunrise', ILL)];
const well = [await world.ready(), await world.ready()];
const both = [...ill, ...well];
const W1 = {
  actions: ['release'],
  purpose: 'W1',
  ...{ case: 'W-2026-T1', officer: 'zhao.min', reason: 'status decision' },
};

await gateway.watcher.reconcile();

const keyOf = (name: string) => readClassKeys(gateway.env.classKeys).get(name) ?? expect.fail(name);
const off: string[] = [];
function switchOff(name: string, state: 'Disabled' | 'PendingDeletion' = 'Disabled') {
  gateway.ring.setState(keyOf(name), state);
  off.push(name);
}
afterEach(() => {
  for (const name of off.splice(0)) gateway.ring.setState(keyOf(name), 'Enabled');
});

const release = (children: readonly Child[], fields = ['illness', 'name'], details: object = W1) =>
  gateway.call('mca-county', details as typeof W1, 'POST', '/v1/releases', {
    collection: 'children',
    subjects: children.map(({ match }) => ({ match })),
    fields,
  });
// biome-ignore lint/suspicious/noExplicitAny: results of every shape
const told = ({ json }: { json: any }) =>
  // biome-ignore lint/suspicious/noExplicitAny: results of every shape
  json.results?.map(({ fields, withheld }: any) => [
    fields?.illness?.value,
    withheld?.illness?.code,
    fields?.name?.value,
  ]) ?? json.code;
const entriesNow = async () => {
  const { Items = [] } = await gateway.dynamo.send(new ScanCommand({ TableName: gateway.env.logTable }));
  return Items.flatMap((item) => fromAttributes(item).leaves).length;
};

it('with its key, a release answers the question', async () => {
  expect(told(await release(both))).toEqual([
    ...ill.map(() => ['YES', undefined, '欧阳娜娜']),
    ...well.map(() => ['NOT_CONFIRMED', undefined, '欧阳娜娜']),
  ]);
});

it.each(['Disabled', 'PendingDeletion'] as const)(
  'a key that is %s: a release gives the name and withholds the class, about those who have any of it and others',
  async (state) => {
    switchOff('health-illness', state);
    const seen: Observation[] = [];
    // The first answers of a process find out, and make what each day and case begins with.
    for (const child of [...both, ...both, ...both.toReversed()]) {
      const before = await entriesNow();
      const said = await observe(gateway, [], async () => {
        const answer = await release([child]);
        expect(told(answer)).toEqual([[undefined, 'CLASS_UNAVAILABLE', '欧阳娜娜']]);
        return answer;
      });
      // How often rates and freezes are looked at depends on the time.
      const calls = said.calls.filter((call) => call.startsWith('kms'));
      seen.push({ ...said, calls, leaves: [(await entriesNow()) - before] });
    }
    const [first, ...others] = seen.slice(both.length) as [Observation, ...Observation[]];
    for (const one of others) expect(differences(one, first)).toEqual([]);
    expect(first.calls).toContain('kms Decrypt');
    expect(told(await release(both))).toEqual(both.map(() => [undefined, 'CLASS_UNAVAILABLE', '欧阳娜娜']));
    gateway.ring.setState(keyOf('health-illness'), 'Enabled');
    expect(told(await release([ill[0] as Child]))).toEqual([['YES', undefined, '欧阳娜娜']]);
  },
);

it.each([
  ['ill', 0],
  ['well', 2],
])('is found out alike by the first call, about a child who is %s', async (_, i) => {
  const before = await entriesNow();
  switchOff('health-illness');
  const answer = await release([both[i] as Child], ['illness']);
  expect([answer.status, told(answer)]).toEqual([200, [[undefined, 'CLASS_UNAVAILABLE', undefined]]]);
  // Two attempts, a decision, a refusal and an alert.
  expect((await entriesNow()) - before).toBe(5);
  gateway.ring.setState(keyOf('health-illness'), 'Enabled');
  expect(told(await release([both[i] as Child]))[0][0]).toBe(i === 0 ? 'YES' : 'NOT_CONFIRMED');
});

it('of the facts refuses every person alike, also one of whom no record exists, and opens nothing', async () => {
  switchOff('facts');
  const nobody = { ...(ill[0] as Child), match: { id_number: freshNumber() } };
  const seen = [];
  for (const child of [...both, nobody]) {
    const answer = await release([child]);
    expect([answer.json.code, answer.headers.get('retry-after')]).toEqual(['CLASS_UNAVAILABLE', '60']);
    seen.push(JSON.stringify([answer.status, blank(answer.json)]));
  }
  expect(new Set(seen).size).toBe(1);
  expect(seen[0]).toContain('CLASS_UNAVAILABLE');
});

it('a check of a charity is refused alike, and answers again once the key is back', async () => {
  switchOff('health-illness');
  const seen = [];
  for (const { match } of both) {
    const answer = await world.ask('charity-sunrise', { match }, 'medical-aid');
    seen.push(JSON.stringify([answer.status, blank(answer.json)]));
  }
  expect(new Set(seen).size).toBe(1);
  expect(seen[0]).toContain('CLASS_UNAVAILABLE');
  gateway.ring.setState(keyOf('health-illness'), 'Enabled');
  const yes = await world.ask('charity-sunrise', { match: both[0]?.match }, 'medical-aid');
  expect(yes.json.outcome).toBe('YES');
});

it("of a key that is off, KMS's own record and the log agree", async () => {
  world.later(180_000);
  while ((await gateway.sequencer.step()).sequenced > 0);
  let matched = 0;
  for (let behind = 1; behind > 0; ) {
    const span = await gateway.watcher.reconcile();
    matched += span.matched;
    behind = span.behind;
  }
  const { json } = await gateway.call('audit-office', { actions: ['audit'] }, 'GET', '/v1/alerts');
  expect(json.alerts.filter(({ code }: { code: string }) => /UNWRAP|PRINCIPAL/.test(code))).toEqual([]);
  expect(matched).toBeGreaterThan(20);
});
