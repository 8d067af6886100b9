/** Opening a report of harm, which the police of the county received; in the neighbour, which has none, civil affairs. */
import type { Things } from './things.ts';
import { AREA, type Party, type Whose, type World } from './world.ts';

const TO: Record<Whose, string> = { own: 'MPS', foreign: 'MCA' };

export const HARM = {
  'POST /v1/harm-reports/:id/open': {
    person: false,
    call: (_world: World, _party: Party, _whose: Whose, { report }: Things) => ({
      path: `/v1/harm-reports/${report}/open`,
      body: {},
    }),
    matter: ({ agency }: Party, whose: Whose) => ({
      addressee:
        agency.departments.includes(TO[whose]) && agency.areas.some((one) => one.startsWith(AREA[whose])),
    }),
  },
};
