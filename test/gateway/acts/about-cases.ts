/** Calls about cases: of an office of each county, of a person there. */
import type { Matter } from '../../../shared/policy/decide/permits.ts';
import { SCENE, type Whose } from '../scenes/scene.ts';
import { someone, type Things } from './things.ts';
import type { Party, World } from './world.ts';

const CASES = SCENE.cases;

const ofCase = (verb: string, body?: object) => ({
  person: false,
  call: (_world: World, _party: Party, _whose: Whose, { case: id }: Things) => ({
    path: `/v1/cases/${id}${verb && `/${verb}`}`,
    ...(body && { body }),
  }),
  matter: ({ agency, known }: Party, whose: Whose): Matter => ({
    ...{ of: 'first', purpose: CASES.purpose, self: agency.clientId === CASES[whose] },
    supervisor: known === 'authenticated',
    area: SCENE.near(agency, whose),
    'other-line': !agency.departments.includes(CASES.department),
  }),
});

export const CASE_CALLS = {
  'GET /v1/cases': {
    person: false,
    call: () => ({ path: `/v1/cases?agency=${CASES.own}` }),
    matter: ({ agency }: Party): Matter => ({ self: agency.clientId === CASES.own }),
  },
  'GET /v1/cases/:id': ofCase(''),
  'POST /v1/recusals': {
    person: false,
    call: (world: World, _party: Party, whose: Whose) => ({
      path: '/v1/recusals',
      body: { of: 'zhang.wei', ...someone(world, whose) },
    }),
    matter: ({ known }: Party): Matter => ({ supervisor: known === 'authenticated' }),
  },
  'POST /v1/cases/:id/confirm': ofCase('confirm', {}),
  'POST /v1/cases/:id/assign': ofCase('assign', { officers: ['han.mei'] }),
  'POST /v1/cases/:id/close': ofCase('close', {}),
};

/** An incident about a person of the office's area, and a field of one department. */
export const leaked = ({ agency }: Party, whose: Whose = 'own'): Matter => ({
  owner: SCENE.speaks[agency.clientId] === SCENE.leak.owner,
  area: SCENE.near(agency, whose),
});
