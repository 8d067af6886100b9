/** A call that dies at any of its writes: the repeat gives each verdict once, and answers with the receipts in the log. */
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { decision } from '../log/log.ts';
import { openRig, type Rig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  rig = await openRig();
  await rig.register('audit-office', [], ['audit']);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await rig.close();
});

type Send = (command: unknown, ...more: unknown[]) => Promise<unknown>;

/** Lets `at` puts through. The one after is stored or not, its answer is lost, and nothing is stored from then on. */
async function dying<Result>(at: number, stored: boolean, work: () => Promise<Result>): Promise<Result> {
  const client = rig.deps.dynamo as unknown as { send: Send };
  const { send } = client;
  let puts = 0;
  client.send = async (command, ...more) => {
    const isPut = command instanceof PutItemCommand;
    if (isPut) puts += 1;
    if (!isPut || puts <= at) return send.call(client, command, ...more);
    if (puts === at + 1 && stored) await send.call(client, command, ...more);
    throw Object.assign(new Error('lost'), { name: 'TimeoutError' });
  };
  try {
    return await work();
  } finally {
    client.send = send;
  }
}

const entries = async (n: number) =>
  (await rig.log.append(Array.from({ length: n }, () => decision()))).map(({ entry }) => entry as string);
const give = (abouts: readonly string[]) =>
  rig.post('audit-office', 'audit', '/v1/log/reviews', {
    verdicts: abouts.map((about) => ({ about, verdict: 'questioned', note: 'which case is it?' })),
  });

const CASES = Array.from({ length: 16 }, (_, i) => [i >> 1, i % 2 === 0] as const);

it.each(CASES)('after %i writes, the next stored: %s', async (at, stored) => {
  const abouts = await entries(3);
  const first = await dying(at, stored, () => give(abouts));
  const again = await give(abouts);
  expect([again.status, again.json.refused]).toEqual([200, []]);
  if (first.status === 200) expect(again.json).toEqual(first.json);
  for (const [i, about] of abouts.entries()) {
    const { json } = await rig.get('audit-office', 'audit', `/v1/log/entries?about=${about}&kind=review`);
    expect(json.entries.map(({ id }: { id: string }) => id)).toEqual([again.json.reviews[i].receipt.entry]);
  }
});

it('notes that are too long for one item are given in several, each once', async () => {
  const abouts = await entries(100);
  // Each note another one: an item holds a text of several leaves once.
  const note = (i: number) => String(i).padEnd(1000, '说');
  const verdicts = abouts.map((about, i) => ({ about, verdict: 'questioned', note: note(i) }));
  const send = () => rig.post('audit-office', 'audit', '/v1/log/reviews', { verdicts });
  const { status, json } = await send();
  expect([status, json.reviews.length]).toEqual([200, 100]);
  expect(
    new Set(json.reviews.map(({ receipt }: { receipt: { seq: number } }) => receipt.seq)).size,
  ).toBeGreaterThan(1);
  expect((await send()).json).toEqual(json);
});
