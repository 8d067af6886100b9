/**
 * For each act that can rest on a relation: a call about a person of the own county or of another one, or about a
 * thing that concerns the person, with the relations that hold between the party and it.
 */

import { pack } from '../../../functions/session/policy.ts';
import { textDigest } from '../../../functions/steps/codes.ts';
import type { Matter } from '../../../shared/policy/decide/permits.ts';
import { SCENE, type Scene, type Whose } from '../scenes/scene.ts';
import { CASE_CALLS, leaked } from './about-cases.ts';
import { HARM } from './about-harm.ts';
import { ENDS, HOLDS, SOURCES } from './about-holds.ts';
import { callOn, withoutReceiver } from './about-moves.ts';
import { consentOf, partyOf, rightsFor, STORY, someone, type Things } from './things.ts';
import { type Party, REQUEST_ACTS, type World } from './world.ts';

export interface Call {
  path: string;
  body?: object;
}

export interface About {
  /** Whether the call names a person: then what only a look-up shows is refused neutrally. */
  person: boolean;
  call(world: World, party: Party, whose: Whose, things: Things): Promise<Call> | Call;
  matter(party: Party, whose: Whose): Matter;
  /** What the caller shows before the lookup, if that is less than every relation to the person. */
  known?(party: Party): Matter;
  /** A code that the caller gets before the table is checked. */
  first?(party: Party, whose: Whose): string | null;
}

const { bystander: BYSTANDER, desk: DESK, objected: OBJECTED } = SCENE;
const area = ({ agency }: Party, whose: Whose) => SCENE.near(agency, whose);
const holder = ({ agency }: Party, whose: Whose) =>
  SCENE.holders[whose].includes(SCENE.speaks[agency.clientId] ?? '');
const by = ({ agency }: Party, clientId: string) => agency.clientId === clientId;
const of = ({ agency }: Party, department: string) => SCENE.speaks[agency.clientId] === department;
/** Whether the office is of a department of the office that filed the consent, or of its recipient. */
const linesOf = (...offices: (string | undefined)[]) =>
  SCENE.agencies.filter(({ clientId }) => offices.includes(clientId)).flatMap((one) => one.departments);
const isOfLine = ({ agency }: Party, ...offices: (string | undefined)[]) =>
  agency.departments.some((one) => linesOf(...offices).includes(one));
const DECIDERS = new Set(SCENE.request.deciders);
const OWNERS = new Set([...pack.fields.values()].flatMap(({ owners }) => owners));
const ofThing =
  (thing: keyof Things, path: (id: string) => string, body?: object): About['call'] =>
  (_world, _party, _whose, things) => ({ path: path(things[thing]), ...(body && { body }) });

