/**
 * For each route that names a person or a document, with the pack for disadvantaged children: the caller, the input, and
 * the worlds that the act's row must not let that caller distinguish.
 */
import { card, GUARDIAN } from '../../support/guardians.ts';
import { noticeFor } from '../../support/notices.ts';
import { reportOf } from '../acts/things.ts';
import { onDocuments } from './documents.ts';
import {
  ALL,
  AWAY,
  act,
  CASEWORK,
  digestOf,
  HERE,
  intake,
  onRef,
  release,
  WORDS,
  type Writer,
} from './kinds.ts';
import type { Row } from './row.ts';
import { WORLDS } from './worlds.ts';

const FINANCE: Writer = {
  agency: 'finance-county',
  fields: { bank_account: { number: '6222020200112233445', bank: 'Rural bank', payee: '王芳' } },
};

/** Name of a list that is never submitted. */
/** To an office of another county a child of this one is like one who is unknown. */
const OTHERS = WORLDS.filter((world) => world !== 'elsewhere');
const LIST = 'a'.repeat(22);

export const CHILDREN_ROWS: readonly Row[] = [
  // Another department's number: whether a record exists under it, and where.
  intake(FINANCE, {}),
  intake(FINANCE, { ifAbsent: 'refuse' }),
  { ...intake(FINANCE, { dryRun: true }), blind: true },
  { ...intake(FINANCE, { dryRun: true, ifAbsent: 'refuse' }), blind: true },
  // Whether an own key and another department's number lead to one person.
  intake(FINANCE, {}, (match) => ({ ...match, local_id: digestOf(match).slice(0, 12) })),
  {
    route: 'POST /v1/intake',
    async call(child, by = 'finance-county') {
      const record = { ref: await child.ref(by), fields: FINANCE.fields };
      return {
        agency: 'finance-county',
        details: { actions: ['intake'] },
        path: '/v1/intake',
        body: { collection: 'children', records: [record] },
      };
    },
    alike: [AWAY, HERE],
  },
  release('cdpf-county', 'D1', [
    ['nowhere', 'elsewhere', 'frozen', 'unwilling'],
    ['plain', 'decoy', 'more', 'disputed'],
  ]),
  // An owner of one of the fields, who reads its own usage.
  release(
    'edu-county',
    'S1',
    [
      ['nowhere', 'elsewhere', 'frozen'],
      ['plain', 'unwilling', 'decoy', 'more', 'disputed'],
    ],
    ['name', 'schooling_status'],
  ),
  // A purpose for which the duty is missing refuses every request.
  release('welfare-home', 'W4', [
    ['nowhere', 'elsewhere', 'frozen', 'plain', 'unwilling', 'decoy', 'more', 'conflict', 'disputed'],
  ]),
  {
    route: 'POST /v1/story-cards',
    call: ({ match }) => ({
      agency: 'press-office',
      details: { actions: ['release'], purpose: 'M1', ...WORDS },
      path: '/v1/story-cards',
      body: { collection: 'children', subject: { match }, text: 'A child is well.' },
    }),
    alike: [['nowhere', 'elsewhere', 'frozen', 'unwilling', 'plain', 'decoy', 'more', 'disputed']],
  },
  // A stranger shows a document without a record here.
  act(
    '/v1/inquiries',
    'desk-county',
    (subject) => ({
      collection: 'children',
      subject,
      inquirer: 'guardian',
      identity: { name: '王芳', number: '99000119800101003X' },
    }),
    [ALL],
  ),
  act(
    '/v1/inquiries/seconds',
    'desk-county',
    (subject) => ({ collection: 'children', subject, inquirer: 'guardian' }),
    [ALL],
  ),
  act(
    '/v1/releases/seconds',
    'mps-county',
    (subject) => ({ collection: 'children', purpose: 'E1', first: 'wu.jun', subjects: [subject] }),
    [ALL],
  ),
  {
    route: 'POST /v1/verifications',
    call: ({ match }) => ({
      agency: 'charity-sunrise',
      details: { actions: ['verify'], purpose: 'C1', ...WORDS },
      path: '/v1/verifications',
      body: { programme: 'spring-bud', subject: { match } },
    }),
    // Not every child is eligible; how the answer of an eligible one differs is `test/verify/neutral.test.ts`.
    alike: [
      ['nowhere', 'elsewhere', 'frozen', 'unwilling'],
      ['plain', 'decoy', 'more', 'disputed'],
    ],
  },
  // The work on a list reveals the answers of its rows, as above: `test/verify/lists.test.ts`.
  ...[
    'PUT /v1/lists/:id/rows/:part',
    'POST /v1/lists/:id',
    'GET /v1/lists/:id',
    'GET /v1/lists/:id/results/:part',
    'DELETE /v1/lists/:id',
  ].map(
    (route): Row => ({
      route,
      call: ({ match }) => ({
        agency: 'charity-sunrise',
        details: { actions: ['verify'], purpose: 'C1', ...WORDS },
        path: (route.split(' ')[1] as string).replace(':id', LIST).replace(':part', '0'),
        ...(route.startsWith('PUT') && { body: { rows: [{ match }] } }),
        ...(route.startsWith('POST') && { body: { programme: 'spring-bud', parts: 2, rows: 51 } }),
      }),
      alike: [ALL],
      blind: true,
    }),
  ),
  // The desk may list the consents, so it is told that one is lacking.
  act(
    '/v1/check-codes',
    'desk-county',
    (subject) => ({ programme: 'help-page-check', recipient: 'platform-lantern', subject }),
    [AWAY, HERE.filter((world) => world !== 'unwilling')],
  ),
  {
    route: 'POST /v1/leak-checks',
    call: ({ match }) => ({
      agency: 'cyberspace-county',
      details: { actions: ['release'], purpose: 'N1', ...WORDS },
      path: '/v1/leak-checks',
      body: { collection: 'children', candidates: [match['id_number']] },
    }),
    alike: [HERE],
  },
  // Each of a case of its own: the owners of one case are asked by one task.
  act(
    '/v1/requests',
    'health-hospital',
    (subject) => ({
      collection: 'children',
      purpose: 'H1',
      subjects: [subject],
      context: { case: digestOf(subject).slice(0, 20) },
    }),
    [ALL],
    { actions: ['casework'], officer: 'zhang.wei', reason: 'treatment of the child' },
  ),
  act(
    '/v1/cases',
    'mca-county',
    (subject) => ({
      purpose: 'W3',
      case: digestOf(subject).slice(0, 20),
      subjects: [subject],
      officers: ['han.mei'],
    }),
    [ALL],
    { actions: ['casework'], officer: 'zhang.wei', reason: 'visits of the spring' },
  ),
  act('/v1/consents', 'desk-county', (subject) => ({
    subject,
    purpose: 'D1',
    recipient: 'cdpf-county',
    fields: ['name'],
    giver: 'guardian',
    relation: 'mother',
    method: 'signed-form',
    noticeVersion: noticeFor('D1'),
    evidence: digestOf(subject),
    document: card(GUARDIAN.id_number),
  })),
  onRef('GET /v1/consents', 'desk-county', () => undefined, [
    AWAY,
    HERE.filter((world) => world !== 'unwilling'),
  ]),
  // An office that neither filed nor received anything.
  onRef('GET /v1/consents', 'finance-county', () => undefined, [ALL]),
  act('/v1/consents/search', 'desk-county', (subject) => ({ subject }), [
    AWAY,
    HERE.filter((world) => world !== 'unwilling'),
  ]),
  act('/v1/consents/search', 'finance-county', (subject) => ({ subject }), [ALL]),
  act('/v1/subjects/find', 'desk-county', (subject) => ({ subject })),
  act('/v1/conflicts', 'mca-county', (subject) => ({ subject, evidence: digestOf(subject) })),
  act('/v1/freezes', 'mca-county', (subject) => ({ target: { subject } }), [
    AWAY,
    HERE.filter((world) => world !== 'frozen'),
  ]),
  // Any office of a department may freeze a child of its area.
  act('/v1/freezes', 'finance-county', (subject) => ({ target: { subject } }), [AWAY]),
  // A hold of no record holds nothing, and is answered alike.
  act('/v1/holds', 'court-county', (subject) => ({ subject, instrument: 'ORDER-2026-9' }), [ALL]),
  {
    ...act('/v1/harm-reports', 'school-second', (subject) => reportOf(subject), [ALL]),
    blind: true,
  },
  act('/v1/objections', 'desk-county', (subject) => ({ subject, field: 'name', by: 'guardian' })),
  // A recipient that received nothing reports no error.
  act(
    '/v1/objections',
    'finance-county',
    (subject) => ({ subject, field: 'name', by: 'recipient', fault: 'outdated' }),
    [ALL],
  ),
  // Whether the field is held. One child has an open objection to it.
  act('/v1/objections', 'desk-county', (subject) => ({ subject, field: 'visit_notes', by: 'guardian' }), [
    AWAY,
    HERE.filter((world) => world !== 'disputed'),
  ]),
  // The task to notify says that a guardian in conflict is not informed: the officer of the task must know it.
  act(
    '/v1/incidents',
    'mca-county',
    (subject) => ({
      subjects: [subject],
      fields: ['hardship_category'],
      from: '2026-01-01T00:00:00.000Z',
      until: '2026-01-02T00:00:00.000Z',
      operator: 'other',
    }),
    [AWAY, HERE.filter((world) => world !== 'conflict' && world !== 'endangered')],
  ),
  onRef('POST /v1/subjects/:ref/erase', 'mca-county', () => ({})),
  // Offices that hold nothing of the child.
  onRef('POST /v1/subjects/:ref/erase', 'finance-county', () => ({}), [ALL]),
  // No erasure waits.
  onRef('DELETE /v1/subjects/:ref/erase', 'mca-county', () => ({})),
  onRef('DELETE /v1/subjects/:ref/erase', 'finance-county', () => ({}), [ALL]),
  onRef('POST /v1/subjects/:ref/merge', 'court-county', (ref) => ({ into: ref }), [ALL]),
  // No merge waits.
  onRef('DELETE /v1/subjects/:ref/merge', 'mca-county', () => ({})),
  onRef('DELETE /v1/subjects/:ref/merge', 'finance-county', () => ({}), [ALL]),
  // No merge can be undone.
  onRef('POST /v1/subjects/:ref/part', 'mca-county', () => ({})),
  onRef('POST /v1/subjects/:ref/part', 'finance-county', () => ({}), [ALL]),
  onRef('POST /v1/subjects/:ref/end', 'mca-county', () => ({})),
  onRef('DELETE /v1/subjects/:ref/end', 'mca-county', () => ({})),
  onRef('POST /v1/subjects/:ref/move', 'mca-neighbour', () => ({ entry: 'A'.repeat(22) }), [OTHERS]),
  onRef('POST /v1/subjects/:ref/move', 'mca-county', () => ({ area: '990002' })),
  onRef('POST /v1/subjects/:ref/move', 'mca-neighbour', () => ({ area: '990001' }), [OTHERS]),
  // No move waits.
  onRef('DELETE /v1/subjects/:ref/move', 'mca-county', () => ({})),
  onRef('DELETE /v1/subjects/:ref/move', 'mca-neighbour', () => ({}), [OTHERS]),
  onRef(
    'POST /v1/story-texts',
    'court-county',
    (ref) => ({ ref, text: 'A child is well.', request: 'A'.repeat(22) }),
    [ALL],
  ),
  ...onDocuments(CASEWORK),
  // Another office's upload, and one that never began.
  ...[{ parts: ['0'.repeat(64)] }, undefined].map(
    (body): Row => ({
      route: `POST /v1/files/:id/${body ? 'parts' : 'complete'}`,
      call: (child) => ({
        agency: FINANCE.agency,
        details: { actions: ['intake'] },
        path: `/v1/files/${child.document('file')}/${body ? 'parts' : 'complete'}`,
        ...(body && { body }),
      }),
      alike: [['nowhere', 'plain']],
      blind: true,
    }),
  ),
];
