/** The alert about witnesses that fall behind: once for each time, and none while the log is only quiet. */
import { beforeAll, expect, test } from 'vitest';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';
import { nameWitnesses } from '../witness/named.ts';

const clock = { now: Date.parse('2026-11-25T02:00:00Z') };
const gateway = await fileGateway({ now: () => clock.now });
const minutes = (n: number) => {
  clock.now += n * 60_000;
};
const grow = () =>
  gateway.put('mps-county', { match: { id_number: freshNumber() }, fields: { name: '张三' } });
let named: Awaited<ReturnType<typeof nameWitnesses>>;

/** Findings of all alerts so far. */
async function told(): Promise<string[]> {
  await gateway.sequencer.step();
  for (let left = true; left; ) left = (await gateway.watcher.scan()).behind > 0;
  const { json } = await gateway.call(
    'audit-office',
    { actions: ['audit'], officer: 'wang.fang' },
    ...(['GET', '/v1/alerts'] as const),
  );
  return json.alerts
    .filter(({ code }: { code: string }) => code === 'WITNESSES_LATE')
    .map(({ words }: { words: { finding: string } }) => words.finding);
}

beforeAll(async () => {
  await grow();
  await gateway.sequencer.step();
});

test('a log without witnesses has none to miss', async () => {
  expect(await told()).toEqual([]);
  minutes(60);
  expect(await told()).toEqual([]);
});

test('witnesses that were named and never came are missed after a while, once', async () => {
  named = await nameWitnesses(gateway, { now: () => clock.now, pass: () => minutes(2) });
  expect(await told()).toEqual([]);
  minutes(14);
  expect(await told()).toEqual([]);
  minutes(2);
  expect(await told()).toEqual([expect.stringMatching(/^NOTHING: .* without w0, w1, w2/)]);
  minutes(60);
  expect(await told()).toHaveLength(1);
});

test('a quiet log with witnesses raises none, and those that stop raise the next', async () => {
  for (let hour = 0; hour < 3; hour++) {
    minutes(10);
    await named.round(0, 1);
    expect(await told()).toHaveLength(1);
  }
  minutes(14);
  await grow();
  // One of two that are needed is no quorum.
  await named.round(0);
  expect(await told()).toHaveLength(1);
  minutes(2);
  const [, second] = (await told()).sort((a, b) => (a.startsWith('N') ? -1 : b.startsWith('N') ? 1 : 0));
  expect(second).toMatch(/^OLD: .* by w\d, w\d, without w2/);
});

test('a policy that can’t be read stops no other alert', async () => {
  await gateway.tree.policy.swap(await gateway.tree.policy.read(), 'no policy\n');
  await grow();
  expect(await told()).toHaveLength(2);
});
