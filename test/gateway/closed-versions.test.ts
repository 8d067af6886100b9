/**
 * One version of a class's KMS key is off while people have data under it and under another: the class is withheld from answers about
 * every person alike, so that no caller learns whose data lie under which version.
 */
import { expect, it } from 'vitest';
import { readClassKeyVersions } from '../../shared/env.ts';
import { asSubjectId } from '../../shared/ids.ts';
import { keyItem, runJob } from '../maintenance/rig.ts';
import { closedAfter } from '../support/closed.ts';
import { sharedFolder } from '../support/folder.ts';
import { freshNumber } from '../support/people.ts';
import { type Child, makeWorld, type World } from '../verify/world.ts';
import { blank } from './silence/observe.ts';

const CLASS = 'health-illness';
const ILL = { 'health-hospital': { illness: { code: 'C91', since: '2025-01-01' } } };
const folder = sharedFolder();
const before = await makeWorld({ folder });
const old = { ill: await before.ready('charity-sunrise', ILL), well: await before.ready() };
for (const name of readClassKeyVersions(before.gateway.env.classKeys).keys())
  before.gateway.ring.ensure(`alias/fieldgate/class/${name}/2`, 'SYMMETRIC_DEFAULT');
await before.gateway.close();
const started = await makeWorld({ folder });
const world: World = await closedAfter(started, started.gateway);
const { gateway } = world;
const young = { ill: await world.ready('charity-sunrise', ILL), well: await world.ready() };
const all = [old.ill, old.well, young.ill, young.well];

const switchTo = (state: 'Disabled' | 'Enabled', version: number, name = CLASS) =>
  gateway.ring.setState(
    readClassKeyVersions(gateway.env.classKeys).get(name)?.[version - 1] ?? expect.fail(name),
    state,
  );
const W1 = {
  actions: ['release'],
  purpose: 'W1',
  ...{ case: 'W-2026-T1', officer: 'zhao.min', reason: 'status decision' },
};
const release = (children: readonly Child[]) =>
  gateway.call('mca-county', W1, 'POST', '/v1/releases', {
    collection: 'children',
    subjects: children.map(({ match }) => ({ match })),
    fields: ['illness', 'name'],
  });
// biome-ignore lint/suspicious/noExplicitAny: results of every shape
const told = ({ json }: { json: any }) =>
  // biome-ignore lint/suspicious/noExplicitAny: results of every shape
  json.results?.map(({ fields, withheld }: any) => fields?.illness?.value ?? withheld?.illness?.code) ??
  json.code;
const decrypts = async (child: Child) => {
  const from = gateway.trail.length;
  const answer = await release([child]);
  const calls = gateway.trail.slice(from).filter(({ eventName }) => eventName === 'Decrypt');
  return [...told(answer), calls.length];
};
const versionsOf = async ({ subject }: Child) => {
  const { keys } = await keyItem(gateway, asSubjectId(subject));
  return new Set([...keys.values()].flatMap((key) => (key.class === CLASS ? [key.kms ?? 1] : [])));
};

it('people have data of the class under either version, and all answers cost the same', async () => {
  expect([await versionsOf(old.ill), await versionsOf(young.ill)]).toEqual([new Set([1]), new Set([2])]);
  const seen = await Promise.all(all.map(decrypts));
  expect(seen.map(([value]) => value)).toEqual(['YES', 'NOT_CONFIRMED', 'YES', 'NOT_CONFIRMED']);
  expect(new Set(seen.map(([, count]) => count)).size).toBe(1);
});

it.each([1, 2])('with version %i off, a release withholds the class from everyone alike', async (version) => {
  switchTo('Disabled', version);
  // The first answer of a process finds out, and tells the same about every person.
  for (const child of [...all, ...all.toReversed()])
    expect(told(await release([child]))).toEqual(['CLASS_UNAVAILABLE']);
  expect(told(await release(all))).toEqual(all.map(() => 'CLASS_UNAVAILABLE'));
  const seen = [];
  for (const child of all) seen.push(await decrypts(child));
  expect(new Set(seen.map(String)).size).toBe(1);
  const asked = [];
  for (const { match } of all) {
    const { status, json } = await world.ask('charity-sunrise', { match }, 'medical-aid');
    asked.push(JSON.stringify([status, blank(json)]));
  }
  expect(new Set(asked).size).toBe(1);
  expect(asked[0]).toContain('CLASS_UNAVAILABLE');
  switchTo('Enabled', version);
  expect(told(await release(all))).toEqual(['YES', 'NOT_CONFIRMED', 'YES', 'NOT_CONFIRMED']);
});

it.each([1, 2])('with version %i of the facts off, everyone is refused alike', async (version) => {
  switchTo('Disabled', version, 'facts');
  const nobody = { ...old.ill, match: { id_number: freshNumber() } };
  const seen = [];
  for (const child of [...all, nobody]) {
    const { status, json } = await release([child]);
    seen.push(JSON.stringify([status, blank(json)]));
  }
  expect(new Set(seen).size).toBe(1);
  expect(seen[0]).toContain('CLASS_UNAVAILABLE');
  switchTo('Enabled', version, 'facts');
});

it('once a job has moved all, an earlier version may be switched off, and no answer changes', async () => {
  expect(await runJob(gateway, 'rewrap')).toMatchObject({ state: 'done', failed: 0 });
  expect(await versionsOf(old.ill)).toEqual(new Set([2]));
  for (const name of readClassKeyVersions(gateway.env.classKeys).keys()) switchTo('Disabled', 1, name);
  world.later(600_000);
  const seen = await Promise.all(all.map(decrypts));
  expect(seen.map(([value]) => value)).toEqual(['YES', 'NOT_CONFIRMED', 'YES', 'NOT_CONFIRMED']);
});
