/** Acts of stewards and auditors: the policy, the register of agencies, keys, reviews and alerts. */
import { randomUUID } from 'node:crypto';
import compiled from '#pack/pack.json' with { type: 'json' };
import { actTableHash } from '../../../shared/policy/decide/act-table.ts';
import { hashOf, loadPack } from '../../../shared/policy/pack/load-pack.ts';
import { ecKey } from '../../support/jws.ts';
import { ahead } from '../../support/people.ts';
import type { World } from '../../verify/world.ts';
import { child } from '../people.ts';
import { afterFirst, auditing, done, type Scenario, type Send, sending, steward } from '../send.ts';

/** The shipped pack under another name. */
function renamed(): object {
  const copy = structuredClone({ ...compiled, version: `2026.${randomUUID().slice(0, 8)}` });
  copy.actTable = actTableHash(loadPack(copy));
  return { ...copy, hash: hashOf(copy) };
}

const keys = () => ({ keys: [{ ...ecKey().jwk, kid: randomUUID(), use: 'sig', alg: 'ES256' }] });
const RIGHTS = {
  ...{ name: { en: 'New school', zh: '新学校' }, departments: ['EDU'], roles: ['county-education'] },
  ...{ areas: ['990001'], purposes: ['S1'], actions: ['intake', 'release'], trainedUntil: ahead(180) },
};

/** A request that two stewards make, one after the other. */
const byTwo = (world: World, path: string, body: object = {}, method = 'POST'): [Send, Send] => [
  steward(world, 'li.na', path, body, method),
  steward(world, 'chen.jie', path, body, method),
];
const registering = (world: World) =>
  byTwo(world, '/v1/agencies', { clientId: `school-${randomUUID()}`, ...RIGHTS, jwks: keys() });

/** A new office, so that no other request is about its register. */
async function office(world: World): Promise<string> {
  const clientId = `office-${randomUUID()}`;
  const body = { clientId, ...RIGHTS, jwks: keys() };
  const [first, second] = byTwo(world, '/v1/agencies', body);
  await done(await afterFirst(first, second));
  return `/v1/agencies/${clientId}`;
}

const widening = async (world: World) =>
  byTwo(world, await office(world), { ...RIGHTS, areas: ['990001', '990002'] }, 'PUT');
const rekeying = async (world: World) => byTwo(world, `${await office(world)}/jwks`, { jwks: keys() }, 'PUT');

async function suspended(world: World): Promise<[Send, Send]> {
  const path = await office(world);
  await done(steward(world, 'li.na', `${path}/suspend`));
  return byTwo(world, `${path}/unsuspend`);
}

/** The entry of a release, for those who look at it. */
async function decided(world: World): Promise<string> {
  const { match } = await child(world);
  const why = { purpose: 'W1', case: 'W-1', officer: 'li.na', reason: 'yearly review' };
  const body = { collection: 'children', subjects: [{ match }], fields: ['name'] };
  const details = { actions: ['release'], ...why };
  const { results } = await done(sending(world, 'mca-county', details, ['POST', '/v1/releases'], body));
  await world.gateway.sequencer.step();
  return results[0].receipt.entry;
}

/** An alert that no auditor has seen: the reason that an officer stated names a prohibited use. */
async function alert(world: World): Promise<string> {
  const { match } = await child(world);
  const why = { purpose: 'W1', case: 'W-1', officer: 'li.na', reason: '直播带货' };
  const body = { collection: 'children', subjects: [{ match }], fields: ['name'] };
  const refused = await sending(
    world,
    'mca-county',
    { actions: ['release'], ...why },
    ['POST', '/v1/releases'],
    body,
  )();
  if (refused.json.code !== 'REASON_NEEDS_REVIEW') throw new Error(refused.text);
  await world.gateway.sequencer.step();
  const { alerts } = await world.gateway.audit('/v1/alerts?code=REASON_NEEDS_REVIEW&acknowledged=no');
  return alerts[0].id;
}

export const STEWARDS: Record<string, Scenario> = {
  'publication, first steward': async (world) => byTwo(world, '/v1/policy/versions', { pack: renamed() })[0],
  'publication, second steward': async (world) => {
    return afterFirst(...byTwo(world, '/v1/policy/versions', { pack: renamed() }));
  },
  'registration, first steward': async (world) => registering(world)[0],
  'registration, second steward': async (world) => afterFirst(...registering(world)),
  'wider rights, first steward': async (world) => (await widening(world))[0],
  'wider rights, second steward': async (world) => afterFirst(...(await widening(world))),
  'second steward who has seen the change': async (world) => {
    const path = await office(world);
    const body = { ...RIGHTS, areas: ['990001', '990002'] };
    const { receipt } = await done(steward(world, 'li.na', path, body, 'PUT'));
    return steward(world, 'chen.jie', `${path}/confirm`, { entry: receipt.entry });
  },
  'new keys, first steward': async (world) => (await rekeying(world))[0],
  'new keys, second steward': async (world) => afterFirst(...(await rekeying(world))),
  suspension: async (world) => steward(world, 'li.na', `${await office(world)}/suspend`),
  'end of a suspension, first steward': async (world) => (await suspended(world))[0],
  'end of a suspension, second steward': async (world) => afterFirst(...(await suspended(world))),
  'review of an entry': async (world) => {
    const body = { verdict: 'justified', note: 'seen' };
    return auditing(world, `/v1/log/entries/${await decided(world)}/reviews`, body);
  },
  'verdicts in a batch': async (world) => {
    const abouts = [await decided(world), await decided(world)];
    const verdicts = abouts.map((about) => ({ about, verdict: 'questioned', note: 'which case is it?' }));
    return auditing(world, '/v1/log/reviews', { verdicts });
  },
  'verdict that supersedes another': async (world) => {
    const path = `/v1/log/entries/${await decided(world)}/reviews`;
    const { receipt } = await done(auditing(world, path, { verdict: 'questioned' }));
    return auditing(world, path, { verdict: 'justified', supersedes: receipt.entry });
  },
  'report of the review': async (world) => {
    const from = new Date(world.now() - 86_400_000).toISOString();
    // Of another period than other requests.
    world.later(1000);
    return auditing(world, '/v1/log/reports', { from, to: new Date(world.now() - 500).toISOString() });
  },
  'alert that is seen': async (world) =>
    auditing(world, `/v1/alerts/${await alert(world)}/acknowledge`, { note: 'called the office' }),
};
