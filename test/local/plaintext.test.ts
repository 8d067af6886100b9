import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { startGateway } from '../../infra/local/gateway.ts';
import { openCase } from '../support/cases.ts';
import { startChild } from '../support/child.ts';
import { temporaryFolder } from '../support/folder.ts';
import { filesUnder, hunt, needlesFor } from '../support/hunt.ts';
import { BORN, residentNumber } from '../support/people.ts';
import type { Child } from '../support/process.ts';
import { reasonFor } from '../support/reasons.ts';

/** Everything that was planted, to be found nowhere. */
const planted = new Set<string>();
function plant(value: string): string {
  planted.add(value);
  return value;
}

const intake = { actions: ['intake'] };
const details = (purpose: string, more = {}) => ({
  actions: ['release'],
  purpose,
  case: 'CASE-17',
  officer: 'li.na',
  // Words of a request are stored with the log on purpose; this one shows that the hunt finds a planted value.
  reason: `${reasonFor(purpose)} CONTROLWORD`,
  ...more,
});

const ID_NUMBER = plant(residentNumber(BORN, 471));
const NAME = plant('龘靐齉');
const LOCAL_ID = plant('QZLOCALKEY71');

/** Fields of every shape, by who owns them. */
const SHEETS: [string, Record<string, unknown>][] = [
  [
    'mca-county',
    {
      division_code: '990001',
      residence_address: { text: plant('囍爨麤龖路七一号'), division: '990001001001' },
      child_phone: plant('13971717171'),
      guardian_identity: { name: plant('灪龗爩'), id_number: plant('990001198001017171') },
      bank_account: {
        number: plant('6222027171717171717'),
        bank: plant('QZBANKMARK'),
        payee: plant('QZPAYEEMARK'),
      },
      visit_notes: plant('QZNOTEMARK slept badly'),
      photo: `file:sha256-${plant('qzphotomark71')}`,
    },
  ],
  ['mps-county', { name: NAME, id_number: ID_NUMBER, birth_date: plant(BORN), sex: '1' }],
  ['edu-county', { school_name: { school: plant('QZSCHOOLMARK'), class: plant('五年七十一班') } }],
  [
    'health-hospital',
    {
      illness: { code: plant('Q71.93x9317'), since: '2023-04-01' },
      medical_record: plant('QZRECORDMARK 肺炎'),
      mental_health: { code: 'F43', note: plant('QZMINDMARK') },
    },
  ],
];

async function putIn(child: Child): Promise<void> {
  const match = { id_number: ID_NUMBER };
  for (const [agency, fields] of SHEETS) {
    const local = agency === 'mca-county' ? { local_id: LOCAL_ID } : {};
    const body = { collection: 'children', records: [{ match: { ...match, ...local }, fields }] };
    const answer = await child.call(agency, intake, 'POST', '/v1/intake', body, {
      'idempotency-key': `key-${agency}`,
    });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.json.results[0].refused).toEqual({});
  }
}

