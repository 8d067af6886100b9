/**
 * For each act that can rest on a relation: a call about a person of the own county or of another one, or about a
 * thing that concerns the person, with the relations that hold between the party and it.
 */
import { textDigest } from '../../../functions/steps/codes.ts';
import { SAMPLE_AGENCIES, type SampleAgency } from '../../../infra/local/sample/agencies.ts';
import type { Matter } from '../../../shared/policy/acts/permits.ts';
import { children as pack } from '../../policy/support.ts';
import { CASE_CALLS, leaked } from './about-cases.ts';
import { HARM } from './about-harm.ts';
import { ENDS, HOLDS } from './about-holds.ts';
import { consentOf, DESK, OBJECTED, partyOf, STORY, someone, type Things, WHY } from './things.ts';
import { AREA, BYSTANDER, HOLDERS, type Party, REQUEST_ACTS, type Whose, type World } from './world.ts';

export interface Call {
  path: string;
  body?: object;
}

export interface About {
  /** Whether the call names a person: then what only a look-up shows is refused neutrally. */
  person: boolean;
  call(world: World, party: Party, whose: Whose, things: Things): Promise<Call> | Call;
  matter(party: Party, whose: Whose): Matter;
  /** A code that the caller gets before the table is checked. */
  first?(party: Party): string | null;
}

const area = ({ agency }: Party, whose: Whose) => agency.areas.some((one) => one.startsWith(AREA[whose]));
const holder = ({ agency }: Party, whose: Whose) =>
  agency.departments.some((one) => HOLDERS[whose].includes(one));
const by = ({ agency }: Party, clientId: string) => agency.clientId === clientId;
const of = ({ agency }: Party, department: string) => agency.departments.includes(department as never);
/** A programme that starts with a code. */
const CODED = [...pack.programmes.values()].find(({ start }) => start === 'code')?.name;
const SOURCES = new Set([...pack.fields.values()].flatMap(({ owners }) => owners));
const isSource = ({ agency }: Party) => agency.departments.some((one) => SOURCES.has(one));
/** The office of the owner that decides on the field requested by the court; its desk and its home do not. */
const DECIDERS = new Set(['mca-county']);
/** A steward's input about an agency: its current rights, or keys. */
function rightsFor(route: string, world: World, id: string): object {
  const { name, departments, roles, areas, purposes, actions } = SAMPLE_AGENCIES.find(
    ({ clientId }) => clientId === id,
  ) as SampleAgency;
  const { kty, crv, x, y, kid } = world.gateway.agency(BYSTANDER).sig;
  const jwks = { keys: [{ kty, crv, x, y, kid, use: 'sig', alg: 'ES256' }] };
  const rights = { name, departments, roles, areas, purposes, actions, trainedUntil: '2027-06-01' };
  if (route === 'POST /v1/agencies') return { clientId: id, ...rights, jwks, ...WHY };
  if (route === 'PUT /v1/agencies/:id') return { ...rights, ...WHY };
  if (route === 'POST /v1/agencies/:id/confirm') return { entry: 'no-such-entry', ...WHY };
  return route === 'PUT /v1/agencies/:id/jwks' ? { jwks, ...WHY } : WHY;
}

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
  'POST /v1/check-codes': {
    person: true,
    call: (world, _party, whose) => ({
      path: '/v1/check-codes',
      body: {
        programme: CODED,
        recipient: 'platform-lantern',
        subject: someone(world, whose),
      },
    }),
    matter: (party, whose) => ({ area: area(party, whose) }),
  },
  'POST /v1/consents': {
    person: true,
    call: (world, _party, whose) => ({
      path: '/v1/consents',
      body: consentOf(someone(world, whose), 'cdpf-county'),
    }),
    matter: (party, whose) => ({
      purpose: 'D1',
      recipient: by(party, 'cdpf-county'),
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
      recipient: by(party, 'cdpf-county'),
    }),
  },
  'POST /v1/consents/:id/confirm': {
    person: false,
    call: ofThing('waiting', (id) => `/v1/consents/${id}/confirm`, {}),
    matter: (party, whose) => ({
      area: area(party, whose),
      'other-line': whose === 'own' ? !of(party, 'CDPF') : !of(party, 'MCA') && !of(party, 'CDPF'),
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
    matter: (party, whose) => ({
      of: 'subject',
      owner: isSource(party),
      area: area(party, whose),
    }),
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
  ...{ ...ENDS, ...HARM },
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
        fields: ['illness'],
        from: '2026-11-25T00:00:00Z',
        until: '2026-11-26T00:00:00Z',
        operator: 'state-organ',
      },
    }),
    matter: leaked,
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
          requester: by(party, 'court-county'),
          decider: DECIDERS.has(party.agency.clientId),
          'other-line': true,
        }),
        first: (party) =>
          ['approve', 'refuse', 'ask-material'].includes(verb) &&
          party.known === 'authenticated' &&
          by(party, 'court-county')
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
  'POST /v1/tasks/:id/complete': {
    person: false,
    call: ofThing('task', (id) => `/v1/tasks/${id}/complete`, { outcome: 'done' }),
    matter: (party, whose) => ({ addressee: of(party, OBJECTED[whose].answers) && area(party, whose) }),
  },
  ...Object.fromEntries(
    [
      'POST /v1/subjects/:ref/erase',
      'DELETE /v1/subjects/:ref/erase',
      'POST /v1/subjects/:ref/merge',
      'DELETE /v1/subjects/:ref/merge',
      'POST /v1/subjects/:ref/part',
    ].map((route): [string, About] => [
      route,
      {
        person: true,
        call: async (world, party, whose) => {
          const ref = await world.ref(party, world.child(whose));
          const body = route.startsWith('POST') && route.endsWith('merge') ? { into: ref } : {};
          return { path: (route.split(' ')[1] as string).replace(':ref', ref), body };
        },
        matter: (party, whose) => ({ area: area(party, whose), holder: holder(party, whose) }),
      },
    ]),
  ),
  'POST /v1/story-texts': {
    person: true,
    call: async (world, party, whose) => {
      const id_number = world.child(whose);
      const filed = await world.send(partyOf('press-office'), 'request.file', 'POST', '/v1/requests', {
        collection: 'children',
        purpose: 'M1',
        subjects: [{ match: { id_number } }],
        text: textDigest(STORY),
      });
      const { request, id } = filed.json;
      const named = { ref: await world.ref(party, id_number), text: STORY, request: request?.id ?? id };
      return { path: '/v1/story-texts', body: named };
    },
    matter: (party, whose) => ({
      area: area(party, whose),
      holder: holder(party, whose),
      // The owners of what a card shows are asked, in the county of the press office.
      decider: DECIDERS.has(party.agency.clientId) || by(party, 'mps-county'),
    }),
  },
};
