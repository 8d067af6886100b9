import { KMSClient } from '@aws-sdk/client-kms';
import { expect, it } from 'vitest';
import { perClient } from '../../shared/keys/kms.ts';

const client = () => new KMSClient({ region: 'local' });

/** Something to be made, whose makings are counted and end when told. */
function maker() {
  const made: { resolve(value: string): void; reject(error: Error): void }[] = [];
  const make = () => new Promise<string>((resolve, reject) => made.push({ resolve, reject }));
  return { made, make };
}

it('concurrent first calls share one making', async () => {
  const cache = perClient<string>(10);
  const kms = client();
  const { made, make } = maker();
  const burst = Array.from({ length: 50 }, () => cache(kms, 'a', make));
  expect(made).toHaveLength(1);
  made[0]?.resolve('value');
  expect(new Set(await Promise.all(burst))).toEqual(new Set(['value']));
  expect(await cache(kms, 'a', make)).toBe('value');
  expect(made).toHaveLength(1);
});

it('a failure reaches all waiting callers and is not kept', async () => {
  const cache = perClient<string>(10);
  const kms = client();
  const { made, make } = maker();
  const burst = [cache(kms, 'a', make), cache(kms, 'a', make)];
  made[0]?.reject(new Error('down'));
  expect((await Promise.allSettled(burst)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const again = cache(kms, 'a', make);
  made[1]?.resolve('value');
  expect(await again).toBe('value');
});

it('a late failure does not remove what was made after it', async () => {
  const cache = perClient<string>(1);
  const kms = client();
  const { made, make } = maker();
  const first = cache(kms, 'a', make);
  const other = cache(kms, 'b', async () => 'b');
  const second = cache(kms, 'a', make);
  made[0]?.reject(new Error('down'));
  made[1]?.resolve('value');
  await expect(first).rejects.toThrow('down');
  expect(await other).toBe('b');
  expect(await second).toBe('value');
  expect(await cache(kms, 'a', make)).toBe('value');
  expect(made).toHaveLength(2);
});

it('holds no more than its bound, and the oldest leaves first', async () => {
  const cache = perClient<string>(3);
  const kms = client();
  let made = 0;
  const get = (name: string) =>
    cache(kms, name, async () => {
      made++;
      return name;
    });
  for (const name of ['a', 'b', 'c', 'd']) await get(name);
  for (const name of ['b', 'c', 'd']) await get(name);
  expect(made).toBe(4);
  await get('a');
  expect(made).toBe(5);
});

it('keeps nothing of one client for another', async () => {
  const cache = perClient<string>(3);
  let made = 0;
  const get = (kms: KMSClient) => cache(kms, 'a', async () => String(made++));
  const [one, two] = [client(), client()];
  expect([await get(one), await get(two), await get(one)]).toEqual(['0', '1', '0']);
});
