/** Requests that write or decrypt, each about a person or thing of its own. */
import { hash, randomUUID } from 'node:crypto';
import { casework, orderErasure, put, refAt } from '../maintenance/rig.ts';
import type { Answer } from '../support/gateway.ts';
import { noticeFor } from '../support/notices.ts';
import { freshNumber } from '../support/people.ts';
import type { World } from '../verify/world.ts';

/** The request; a repeat sends the same. */
type Send = () => Promise<Answer>;
export type Scenario = (world: World) => Promise<Send>;

const NAME = '欧阳娜娜';
/** No failed answer may hold any of them. */
export const PLANTED = [NAME, '13900000001'];

let asked = 0;
const newborn = () => {
  const id_number = freshNumber();
  return { match: { id_number }, fields: { name: NAME, id_number, birth_date: '2013-05-06' } };
};

/** A child with a record of civil affairs. */
async function child({ gateway }: World) {
  const { match } = newborn();
  await put(gateway, 'mps-county', { match, fields: { name: NAME, ...match, birth_date: '2013-05-06' } });
  const care = { division_code: '990001001', guardian_phone: '13900000001', hardship_category: ['orphan'] };
  const { ref } = await put(gateway, 'mca-county', { match, fields: care });
  return { match, ref: ref as string };
}

const act =
  (world: World, agency: string, officer: string, method: string, path: string, body?: object): Send =>
  () =>
    world.gateway.call(agency, casework(officer), method, path, body);
const steward =
  (world: World, officer: string, path: string, body: object = {}): Send =>
  () => {
    const details = { actions: ['steward'], officer, reason: 'yearly look at the register' };
    return world.gateway.call('steward-office', details, 'POST', path, body);
  };
const intake = (world: World, records: object[], headers: Record<string, string> = {}): Send => {
  const body = { collection: 'children', records };
  return () => world.gateway.call('mps-county', { actions: ['intake'] }, 'POST', '/v1/intake', body, headers);
};
const W1 = { actions: ['release'], purpose: 'W1', case: 'W-1', officer: 'li.na', reason: 'yearly review' };
const release = (world: World, match: object, fields: string[], officer = 'li.na'): Send => {
  const body = { collection: 'children', subjects: [{ match }], fields };
  return () => world.gateway.call('mca-county', { ...W1, officer }, 'POST', '/v1/releases', body);
};
/** The second of two requests, after the first. */
async function afterFirst(first: Send, second: Send): Promise<Send> {
  const answer = await first();
  if (answer.status !== 202) throw new Error(`the first request: ${answer.text}`);
  return second;
}

async function frozen(world: World): Promise<string> {
  const target = { subject: { match: (await child(world)).match } };
  const { json } = await act(world, 'mca-county', 'li.na', 'POST', '/v1/freezes', { target })();
  return `/v1/freezes/${json.freeze.id}`;
}

async function suspended(world: World, agency: string): Promise<string> {
  await steward(world, 'li.na', `/v1/agencies/${agency}/suspend`)();
  return `/v1/agencies/${agency}/unsuspend`;
}

export const SCENARIOS: Record<string, Scenario> = {
  'intake of a new child, with a key': async (world) =>
    intake(world, [newborn()], { 'idempotency-key': randomUUID() }),
  'intake of three': async (world) => intake(world, [newborn(), newborn(), newborn()]),
  'intake by another department': async (world) => {
    const { match } = await child(world);
    const body = { collection: 'children', records: [{ match, fields: { schooling_status: 'primary' } }] };
    return () => world.gateway.call('edu-county', { actions: ['intake'] }, 'POST', '/v1/intake', body);
  },
  release: async (world) => release(world, (await child(world)).match, ['name', 'guardian_phone']),
  // Each by another officer, whose misses are limited, with a token that is there.
  'release that is refused': async (world) => {
    const officer = `li.na${asked++}`;
    await world.gateway.call('mca-county', { ...W1, officer }, 'GET', '/v1/whoami');
    return release(world, newborn().match, ['name'], officer);
  },
  'verification that confirms': async (world) => {
    const { match } = await world.ready();
    const body = { programme: 'spring-bud', subject: { match } };
    return () => world.gateway.call('charity-sunrise', world.details, 'POST', '/v1/verifications', body);
  },
  consent: async (world) =>
    act(world, 'mca-county', 'chen.jing', 'POST', '/v1/consents', {
      ...{ subject: { match: (await child(world)).match }, purpose: 'D1', recipient: 'cdpf-county' },
      ...{ fields: ['name'], giver: 'guardian', relation: 'mother', method: 'signed-form' },
      ...{ noticeVersion: noticeFor('D1'), evidence: hash('sha256', randomUUID()) },
    }),
  freeze: async (world) => {
    const target = { subject: { match: (await child(world)).match } };
    return act(world, 'mca-county', 'li.na', 'POST', '/v1/freezes', { target });
  },
  'lift, first person': async (world) => act(world, 'mca-county', 'li.na', 'DELETE', await frozen(world), {}),
  'lift, second person': async (world) => {
    const path = await frozen(world);
    const by = (officer: string) => act(world, 'mca-county', officer, 'DELETE', path, {});
    return afterFirst(by('li.na'), by('wang.fang'));
  },
  'conflict, first person': async (world) => {
    const body = { subject: { match: (await child(world)).match }, state: 'set' };
    return act(world, 'mca-county', 'li.na', 'POST', '/v1/conflicts', body);
  },
  'conflict, second person': async (world) => {
    const body = { subject: { match: (await child(world)).match }, state: 'set' };
    const by = (agency: string, officer: string) =>
      act(world, agency, officer, 'POST', '/v1/conflicts', body);
    return afterFirst(by('mca-county', 'li.na'), by('mps-county', 'liu.yang'));
  },
  'register, first steward': async (world) => {
    return steward(world, 'li.na', await suspended(world, 'platform-lantern'));
  },
  'register, second steward': async (world) => {
    const path = await suspended(world, 'mca-neighbour');
    const by = (officer: string) => steward(world, officer, path);
    return afterFirst(by('li.na'), by('chen.jie'));
  },
  'erasure, first person': async (world) => {
    const { ref } = await child(world);
    const path = `/v1/subjects/${await refAt(world.gateway, ref, 'steward-office')}/erase`;
    return steward(world, 'chen.jie', path);
  },
  'erasure, second person': async (world) => {
    const { ref } = await child(world);
    const path = `/v1/subjects/${await refAt(world.gateway, ref, 'steward-office')}/erase`;
    return afterFirst(steward(world, 'chen.jie', path), () => orderErasure(world.gateway, ref));
  },
  'legal hold, second person': async (world) => {
    const body = { subject: { match: (await child(world)).match }, instrument: 'ORDER-2026-7' };
    const { json } = await act(world, 'court-county', 'wu.jun', 'POST', '/v1/holds', body)();
    return act(world, 'court-county', 'gao.min', 'POST', `/v1/holds/${json.id}/confirm`, {});
  },
};
