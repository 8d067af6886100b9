/** Calls about cases: of the civil affairs office of each county, of a person there. */
import type { Matter } from '../../../shared/policy/acts/permits.ts';
import { CASES, type Things } from './things.ts';
import { AREA, type Party, type Whose, type World } from './world.ts';

const ofCase = (verb: string, body?: object) => ({
  person: false,
  call: (_world: World, _party: Party, _whose: Whose, { case: id }: Things) => ({
    path: `/v1/cases/${id}${verb && `/${verb}`}`,
    ...(body && { body }),
  }),
  matter: ({ agency, known }: Party, whose: Whose): Matter => ({
    ...{ of: 'first', purpose: 'W3', self: agency.clientId === CASES[whose] },
    supervisor: known === 'authenticated',
    area: agency.areas.some((one) => one.startsWith(AREA[whose])),
    'other-line': !agency.departments.includes('MCA'),
  }),
});

export const CASE_CALLS = {
  'GET /v1/cases': {
    person: false,
    call: () => ({ path: '/v1/cases?agency=mca-county' }),
    matter: ({ agency }: Party): Matter => ({ self: agency.clientId === 'mca-county' }),
  },
  'GET /v1/cases/:id': ofCase(''),
  'POST /v1/cases/:id/confirm': ofCase('confirm', {}),
  'POST /v1/cases/:id/assign': ofCase('assign', { officers: ['han.mei'] }),
  'POST /v1/cases/:id/close': ofCase('close', {}),
};

/** An incident about a person of the office's area, and a field of one department. */
export const leaked = ({ agency }: Party, whose: Whose = 'own'): Matter => ({
  owner: agency.departments.includes('HEALTH'),
  area: agency.areas.some((one) => one.startsWith(AREA[whose])),
});
