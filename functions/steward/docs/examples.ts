/**
 * One body for each route that takes one, in the words of a pack. A test checks each against its schema and sends it to a
 * gateway. References, digests and numbers of acts are made up.
 */
import * as v from 'valibot';
import { ALL_ROUTES } from '../../../shared/contract/routes/all.ts';
import { examplesOf } from '../../../shared/policy/check/form.ts';
import type { Pack, Purpose } from '../../../shared/policy/pack/pack.ts';

const REF = 'AQ9cf-GmBEoA2THS-7b4x9Q';
const DIGEST = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
export const WHY = { officer: 'li.na', case: 'C-2026-17', reason: 'yearly review' };
const SUBJECT = { ref: REF };
const KEY = {
  ...{ kty: 'EC', crv: 'P-256', kid: 'sig-2', use: 'sig', alg: 'ES256' },
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
};
const JWKS = { keys: [KEY] };
const SESSION = 'Qm9yZWQgb2YgZXhhbXBsZXM_Tm8gc2Vzc2lvbiBpcyA';

/** @returns bodies by method and path of the contract */
export function examplesFor(pack: Pack): Readonly<Record<string, unknown>> {
  const words = wordsOf(pack);
  const { collection } = pack;
  return {
    // Acts that need no more than the words that each has.
    ...Object.fromEntries(
      ALL_ROUTES.flatMap(({ line, body }) => (body && v.is(body, WHY) ? [[line, WHY]] : [])),
    ),
    ...people(words, collection),
    ...documents(words, collection),
    ...offices(words),
    ...OVERSIGHT,
  };
}

/** Names of the pack that the examples use: the first of each kind. */
function wordsOf(pack: Pack) {
  const fields = [...pack.fields.values()].filter((one) => !one.virtual).map((one) => one.name);
  const purposes = [...pack.purposes.values()];
  const consented = purposes.find(({ kinds }) =>
    kinds.some(({ kind }) => pack.consent.kinds[kind]?.needsConsent),
  );
  const approved = purposes.find(
    ({ code, cells }) => code !== consented?.code && [...cells.values()].some((cell) => cell.secondPerson),
  );
  const cased = purposes.find((one) => one.case !== undefined);
  const { casework, approvals } = pack;
  const filed = [...pack.fields.values()].find(({ files }) => files);
  const [type = ''] = filed?.files?.types ?? [];
  return {
    numbered: [...pack.fields.values()].find((one) => one.matchable)?.name ?? '',
    filed: { field: filed?.name ?? fields[0] ?? '', type, bytes: 48_213, sha256: DIGEST },
    fields: fields.slice(0, 2),
    written: writtenOf(pack, fields[0] ?? ''),
    field: fields[0] ?? '',
    purpose: purposes[0]?.code ?? '',
    consented: consented?.code ?? '',
    consentedField: visibleOf(pack, consented)[0] ?? '',
    approved: approved?.code ?? '',
    approvedField: [...(approved?.cells ?? [])].find(([, cell]) => cell.secondPerson)?.[0] ?? '',
    cased: cased?.code ?? '',
    programme: [...pack.programmes.values()].find(({ start }) => start !== 'code')?.name ?? '',
    coded: [...pack.programmes.values()].find(({ start }) => start === 'code')?.name ?? '',
    class: [...pack.classes.keys()][0] ?? '',
    role: [...pack.roles.keys()][0] ?? '',
    department: [...pack.departments.keys()][0] ?? '',
    inquirer: casework?.inquiries.who[0] ?? '',
    giver: casework?.objections.givers[0] ?? '',
    document: Object.keys(casework?.consents.documents ?? {})[0] ?? '',
    missing: Object.keys(approvals?.material?.missing ?? {})[0] ?? '',
    operator: Object.keys(casework?.incidents.operators ?? {})[0] ?? '',
    grade: Object.keys(casework?.incidents.grades ?? {})[0] ?? '',
    dimension: Object.keys(pack.cohorts?.dimensions ?? {})[0],
  };
}

/** The first fields that the first owner of a field may write, each with its example. */
function writtenOf(pack: Pack, first: string): Record<string, unknown> {
  const owner = pack.fields.get(first)?.owners[0] ?? '';
  const own = [...pack.fields.values()].filter(({ owners }) => owners.includes(owner));
  const values = own.flatMap(({ name, shape }) => (shape ? [[name, examplesOf(shape)[0]] as const] : []));
  return Object.fromEntries(values.filter(([, value]) => value !== undefined).slice(0, 5));
}

/** Stored fields that the purpose may see. */
function visibleOf(pack: Pack, purpose: Purpose | undefined): string[] {
  return [...(purpose?.cells.keys() ?? [])].filter((name) => pack.fields.get(name)?.virtual === false);
}

