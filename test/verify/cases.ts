/** All people about whom the answer must be the same, by the hidden reason. */
import { count } from '../../shared/records/limits/counters.ts';
import { BORN, freshNumber } from '../support/people.ts';
import type { World } from './world.ts';

export interface NeutralCase {
  why: string;
  subject: object;
  /** The preparations on each day before the request. */
  before?(): Promise<void>;
}

export async function neutralCases(world: World): Promise<NeutralCase[]> {
  const ineligible = await world.ready('charity-sunrise', {
    'edu-county': { schooling_status: 'out-of-school' },
  });
  const silent = await world.child();
  const frozen = await world.ready();
  await world.casework(frozen, 'freeze', {});
  const erased = await world.ready();
  await world.erase(erased);
  const disputed = await world.ready();
  await world.casework(disputed, 'dispute', { id: 'schooling_status', field: 'schooling_status' });
  const held = await world.ready();
  await world.consent(held, 'charity-sunrise', { giver: 'child', act: 'refused' });
  const away = await world.put('mca-neighbour', {
    match: { local_id: `W-${Math.random()}` },
    fields: { division_code: '990002001', hardship_category: ['orphan'], birth_date: BORN },
  });
  const subject = await world.subjectOf('mca-neighbour', away);
  await world.consent({ id: '', match: { id_number: '' }, subject }, 'charity-sunrise');
  return [
    { why: 'unknown', subject: { match: { id_number: freshNumber() } } },
    { why: 'not eligible', subject: { match: ineligible.match } },
    { why: 'no consent', subject: { match: silent.match } },
    { why: 'frozen', subject: { match: frozen.match } },
    { why: 'erased', subject: { match: erased.match } },
    { why: 'disputed', subject: { match: disputed.match } },
    { why: 'on hold', subject: { match: held.match } },
    { why: 'another county', subject: { ref: await world.refOf('charity-sunrise', subject) } },
    await overBudget(world),
  ];
}

/** An eligible child whose daily checks by the recipient are used up. */
async function overBudget(world: World): Promise<NeutralCase> {
  const { subject } = await world.ready();
  const { tables } = world.gateway;
  return {
    why: 'over budget',
    subject: { ref: await world.refOf('charity-sunrise', subject) },
    async before() {
      const day = new Date(world.now() + 8 * 3_600_000).toISOString().slice(0, 10);
      await count(tables.claims, {
        name: `checks:charity-sunrise:${day}:${subject}`,
        add: { asked: 1e9 },
        expires: world.now() / 1000 + 2 * 86_400,
      });
    },
  };
}