/** Every released and every refused answer; none of them leaves more on disk than the log may hold. */
async function askFor(child: Child): Promise<void> {
  const body = (more = {}) => ({
    collection: 'children',
    subjects: [{ match: { id_number: ID_NUMBER } }],
    ...more,
  });
  const person = [{ match: { id_number: ID_NUMBER } }];
  for (const agency of ['mca-county', 'mca-neighbour'])
    await openCase(child, agency, { purpose: 'W1', case: details('W1').case }, person);
  const review = await child.call('mca-county', details('W1'), 'POST', '/v1/releases', body());
  expect(review.status, review.text).toBe(200);
  expect(review.text).toContain(NAME);
  const school = await child.call(
    'edu-county',
    details('S1', { officer: 'zhang.wei' }),
    'POST',
    '/v1/releases',
    body(),
  );
  expect(school.text).toContain('QZSCHOOLMARK');
  const danger = details('E1');
  const urgent = body({ context: { imminentDangerAttested: true } });
  const sealed = await child.call('mps-county', danger, 'POST', '/v1/releases', urgent);
  expect(sealed.status, sealed.text).toBe(200);
  await child.call('mca-county', details('W1'), 'POST', '/v1/releases', body({ compare: { name: NAME } }));
  const trial = (more = {}) => body({ fields: ['name'], context: { instrument: 'WRIT-7', ...more } });
  const filed = await child.call('court-county', details('J1'), 'POST', '/v1/releases', trial());
  expect(filed.status, filed.text).toBe(202);
  expect(filed.text).not.toContain(ID_NUMBER);
  const { request } = filed.json;
  const owner = { actions: ['casework'], officer: 'gao.feng', reason: 'the writ names this child' };
  await child.call('mps-county', owner, 'POST', `/v1/requests/${request}/approve`, {});
  const heard = await child.call('court-county', details('J1'), 'POST', '/v1/releases', trial({ request }));
  expect(heard.text).toContain(NAME);
  const foreign = await child.call('mca-neighbour', details('W1'), 'POST', '/v1/releases', body());
  expect(foreign.json.results[0].refused).toEqual({ code: 'REFUSED' });
  const prohibited = await child.call('edu-county', details('PX3'), 'POST', '/v1/releases', body());
  expect(prohibited.status).toBe(403);
  await child.call(
    'edu-county',
    details('S1', { officer: 'zhang.wei' }),
    'POST',
    '/v1/releases',
    body({ fields: ['illness'] }),
  );
}

/** Wrong requests: each repeats a planted value where values do not belong, and no answer repeats it. */
async function askWrongly(child: Child): Promise<void> {
  const odd = plant('QZODDVALUE71');
  const one = (fields: unknown, match: unknown = { local_id: LOCAL_ID }) => ({
    collection: 'children',
    records: [{ match, fields }],
  });
  const wrong: [string, string, unknown, Record<string, string>?][] = [
    ['POST', '/v1/intake', one({ birth_date: odd })],
    ['POST', '/v1/intake', one({ [odd]: 'x' })],
    ['POST', '/v1/intake', one({ guardian_identity: { [odd]: odd } })],
    ['POST', '/v1/intake', one({ name: odd })],
    ['POST', '/v1/intake', one({ visit_notes: 'x' }, { id_number: odd })],
    ['POST', '/v1/intake', one({ visit_notes: 'x' }, { [odd]: odd })],
    ['POST', '/v1/intake', { collection: odd, records: [] }],
    ['POST', '/v1/intake', `{"collection": ${odd}`],
    ['POST', '/v1/intake', odd, { 'content-type': 'text/plain' }],
    ['POST', '/v1/intake', `${odd}\n`, { 'content-type': 'application/x-ndjson' }],
    ['POST', '/v1/intake', one({ visit_notes: 'x' }), { 'idempotency-key': odd, 'x-request-id': odd }],
    ['GET', `/v1/usage?cursor=${odd}`, undefined],
    ['GET', `/v1/${odd}?id=${odd}`, undefined],
    ['DELETE', '/v1/intake', undefined],
    ['POST', '/v1/releases', { collection: 'children', subjects: [{ match: { name: odd } }] }],
  ];
  for (const [method, path, body, headers] of wrong) {
    const { text } = await child.call('mca-county', intake, method, path, body, headers);
    // Names of refused fields come back as the caller's own member names, and nothing else does.
    if (path === '/v1/intake') expect(text.replaceAll(`"${odd}":`, ''), text).not.toContain(odd);
    else expect(text).not.toContain(odd);
  }
  const headers = { authorization: `DPoP ${odd}`, dpop: odd };
  const denied = await child.call('mca-county', intake, 'POST', '/v1/intake', one({}), headers);
  expect(denied.status).toBe(401);
  expect(denied.text).not.toContain(odd);
  const form = new URLSearchParams({ grant_type: odd, client_assertion: odd });
  const token = await fetch(`${child.url}/oauth/token`, { method: 'POST', body: form });
  expect(token.status).toBe(400);
  expect(await token.text()).not.toContain(odd);
}

