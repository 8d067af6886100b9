import { once } from 'node:events';
import { afterAll, describe, expect, test } from 'vitest';
import { recordsOf } from '../../../infra/local/sample/records.ts';
import { sharedFolder } from '../../support/folder.ts';
import { testGateway } from '../../support/gateway.ts';
import { fieldgate, logInAt, putAgency, putLogin } from '../run.ts';
import { ask, startSidecar } from './support.ts';

const TODAY = '2026-11-25';
const SECRET = 'a secret of the test, which is long enough';
const WHY = { purpose: 'S1', officer: 'zhang.wei', reason: 'winter subsidy, grade 5' };

const folder = sharedFolder();
const gateway = await testGateway();
for (const clientId of ['edu-county', 'mps-county', 'audit-office', 'charity-sunrise'])
  putAgency(folder, gateway.agency(clientId));
logInAt(folder, gateway);
await putLogin(folder, 'edu-county', WHY.officer);
const [edu, audit] = await Promise.all([sidecar('edu-county'), sidecar('audit-office')]);
const police = await sidecar('mps-county');
const records = [...recordsOf('mps-county', { people: 2, today: TODAY })];
expect((await ask(police, 'POST', '/intake', { records })).json).toMatchObject({ failed: 0 });
afterAll(() => gateway.close());

/** @returns the address that it listens on. */
async function sidecar(clientId: string, args: string[] = [], env: object = {}): Promise<string> {
  return (await startSidecar(folder, clientId, args, env)).url;
}

function subject(at: number) {
  const [record] = [...recordsOf('mps-county', { people: 2, today: TODAY })].slice(at);
  return { match: { id_number: (record as { match?: { id_number?: string } }).match?.id_number } };
}

describe('intake', () => {
  const record = { match: { local_id: 'SIDE-1' }, fields: { school_name: { school: '清河县第二小学' } } };

  test('takes records and answers one by one', async () => {
    const { status, json } = await ask(edu, 'POST', '/intake', { records: [record] });
    expect({ status, json }).toMatchObject({
      status: 200,
      json: { created: 1, results: [{ created: true }] },
    });
  });

  test('reports each refused record', async () => {
    const other = { ...record, fields: { illness: 'x' } };
    const { json } = await ask(edu, 'POST', '/intake', { records: [other] });
    expect(json.results[0].problem ?? json.results[0].refused).toBeTruthy();
    expect(json.created + json.updated + json.failed).toBe(1);
  });
});

describe('release', () => {
  test('gives plain JSON, sealed on its way or not, and checks receipts', async () => {
    await gateway.sequencer.step();
    const clear = await ask(edu, 'POST', '/release', { ...WHY, subjects: [subject(0)], fields: ['name'] });
    expect(clear.json).toMatchObject({
      receipts: 'unchecked',
      results: [{ fields: { name: { form: 'plain' } } }],
    });
    const sealed = await ask(edu, 'POST', '/release', { ...WHY, subjects: [subject(0)], sealed: true });
    expect(sealed.json.results[0].fields.name).toEqual(clear.json.results[0].fields.name);
    await gateway.sequencer.step();
    const { receipt } = clear.json.results[0];
    const checked = await ask(edu, 'POST', '/receipt', { receipt });
    expect(checked.json).toMatchObject({ entry: receipt.entry, place: { index: expect.any(Number) } });
  });

  test('refuses a changed receipt', async () => {
    const { json } = await ask(edu, 'POST', '/release', { ...WHY, subjects: [subject(0)], fields: ['name'] });
    await gateway.sequencer.step();
    const receipt = { ...json.results[0].receipt, leafHash: Buffer.alloc(32).toString('base64') };
    const { status, json: problem } = await ask(edu, 'POST', '/receipt', { receipt });
    expect({ status, code: problem.code }).toEqual({ status: 502, code: 'RECEIPT_INVALID' });
  });

  test('a prohibited purpose is a problem with its rule, in the status of the gateway', async () => {
    const body = { ...WHY, purpose: 'PX3', subjects: [subject(0)] };
    const { status, type, json } = await ask(edu, 'POST', '/release', body);
    expect({ status, type }).toEqual({ status: 403, type: 'application/problem+json' });
    expect(json).toMatchObject({ code: 'PROHIBITED_PURPOSE', rule: 'A15.1', requestId: expect.any(String) });
  });
});

describe('verify', () => {
  const stranger = { match: { id_number: '990001201305069014' } };
  const words = { case: 'CHA-1', officer: 'li.na', reason: 'school grant, spring term' };
  const request = { programme: 'spring-bud', purpose: 'C1', subject: stranger, ...words };

  test('gives the outcome with its proof', async () => {
    const charity = await sidecar('charity-sunrise');
    const { status, json } = await ask(charity, 'POST', '/verify', { ...request, signed: true });
    expect(status).toBe(200);
    expect(json).toMatchObject({ outcome: 'NOT_CONFIRMED', attestation: expect.any(String), receipt: {} });
  });

  test('is refused without a purpose, and for an agency that may not verify', async () => {
    const { purpose: _purpose, ...without } = request;
    expect((await ask(edu, 'POST', '/verify', without)).json).toMatchObject({ code: 'INVALID_REQUEST' });
    expect((await ask(edu, 'POST', '/verify', request)).json).toMatchObject({ code: 'TOKEN_REFUSED' });
  });
});

