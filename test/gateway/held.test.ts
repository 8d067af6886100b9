/**
 * A department stops a purpose, a class or what it says for decisions by its own keys: its fields are withheld from every caller alike, so
 * that no answer reveals about whom it holds any; other departments' fields are given; the auditors are told; and the end is found.
 */
import { afterEach, expect, it } from 'vitest';
import { pack } from '../../functions/session/policy.ts';
import { keyPolicies, SESSION_ROLE } from '../../infra/local/aws/kms/key-policies.ts';
import type { Held } from '../../infra/local/aws/kms/owners.ts';
import type { OwnerRecord } from '../../infra/local/aws/kms/trail.ts';
import { readClassKeyVersions } from '../../shared/env.ts';
import { readUnwrap } from '../../shared/log/read/trail-records.ts';
import { jobDone } from '../maintenance/rig.ts';
import { BORN, freshNumber } from '../support/people.ts';
import { type Child, fileWorld } from '../verify/world.ts';
import { differences, type Observation, observe } from './silence/observe.ts';

const world = await fileWorld({ accounts: { HEALTH: '444455556666', COURT: '777788889999' } });
const { gateway } = world;
const ILL = { illness: { code: 'C91', since: '2025-01-01' } };
const twins = [
  await world.ready('charity-sunrise', { 'health-hospital': ILL }),
  await world.ready(),
  await world.ready('charity-sunrise', { 'health-hospital': ILL }),
  await world.ready(),
] as [Child, ...Child[]];
const [ill, well] = twins as [Child, Child];
const born = await world.ready('charity-sunrise', { 'health-hospital': { birth_date: BORN } });
const nobody = { match: { id_number: freshNumber() } };

const keyOf = (owner: string, name: string) =>
  readClassKeyVersions(gateway.env.classKeys).get(`${owner}/${name}`)?.at(-1) ?? expect.fail(name);
const held: string[] = [];
const hold = (name: string, owner = 'HEALTH') => {
  const key = keyOf(owner, name);
  held.push(key);
  gateway.ring.setState(key, 'Disabled');
};
const free = () => {
  for (const one of gateway.owners.values()) one.update({});
  for (const key of held.splice(0)) {
    gateway.ring.setState(key, 'Enabled');
  }
};
afterEach(free);

const steward = { actions: ['steward'], officer: 'chen.jie', reason: 'yearly rotation of keys' };
const details = (purpose: string) => ({
  actions: ['release'],
  purpose,
  ...{ case: 'W-2026-T1', officer: 'zhao.min', reason: 'status decision' },
});
const release = (people: readonly { match: object }[], purpose = 'W1', fields = ['illness', 'name']) =>
  gateway.call('mca-county', details(purpose), 'POST', '/v1/releases', {
    collection: 'children',
    subjects: people.map(({ match }) => ({ match })),
    fields,
  });
// biome-ignore lint/suspicious/noExplicitAny: results of every shape
const told = ({ json }: { json: any }) =>
  // biome-ignore lint/suspicious/noExplicitAny: results of every shape
  json.results?.map(({ fields, withheld }: any) => [
    fields?.illness?.value ?? withheld?.illness?.code,
    fields?.name?.value,
  ]) ?? json.code;
