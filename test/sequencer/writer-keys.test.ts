/** A writer's key is good for a day, for the kinds in its certificate, and until it is revoked. */

import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test as plain } from 'vitest';
import { sequence } from '../../functions/sequencer/sequence.ts';
import { asClientId } from '../../shared/ids.ts';
import type { Certifier } from '../../shared/log/check/chain.ts';
import { checkLog } from '../../shared/log/check/check-log.ts';
import type { NewEntry } from '../../shared/log/entry/entry.ts';
import { decision, vouchFor } from '../log/log.ts';
import { chainOf, counted, filesOf, mirrorKeys, type Signed } from '../log/mirror.ts';
import { drain, expectWhole } from './whole.ts';
import { openWorld } from './world.ts';

const HOUR = 3_600_000;
const handler = { departments: [], agency: asClientId('audit-office') };
const publication: NewEntry = { kind: 'publication', handler, outcome: 'published' };
const revocation = (writer: string): NewEntry => ({ kind: 'revocation', revokes: writer, handler });

const test = plain.extend('world', () => openWorld());

test('the sequencer takes a new writer under each key in use, and none under a removed one', async ({
  world,
}) => {
  const [old] = world.deps.certifiers as [Certifier];
  const { publicKey: next } = generateKeyPairSync('ed25519');
  const before = world.writer();
  const during = { ...world.deps, certifiers: [vouchFor(next), old] };
  expect(await sequence(during)).toMatchObject({ faults: [], sequenced: 1 });
  before.append();
  const refused = world.writer();
  const after = { ...world.deps, certifiers: [vouchFor(next)] };
  // The chain that began under the old key continues until its certificate ends.
  expect(await sequence(after)).toMatchObject({
    faults: [{ fault: 'CERTIFICATE', entry: `${refused.writer}-0-0` }],
    sequenced: 1,
  });
  await expect(world.check()).resolves.toBeDefined();
});

test.each<[string, Partial<Certifier>]>([
  ['of another function', { name: 'other' }],
  ['for fewer kinds', { kinds: ['decision'] }],
])('sequencer and verifier take no writer under a key %s', async (_, other) => {
  const world = openWorld();
  const { writer } = world.writer();
  const [known] = world.deps.certifiers as [Certifier];
  const certifiers = [{ ...known, ...other }];
  expect(await sequence({ ...world.deps, certifiers })).toMatchObject({
    faults: [{ fault: 'CERTIFICATE', entry: `${writer}-0-0` }],
  });
  await drain(world);
  const { read, log } = world;
  await expect(checkLog({ read, log, certifiers })).rejects.toMatchObject({
    ...{ fault: 'CHAIN', at: `${writer}-0-0` },
  });
  await expectWhole(world);
});

