/** Opening a report of harm, which the department received that the pack names, or the next one if there is none. */

import { SCENE, type Scene, type Whose } from '../scenes/scene.ts';
import type { Things } from './things.ts';
import type { Party, World } from './world.ts';

const ofReport = (harm: NonNullable<Scene['harm']>) => ({
  'POST /v1/harm-reports/:id/open': {
    person: false,
    call: (_world: World, _party: Party, _whose: Whose, { report }: Things) => ({
      path: `/v1/harm-reports/${report}/open`,
      body: {},
    }),
    matter: ({ agency }: Party, whose: Whose) => ({
      addressee: SCENE.speaks[agency.clientId] === harm[whose].to && SCENE.near(agency, whose),
    }),
  },
});

export const HARM = SCENE.harm ? ofReport(SCENE.harm) : {};
