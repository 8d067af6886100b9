/** More material needed: the clock of the owner stands still, and that of the requester runs. */
import { expect, it } from 'vitest';
import { DAY, fileDesk } from './desk.ts';
import { filing } from './filing.ts';

// A Tuesday morning.
const desk = await fileDesk();
const { file, collect, answer } = filing(desk);

const ask = (agency: string, id: string, missing: string[], fields?: string[]) =>
  desk.act(agency, `boss.${agency}`, 'POST', `/v1/requests/${id}/ask-material`, { missing, fields });
const supply = (id: string, statement = 'the writ is in the file', agency = 'court-county') =>
  desk.act(agency, 'wu.jun', 'POST', `/v1/requests/${id}/supply`, { statement });
const view = async (id: string) =>
  (await desk.act('court-county', 'wu.jun', 'GET', `/v1/requests/${id}`)).json;
const tasks = async (agency: string, kind: string, about: string, state = 'open') => {
  const { json } = await desk.act(agency, 'boss', 'GET', `/v1/tasks?limit=200&state=${state}`);
  return json.tasks.filter(
    (one: { kind: string; about: string }) => one.kind === kind && one.about === about,
  );
};

it('stops the owner’s clock until the requester has supplied it', async () => {
  const { match } = await desk.child();
  const { request, clocks, fields } = await file(match, ['name', 'illness'], { instrument: 'WRIT-M1' });
  expect(clocks).toEqual({ provider: fields.name.answerBy });
  expect((await ask('mps-county', request, ['no-such'])).json.code).toBe('INVALID_REQUEST');
  expect((await ask('court-county', request, ['scope'])).json.code).toBe('APPROVER_IS_REQUESTER');
  expect((await ask('mps-county', request, ['scope'], ['illness'])).json.code).toBe('ROLE_REQUIRED');
  const asked = await ask('mps-county', request, ['instrument', 'scope']);
  expect(asked.status, asked.text).toBe(200);
  expect((await ask('mps-county', request, ['instrument'])).json.receipt).toBeUndefined();
  const seen = await view(request);
  expect(seen).toMatchObject({ state: 'material', fields: { name: { state: 'material' } } });
  expect(seen.fields.name.material.missing.map(({ code }: { code: string }) => code)).toEqual([
    'instrument',
    'scope',
  ]);
  expect(seen.clocks).toEqual({
    provider: seen.fields.illness.answerBy,
    requester: seen.fields.name.material.supplyBy,
  });
  expect(await tasks('mps-county', 'approve', request)).toEqual([]);
  const [task] = await tasks('court-county', 'material', request);
  expect(task.details).toMatchObject({ fields: ['name'], missing: ['instrument', 'scope'] });
  // Two days later the owner's one working day would be over.
  desk.later(2 * DAY);
  expect((await supply(request, 'ok', 'edu-county')).json.code).toBe('NOT_FOUND');
  // What is supplied is scanned as a reason is. An investigation goes on, with an alert.
  expect((await supply(request, '按困难程度排名')).status).toBe(200);
  const alerts = (await desk.entries('&kind=alert')).map(({ code }) => code);
  expect(alerts).toContain('REASON_NEEDS_REVIEW');
  expect((await supply(request)).json.receipt).toBeUndefined();
  const resumed = await view(request);
  expect(resumed.fields.name).toMatchObject({ state: 'waiting' });
  expect(resumed.fields.name.material.supplied.statement).toBe('按困难程度排名');
  expect(Date.parse(resumed.fields.name.answerBy) - Date.parse(fields.name.answerBy)).toBe(2 * DAY);
  expect(await tasks('court-county', 'material', request)).toEqual([]);
  const [reopened] = await tasks('mps-county', 'approve', request);
  expect(reopened).toMatchObject({ due: resumed.fields.name.answerBy, state: 'open' });
  // It is asked for once.
  expect((await ask('mps-county', request, ['people'])).json.code).toBe('CONFLICT');
  expect((await answer('mps-county', request, 'approve')).status).toBe(200);
  expect(await tasks('mps-county', 'approve', request)).toEqual([]);
  expect((await view(request)).clocks.requester).toBe((await view(request)).fields.name.until);
  const got = await collect(match, request, ['name'], { instrument: 'WRIT-M1' });
  expect(got.json.results[0].fields.name).toBeDefined();
  const outcomes = (await desk.entries('&kind=request')).map(({ outcome }) => outcome);
  expect(outcomes).toContain('supplied');
});

it('lapses if the requester does not supply it in time, and the view names the party that was late', async () => {
  const { match } = await desk.child();
  const { request } = await file(match, ['name', 'illness'], { instrument: 'WRIT-M2' });
  await ask('mps-county', request, ['basis']);
  desk.later(9 * DAY);
  const late = await view(request);
  expect(late.fields.name).toMatchObject({ state: 'lapsed', late: 'requester' });
  expect((await answer('mps-county', request, 'approve', ['name'])).json.code).toBe('CONFLICT');
  expect((await supply(request)).json.code).toBe('CONFLICT');
  desk.later(8 * DAY);
  expect((await view(request)).fields.illness).toMatchObject({ state: 'lapsed', late: 'provider' });
  // Each party has its own overdue task, of which the watch makes an alert.
  const [mine] = await tasks('court-county', 'material', request);
  const [theirs] = await tasks('health-hospital', 'approve-conditional', request);
  expect([mine.state, theirs.state]).toEqual(['overdue', 'overdue']);
});
