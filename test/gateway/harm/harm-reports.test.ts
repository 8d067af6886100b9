/** The duty to report harm: who can report, who gets the task, and who can open what. */
import { hash } from 'node:crypto';
import { compactDecrypt, decodeJwt, importJWK } from 'jose';
import { expect, it } from 'vitest';
import { pack } from '../../../functions/session/policy.ts';
import { asClientId } from '../../../shared/ids.ts';
import { referencesOf } from '../../../shared/keys/references.ts';
import { rawItem } from '../../maintenance/rig.ts';
import { fileGateway } from '../../support/gateway.ts';
import { freshNumber } from '../../support/people.ts';

const gateway = await fileGateway();
const WHAT = '孩子两臂有淤青，已持续一周。';
const NAME = '田老师';

const report = (subject: object, more: object = {}, agency = 'school-second', key?: string) =>
  gateway
    .token(agency, { actions: ['casework'], officer: 'tian.yu', reason: 'duty to report' })
    .then((token) =>
      gateway.send(
        token,
        'POST',
        '/v1/harm-reports',
        { subject, what: WHAT, reporter: { name: NAME, contact: '13900000001' }, ...more },
        key === undefined ? {} : { 'idempotency-key': key },
      ),
    );

async function open(agency: string, id: string, body: object = {}, purpose = 'R1', officer = 'liu.yang') {
  const details = { actions: ['release'], purpose, officer, reason: 'took the report up' };
  const answer = await gateway.call(agency, details, 'POST', `/v1/harm-reports/${id}/open`, body);
  if (answer.status === 202) return answer.json;
  if (answer.status !== 200) return { code: answer.json.code };
  const key = await importJWK(gateway.agency(agency).enc, 'ECDH-ES');
  const { plaintext } = await compactDecrypt(answer.text, key);
  // biome-ignore lint/suspicious/noExplicitAny: an answer of this route
  return decodeJwt(Buffer.from(plaintext).toString()) as any;
}

async function tasks(agency: string, about: string) {
  const { json } = await gateway.call(agency, { actions: ['casework'] }, 'GET', '/v1/tasks?limit=200');
  return json.tasks.filter((task: { about: string }) => task.about === about);
}

/** A supervisor of the police gives the task of the report to an officer. */
async function give(id: string, officer = 'liu.yang', supervisor = 'huang.lei') {
  const [task] = await tasks('mps-county', id);
  const details = { actions: ['casework'], officer: supervisor, reason: 'gives it out' };
  return gateway.call('mps-county', details, 'POST', `/v1/tasks/${task.id}/take`, { for: officer });
}

it('reaches the receiving body alone, as a task with a clock', async () => {
  const match = { id_number: freshNumber() };
  const { status, json, text } = await report({ match });
  expect(status, text).toBe(200);
  const { id, at, to, due } = json.report;
  expect(to).toBe('MPS');
  expect(Date.parse(due) - Date.parse(at)).toBe(24 * 3_600_000);
  const [task] = await tasks('mps-county', id);
  expect(task).toMatchObject({ kind: 'harm-report', department: 'MPS', due, details: {} });
  expect(task.outcomes).toEqual(['taken-up', 'passed-on', 'unfounded']);
  for (const agency of ['mca-county', 'mca-neighbour', 'school-second', 'desk-county'])
    expect(await tasks(agency, id)).toEqual([]);
  // A home of civil affairs shares the inbox of its department. It may be the one concerned.
  const other = (await report({ match }, { to: 'MCA' })).json.report;
  expect(await tasks('mca-county', other.id)).toHaveLength(1);
  for (const agency of ['welfare-home', 'desk-county', 'mps-county'])
    expect(await tasks(agency, other.id)).toEqual([]);
});