async function alerts(): Promise<string[]> {
  while ((await gateway.sequencer.step()).sequenced > 0);
  const { alerts } = await gateway.audit('/v1/alerts?limit=200');
  const closed = alerts.filter(({ code }: { code: string }) => code === 'CLASS_CLOSED');
  return closed.map(
    ({ purpose, words }: { purpose: string; words: { finding: string } }) => `${purpose} ${words.finding}`,
  );
}
/** What a call shows of a person, and of what it wrote how much. */
async function seenOf(people: readonly { match: object }[], purpose = 'W1'): Promise<Observation> {
  const before = gateway.trail.length;
  const said = await observe(gateway, [], () => release(people, purpose));
  const calls = gateway.trail.slice(before).map(({ eventName, errorCode }) => `${eventName} ${errorCode}`);
  return { ...said, calls: calls.sort() };
}
const update = (held: Held) => gateway.owners.get('HEALTH')?.update(held);
it.each<[string, () => void, string]>([
  ['a class by its stack', () => update({ HeldClasses: 'health-illness' }), 'AccessDeniedException'],
  ['a key that is disabled', () => hold('health-illness'), 'DisabledException'],
])('holds %s: withheld alike from persons with and without any', async (_, stop, error) => {
  expect(told(await release([ill, well]))).toEqual([
    ['YES', '欧阳娜娜'],
    ['NOT_CONFIRMED', '欧阳娜娜'],
  ]);
  stop();
  // The first answers of a process find out, and make what each day and case begins with.
  for (const child of [...twins, ...twins])
    expect(told(await release([child]))).toEqual([['HELD_BY_OWNER', '欧阳娜娜']]);
  const seen: Observation[] = [];
  for (const child of [...twins, ...twins.toReversed()]) seen.push(await seenOf([child]));
  const [first, ...others] = seen as [Observation, ...Observation[]];
  for (const one of others) expect(differences(one, first)).toEqual([]);
  expect(first.calls).toContain(`Decrypt ${error}`);
  expect(await alerts()).toContain(`W1 HEALTH holds its class health-illness: ${error}`);
  free();
  expect(told(await release([ill, well]))[0]).toEqual(['YES', '欧阳娜娜']);
});

it.each<[string, () => void, string]>([
  ['a class', () => hold('facts'), 'DisabledException'],
  ['a purpose', () => update({ HeldPurposes: 'W1' }), 'AccessDeniedException'],
])('refuses alike where the rules read what the department holds: %s', async (_, stop, error) => {
  stop();
  for (const one of [ill, born, nobody]) await release([one]);
  const seen: Observation[] = [];
  for (const one of [ill, born, nobody, well]) seen.push(await seenOf([one]));
  const [first, ...others] = seen as [Observation, ...Observation[]];
  for (const one of others) expect(differences(one, first)).toEqual([]);
  expect([first.status, first.body]).toEqual([503, expect.objectContaining({ code: 'HELD_BY_OWNER' })]);
  expect(await alerts()).toEqual(
    expect.arrayContaining([
      expect.stringMatching(new RegExp(`^W1 HEALTH holds its class facts.*: ${error}`)),
    ]),
  );
  free();
  expect(told(await release([born]))).toEqual([['NOT_CONFIRMED', '欧阳娜娜']]);
});

it('records each use of its keys in its own trail, too, by the unique id of the role and under a shared id', async () => {
  const theirs: OwnerRecord[] = [];
  const end = gateway.owners.get('HEALTH')?.trail.subscribe((record) => theirs.push(record));
  const from = gateway.trail.length;
  await release([ill, well]);
  end?.();
  const ours = gateway.trail
    .slice(from)
    .filter(({ resources }) => resources[0]?.accountId === '444455556666');
  expect(theirs.map((one) => one.sharedEventID)).toEqual(ours.map((one) => one.sharedEventID));
  expect(theirs.length).toBeGreaterThan(1);
  for (const record of theirs) {
    expect(record.userIdentity).not.toHaveProperty('arn');
    const unwrap = readUnwrap(record);
    expect(unwrap?.principal).toMatch(/^AROA[0-9A-F]{17}\/W1@mca-county$/);
  }
});

it("opens nothing by the gateway's operator, whatever he may in his own account", () => {
  const key = gateway.ring.find(keyOf('HEALTH', 'health-illness'));
  const context = new Map([
    ['collection', 'children'],
    ['owner', 'HEALTH'],
    ['class', 'health-illness'],
  ]);
  const owners = gateway.owners;
  const may = (role: string, purpose: string) =>
    keyPolicies(pack, owners)(
      { role, session: 's', tags: new Map([['purpose', purpose]]) },
      'Decrypt',
      key,
      context,
    );
  expect(['fieldgate-operator', 'fieldgate-release'].map((role) => may(role, 'W1'))).toEqual([false, false]);
  expect([may(SESSION_ROLE, 'W1'), may(SESSION_ROLE, 'S1')]).toEqual([true, false]);
});

it('new data keys for the rest, if a class is held', async () => {
  update({ HeldClasses: 'health-illness' });
  const { id } = (await gateway.call('steward-office', steward, 'POST', '/v1/keys/rekey', {})).json;
  const job = await jobDone(gateway, id);
  expect(job).toMatchObject({ state: 'done', failed: 2, left: ['health-illness'] });
});
