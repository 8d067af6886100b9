/**
 * Departments have the keys of their classes in accounts of their own: how many Decrypts a refusal takes does not reveal which of them
 * hold facts about a person, nor under which keys.
 */
import { expect, it } from 'vitest';
import { asSubjectId } from '../../shared/ids.ts';
import { keyItem, runJob } from '../maintenance/rig.ts';
import { closedAfter } from '../support/closed.ts';
import { sharedFolder } from '../support/folder.ts';
import { BORN, freshNumber } from '../support/people.ts';
import { makeWorld, type World } from '../verify/world.ts';

const GROWN = '1990-01-01';
const accounts = { HEALTH: '444455556666', MPS: '777788889999' };
const folder = sharedFolder();
const before = await makeWorld({ folder });

/** Grown people, whom the facts refuse; and which departments say when they were born. */
const HOLDERS = [
  ['mps-county', 'mca-county', 'health-hospital', 'court-county'],
  ['mps-county', 'mca-county', 'health-hospital'],
  ['mps-county', 'health-hospital'],
  ...[['mps-county'], ['mca-county'], ['health-hospital']],
];
interface Grown {
  match: { id_number: string };
  ref: string;
}
async function grown({ put }: World, holders: readonly string[]): Promise<Grown> {
  const id_number = freshNumber(GROWN);
  const match = { id_number };
  const of = (agency: string) => (holders.includes(agency) ? { birth_date: GROWN } : {});
  const ref = await put('mps-county', {
    match,
    fields: { name: '欧阳娜娜', id_number, ...of('mps-county') },
  });
  await put('mca-county', { match, fields: { hardship_category: ['orphan'], ...of('mca-county') } });
  const ill = { illness: { code: 'C91', since: '2025-01-01' } };
  await put('health-hospital', { match, fields: { ...ill, ...of('health-hospital') } });
  const orphan = { guardianship_status: { status: 'normal', conflict: false } };
  if (holders.includes('court-county')) await put('court-county', { match, fields: orphan });
  return { match, ref };
}
const made = (world: World) => Promise.all(HOLDERS.map((holders) => grown(world, holders)));
const old = await made(before);
await before.gateway.close();
const started = await makeWorld({ folder, accounts });
const world: World = await closedAfter(started, started.gateway);
const { gateway } = world;
const young = await made(world);
const nobody = { match: { id_number: freshNumber(GROWN) }, ref: '' };
const all = [...old, ...young, nobody];

const W1 = {
  actions: ['release'],
  purpose: 'W1',
  ...{ case: 'W-2026-T1', officer: 'zhao.min', reason: 'status decision' },
};
/** @returns the status of each, and the number of Decrypts */
async function asked(people: readonly { match: object }[]): Promise<string> {
  const from = gateway.trail.length;
  const { json } = await gateway.call('mca-county', W1, 'POST', '/v1/releases', {
    collection: 'children',
    subjects: people.map(({ match }) => ({ match })),
    fields: ['illness', 'name'],
  });
  const calls = gateway.trail.slice(from).filter(({ eventName }) => eventName === 'Decrypt');
  const given = json.results?.map(({ fields }: { fields?: object }) => fields !== undefined) ?? json.code;
  return `${given} ${calls.length}`;
}
async function allOf(calls: readonly (readonly { match: object }[])[]): Promise<Set<string>> {
  const seen = new Set<string>();
  // Budgets begin again.
  world.later();
  for (const people of calls) seen.add(await asked(people));
  return seen;
}
const child = await world.ready();
const everyCall = () => [
  all.map((one) => [one]),
  ...[nobody, old[0], young[0], young[3]].map((first) => all.map((one) => [first ?? nobody, one])),
  all.map((one) => [child, one]),
];

it('while the gateway moves data keys to them, a refusal takes as many Decrypts, whichever departments hold facts', async () => {
  const kms = await Promise.all(
    [old.at(-1), young.at(-1)].map(async (one) => {
      const subject = await world.subjectOf('mps-county', one?.ref ?? '');
      const { keys } = await keyItem(gateway, asSubjectId(subject));
      return [...keys.values()].flatMap((key) => (key.class === 'facts' ? [key.kms ?? 1] : []));
    }),
  );
  expect(kms).toEqual([[1], [2]]);
  const seen = [];
  for (const calls of everyCall()) seen.push([...(await allOf(calls))]);
  // Four departments hold facts, and the first refusal has two more: all four may lie under the gateway's key, in addition to two others.
  expect(seen).toEqual([['false 6'], ...[1, 2, 3, 4].map(() => ['false,false 10']), ['true,false 12']]);
});

it('and no more than the decoy once all are moved', async () => {
  expect(await runJob(gateway, 'rewrap')).toMatchObject({ state: 'done', failed: 0 });
  expect(await allOf(all.map((one) => [one]))).toEqual(new Set(['false 4']));
});

it('a check of a charity takes as many, whichever departments hold what it reads', async () => {
  const ill = { illness: { code: 'C91', since: '2025-01-01' } };
  const change = [{}, { 'health-hospital': { birth_date: BORN } }, { 'health-hospital': ill }];
  const children = await Promise.all(change.map((one) => world.ready('charity-sunrise', one)));
  const seen = new Set<number>();
  for (const { match } of [...children, nobody, old[0] ?? nobody]) {
    const from = gateway.trail.length;
    await world.ask('charity-sunrise', { match }, 'medical-aid');
    seen.add(gateway.trail.slice(from).filter(({ eventName }) => eventName === 'Decrypt').length);
  }
  expect([...seen]).toEqual([expect.any(Number)]);
});
