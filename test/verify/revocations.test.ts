/** What a status list reveals: batches of a month, filled up with dummies. */
import { inflateSync } from 'node:zlib';
import { decodeJwt } from 'jose';
import { expect, it } from 'vitest';
import { dummyPlaces } from '../../functions/verify/revocations.ts';
import { shownBy, untilNextMonth } from './proofs.ts';
import { type Child, fileWorld } from './world.ts';

const world = await fileWorld();

const ask = async (child: Child) => (await world.ask('charity-sunrise', { match: child.match })).json;

/** The places that a list shows as revoked. */
async function shown(uri: string): Promise<number[]> {
  const { status_list } = decodeJwt(await (await fetch(uri)).text()) as { status_list: { lst: string } };
  const bits = inflateSync(Buffer.from(status_list.lst, 'base64url'));
  return Array.from({ length: bits.length * 8 }, (_, i) => i).filter(
    (i) => ((bits[i >> 3] as number) >> (i & 7)) & 1,
  );
}

async function proven(child: Child) {
  const { status } = await shownBy(world, (await ask(child)).attestation);
  return status;
}

it('shows nothing of a month before it is over, then a full batch, and no dummy ever goes', async () => {
  const [first, second, third] = [await world.ready(), await world.ready(), await world.ready()];
  const places = [await proven(first), await proven(second), await proven(third)];
  const uri = places[0]?.uri ?? '';
  await world.erase(first);
  await world.erase(second);
  world.later(31_000);
  expect(await shown(uri)).toEqual([]);

  world.later(untilNextMonth(world.now()));
  const batch = await shown(uri);
  expect(batch).toHaveLength(16);
  for (const { index } of places.slice(0, 2)) expect(batch).toContain(index);
  expect(batch).not.toContain(places[2]?.index);

  await world.erase(third);
  world.later(31_000);
  expect(await shown(uri)).toEqual(batch);
  world.later(untilNextMonth(world.now()));
  const next = await shown(uri);
  expect(next).toHaveLength(32);
  for (const index of [...batch, places[2]?.index]) expect(next).toContain(index);
});

it('shows as many of a list on which nothing was revoked', async () => {
  const { uri } = await proven(await world.ready());
  world.later(untilNextMonth(world.now()));
  const batch = await shown(uri);
  expect(batch).toHaveLength(16);
  expect(Math.min(...batch)).toBeGreaterThanOrEqual(100_000);
});

it('keeps the places of dummies from proofs, the same in each process', async () => {
  const [one, again] = [
    await dummyPlaces(world.gateway, '2026-11'),
    await dummyPlaces(world.gateway, '2026-11'),
  ];
  expect([...one]).toEqual([...again]);
  expect(one.size).toBe(96);
  expect([...(await dummyPlaces(world.gateway, '2026-12'))]).not.toEqual([...one]);
});
