/** A report of harm is closed by who read it, and auditors are told that one is unfounded. */
import { expect, it } from 'vitest';
import { defined } from '../../../shared/defined.ts';
import { fileGateway } from '../../support/gateway.ts';
import { freshNumber } from '../../support/people.ts';

const gateway = await fileGateway();

const act = (officer: string, path: string, body: object, person?: object) => {
  const details = { actions: ['casework'], officer, reason: 'works on it', unseen: true as const };
  return gateway.call('mps-county', { ...details, ...defined({ person }) }, 'POST', path, body);
};

const opens = async (officer: string, id: string, person?: object) => {
  const details = { actions: ['release'], purpose: 'R1', officer, reason: 'took the report up' };
  return (
    await gateway.call(
      'mps-county',
      { ...details, ...defined({ person }) },
      'POST',
      `/v1/harm-reports/${id}/open`,
      {},
    )
  ).status;
};

async function reported() {
  const body = {
    subject: { match: { id_number: freshNumber() } },
    what: '孩子两臂有淤青',
    reporter: { name: '田老师', contact: '13900000001' },
  };
  const details = { actions: ['casework'], officer: 'tian.yu', reason: 'duty to report' };
  const { json } = await gateway.call('school-second', details, 'POST', '/v1/harm-reports', body);
  const { id } = json.report;
  const all = await gateway.call('mps-county', { actions: ['casework'] }, 'GET', '/v1/tasks?limit=200');
  const task = `/v1/tasks/${all.json.tasks.find(({ about }: { about: string }) => about === id).id}`;
  const closes = async (officer: string, outcome: string, entry?: string, person?: object) => {
    const { status, json } = await act(
      officer,
      `${task}/complete`,
      { outcome, ...defined({ entry }) },
      person,
    );
    return status === 200 ? json.task.done.outcome : (json.code ?? json.receipt.entry);
  };
  return {
    id,
    closes,
    takes: (officer: string, to?: string, person?: object) =>
      act(officer, `${task}/take`, { for: to }, person),
  };
}

it('is closed by the officer who has it in hand and has read it', async () => {
  const { id, closes, takes } = await reported();
  for (const outcome of ['unfounded', 'passed-on', 'taken-up'])
    expect(await closes('gao.feng', outcome)).toBe('CONFLICT');
  await takes('gao.feng');
  expect(await closes('gao.feng', 'unfounded')).toBe('CONFLICT');
  // Whose word it is: another officer has read it, and then has it no more.
  await takes('liu.yang');
  expect(await opens('liu.yang', id)).toBe(200);
  expect(await closes('gao.feng', 'unfounded')).toBe('CONFLICT');
  await takes('gao.feng');
  for (const officer of ['liu.yang', 'gao.feng']) expect(await closes(officer, 'unfounded')).toBe('CONFLICT');
  await takes('huang.lei', 'liu.yang');
  expect(await opens('liu.yang', id)).toBe(200);
  await takes('liu.yang');
  expect(await closes('liu.yang', 'taken-up')).toBe('taken-up');
  expect(await closes('liu.yang', 'taken-up')).toBe('taken-up');
  expect(await closes('gao.feng', 'unfounded')).toBe('CONFLICT');
});

it('is taken by no colleague from the officer to whom a supervisor gave it, and given to another by a supervisor', async () => {
  const { id, closes, takes } = await reported();
  const clerk = { roles: ['casework'] };
  expect((await takes('huang.lei', 'liu.yang')).status).toBe(200);
  expect((await takes('gao.feng', undefined, clerk)).json.code).toBe('ROLE_REQUIRED');
  expect(await opens('gao.feng', id, clerk)).toBe(409);
  expect(await closes('gao.feng', 'passed-on', undefined, clerk)).toBe('CONFLICT');
  expect((await takes('liu.yang')).status).toBe(200);
  expect((await takes('huang.lei', 'gao.feng')).status).toBe(200);
  expect(await opens('gao.feng', id, clerk)).toBe(200);
  expect(await closes('gao.feng', 'taken-up', undefined, clerk)).toBe('taken-up');
});

it('is passed on by two, of whom the second confirms this word alone', async () => {
  const { id, closes } = await reported();
  expect(await opens('liu.yang', id)).toBe(200);
  const unfounded = await closes('liu.yang', 'unfounded');
  const entry = await closes('liu.yang', 'passed-on');
  expect(await closes('liu.yang', 'passed-on')).toBe(entry);
  expect(await closes('huang.lei', 'passed-on', unfounded)).toBe('CONFLICT');
  expect(await closes('huang.lei', 'unfounded', entry)).toBe('CONFLICT');
  expect(await closes('liu.yang', 'passed-on', entry)).toBe('APPROVER_IS_REQUESTER');
  expect(await closes('gao.feng', 'passed-on', entry, { roles: ['casework'] })).toBe('ROLE_REQUIRED');
  expect(await opens('huang.lei', id)).toBe(200);
  expect(await closes('huang.lei', 'passed-on', entry)).toBe('passed-on');
  expect(await opens('huang.lei', id)).toBe(200);
});

const isUnfounded = ({ code }: { code: string }) => code === 'HARM_REPORT_UNFOUNDED';

it('is unfounded by the word of its officer and of a supervisor, who reads it, and auditors are told', async () => {
  const [empty, real] = [await reported(), await reported()];
  for (const { id } of [empty, real]) expect(await opens('liu.yang', id)).toBe(200);
  expect(await real.closes('liu.yang', 'taken-up')).toBe('taken-up');
  const entry = await empty.closes('liu.yang', 'unfounded');
  expect(await empty.closes('liu.yang', 'unfounded')).toBe(entry);
  // Not by the same person, by a colleague without that role, by another entry, or by a supervisor who has not read it.
  expect(await empty.closes('liu.yang', 'unfounded', entry)).toBe('APPROVER_IS_REQUESTER');
  expect(await empty.closes('gao.feng', 'unfounded', entry, { roles: ['casework'] })).toBe('ROLE_REQUIRED');
  expect(await empty.closes('huang.lei', 'unfounded')).toBe('CONFLICT');
  expect(await empty.closes('huang.lei', 'unfounded', 'another-1-0')).toBe('CONFLICT');
  expect((await gateway.audit('/v1/alerts')).alerts.some(isUnfounded)).toBe(false);
  expect(await opens('huang.lei', empty.id)).toBe(200);
  expect(await empty.closes('huang.lei', 'unfounded', entry)).toBe('unfounded');
  const { alerts } = await gateway.audit('/v1/alerts');
  const told = alerts.filter(isUnfounded);
  expect(told.map(({ about }: { about: string }) => about)).toEqual([empty.id]);
  expect(await opens('huang.lei', empty.id)).toBe(200);
  expect(await opens('huang.lei', real.id)).toBe(409);
  expect(await opens('gao.feng', empty.id, { roles: ['casework'] })).toBe(409);
});
