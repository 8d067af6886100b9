/** Everybody about whom the answer must be the same, by the reason that nobody may learn. */
import { freshNumber } from '../support/people.ts';
import type { World } from './world.ts';

export interface NeutralCase {
  why: string;
  subject: object;
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
  const away = await world.put('mca-neighbour', {
    match: { local_id: `W-${Math.random()}` },
    fields: { division_code: '990002001', hardship_category: ['orphan'], birth_date: '2013-05-06' },
  });
  const subject = await world.subjectOf('mca-neighbour', away);
  await world.consent({ id: '', match: { id_number: '' }, subject }, 'charity-sunrise');
  return [
    { why: 'unknown', subject: { match: { id_number: freshNumber() } } },
    { why: 'not eligible', subject: { match: ineligible.match } },
    { why: 'no consent', subject: { match: silent.match } },
    { why: 'frozen', subject: { match: frozen.match } },
    { why: 'erased', subject: { match: erased.match } },
    { why: 'another county', subject: { ref: await world.refOf('charity-sunrise', subject) } },
  ];
}
