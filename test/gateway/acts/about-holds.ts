/** Calls about legal holds, of an office that may, about a person of any county; the end of a purpose at its recipient, and the sources of an office. */

import { SCENE, type Whose } from '../scenes/scene.ts';
import { someone, type Things } from './things.ts';
import type { Party, World } from './world.ts';

const ofHold = (path: (id: string) => string) => ({
  person: false,
  call: (_world: World, _party: Party, _whose: Whose, { hold }: Things) => ({ path: path(hold), body: {} }),
  matter: ({ agency }: Party) => ({ setter: agency.clientId === SCENE.holder }),
});

export const HOLDS = {
  'POST /v1/holds': {
    person: false,
    call: (world: World, _party: Party, whose: Whose) => ({
      path: '/v1/holds',
      body: { subject: someone(world, whose), instrument: 'ORDER-2' },
    }),
    matter: () => ({}),
  },
  'POST /v1/holds/:id/confirm': ofHold((id) => `/v1/holds/${id}/confirm`),
  'DELETE /v1/holds/:id': ofHold((id) => `/v1/holds/${id}`),
};

export const ENDS = {
  'POST /v1/purposes/:code/met': {
    person: false,
    call: () => ({ path: `/v1/purposes/${SCENE.met}/met`, body: {} }),
    matter: ({ agency }: Party) => ({ recipient: agency.purposes.includes(SCENE.met) }),
  },
};

export const SOURCES = {
  'GET /v1/sources': {
    person: false,
    call: (_world: World, { agency }: Party, whose: Whose) => ({
      path: `/v1/sources?agency=${whose === 'own' ? agency.clientId : SCENE.bystander}`,
    }),
    matter: (_party: Party, whose: Whose) => ({ self: whose === 'own' }),
  },
};