it('names neither child nor reporter in table and log, which auditors read', async () => {
  const match = { id_number: freshNumber() };
  const { json } = await report({ match });
  const key = { subject: { S: `harm-report:${json.report.id}` }, item: { S: 'act#document' } };
  const stored = JSON.stringify(await rawItem(gateway, gateway.env.caseworkTable, key));
  const entry = JSON.stringify(await gateway.audit(`/v1/log/entries/${json.receipt.entry}`));
  expect(entry).toContain('HARM_REPORT');
  for (const trace of [match.id_number, NAME, WHAT, '13900000001', 'tian.yu', 'duty to report'])
    for (const text of [stored, entry, JSON.stringify(json)]) expect(text).not.toContain(trace);
  expect(stored).not.toContain('school-second');
  expect(stored).toContain('expires');
});

it('is opened by the body that received it, the reporter only if asked for, by two people and with an entry of its own', async () => {
  const match = { id_number: freshNumber() };
  const { id } = (await report({ match }, { day: '2026-11-02' })).json.report;
  const from = gateway.trail.length;
  const { report: plain, receipt } = await open('mps-county', id);
  expect(plain).toMatchObject({ id, subject: { match }, what: WHAT, day: '2026-11-02' });
  expect(plain.reporter).toBeUndefined();
  const classes = () =>
    gateway.trail
      .slice(from)
      .filter(({ eventName }) => eventName === 'Decrypt')
      // biome-ignore lint/suspicious/noExplicitAny: a record of the trail
      .map(({ requestParameters }: any) => requestParameters.encryptionContext.class);
  expect(classes()).toEqual(['harm-report']);
  expect((await gateway.audit(`/v1/log/entries/${receipt.entry}`)).code).toBe('HARM_REPORT_OPENED');
  expect(await open('mps-county', id, { reporter: true })).toEqual({ code: 'CONFLICT' });
  expect((await give(id)).status).toBe(200);
  const { second } = await open('mps-county', id, { reporter: true });
  expect(classes()).toEqual(['harm-report']);
  const full = await open('mps-county', id, { reporter: true, second }, 'R1', 'gao.feng');
  const office = { agency: 'school-second', officer: 'tian.yu', reason: 'duty to report' };
  expect(full.report.reporter).toEqual({ name: NAME, contact: '13900000001', ...office });
  expect(classes()).toEqual(['harm-report', 'harm-report', 'harm-reporter']);
  expect((await gateway.audit(`/v1/log/entries/${full.receipt.entry}`)).code).toBe('HARM_REPORTER_OPENED');
  // Another receiver, another purpose of the receiver, an office that reports, and an id of no report.
  expect(await open('mca-county', id)).toEqual({ code: 'NOT_FOUND' });
  expect(await open('mps-county', id, {}, 'E1')).toEqual({ code: 'PURPOSE_NOT_FOR_ROLE' });
  expect(await open('school-second', id, {}, 'S1')).toEqual({ code: 'NOT_FOUND' });
  expect(await open('mps-county', 'A'.repeat(22))).toEqual({ code: 'NOT_FOUND' });
});

async function asked(more: object = {}) {
  const { id } = (await report({ match: { id_number: freshNumber() } }, more)).json.report;
  expect((await give(id)).status).toBe(200);
  const { second, state, receipt } = await open('mps-county', id, { reporter: true });
  return { id, second, state, receipt };
}