/** Makes services fail in the middle, because failures are where values slip into messages. */
async function askInTrouble(child: Child): Promise<void> {
  const codes = { kms: 'KMS_UNAVAILABLE', store: 'STORE_UNAVAILABLE', log: 'LOG_UNAVAILABLE' };
  for (const [service, code] of Object.entries(codes)) {
    const fault = { service, kind: 'error', times: 1000 };
    await fetch(`${child.url}/_local/faults`, { method: 'POST', body: JSON.stringify(fault) });
    const record = { match: { id_number: ID_NUMBER }, fields: { visit_notes: plant('QZTROUBLE71') } };
    const body = { collection: 'children', records: [record] };
    await child.call('mca-county', intake, 'POST', '/v1/intake', body);
    const release = await child.call('mca-county', details('W1'), 'POST', '/v1/releases', {
      collection: 'children',
      subjects: [{ match: { id_number: ID_NUMBER } }],
    });
    expect(release.status, service).toBe(503);
    expect(release.json.code).toBe(code);
    expect(release.text).not.toContain(NAME);
    await fetch(`${child.url}/_local/faults`, { method: 'DELETE' });
  }
}

/** Every item of every table as it is after decoding, because the store keeps bytes as base64. */
async function itemsIn(folder: string): Promise<Map<string, Buffer>> {
  const gateway = await startGateway({ folder, port: 0, faults: false });
  const items = new Map<string, Buffer>();
  for (const [setting, TableName] of Object.entries(gateway.env).filter(([name]) => name.endsWith('Table'))) {
    const { Items = [] } = await gateway.dynamo.send(new ScanCommand({ TableName }));
    items.set(setting, Buffer.concat(Items.flatMap(bytesOf)));
  }
  await gateway.close();
  return items;
}

function bytesOf(value: unknown): Buffer[] {
  if (value instanceof Uint8Array) return [Buffer.from(value)];
  if (typeof value === 'string') return [Buffer.from(`${value} `)];
  if (typeof value === 'object' && value !== null) return Object.entries(value).flat().flatMap(bytesOf);
  return [];
}

test('no planted value is in any byte that the gateway wrote', { timeout: 120_000 }, async () => {
  const folder = temporaryFolder();
  const child = await startChild(folder, ['--people', '0', '--faults']);
  await putIn(child);
  await askFor(child);
  await askWrongly(child);
  await askInTrouble(child);
  expect(await child.end('SIGTERM')).toBe(0);

  const state = join(folder, '.fieldgate');
  const places = filesUnder(state, (path) => path.startsWith('agencies/'));
  places.set('stdout', Buffer.from(child.stdout()));
  places.set('stderr', Buffer.from(child.stderr()));
  for (const [table, bytes] of await itemsIn(state)) places.set(table, bytes);
  expect(hunt(needlesFor(['CONTROLWORD']), places)).not.toEqual([]);
  expect(hunt(needlesFor(planted), places)).toEqual([]);
});

test('the hunt finds a value in each encoding', () => {
  const value = '龘靐 QZ71';
  const needles = needlesFor([value]);
  const wraps = [Buffer.from(value), Buffer.from(value, 'utf16le'), Buffer.from(value, 'utf16le').swap16()];
  const texts = [0, 1, 2].flatMap((before) =>
    wraps.map((bytes) => Buffer.concat([Buffer.alloc(before, 7), bytes, Buffer.alloc(5, 9)])),
  );
  for (const bytes of texts) {
    for (const encoding of ['base64', 'base64url'] as const) {
      expect(hunt(needles, new Map([['x', Buffer.from(bytes.toString(encoding))]]))).not.toEqual([]);
    }
    expect(hunt(needles, new Map([['x', bytes]]))).not.toEqual([]);
  }
  expect(hunt(needles, new Map([['x', Buffer.from(JSON.stringify(value))]]))).not.toEqual([]);
  expect(hunt(needles, new Map([['x', Buffer.from(Buffer.from(value).toString('hex'))]]))).not.toEqual([]);
  expect(hunt(needles, new Map([['x', Buffer.from('龘靐 QZ70')]]))).toEqual([]);
});
