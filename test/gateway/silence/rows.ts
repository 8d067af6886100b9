/**
 * For each route that names a person or a document: the caller, the input, and the worlds that the act's row
 * must not let that caller distinguish.
 */
import { hash } from 'node:crypto';
import { noticeFor } from '../../support/notices.ts';
import { reportOf } from '../acts/things.ts';
import { onDocuments } from './documents.ts';
import type { Call, Row } from './row.ts';
import type { World } from './worlds.ts';

const ACCOUNT = { bank_account: { number: '6222020200112233445', bank: 'Rural bank', payee: '王芳' } };
const WORDS = { officer: 'zhang.wei', reason: 'help for the child', case: 'S-2026-1' };
const CASEWORK = { actions: ['casework'], ...WORDS };
const digestOf = (subject: object) => hash('sha256', JSON.stringify(subject));

/** Worlds in which no record of the caller's area exists. */
const AWAY: readonly World[] = ['nowhere', 'elsewhere'];
/** Worlds that differ in a point outside the act. */
const HERE: readonly World[] = ['plain', 'frozen', 'unwilling', 'conflict', 'disputed', 'decoy', 'more'];
const ALL: readonly World[] = [...AWAY, ...HERE];
const SAME: readonly (readonly World[])[] = [AWAY, HERE];

const intake = (more: object, keys = (match: object) => match): Row => ({
  route: 'POST /v1/intake',
  call: ({ match }) => ({
    agency: 'finance-county',
    details: { actions: ['intake'] },
    path: '/v1/intake',
    body: { collection: 'children', records: [{ match: keys(match), fields: ACCOUNT }], ...more },
  }),
  alike: [ALL],
});

const release = (agency: string, purpose: string, alike: Row['alike'], fields = ['name', 'sex']): Row => ({
  route: 'POST /v1/releases',
  call: ({ match }) => ({
    agency,
    details: { actions: ['release'], purpose, ...WORDS },
    path: '/v1/releases',
    body: { collection: 'children', subjects: [{ match }], fields },
  }),
  alike,
});

/** An act of casework on a person that a body names. */
const act = (
  path: string,
  agency: string,
  body: (subject: object) => object,
  alike: Row['alike'] = SAME,
  details: Call['details'] = CASEWORK,
): Row => ({
  route: `POST ${path}`,
  call: ({ match }) => ({ agency, details, path, body: body({ match }) }),
  alike,
});

/** An act on a reference. */
const onRef = (
  route: string,
  agency: string,
  body: (ref: string) => object | undefined,
  alike: Row['alike'] = SAME,
): Row => ({
  route,
  async call(child, by = agency) {
    const ref = await child.ref(by);
    const path = (route.split(' ')[1] ?? '').replace(':ref', ref);
    const sent = body(ref);
    const query = route.startsWith('GET') ? `?ref=${ref}` : '';
    return { agency, details: CASEWORK, path: path + query, ...(sent && { body: sent }) };
  },
  alike,
});

export const ROWS: readonly Row[] = [
  // Another department's number: whether a record exists under it, and where.
  intake({}),
  intake({ ifAbsent: 'refuse' }),
  { ...intake({ dryRun: true }), blind: true },
  { ...intake({ dryRun: true, ifAbsent: 'refuse' }), blind: true },
  // Whether an own key and another department's number lead to one person.
  intake({}, (match) => ({ ...match, local_id: digestOf(match).slice(0, 12) })),
  {
    route: 'POST /v1/intake',
    async call(child, by = 'finance-county') {
      const record = { ref: await child.ref(by), fields: ACCOUNT };
      return {
        agency: 'finance-county',
        details: { actions: ['intake'] },
        path: '/v1/intake',
        body: { collection: 'children', records: [record] },
      };
    },
    alike: SAME,
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
  act('/v1/check-codes', 'desk-county', (subject) => ({
    programme: 'help-page-check',
    recipient: 'platform-lantern',
    subject,
  })),
  {
    route: 'POST /v1/leak-checks',
    call: ({ match }) => ({
      agency: 'cyberspace-county',
      details: { actions: ['release'], purpose: 'N1', ...WORDS },
      path: '/v1/leak-checks',
      body: { collection: 'children', candidates: [match.id_number] },
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
  })),
  onRef('GET /v1/consents', 'desk-county', () => undefined, [
    AWAY,
    HERE.filter((world) => world !== 'unwilling'),
  ]),
  // An office that neither filed nor received anything.
  onRef('GET /v1/consents', 'finance-county', () => undefined, [ALL]),
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
    [AWAY, HERE.filter((world) => world !== 'conflict')],
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
  onRef(
    'POST /v1/story-texts',
    'court-county',
    (ref) => ({ ref, text: 'A child is well.', request: 'A'.repeat(22) }),
    [ALL],
  ),
  ...onDocuments(CASEWORK),
];
