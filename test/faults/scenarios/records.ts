/** Requests that write records, open them, or erase and join them. */
import { randomUUID } from 'node:crypto';
import { put } from '../../maintenance/rig.ts';
import type { World } from '../../verify/world.ts';
import { passDays } from '../days.ts';
import { child, newborn, refFor } from '../people.ts';
import { afterFirst, desk, done, lifting, type Scenario, type Send, sending, steward } from '../send.ts';

let asked = 0;
const intake = (world: World, records: object[], headers: Record<string, string> = {}): Send =>
  sending(
    world,
    'mps-county',
    { actions: ['intake'] },
    ['POST', '/v1/intake'],
    { collection: 'children', records },
    headers,
  );
const W1 = { actions: ['release'], purpose: 'W1', case: 'W-1', officer: 'li.na', reason: 'yearly review' };
const release = (world: World, match: object, fields: string[], officer = 'li.na'): Send => {
  const body = { collection: 'children', subjects: [{ match }], fields };
  return sending(world, 'mca-county', { ...W1, officer }, ['POST', '/v1/releases'], body);
};

/** Two records of one child; the second is known to civil affairs by a number of its own. */
async function doubles(world: World) {
  const one = await child(world);
  const match = { local_id: `WELFARE-${randomUUID()}` };
  const fields = { division_code: '990001001', guardian_phone: '13900000001' };
  const { ref } = await put(world.gateway, 'mca-county', { match, fields });
  const double = { match: one.match, ref: ref as string };
  await put(world.gateway, 'mps-county', {
    ref: await refFor(world, double, 'mps-county'),
    fields: { sex: '1' },
  });
  return { one, double };
}
type Doubles = Awaited<ReturnType<typeof doubles>>;

async function merging(world: World, { one, double }: Doubles, verb: 'merge' | 'part') {
  const by = async (agency: string, officer: string) => {
    const [ref, into] = [await refFor(world, double, agency), await refFor(world, one, agency)];
    return desk(world, agency, officer, `/v1/subjects/${ref}/${verb}`, verb === 'merge' ? { into } : {});
  };
  return [await by('mca-county', 'li.na'), await by('mps-county', 'liu.yang')] as const;
}
/** Hours for which a merge and an erasure wait, and a little more. */
const WAIT = 73 * 3_600_000;

/** Two records that are joined, as two people agreed three days ago. */
async function joined(world: World): Promise<Doubles> {
  const both = await doubles(world);
  const [first, second] = await merging(world, both, 'merge');
  const agreed = await afterFirst(first, second);
  await done(agreed);
  await passDays(world, WAIT);
  await agreed.ready();
  if ((await done(agreed)).ref === undefined) throw new Error('the merge waits');
  return both;
}

async function erasing(world: World) {
  const one = await child(world);
  const body = { instrument: 'ORDER-2026-1' };
  const path = async (agency: string) => `/v1/subjects/${await refFor(world, one, agency)}/erase`;
  const first = steward(world, 'chen.jie', await path('steward-office'));
  return {
    one,
    first,
    ordered: desk(world, 'court-county', 'wu.jun', await path('court-county'), body),
    second: desk(world, 'mps-county', 'liu.yang', await path('mps-county')),
  };
}

/** A word of an officer of civil affairs on a child of its county. */
async function wordOn(world: World, act: 'move' | 'end', body: object = {}) {
  const path = `/v1/subjects/${(await child(world)).ref}/${act}`;
  const by = (officer: string) => desk(world, 'mca-county', officer, path, body);
  return { by, back: () => lifting(world, 'mca-county', 'li.na', path) };
}

export const RECORDS: Record<string, Scenario> = {
  'move, first person': async (world) => (await wordOn(world, 'move', { area: '990002' })).by('li.na'),
  'move that is stopped': async (world) => {
    const { by, back } = await wordOn(world, 'move', { area: '990002' });
    await done(by('li.na'));
    return back();
  },
  'end of help, first person': async (world) => (await wordOn(world, 'end')).by('li.na'),
  'end of help, second person': async (world) => {
    const { by } = await wordOn(world, 'end');
    return afterFirst(by('li.na'), by('zhou.qin'));
  },
  'help that is taken up again': async (world) => {
    const { by, back } = await wordOn(world, 'end');
    await done(await afterFirst(by('li.na'), by('zhou.qin')));
    return back();
  },
  'intake of a new child, with a key': async (world) =>
    intake(world, [newborn()], { 'idempotency-key': randomUUID() }),
  'intake of three': async (world) => intake(world, [newborn(), newborn(), newborn()]),
  'intake by another department': async (world) => {
    const { match } = await child(world);
    const records = [{ match, fields: { schooling_status: 'primary' } }];
    return sending(world, 'edu-county', { actions: ['intake'] }, ['POST', '/v1/intake'], {
      collection: 'children',
      records,
    });
  },
  release: async (world) => release(world, (await child(world)).match, ['name', 'guardian_phone']),
  // Each by another officer, whose misses are limited.
  'release that is refused': async (world) => {
    return release(world, newborn().match, ['name'], `li.na${asked++}`);
  },
  'verification that confirms': async (world) => {
    const { match } = await world.ready();
    const body = { programme: 'spring-bud', subject: { match } };
    return sending(world, 'charity-sunrise', world.details, ['POST', '/v1/verifications'], body);
  },
  'verification that does not': async (world) => {
    const { match } = await world.child();
    const body = { programme: 'spring-bud', subject: { match } };
    return sending(world, 'charity-sunrise', world.details, ['POST', '/v1/verifications'], body);
  },
  'leak check': async (world) => {
    const { match } = await child(world);
    const why = { officer: 'gao', case: 'LEAK-1', reason: 'a list on a forum' };
    const body = { collection: 'children', candidates: [match.id_number, newborn().match.id_number] };
    return sending(
      world,
      'cyberspace-county',
      { actions: ['release'], purpose: 'N1', ...why },
      ['POST', '/v1/leak-checks'],
      body,
    );
  },
  'look for a record': async (world) => {
    const { match } = await child(world);
    return desk(world, 'desk-county', 'chen.jing', '/v1/subjects/find', { subject: { match } });
  },
  'erasure, first person': async (world) => (await erasing(world)).first,
  'erasure by order, second person': async (world) => {
    const { first, ordered } = await erasing(world);
    return afterFirst(first, ordered);
  },
  'erasure that waits, second person': async (world) => {
    const { first, second } = await erasing(world);
    return afterFirst(first, second);
  },
  'erasure that is stopped': async (world) => {
    const { one, first } = await erasing(world);
    await done(first);
    return lifting(world, 'mca-county', 'li.na', `/v1/subjects/${one.ref}/erase`);
  },
  'merge, first person': async (world) => (await merging(world, await doubles(world), 'merge'))[0],
  'merge, second person': async (world) => {
    return afterFirst(...(await merging(world, await doubles(world), 'merge')));
  },
  'merge that is due': async (world) => {
    const both = await doubles(world);
    const [first, second] = await merging(world, both, 'merge');
    const agreed = await afterFirst(first, second);
    await done(agreed);
    await passDays(world, WAIT);
    await agreed.ready();
    return agreed;
  },
  'merge that is stopped': async (world) => {
    const both = await doubles(world);
    await done((await merging(world, both, 'merge'))[0]);
    return lifting(world, 'mca-county', 'li.na', `/v1/subjects/${both.double.ref}/merge`);
  },
  'undo of a merge, first person': async (world) => (await merging(world, await joined(world), 'part'))[0],
  'undo of a merge, second person': async (world) => {
    return afterFirst(...(await merging(world, await joined(world), 'part')));
  },
};