describe('the sequencer accepts no item', () => {
  test('that is dated before an earlier one by more than a minute, however many steps it takes', async ({
    world,
  }) => {
    const writer = world.writer();
    world.clock.now += HOUR;
    writer.append();
    writer.append(1, -40_000);
    writer.append(1, -60_001);
    const { faults } = await sequence(world.deps);
    expect(faults).toMatchObject([{ fault: 'TIME', entry: `${writer.writer}-3-0` }]);
    expect((await world.check()).chains.heads.get(writer.writer)?.seq).toBe(2);
    const after = await sequence(world.deps);
    expect(after.faults).toMatchObject([{ fault: 'TIME' }]);
  });

  test('that bears a time after the end of the certificate', async ({ world }) => {
    const writer = world.writer();
    writer.append();
    world.clock.now += 25 * HOUR;
    writer.append();
    const { faults } = await sequence(world.deps);
    expect(faults).toMatchObject([{ fault: 'EXPIRED', entry: `${writer.writer}-2-0` }]);
    await expect(world.check()).resolves.toBeDefined();
  });

  test('that bears a time before the certificate began', async ({ world }) => {
    const writer = world.writer();
    writer.append(1, -1);
    const { faults } = await sequence(world.deps);
    expect(faults).toMatchObject([{ fault: 'EXPIRED', entry: `${writer.writer}-1-0` }]);
  });

  test('that was put after the end, whatever its time', async ({ world }) => {
    const [leaked, other] = [world.writer(), world.writer()];
    leaked.append();
    await drain(world);
    // Items all the time, so that silence does not end the chain.
    for (let half = 0; half < 50; half++) {
      world.clock.now += HOUR / 2;
      leaked.append(1, -half * (HOUR / 2));
      await drain(world);
    }
    const { faults } = await sequence(world.deps);
    expect(faults).toMatchObject([{ fault: 'EXPIRED' }]);
    const { heads } = (await world.check()).chains;
    expect(heads.get(leaked.writer)?.seq).toBeLessThan(51);
    expect(heads.get(leaked.writer)?.seq).toBeGreaterThan(47);
    expect(other.items).toHaveLength(1);
  });

  test('except, after an outage, items stored before the end', async ({ world }) => {
    const writer = world.writer();
    await drain(world);
    writer.append(3);
    world.clock.now += 30 * HOUR;
    expect(await sequence(world.deps)).toMatchObject({ faults: [], sequenced: 3 });
    await expectWhole(world);
  });

  test.each<[string, string[], NewEntry]>([
    ['a leaf that names a kind', ['decision'], publication],
    ['a leaf that names none', ['publication'], decision()],
    ['an entry that opens to another kind', ['decision', 'publication'], decision({ kind: 'consent' })],
  ])('outside the kinds of the certificate: %s', async (_, kinds, entry) => {
    const world = openWorld();
    const writer = world.writer(kinds);
    writer.write(entry);
    const { faults } = await sequence(world.deps);
    expect(faults).toMatchObject([{ fault: 'KIND', entry: `${writer.writer}-1-0` }]);
    expect((await world.check()).chains.heads.get(writer.writer)?.seq).toBe(0);
  });

  test("that can't be opened", async ({ world }) => {
    const writer = world.writer();
    writer.append();
    const item = writer.items[1] ?? expect.fail('no item');
    const { sealed: _, ...bare } = item;
    writer.items[1] = bare;
    const { faults } = await sequence(world.deps);
    expect(faults).toMatchObject([{ fault: 'SEALED', entry: `${writer.writer}-1-0` }]);
  });

  test('of a writer whose key was revoked, and ends its chain so that an honest process continues with another key', async () => {
    const world = openWorld();
    const [leaked, audit] = [world.writer(), world.writer()];
    leaked.append();
    await drain(world);
    audit.write(revocation(leaked.writer));
    leaked.append(1, 1000);
    audit.append();
    await sequence(world.deps);
    // What was stored before the step that takes the revocation in stands before it in the tree.
    const at = (writer: string, seq: number) => world.places.get(`${writer}-${seq}`) ?? Number.NaN;
    expect(at(leaked.writer, 2)).toBeLessThan(at(audit.writer, 1));
    leaked.append();
    const { faults } = await sequence(world.deps);
    expect(faults).toMatchObject([{ fault: 'REVOKED', entry: `${leaked.writer}-3-0` }]);
    await drain(world);
    expect(world.places.has(`${leaked.writer}-3`)).toBe(false);
    expect(world.places.has(`${audit.writer}-2`)).toBe(true);
    expect(world.closed.get(leaked.writer)).toBe(4);
    expect(world.registered.has(leaked.writer)).toBe(false);
    await world.check();
  });
});

test('a verifier refuses a tree in which a revoked writer continues, or one writes outside its certificate', async () => {
  const keys = mirrorKeys();
  const leaked = chainOf(keys, 4);
  const writer = JSON.parse(Buffer.from(leaked[0]?.leaf ?? []).toString()).writer;
  const [audit = [], late, foreign] = [
    chainOf(keys, 2, { entries: [revocation(writer)] }),
    chainOf(keys, 2, { later: 24 * HOUR + 1 }),
    chainOf(keys, 2, { kinds: ['publication'] }),
  ];
  const check = (...signed: Signed[]) => {
    const files = filesOf(keys, counted(signed));
    return checkLog({ read: async (path) => files.get(path) ?? null, log: keys.log });
  };
  await expect(check(...leaked.slice(0, 3), ...audit)).resolves.toBeDefined();
  await expect(check(...leaked.slice(0, 3), ...audit, ...leaked.slice(3))).rejects.toMatchObject({
    ...{ fault: 'CHAIN', at: `${writer}-3-0` },
  });
  for (const bad of [late, foreign]) {
    await expect(check(...bad)).rejects.toMatchObject({ fault: 'CHAIN', at: expect.stringMatching(/-1-0$/) });
  }
});