type Names = ReturnType<typeof wordsOf>;

/** Bodies that name a person. */
function people(words: Names, collection: string): Record<string, unknown> {
  const identity = { name: '王小明', number: '990001201501019014' };
  return {
    'POST /v1/intake': {
      ...{ collection, ifAbsent: 'refuse' },
      records: [{ ref: REF, ifVersion: 3, fields: words.written }],
    },
    'POST /v1/releases': { collection, subjects: [SUBJECT], fields: words.fields, context: WHY },
    'POST /v1/releases/seconds': {
      ...{ collection, purpose: words.purpose, first: 'zhang.wei' },
      ...{ subjects: [SUBJECT], context: WHY },
    },
    'POST /v1/inquiries': { collection, subject: SUBJECT, inquirer: words.inquirer, identity, context: WHY },
    'POST /v1/inquiries/seconds': { collection, subject: SUBJECT, inquirer: words.inquirer, context: WHY },
    'POST /v1/verifications': { programme: words.programme, subject: SUBJECT, context: WHY },
    'PUT /v1/lists/:id/rows/:part': { rows: [SUBJECT] },
    'POST /v1/lists/:id': { programme: words.programme, parts: 1, rows: 1, context: WHY },
    'POST /attestations/status': { attestation: 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwcyJ9.c2lnbmF0dXJl' },
    'POST /attestations/signature': { attestation: 'eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJodHRwcyJ9.c2lnbmF0dXJl' },
    'POST /v1/check-codes': {
      ...{ programme: words.coded, recipient: 'platform-lantern' },
      ...{ subject: SUBJECT, context: WHY },
    },
    'POST /v1/statistics': { collection, ...(words.dimension && { by: words.dimension }), context: WHY },
    'POST /v1/leak-checks': { collection, candidates: ['王小明 990001201501019014'], context: WHY },
    'POST /v1/story-texts': { ref: REF, text: 'She likes to draw.', request: 'Rq-1', ...WHY },
    'POST /v1/story-cards': {
      ...{ collection, subject: SUBJECT, text: 'She likes to draw.' },
      context: { ...WHY, request: 'Rq-1' },
    },
    'POST /v1/conflicts': { subject: SUBJECT, state: 'set', evidence: DIGEST, ...WHY },
    'POST /v1/recusals': { of: WHY.officer, match: { [words.numbered]: identity.number }, ...WHY },
    'POST /v1/holds': { subject: SUBJECT, fields: words.fields, instrument: 'Order 17/2026', ...WHY },
    'POST /v1/harm-reports': {
      ...{ subject: SUBJECT, what: 'Bruises on both arms, seen on a visit.', day: '2026-11-25' },
      ...{ reporter: { name: 'Chen Jing' }, area: '990001' },
      ...WHY,
    },
    'POST /v1/harm-reports/:id/open': { reporter: false, ...WHY },
    'POST /v1/subjects/:ref/merge': { into: REF, ...WHY },
    'POST /v1/subjects/:ref/move': { area: '990002', ...WHY },
  };
}

/** Bodies about consents, requests, cases, objections and incidents. */
function documents(words: Names, collection: string): Record<string, unknown> {
  const document = { kind: words.document, number: '990001198501010012' };
  return {
    'POST /v1/consents': {
      ...{
        subject: SUBJECT,
        purpose: words.consented,
        recipient: 'another-office',
        fields: [words.consentedField],
      },
      ...{ act: 'refused', giver: words.giver, document },
      ...WHY,
    },
    'POST /v1/consents/search': { subject: SUBJECT },
    'POST /v1/consents/:id/confirm': { document, ...WHY },
    'POST /v1/consents/:id/codes': { document, ...WHY },
    'POST /v1/consents/:id/withdraw': { evidence: DIGEST, ...WHY },
    'POST /v1/subjects/find': { subject: SUBJECT, ...WHY },
    'POST /v1/requests': {
      ...{ collection, purpose: words.approved, subjects: [SUBJECT], fields: [words.approvedField] },
      context: WHY,
    },
    'POST /v1/requests/:id/approve': { fields: words.fields, entry: 'En-1', ...WHY },
    'POST /v1/requests/:id/refuse': { fields: words.fields, entry: 'En-1', ...WHY },
    'POST /v1/requests/:id/ask-material': { missing: [words.missing], ...WHY },
    'POST /v1/requests/:id/supply': { statement: 'The order is attached.', documents: [DIGEST], ...WHY },
    'POST /v1/cases': { purpose: words.cased, subjects: [SUBJECT], officers: ['li.na'], ...WHY },
    'POST /v1/cases/:id/confirm': { entry: 'En-1', ...WHY },
    'POST /v1/cases/:id/assign': { officers: ['zhang.wei'], ...WHY },
    'POST /v1/files': words.filed,
    'POST /v1/files/:id/parts': { parts: [DIGEST] },
    'POST /v1/objections': { subject: SUBJECT, field: words.field, by: words.giver, ...WHY },
    'POST /v1/objections/:id/resolve': { outcome: 'upheld', entry: 'En-1', ...WHY },
    'POST /v1/incidents': {
      ...{ subjects: [SUBJECT], fields: words.fields, operator: words.operator, grade: words.grade },
      ...{ from: '2026-11-20T00:00:00Z', until: '2026-11-25T00:00:00Z' },
      ...WHY,
    },
    'POST /v1/incidents/:id/reports': { kind: 'first', evidence: DIGEST, ...WHY },
    'POST /v1/incidents/:id/close': { outcome: 'confirmed', ...WHY },
    'POST /v1/freezes': { target: { purpose: words.purpose }, ...WHY },
    'POST /v1/tasks/:id/complete': { outcome: 'done', evidence: DIGEST, ...WHY },
    ...Object.fromEntries(
      ['take', 'give-back'].map((act) => [`POST /v1/tasks/:id/${act}`, { officer: WHY.officer }]),
    ),
  };
}

/** A day within the year for which training counts. */
const TRAINED = new Date(Date.now() + 180 * 86_400_000).toISOString().slice(0, 10);

/** Bodies about agencies and the policy. */
function offices({ department, role, purpose, fields }: Names): Record<string, unknown> {
  const rights = {
    ...{
      name: { en: 'Office of the county', zh: '县办事处' },
      departments: [department],
      roles: [role],
    },
    ...{
      areas: ['990001'],
      purposes: [purpose],
      actions: ['release', 'casework'],
      trainedUntil: TRAINED,
    },
  };
  return {
    'POST /v1/agencies': { clientId: 'edu-county-2', ...rights, jwks: JWKS, ...WHY },
    'PUT /v1/agencies/:id': { ...rights, ...WHY },
    'PUT /v1/agencies/:id/jwks': { jwks: JWKS, ...WHY },
    'PUT /v1/agencies/self/jwks': JWKS,
    'POST /v1/policy/simulate': { purpose, fields },
    'POST /v1/policy/versions': { pack: {}, ...WHY },
    'POST /v1/policy/versions/preview': { pack: {} },
    'POST /v1/sources': {
      ...{ source: 'main-table', every: 10, seconds: 4, faults: { FORM: 1 } },
      rows: { read: 812, added: 3, changed: 9, gone: 0, same: 799, failed: 0, left: 0 },
    },
    'POST /v1/posting-checks': { columns: [{ heading: '姓名', values: ['王*明'] }, { heading: '金额' }] },
  };
}

/** Bodies that need no word of the pack. */
const OVERSIGHT: Record<string, unknown> = {
  'POST /v1/sessions': {
    code: 'SplxlOBeZQQYbYS6WxSbIA',
    codeVerifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    redirectUri: 'https://gateway.example/console/',
  },
  'POST /v1/sessions/renew': { session: SESSION },
  'POST /v1/sessions/end': { session: SESSION },
  'POST /v1/holds/:id/confirm': { entry: 'En-1', ...WHY },
  'POST /v1/agencies/:id/confirm': { entry: 'En-1', ...WHY },
  'POST /v1/log/entries/:id/reviews': { verdict: 'questioned', note: 'No case of this number is on file.' },
  'POST /v1/log/reports': { from: '2026-11-01T00:00:00Z', to: '2026-11-26T00:00:00Z' },
  'POST /v1/log/reviews': { verdicts: [{ about: 'En-1', verdict: 'justified' }] },
  'POST /v1/log/writers/:writer/revocation': { officer: WHY.officer, reason: WHY.reason },
  'POST /v1/log/cosignatures': {
    cosignatures:
      '— mca.example/w xO9CVgAAAABrDlBW4i8SgmQnFhQ0m3rJYw1yG5c8nYp5rYl2Xh1s0b9mTt6o3s0Xo8wYx2Gq3Qh0Tn1oUQ6p1V2C7b5Z4m0Cgg==\n',
  },
  'POST /v1/log/undelivered': { channel: 'duty' },
  'POST /v1/log/reconciliations': {
    ...{ from: '2026-11-25T00:00:00Z', to: '2026-11-26T00:00:00Z' },
    records: [],
  },
  'POST /v1/usage/keys': { from: '2026-11-25T08:00:00Z', to: '2026-11-25T09:00:00Z', unwraps: [] },
  'POST /v1/alerts/:id/acknowledge': { note: 'Explained by the exercise of the day.' },
  'POST /v1/decoys': { entry: 'En-1', officer: WHY.officer, reason: WHY.reason },
};