it('is told to two people of the office, once, with an alert', async () => {
  const [one, other] = [await asked(), await asked()];
  expect(one.state).toBe('pending');
  const by = (officer: string, second: string, id = one.id) =>
    open('mps-county', id, { reporter: true, second }, 'R1', officer);
  // The same person, a word of another report, and a changed one.
  expect(await by('liu.yang', one.second)).toEqual({ code: 'APPROVER_IS_REQUESTER' });
  expect(await by('gao.feng', other.second)).toEqual({ code: 'INVALID_REQUEST' });
  const changed = `${one.second.slice(0, -1)}${one.second.endsWith('A') ? 'B' : 'A'}`;
  expect(await by('gao.feng', changed)).toEqual({ code: 'INVALID_REQUEST' });
  const all = await Promise.all([by('gao.feng', one.second), by('gao.feng', one.second)]);
  const said = all.map((answer) => answer.report?.reporter.name ?? answer.code);
  expect(said.filter((one) => one !== NAME)).toHaveLength(1);
  expect(['INVALID_REQUEST', 'CONFLICT', NAME]).toEqual(expect.arrayContaining(said));
  const { receipt } = all.find((answer) => answer.receipt);
  const entry = await gateway.audit(`/v1/log/entries/${receipt.entry}`);
  expect(entry).toMatchObject({ code: 'HARM_REPORTER_OPENED', approvals: [one.receipt.entry] });
  const { alerts } = await gateway.audit('/v1/alerts');
  const raised = alerts.filter((one: { code: string }) => one.code === 'HARM_REPORTER_OPENED');
  expect(raised.some(({ about }: { about: string }) => about === one.id)).toBe(true);
  expect(raised.some(({ about }: { about: string }) => about === other.id)).toBe(false);
});

it('who reported is for the officer to whom a supervisor gave the task, and not for who takes it', async () => {
  const { id } = (await report({ match: { id_number: freshNumber() } })).json.report;
  const [task] = await tasks('mps-county', id);
  const take = (officer: string, body: object = {}) =>
    gateway.call(
      'mps-county',
      { actions: ['casework'], officer, reason: 'takes it' },
      'POST',
      `/v1/tasks/${task.id}/take`,
      body,
    );
  expect(await open('mps-county', id, { reporter: true })).toEqual({ code: 'CONFLICT' });
  expect((await take('liu.yang')).status).toBe(200);
  expect(await open('mps-county', id, { reporter: true })).toEqual({ code: 'CONFLICT' });
  expect((await take('huang.lei', { for: 'huang.lei' })).json.code).toBe('APPROVER_IS_REQUESTER');
  const given = await give(id);
  expect(given.json.task.assignee).toMatchObject({ name: 'liu.yang', mine: false });
  expect((await open('mps-county', id, { reporter: true })).state).toBe('pending');
  expect(await open('mps-county', id, { reporter: true }, 'R1', 'gao.feng')).toEqual({ code: 'CONFLICT' });
  expect((await open('mps-county', id)).report.what).toBe(WHAT);
  // It stays so once the task is done, and not if another officer took it in between.
  const done = await gateway.call(
    'mps-county',
    { actions: ['casework'], officer: 'liu.yang', reason: 'is done' },
    'POST',
    `/v1/tasks/${task.id}/complete`,
    { outcome: 'taken-up' },
  );
  expect(done.status, done.text).toBe(200);
  const { second } = await open('mps-county', id, { reporter: true });
  const full = await open('mps-county', id, { reporter: true, second }, 'R1', 'gao.feng');
  expect(full.report.reporter.name).toBe(NAME);
});

it('a task is given by a supervisor alone', async () => {
  const { id } = (await report({ match: { id_number: freshNumber() } })).json.report;
  const [task] = await tasks('mps-county', id);
  const details = { actions: ['casework'], officer: 'gao.feng', reason: 'gives it out' };
  const person = { roles: ['casework'] };
  const { json } = await gateway.call(
    'mps-county',
    { ...details, person },
    'POST',
    `/v1/tasks/${task.id}/take`,
    {
      for: 'liu.yang',
    },
  );
  expect(json.code).toBe('ROLE_REQUIRED');
});

