import { afterEach, describe, expect, test } from 'vitest';
import { recordsOf } from '../../infra/local/sample/records.ts';
import { connect, type Fieldgate } from '../../shared/client/connect.ts';
import type { IntakeRecord, LogEntry, UseInList } from '../../shared/client/wire/types.ts';
import { fileGateway } from '../support/gateway.ts';
import { broken } from './fake-gateway.ts';

const TODAY = '2026-11-25';
const RETRY = { attempts: 4, base: 5, longest: 1000 };
const REASON = { purpose: 'S1', officer: 'zhang.wei', reason: 'winter subsidy, grade 5' };

const gateway = await fileGateway();
const audit = await as('audit-office');
const edu = await as('edu-county');
for (const clientId of ['mca-county', 'mps-county', 'edu-county']) {
  const { failed } = await (await as(clientId)).intake(recordsOf(clientId, { people: 3, today: TODAY }));
  expect(failed).toBe(0);
}
afterEach(() => fault('DELETE'));

function as(clientId: string, more: { fetch?: typeof fetch } = {}): Promise<Fieldgate> {
  const { sig, enc } = gateway.agency(clientId);
  const person = { id: REASON.officer, roles: ['casework', 'release'], office: clientId } as const;
  const actorToken = async () => (await gateway.signIn?.(person)) ?? '';
  const acts = clientId === 'edu-county' && { actorToken };
  return connect({ issuer: gateway.url, clientId, key: sig, enc, retry: RETRY, ...acts, ...more });
}