describe('log and whoami', () => {
  test('give a page, and the page after', async () => {
    const { json } = await ask(audit, 'GET', '/log?purpose=S1&limit=1');
    expect(json).toMatchObject({ items: [{ purpose: 'S1' }], next: expect.any(String) });
    const next = await ask(audit, 'GET', `/log?purpose=S1&limit=1&cursor=${encodeURIComponent(json.next)}`);
    expect(next.json.items[0].id).not.toBe(json.items[0].id);
    expect((await ask(audit, 'GET', '/whoami')).json).toMatchObject({ clientId: 'audit-office' });
    const { limits } = (await ask(audit, 'GET', '/whoami?officer=wang.fang')).json;
    expect(limits.requests.officer.limit).toBe(6000);
  });

  test('an agency that is not an auditor gets no log', async () => {
    const { status, json } = await ask(edu, 'GET', '/log');
    expect({ status, json }).toMatchObject({
      status: 400,
      json: { code: 'TOKEN_REFUSED', oauth: 'invalid_authorization_details' },
    });
    expect(json.reason).toContain('the action audit, which the office that registers agencies can add');
  });
});

const good = { ...WHY, subjects: [{ ref: 'x' }] };
test.each<[string, number, string, string, string, unknown?, object?]>([
  ['an unknown route', 404, 'NOT_FOUND', 'POST', '/steal', {}],
  ['another method', 404, 'NOT_FOUND', 'GET', '/release'],
  ['a name that every object has', 404, 'NOT_FOUND', 'GET', '/constructor'],
  ['no JSON', 400, 'INVALID_JSON', 'POST', '/release', 'PLANTED'],
  ['a list', 400, 'INVALID_JSON', 'POST', '/release', []],
  ['a member too many', 400, 'INVALID_REQUEST', 'POST', '/release', { ...good, PLANTED: 1 }],
  ['a member of another type', 400, 'INVALID_REQUEST', 'POST', '/release', { ...good, fields: 'PLANTED' }],
  ['a member too few', 400, 'INVALID_REQUEST', 'POST', '/release', WHY],
  ['an unknown filter', 400, 'INVALID_REQUEST', 'GET', '/log?constructor=PLANTED'],
  [
    'a body that is no JSON by its name',
    415,
    'UNSUPPORTED_MEDIA_TYPE',
    'POST',
    '/release',
    good,
    { 'content-type': 'text/plain' },
  ],
  ['a page of a browser', 403, 'REFUSED', 'POST', '/release', good, { origin: 'https://evil.test' }],
  ['an image in a page', 403, 'REFUSED', 'GET', '/whoami', undefined, { 'sec-fetch-site': 'cross-site' }],
  [
    'a name that was rebound to this machine',
    403,
    'REFUSED',
    'GET',
    '/whoami',
    undefined,
    { host: 'evil.test:8790' },
  ],
  [
    'a size over the limit',
    413,
    'TOO_LARGE',
    'POST',
    '/release',
    undefined,
    { 'content-length': 99_999_999 },
  ],
])('%s is refused without a word of what was sent', async (_what, status, code, ...call) => {
  const answer = await ask(edu, ...call);
  expect({ status: answer.status, code: answer.json.code }).toEqual({ status, code });
  expect(JSON.stringify(answer.json)).not.toContain('PLANTED');
});

describe('a secret', () => {
  test('opens the sidecar only to callers that have it', async () => {
    const url = await sidecar('edu-county', [], { FIELDGATE_SIDECAR_SECRET: SECRET });
    const as = (authorization?: string) =>
      ask(url, 'GET', '/whoami', undefined, authorization === undefined ? {} : { authorization });
    expect((await as(`Bearer ${SECRET}`)).status).toBe(200);
    for (const wrong of [undefined, SECRET, `Bearer ${SECRET}x`, 'Bearer ']) {
      expect(await as(wrong)).toMatchObject({ status: 401, json: { code: 'TOKEN_INVALID' } });
    }
  });

  test('and a flag are both needed to listen on a reachable address', async () => {
    const url = await sidecar('edu-county', ['--listen', '0.0.0.0:0', '--allow-remote'], {
      FIELDGATE_SIDECAR_SECRET: SECRET,
    });
    const local = url.replace('0.0.0.0', '127.0.0.1');
    const authorization = `Bearer ${SECRET}`;
    expect((await ask(local, 'GET', '/whoami', undefined, { authorization, host: 'box.test' })).status).toBe(
      200,
    );
  });

  test.each<[string, string[], object]>([
    ['neither', [], {}],
    ['the flag alone', ['--allow-remote'], {}],
    ['the secret alone', [], { FIELDGATE_SIDECAR_SECRET: SECRET }],
    ['a short secret', ['--allow-remote'], { FIELDGATE_SIDECAR_SECRET: 'short' }],
  ])('with %s it does not start there', async (_what, more, env) => {
    const args = ['sidecar', '--as', 'edu-county', '--listen', '0.0.0.0:0', ...more];
    const { code, stderr } = await fieldgate(folder, args, { env });
    expect(code).toBe(2);
    expect(stderr).toContain('FIELDGATE_SIDECAR_SECRET');
  });
});

test('a used port is reported in one line', async () => {
  const { code, stderr } = await fieldgate(folder, [
    'sidecar',
    '--as',
    'edu-county',
    '--listen',
    new URL(edu).host,
  ]);
  expect(code).toBe(2);
  expect(stderr).toContain('cannot be used');
});

test('it ends on SIGTERM', async () => {
  const { url, child } = await startSidecar(folder, 'edu-county');
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(child.exitCode).toBe(0);
  await expect(ask(url, 'GET', '/whoami')).rejects.toThrow('ECONNREFUSED');
});
