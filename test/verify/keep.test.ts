/**
 * The stored outcomes of a charity: repeats, and what two charities can match. Immediate revocation:
 * `revoke.test.ts`.
 */
import { describe, expect, it } from 'vitest';
import { freshNumber } from '../support/people.ts';
import { isGoodNow, shownBy } from './proofs.ts';
import { type Child, fileWorld } from './world.ts';

const world = await fileWorld();

const shown = (attestation: string) => shownBy(world, attestation);
const isGood = (attestation: string) => isGoodNow(world, attestation);
const ask = async (child: Child, recipient = 'charity-sunrise') =>
  (await world.ask(recipient, { match: child.match })).json;

describe('a repeat', () => {
  it('gives the same proof while it is valid, and evaluates nothing again', async () => {
    const child = await world.ready();
    const first = await ask(child);
    const second = await ask(child);
    expect(second.attestation).toBe(first.attestation);
    expect(second.receipt).not.toEqual(first.receipt);
    const [entry] = await world.entries('&kind=decision');
    expect(entry.words.finding).toBe('STORED_OUTCOME');
    world.later();
    expect((await ask(child)).validUntil).toBe(first.validUntil);
  });

  it("that confirms nothing can't be compared, for a known or an unknown child", async () => {
    world.later();
    const known = await world.ready('charity-sunrise', {
      'edu-county': { schooling_status: 'out-of-school' },
    });
    for (const match of [known.match, { id_number: freshNumber() }]) {
      const [one, two] = [
        await world.ask('charity-sunrise', { match }),
        await world.ask('charity-sunrise', { match }),
      ];
      expect(one.json.validUntil).toBe(two.json.validUntil);
      const [a, b] = [await shown(one.json.attestation), await shown(two.json.attestation)];
      expect(a.pseudonym).not.toBe(b.pseudonym);
      expect(a.status.index).not.toBe(b.status.index);
    }
  });

  it.each<[string, (child: Child) => Promise<void>]>([
    [
      'the consent was withdrawn',
      (child) =>
        world.consent(child, 'charity-sunrise', {
          act: 'withdrawn',
          at: new Date(world.now()).toISOString(),
        }),
    ],
    [
      'the child is no longer eligible',
      async (child) => {
        await world.put('edu-county', { match: child.match, fields: { schooling_status: 'out-of-school' } });
      },
    ],
  ])('after %s confirms nothing, and revokes the proof', async (_, end) => {
    world.later();
    const child = await world.ready();
    const { attestation } = await ask(child);
    expect(await isGood(attestation)).toBe(true);
    await end(child);
    expect((await ask(child)).outcome).toBe('NOT_CONFIRMED');
    expect(await isGood(attestation)).toBe(false);
  });

  it('while the child is frozen confirms nothing, and the proof stays', async () => {
    world.later();
    const child = await world.ready();
    const { attestation } = await ask(child);
    await world.casework(child, 'freeze', {});
    expect((await ask(child)).outcome).toBe('NOT_CONFIRMED');
    expect(await isGood(attestation)).toBe(true);
  });

  it('after a new consent gives a new proof, never the revoked one', async () => {
    world.later();
    const child = await world.ready();
    const { attestation } = await ask(child);
    const at = (ms: number) => ({ at: new Date(world.now() + ms).toISOString() });
    await world.consent(child, 'charity-sunrise', { act: 'withdrawn', ...at(0) });
    await ask(child);
    world.later(10_000);
    await world.consent(child, 'charity-sunrise', at(0));
    const again = await ask(child);
    expect(again.outcome).toBe('YES');
    expect(again.attestation).not.toBe(attestation);
    expect([await isGood(attestation), await isGood(again.attestation)]).toEqual([false, true]);
  });

  it('twice concurrently leaves one proof', async () => {
    world.later();
    const child = await world.ready();
    const answers = await Promise.all([ask(child), ask(child), ask(child)]);
    const proofs = new Set(answers.map(({ attestation }) => attestation));
    expect(proofs.size).toBe(1);
  });
});

it("two charities that combine their answers can't match one child", async () => {
  world.later();
  const marks = async (recipient: string, child: Child) => {
    const answer = await ask(child, recipient);
    const [jwt = '', ...disclosures] = answer.attestation.split('~');
    const payload = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
    const claims = await shown(answer.attestation);
    const { _sd, status, cnf: __, ...same } = payload;
    return {
      sizes: [
        recipient.length,
        answer.attestation.length,
        disclosures.map((one: string) => one.length).sort(),
        claims.pseudonym?.length,
      ],
      unique: [
        claims.pseudonym,
        status.status_list.idx,
        ..._sd,
        ...disclosures.filter((one: string) => one !== ''),
        answer.receipt.entry,
        answer.receipt.leafHash,
        answer.receipt.signature,
      ],
      same: {
        ...same,
        uri: status.status_list.uri,
        until: answer.validUntil,
        obligations: answer.obligations,
      },
    };
  };
  const [one, other] = [await world.ready(), await world.ready()];
  for (const child of [one, other]) await world.consent(child, 'charity-harbour');
  const [a1, b1] = [await marks('charity-sunrise', one), await marks('charity-harbour', one)];
  const b2 = await marks('charity-harbour', other);
  // What could be a mark occurs once; what is alike is alike for every child.
  const values = [a1, b1, b2].flatMap(({ unique }) => unique);
  expect(new Set(values).size).toBe(values.length);
  // Sizes follow from the lengths of programme and client id, which are alike here, and from nothing else.
  expect(a1.sizes).toEqual(b1.sizes);
  expect(b2.sizes).toEqual(b1.sizes);
  expect(a1.same).toEqual(b1.same);
  expect(b2.same).toEqual(b1.same);
  expect(new Date((a1.same as { iat: number }).iat * 1000).toISOString()).toMatch(/T16:00:00.000Z$/);
});

it('indexes of the status list are drawn at random and never twice', async () => {
  world.later();
  const child = await world.ready('charity-sunrise', { 'edu-county': { schooling_status: 'out-of-school' } });
  const indexes: number[] = [];
  for (let i = 0; i < 3; i++) indexes.push((await shown((await ask(child)).attestation)).status.index);
  expect(new Set(indexes).size).toBe(3);
  expect(indexes.every((index) => index >= 100_000 && index < 1_000_000)).toBe(true);
  expect(indexes.toSorted((a, b) => a - b)[1]).not.toBe((indexes[0] ?? 0) + 1);
});

it('there is a status list for months that can have one, and for no others', async () => {
  const path = (list: string) => fetch(`${world.gateway.url}/v1/status/${list}`);
  const month = new Date(world.now()).toISOString().slice(0, 7);
  expect((await path(month)).status).toBe(200);
  for (const list of ['2024-12', '2999-01', '2026-13', `${month}-9`, '..', '__proto__'])
    expect((await path(list)).status).toBe(404);
});

it('a list of an earlier month without proofs is signed once for many hours, however often it is asked for', async () => {
  const lists = ['2025-02', '2025-02-2', '2025-03', '2025-04-4'];
  const text = async (list: string) => (await fetch(`${world.gateway.url}/v1/status/${list}`)).text();
  const first = await Promise.all(lists.map(text));
  const from = world.gateway.trail.length;
  const start = world.now();
  // To a moment in the same twelve hours, in which a list with proofs would be signed again.
  world.later(60_000);
  if (Math.floor(world.now() / 43_200_000) === Math.floor(start / 43_200_000)) {
    expect(await Promise.all(lists.map(text))).toEqual(first);
    expect(world.gateway.trail.slice(from).filter(({ eventName }) => eventName === 'Sign')).toEqual([]);
  }
});
