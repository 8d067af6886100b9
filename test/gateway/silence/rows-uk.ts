/** The rows of the English pack: the same routes, but for those of which it has no purpose, programme or receiver. */
import { noticeFor } from '../../support/notices.ts';
import { onDocuments } from './documents.ts';
import { ALL, AWAY, act, CASEWORK, digestOf, HERE, intake, onRef, release, type Writer } from './kinds.ts';
import type { Row } from './row.ts';

const YOUTH_JUSTICE: Writer = {
  agency: 'yj-service',
  fields: { youth_justice: { stage: 'diversion' } },
};
const CONSENT = { purpose: 'CIN', recipient: 'la-children', fields: ['name'] };

export const UK_ROWS: readonly Row[] = [
  // Another department's number: whether a record exists under it, and where.
  intake(YOUTH_JUSTICE, {}),
  intake(YOUTH_JUSTICE, { ifAbsent: 'refuse' }),
  { ...intake(YOUTH_JUSTICE, { dryRun: true }), blind: true },
  { ...intake(YOUTH_JUSTICE, { dryRun: true, ifAbsent: 'refuse' }), blind: true },
  release('la-children', 'CIN', [
    ['nowhere', 'elsewhere', 'frozen', 'unwilling'],
    ['plain', 'decoy', 'more', 'disputed'],
  ]),
  // A duty does not depend on a consent.
  release('la-children', 'S47', [
    ['nowhere', 'elsewhere', 'frozen'],
    ['plain', 'unwilling', 'decoy', 'more', 'disputed'],
  ]),
  // The authority looks after none of them.
  release('la-children', 'LAC', [ALL]),
  act(
    '/v1/inquiries',
    'la-records',
    (subject) => ({
      ...{ collection: 'children', subject, inquirer: 'guardian' },
      identity: { name: 'Pat Sample', number: 'E00000001' },
    }),
    [ALL],
  ),
  act(
    '/v1/inquiries/seconds',
    'la-records',
    (subject) => ({ collection: 'children', subject, inquirer: 'guardian' }),
    [ALL],
  ),
  act(
    '/v1/releases/seconds',
    'police-ppu',
    (subject) => ({ collection: 'children', purpose: 'S47', first: 'wu.jun', subjects: [subject] }),
    [ALL],
  ),
  act(
    '/v1/requests',
    'police-ppu',
    (subject) => ({
      ...{ collection: 'children', purpose: 'S47', subjects: [subject] },
      context: { case: digestOf(subject).slice(0, 20) },
    }),
    [ALL],
    { actions: ['casework'], officer: 'zhang.wei', reason: 'an enquiry' },
  ),
  act(
    '/v1/cases',
    'la-children',
    (subject) => ({
      ...{ purpose: 'S47', case: digestOf(subject).slice(0, 20) },
      ...{ subjects: [subject], officers: ['han.mei'] },
    }),
    [ALL],
    { actions: ['casework'], officer: 'zhang.wei', reason: 'enquiries of the spring' },
  ),
  act('/v1/consents', 'la-records', (subject) => ({
    ...{ subject, ...CONSENT, giver: 'guardian', relation: 'mother', method: 'signed-form' },
    ...{ noticeVersion: noticeFor('CIN'), evidence: digestOf(subject) },
    document: { kind: 'passport', number: 'E00000001' },
  })),
  onRef('GET /v1/consents', 'la-records', () => undefined, [
    AWAY,
    HERE.filter((world) => world !== 'unwilling'),
  ]),
  // An office that neither filed nor received anything.
  onRef('GET /v1/consents', 'yj-service', () => undefined, [ALL]),
  act('/v1/consents/search', 'la-records', (subject) => ({ subject }), [
    AWAY,
    HERE.filter((world) => world !== 'unwilling'),
  ]),
  act('/v1/consents/search', 'yj-service', (subject) => ({ subject }), [ALL]),
  act('/v1/subjects/find', 'la-records', (subject) => ({ subject })),
  act('/v1/conflicts', 'la-principal', (subject) => ({ subject, evidence: digestOf(subject) })),
  act('/v1/freezes', 'la-principal', (subject) => ({ target: { subject } }), [
    AWAY,
    HERE.filter((world) => world !== 'frozen'),
  ]),
  // Any office of a department may freeze a person of its area.
  act('/v1/freezes', 'yj-service', (subject) => ({ target: { subject } }), [AWAY]),
  // A hold of no record holds nothing, and is answered alike.
  act('/v1/holds', 'police-ppu', (subject) => ({ subject, instrument: 'ORDER-2026-9' }), [ALL]),
  act('/v1/objections', 'la-records', (subject) => ({ subject, field: 'name', by: 'guardian' })),
  // A recipient that received nothing reports no error.
  act(
    '/v1/objections',
    'yj-service',
    (subject) => ({ subject, field: 'name', by: 'recipient', fault: 'outdated' }),
    [ALL],
  ),
  // Whether the field is held. One person has an open objection to it.
  act('/v1/objections', 'la-records', (subject) => ({ subject, field: 'household', by: 'guardian' }), [
    AWAY,
    HERE.filter((world) => world !== 'disputed'),
  ]),
  // The task to notify says whom it must not reach.
  act(
    '/v1/incidents',
    'la-principal',
    (subject) => ({
      ...{ subjects: [subject], fields: ['legal_status'], operator: 'controller' },
      ...{ from: '2026-01-01T00:00:00.000Z', until: '2026-01-02T00:00:00.000Z' },
    }),
    [HERE.filter((world) => world !== 'conflict' && world !== 'endangered')],
  ),
  onRef('POST /v1/subjects/:ref/erase', 'la-principal', () => ({})),
  // Offices that hold nothing of the person.
  onRef('POST /v1/subjects/:ref/erase', 'police-ppu', () => ({}), [ALL]),
  // No erasure waits.
  onRef('DELETE /v1/subjects/:ref/erase', 'la-principal', () => ({})),
  onRef('DELETE /v1/subjects/:ref/erase', 'police-ppu', () => ({}), [ALL]),
  onRef('POST /v1/subjects/:ref/merge', 'edu-office', (ref) => ({ into: ref }), [ALL]),
  // No merge waits.
  onRef('DELETE /v1/subjects/:ref/merge', 'la-principal', () => ({})),
  onRef('DELETE /v1/subjects/:ref/merge', 'police-ppu', () => ({}), [ALL]),
  // No merge can be undone.
  onRef('POST /v1/subjects/:ref/part', 'la-principal', () => ({})),
  onRef('POST /v1/subjects/:ref/part', 'police-ppu', () => ({}), [ALL]),
  onRef('POST /v1/subjects/:ref/end', 'la-principal', () => ({})),
  onRef('DELETE /v1/subjects/:ref/end', 'la-principal', () => ({})),
  onRef('POST /v1/subjects/:ref/move', 'la-principal', () => ({ entry: 'A'.repeat(22) })),
  onRef('POST /v1/subjects/:ref/move', 'la-principal', () => ({ area: 'E06000014' })),
  // No other police office could take it over, so this one can only answer.
  onRef('POST /v1/subjects/:ref/move', 'police-ppu', () => ({ entry: 'A'.repeat(22) }), [ALL]),
  // No move waits.
  onRef('DELETE /v1/subjects/:ref/move', 'la-principal', () => ({})),
  onRef('DELETE /v1/subjects/:ref/move', 'police-ppu', () => ({}), [ALL]),
  ...onDocuments(CASEWORK),
];