/** By method and path of the contract. */
export const ABOUT: Record<string, About> = {
  ...Object.fromEntries(
    [
      'POST /v1/agencies',
      'PUT /v1/agencies/:id',
      'PUT /v1/agencies/:id/jwks',
      'POST /v1/agencies/:id/confirm',
      'POST /v1/agencies/:id/suspend',
      'POST /v1/agencies/:id/unsuspend',
    ].map((route): [string, About] => [
      route,
      {
        person: false,
        call: (world, { agency }, whose) => {
          const id = whose === 'own' ? agency.clientId : BYSTANDER;
          return {
            path: (route.split(' ')[1] as string).replace(':id', id),
            body: rightsFor(route, world, id),
          };
        },
        matter: (_party, whose) => ({ other: whose === 'foreign' }),
      },
    ]),
  ),
  ...(SCENE.coded && {
    'POST /v1/check-codes': {
      person: true,
      call: (world, _party, whose) => ({
        path: '/v1/check-codes',
        body: { ...SCENE.coded, subject: someone(world, whose) },
      }),
      matter: (party, whose) => ({ area: area(party, whose) }),
    },
  }),
  'POST /v1/consents': {
    person: true,
    call: (world, _party, whose) => ({
      path: '/v1/consents',
      body: consentOf(someone(world, whose)),
    }),
    matter: (party, whose) => ({
      purpose: SCENE.consent.purpose,
      recipient: by(party, SCENE.consent.recipient),
      knows: true,
      area: area(party, whose),
    }),
  },
  'POST /v1/consents/:id/withdraw': {
    person: false,
    call: ofThing('consent', (id) => `/v1/consents/${id}/withdraw`, { method: 'in-person' }),
    matter: (party, whose) => ({
      area: area(party, whose),
      filer: by(party, DESK[whose]),
      recipient: by(party, SCENE.consent.recipient),
    }),
  },
  'POST /v1/consents/:id/confirm': {
    person: false,
    call: ofThing('waiting', (id) => `/v1/consents/${id}/confirm`, {}),
    matter: (party, whose) => ({
      area: area(party, whose),
      'other-line': !isOfLine(party, SCENE.consent.recipient, whose === 'own' ? undefined : DESK.foreign),
    }),
  },
  'POST /v1/consents/:id/codes': {
    person: false,
    call: ofThing('consent', (id) => `/v1/consents/${id}/codes`, {}),
    matter: (party, whose) => ({ area: area(party, whose) }),
  },
  'POST /v1/subjects/find': {
    person: true,
    call: (world, _party, whose) => ({ path: '/v1/subjects/find', body: { subject: someone(world, whose) } }),
    matter: (party, whose) => ({ area: area(party, whose), holder: holder(party, whose) }),
  },
  'POST /v1/conflicts': {
    person: true,
    call: (world, _party, whose) => ({ path: '/v1/conflicts', body: { subject: someone(world, whose) } }),
    matter: (party, whose) => ({ area: area(party, whose) }),
  },
  'POST /v1/freezes': {
    person: true,
    call: (world, _party, whose) => ({
      path: '/v1/freezes',
      body: { target: { subject: someone(world, whose) } },
    }),
    // A department that owns no field, such as the archive, owns nothing of anyone.
    known: ({ agency }) => ({ owner: OWNERS.has(SCENE.speaks[agency.clientId] ?? '') }),
    matter: (party, whose) => ({ of: 'subject', owner: holder(party, whose), area: area(party, whose) }),
  },
  'GET /v1/freezes': {
    person: false,
    call: () => ({ path: '/v1/freezes' }),
    matter: () => ({ of: 'purpose' }),
  },
  'GET /v1/freezes/:id': {
    person: false,
    call: ofThing('freeze', (id) => `/v1/freezes/${id}`),
    matter: () => ({ of: 'purpose' }),
  },
  'DELETE /v1/freezes/:id': {
    person: false,
    call: ofThing('freeze', (id) => `/v1/freezes/${id}`, {}),
    matter: (party, whose) => ({ of: 'purpose', setter: whose === 'own' && by(party, 'steward-office') }),
  },
  ...{ ...HOLDS, ...CASE_CALLS },
  ...{ ...ENDS, ...HARM, ...SOURCES },
  'POST /v1/objections': {
    person: true,
    call: (world, _party, whose) => ({
      path: '/v1/objections',
      body: { subject: someone(world, whose), field: OBJECTED[whose].field, by: 'guardian' },
    }),
    matter: (party, whose) => ({ area: area(party, whose) }),
  },
  ...Object.fromEntries(
    ['GET /v1/objections/:id', 'POST /v1/objections/:id/resolve'].map((route): [string, About] => [
      route,
      {
        person: false,
        call: ofThing(
          'objection',
          (id) => (route.split(' ')[1] as string).replace(':id', id),
          route.startsWith('POST') ? { outcome: 'rejected' } : undefined,
        ),
        matter: (party, whose) => ({
          area: area(party, whose),
          filer: by(party, DESK[whose]),
          addressee: of(party, OBJECTED[whose].answers),
        }),
      },
    ]),
  ),
  'POST /v1/incidents': {
    person: true,
    call: (world, _party, whose) => ({
      path: '/v1/incidents',
      body: {
        subjects: [someone(world, whose)],
        fields: SCENE.leak.fields,
        from: '2026-11-25T00:00:00Z',
        until: '2026-11-26T00:00:00Z',
        operator: SCENE.leak.operator,
      },
    }),
    known: (party) => ({ owner: leaked(party).owner === true }),
    matter: (party, whose) => ({
      ...leaked(party, whose),
      owner: leaked(party).owner === true && holder(party, whose),
    }),
  },
  ...Object.fromEntries(
    ['GET /v1/incidents/:id', 'POST /v1/incidents/:id/reports', 'POST /v1/incidents/:id/close'].map(
      (route): [string, About] => [
        route,
        {
          person: false,
          call: ofThing(
            'incident',
            (id) => (route.split(' ')[1] as string).replace(':id', id),
            route.endsWith('close')
              ? { outcome: 'unfounded' }
              : route.endsWith('reports')
                ? { kind: 'first', evidence: 'a'.repeat(64) }
                : undefined,
          ),
          matter: (party) => ({ ...leaked(party), filer: by(party, 'audit-office') }),
        },
      ],
    ),
  ),
  ...Object.fromEntries(
    Object.entries(REQUEST_ACTS).map(([verb, body]): [string, About] => [
      verb === '' ? 'GET /v1/requests/:id' : `POST /v1/requests/:id/${verb}`,
      {
        person: false,
        call: ofThing('request', (id) => `/v1/requests/${id}${verb && `/${verb}`}`, body),
        matter: (party) => ({
          requester: by(party, SCENE.request.agency),
          decider: DECIDERS.has(party.agency.clientId),
          'other-line': true,
        }),
        first: (party) =>
          ['approve', 'refuse', 'ask-material'].includes(verb) &&
          party.known === 'authenticated' &&
          SCENE.request.line.includes(party.agency.clientId)
            ? 'APPROVER_IS_REQUESTER'
            : null,
      },
    ]),
  ),
  'GET /v1/receipts/:id': {
    person: false,
    call: ofThing('entry', (id) => `/v1/receipts/${id}`),
    matter: (party, whose) => ({ requester: by(party, DESK[whose]) }),
  },
  ...Object.fromEntries(
    Object.entries({ take: {}, 'give-back': {}, complete: { outcome: 'done' }, letter: undefined }).map(
      ([verb, body]): [string, About] => [
        `${body ? 'POST' : 'GET'} /v1/tasks/:id/${verb}`,
        {
          person: false,
          call: ofThing('task', (id) => `/v1/tasks/${id}/${verb}`, body),
          matter: (party, whose) => ({ addressee: of(party, OBJECTED[whose].answers) && area(party, whose) }),
        },
      ],
    ),
  ),
  ...Object.fromEntries(
    [
      ...['erase', 'merge', 'move', 'end'].flatMap((act) =>
        ['POST', 'DELETE'].map((method) => `${method} /v1/subjects/:ref/${act}`),
      ),
      'POST /v1/subjects/:ref/part',
    ].map((route): [string, About] => [
      route,
      {
        person: true,
        ...(route === 'POST /v1/subjects/:ref/move' && { first: withoutReceiver }),
        call: async (world, party, whose) =>
          callOn(route, await world.ref(party, world.person(whose)), whose),
        matter: (party, whose) => ({ area: area(party, whose), holder: holder(party, whose) }),
      },
    ]),
  ),
  ...(SCENE.cards && { 'POST /v1/story-texts': storyText(SCENE.cards) }),
};

function storyText({ agency, purpose, decider }: NonNullable<Scene['cards']>): About {
  return {
    person: true,
    call: async (world, party, whose) => {
      const number = world.person(whose);
      const filed = await world.send(partyOf(agency), 'request.file', 'POST', '/v1/requests', {
        ...{ collection: pack.collection, purpose, text: textDigest(STORY) },
        subjects: [{ match: { [SCENE.number]: number } }],
      });
      const { request, id } = filed.json;
      const named = { ref: await world.ref(party, number), text: STORY, request: request?.id ?? id };
      return { path: '/v1/story-texts', body: named };
    },
    matter: (party, whose) => ({
      area: area(party, whose),
      holder: holder(party, whose),
      // The owners of what a card shows are asked, in the county of the office that publishes.
      decider: DECIDERS.has(party.agency.clientId) || by(party, decider),
    }),
  };
}