it('is in the hand of one officer, until that officer gives it back', async () => {
  const { id } = (await report({ match: { id_number: freshNumber() } })).json.report;
  expect((await open('mps-county', id)).report.what).toBe(WHAT);
  expect((await open('mps-county', id)).report.what).toBe(WHAT);
  expect(await open('mps-county', id, {}, 'R1', 'gao.feng')).toEqual({ code: 'CONFLICT' });
  expect(await open('mps-county', id, { reporter: true }, 'R1', 'gao.feng')).toEqual({ code: 'CONFLICT' });
  const [task] = await tasks('mps-county', id);
  const details = { actions: ['casework'], officer: 'gao.feng', reason: 'takes over' };
  const taken = await gateway.call('mps-county', details, 'POST', `/v1/tasks/${task.id}/take`, {});
  expect(taken.status, taken.text).toBe(200);
  expect((await open('mps-county', id, {}, 'R1', 'gao.feng')).report.what).toBe(WHAT);
  expect(await open('mps-county', id)).toEqual({ code: 'CONFLICT' });
});

it('does not exist for a home of the department, which may be the one concerned', async () => {
  const { id } = (await report({ match: { id_number: freshNumber() } }, { to: 'MCA' })).json.report;
  const purposes = gateway.agency('welfare-home');
  expect(purposes).toBeDefined();
  for (const one of [id, 'A'.repeat(22)])
    expect(await open('welfare-home', one, {}, 'W4')).toEqual({ code: 'NOT_FOUND' });
});

it("leads a reference of the reporter's to the receiver's own, whether or not a record exists", async () => {
  const match = { id_number: freshNumber() };
  await gateway.put('mca-county', { match, fields: { division_code: '990001001' } });
  const [{ ref: known }] = await gateway.put('edu-county', {
    match,
    fields: { schooling_status: 'primary' },
  });
  const references = await referencesOf(gateway.kms, gateway.env.referenceKey, asClientId('edu-county'));
  const nobody = references.toRef('A'.repeat(22) as never);
  const answers = [
    await report({ ref: known }, {}, 'edu-county'),
    await report({ ref: nobody }, {}, 'edu-county'),
  ];
  const shape = ({ status, text, json }: (typeof answers)[number]) => [
    status,
    text.length - json.receipt.entry.length - String(json.receipt.seq).length,
  ];
  expect(shape(answers[0] as never)).toEqual(shape(answers[1] as never));
  const opened = await open('mps-county', answers[0]?.json.report.id);
  const police = await referencesOf(gateway.kms, gateway.env.referenceKey, asClientId('mps-county'));
  expect(police.toSubject(opened.report.subject.ref)).toBe(references.toSubject(known));
  expect((await report({ ref: 'no-reference' }, {}, 'edu-county')).json.code).toBe('INVALID_REQUEST');
});

it('is one report for one key, and no office can bury the reports of others', async () => {
  const match = { id_number: freshNumber() };
  const first = await report({ match }, {}, 'health-hospital', 'one');
  const again = await report({ match }, {}, 'health-hospital', 'one');
  expect(again.json.report).toEqual(first.json.report);
  expect(again.json.receipt).toBeUndefined();
  expect(await tasks('mps-county', first.json.report.id)).toHaveLength(1);
  // The receiving body sees the id. By what it may guess it cannot find out which office reported.
  const guess = hash('sha256', JSON.stringify(['harm', 'health-hospital', 'one']), 'buffer');
  expect(first.json.report.id).not.toBe(guess.subarray(0, 16).toString('base64url'));
  expect((await report({ match }, {}, 'edu-county', 'one')).json.report.id).not.toBe(first.json.report.id);
  Object.assign(pack.casework?.harm ?? {}, { perDay: 1 });
  expect((await report({ match }, {}, 'health-hospital')).json.code).toBe('BUDGET_SPENT');
  Object.assign(pack.casework?.harm ?? {}, { perDay: 100 });
});

it('goes to the next body where the first has no office', async () => {
  const { json } = await report({ match: { id_number: freshNumber() } }, { to: 'MPS' }, 'mca-neighbour');
  expect(json.report.to).toBe('MCA');
  expect(await tasks('mca-neighbour', json.report.id)).toHaveLength(1);
  expect((await report({ match: {} }, {})).json.code).toBe('INVALID_REQUEST');
  expect((await report({ match: { id_number: '1' } }, { to: 'EDU' })).json.code).toBe('INVALID_REQUEST');
});