async function fault(method: 'POST' | 'DELETE', body?: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${gateway.url}/_local/faults`, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  expect(answer.ok).toBe(true);
}

/** A fetch that makes the call and loses the answer, the first time a path is called. */
function losing(path: string): typeof fetch {
  let lost = false;
  return async (input, init) => {
    const answer = await fetch(input, init);
    if (lost || !String(input).endsWith(path)) return answer;
    lost = true;
    throw broken();
  };
}

async function entries(filters: Parameters<Fieldgate['log']>[0]): Promise<LogEntry[]> {
  const all: LogEntry[] = [];
  for await (const entry of audit.log(filters)) all.push(entry);
  return all;
}

const subjectOf = (at: number) => {
  const records = [...recordsOf('edu-county', { people: 3, today: TODAY })];
  const { match } = records[at] as IntakeRecord & { match: { id_number: string } };
  return { match: { id_number: match.id_number } };
};

test('releases in clear, and sealed on request', async () => {
  const request = { ...REASON, subjects: [subjectOf(0)], fields: ['name', 'school_name'] };
  const clear = await edu.release(request);
  const sealed = await edu.release({ ...request, sealed: true });
  expect(clear.results[0]).toMatchObject({ fields: { name: { form: 'plain', owner: 'MPS' } } });
  expect(fieldsOf(sealed)).toEqual(fieldsOf(clear));
});

test('a signed request is accepted, and one with a changed body is not', async () => {
  const request = { ...REASON, subjects: [subjectOf(0)], fields: ['name'], signed: true };
  const { results } = await edu.release(request);
  expect(results[0]).toMatchObject({ fields: { name: { form: 'plain' } } });
  const changed = await as('edu-county', {
    fetch: (input, init) => {
      const body = typeof init?.body === 'string' ? init.body.replace('"name"', '"school_name"') : init?.body;
      return fetch(input, { ...init, ...(body ? { body } : {}) });
    },
  });
  await expect(changed.release(request)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
});

test('an unknown person is refused with a receipt', async () => {
  const unknown = { match: { id_number: '990001201305069014' } };
  const { results } = await edu.release({ ...REASON, subjects: [subjectOf(0), unknown] });
  expect(results[1]).toMatchObject({ refused: { code: 'REFUSED' }, receipt: { entry: expect.any(String) } });
});

test('a refusal of the policy is a typed error with its rule', async () => {
  await expect(edu.release({ ...REASON, purpose: 'PX3', subjects: [subjectOf(0)] })).rejects.toMatchObject({
    code: 'PROHIBITED_PURPOSE',
    status: 403,
    rule: 'A15.1',
    requestId: expect.any(String),
  });
});

test('an agency reads the recipients of its fields, an auditor the log, entry by entry', async () => {
  const { results } = await edu.release({
    ...REASON,
    case: 'EDU-77',
    subjects: [subjectOf(0)],
    fields: ['name'],
  });
  const receipt = results[0]?.receipt.entry as string;
  expect(await audit.call('GET /v1/log/entries/:id', { id: receipt })).toMatchObject({
    id: receipt,
    words: { case: 'EDU-77' },
  });
  const used: UseInList[] = [];
  for await (const entry of (await as('mps-county')).items('GET /v1/usage', 'entries', {})) used.push(entry);
  expect(used).toContainEqual(expect.objectContaining({ id: receipt, recipient: 'edu-county' }));
  // A case number is for the line whose case it is.
  expect(JSON.stringify(used)).not.toContain('EDU-77');
  await expect(audit.call('GET /v1/log/entries/:id', { id: 'nothing' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('pages of the log join without gaps or duplicates', async () => {
  // Reading the log is an entry itself; both read the earlier entries.
  const to = new Date().toISOString();
  const whole = (await audit.call('GET /v1/log/entries', { query: { limit: 500, to } })).entries.map(
    ({ id }) => id,
  );
  const joined = (await entries({ limit: 3, to })).map(({ id }) => id);
  expect(joined).toEqual(whole);
  expect(new Set(joined).size).toBe(joined.length);
});

test('every agency can read its registration', async () => {
  expect(await audit.whoami()).toMatchObject({ clientId: 'audit-office', actions: ['audit'] });
  // Both find out at once which action the agency has.
  const again = await as('audit-office');
  expect(await Promise.all([again.directory(), again.policy()])).toHaveLength(2);
  expect((await edu.catalogue()).purposes.map(({ code }) => code)).toEqual(['S1']);
  expect(await edu.policy()).toMatchObject({ version: expect.any(String), matrix: expect.any(Object) });
});

test('500 records of which each is refused field by field get their answer, and again under the same key', async () => {
  const [record] = [...recordsOf('mca-county', { people: 1, today: TODAY })] as [IntakeRecord];
  const load = Array.from(
    { length: 500 },
    (_, at): IntakeRecord => ({ match: { local_id: `NOT-${at}` }, fields: record.fields }),
  );
  const gate = await as('mps-county');
  for (let time = 1; time <= 2; time++) {
    const { failed } = await gate.intake(load, { idempotencyKey: 'all-refused' });
    expect(failed).toBe(500);
  }
});

describe('during a fault', () => {
  const request = (caseNumber: string) => ({
    ...REASON,
    case: caseNumber,
    subjects: [subjectOf(0)],
    fields: ['name'],
  });
  const decisions = async (caseNumber: string) =>
    (await entries({ kind: 'decision' })).filter(({ words }) =>
      JSON.stringify(words).includes(`"${caseNumber}"`),
    );

  test.each([
    ['the log', { service: 'log', kind: 'error' }],
    ['KMS', { service: 'kms', kind: 'error', operation: 'Decrypt' }],
    ['the store', { service: 'store', kind: 'throttle' }],
  ])('%s fails for a moment: the release succeeds in the end', async (_what, what) => {
    await fault('POST', { ...what, times: 4 });
    const { results } = await edu.release(request('EDU-MOMENT'));
    expect(results[0]).toMatchObject({ fields: { name: { form: 'plain' } } });
  });

  test('the log fails for good: 503, and nothing was released', async () => {
    await fault('POST', { service: 'log', kind: 'error', times: 1000 });
    const lost = edu.release(request('EDU-NEVER'));
    await expect(lost).rejects.toMatchObject({ code: 'LOG_UNAVAILABLE', status: 503 });
    await fault('DELETE');
    expect(await decisions('EDU-NEVER')).toEqual([]);
  });

  test('the answer of a release is lost: the caller learns it, and the log has one decision', async () => {
    const gate = await as('edu-county', { fetch: losing('/v1/releases') });
    await expect(gate.release(request('EDU-LOST'))).rejects.toMatchObject({ code: 'ANSWER_LOST' });
    expect(await decisions('EDU-LOST')).toHaveLength(1);
  });

  test('the answer of an intake is lost: the request is repeated, and the sheet is written once', async () => {
    const gate = await as('mca-county', { fetch: losing('/v1/intake') });
    const record: IntakeRecord = { match: { local_id: 'CLIENT-LOST' }, fields: { visit_notes: 'x' } };
    const { results } = await gate.intake([record]);
    expect(results).toMatchObject([{ created: true, sheetVersion: 1 }]);
    const again = await gate.intake([record]);
    expect(again.results).toMatchObject([{ created: false, sheetVersion: 2 }]);
  });

  test('the answer of the token endpoint is lost: another assertion gets another token', async () => {
    const gate = await as('edu-county', { fetch: losing('/oauth/token') });
    expect((await gate.whoami()).clientId).toBe('edu-county');
  });
});

function fieldsOf({ results: [first] }: Awaited<ReturnType<Fieldgate['release']>>): object | undefined {
  return first && 'fields' in first ? first.fields : undefined;
}
