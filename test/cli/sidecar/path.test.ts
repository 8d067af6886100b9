/** The whole path of an approval and of a list, for a program that speaks to sidecars alone. */
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { asClientId } from '../../../shared/ids.ts';
import { pathOf, startOf } from '../../../shared/records/list-files.ts';
import { makeChild } from '../../maintenance/rig.ts';
import { sharedFolder } from '../../support/folder.ts';
import { fileGateway } from '../../support/gateway.ts';
import { freshNumber } from '../../support/people.ts';
import { logInAt, putAgency, putLogin } from '../run.ts';
import { ask, startSidecar } from './support.ts';

const gateway = await fileGateway();

/** A sidecar of an office, at which this officer has logged in. */
async function officeOf(clientId: string, officer?: string): Promise<string> {
  const folder = sharedFolder();
  logInAt(folder, gateway);
  putAgency(folder, { ...gateway.agency(clientId), issuer: gateway.url } as never);
  if (officer !== undefined) await putLogin(folder, clientId, officer);
  return (await startSidecar(folder, clientId)).url;
}

const [court, police, civil, charity, school] = await Promise.all([
  officeOf('court-county', 'wu.jun'),
  officeOf('mps-county', 'liu.yang'),
  officeOf('mca-county', 'zhao.min'),
  officeOf('charity-sunrise', 'shen.yi'),
  officeOf('edu-county', 'zhang.wei'),
]);
const by = (officer: string, reason = 'hearing of the case') => ({ officer, reason });

it('a release that needs an approval is answered 202 with the request, and the request gives the fields', async () => {
  const id = freshNumber();
  await makeChild(gateway, id);
  const subjects = [{ match: { id_number: id } }];
  const release = {
    ...{ purpose: 'J1', case: 'CR-7', ...by('wu.jun'), subjects, fields: ['name'] },
    context: { instrument: 'WRIT-7' },
  };
  const filed = await ask(court, 'POST', '/release', release);
  expect(filed).toMatchObject({ status: 202, type: 'application/json', json: { state: 'submitted' } });
  const request = `/requests/${filed.json.id}`;
  const received = await ask(police, 'GET', '/requests?box=received');
  expect(received.json.items.map((one: { id: string }) => one.id)).toContain(filed.json.id);
  const early = await ask(court, 'POST', `${request}/collect`, { ...by('wu.jun'), subjects });
  expect(early).toMatchObject({ status: 403, json: { code: 'NO_APPROVAL' } });
  const approved = await ask(police, 'POST', `${request}/approve`, {
    ...by('liu.yang'),
    entry: filed.json.entry,
  });
  expect(approved.json.request.fields.name).toMatchObject({ state: 'approved' });
  expect((await ask(court, 'GET', request)).json).toMatchObject({ state: 'approved' });
  const collected = await ask(court, 'POST', `${request}/collect`, { ...by('wu.jun'), subjects });
  expect(collected).toMatchObject({ status: 200, type: 'application/x-ndjson' });
  expect(collected.json).toMatchObject([
    { from: 0, answer: { results: [{ fields: { name: { form: 'plain' } } }] } },
    { done: 1 },
  ]);
  const others = await ask(court, 'POST', `${request}/collect`, { ...by('wu.jun'), subjects: [] });
  expect(others).toMatchObject({ status: 400, json: { code: 'INVALID_REQUEST' } });
}, 60_000);

it('a request is refused by its owner, and withdrawn by its sender', async () => {
  const filing = {
    ...{ purpose: 'J1', case: 'CR-8', instrument: 'WRIT-8', ...by('wu.jun') },
    ...{ subjects: [{ match: { id_number: freshNumber() } }], fields: ['name', 'schooling_status'] },
  };
  const { json: filed } = await ask(court, 'POST', '/requests', filing);
  const refused = await ask(police, 'POST', `/requests/${filed.id}/refuse`, {
    ...by('liu.yang'),
    entry: filed.entry,
  });
  expect(refused.json).toMatchObject({ request: { fields: { name: { state: 'refused' } } } });
  const gone = await ask(court, 'POST', `/requests/${filed.id}/withdraw`, by('wu.jun'));
  expect(gone.json).toMatchObject({ request: { state: 'withdrawn' } });
  expect((await ask(court, 'GET', '/requests?box=sent&state=withdrawn')).json.items).toHaveLength(1);
}, 60_000);

it('a release of a list has a line for each person', async () => {
  const rows = [
    ...Array.from({ length: 52 }, () => ({ match: { id_number: freshNumber() } })),
    { match: { id_number: '1' } },
  ];
  const words = { purpose: 'S1', officer: 'zhang.wei', reason: 'winter subsidy', fields: ['name'] };
  const list = await ask(school, 'POST', '/release-list', { ...words, rows });
  expect(list).toMatchObject({ status: 200, type: 'application/x-ndjson' });
  expect(list.json.at(-1)).toEqual({ done: 53 });
  expect(list.json.map(({ row }: { row?: number }) => row)).toEqual([...rows.keys(), undefined]);
  expect(list.json[52]).toMatchObject({ invalid: [{ path: '/match/id_number' }] });
  expect(list.json[0]).toMatchObject({ result: { refused: { code: 'REFUSED' } } });
}, 60_000);

it('a list of people is verified line by line, and ends with its count', async () => {
  const rows = [{ match: { id_number: freshNumber() } }, { match: { id_number: '1' } }];
  const words = { purpose: 'C1', case: 'CHA-1', officer: 'shen.yi', reason: 'school grant, spring term' };
  const list = await ask(charity, 'POST', '/verify-list', { ...words, programme: 'spring-bud', rows });
  expect(list).toMatchObject({ status: 200, type: 'application/x-ndjson' });
  const [end] = list.json.slice(-1);
  expect(end).toEqual({ done: 2 });
  const by = (row: number) => list.json.find((line: { row?: number }) => line.row === row);
  expect(by(0)).toMatchObject({ verification: { outcome: 'NOT_CONFIRMED' } });
  expect(by(1)).toEqual({ row: 1, invalid: [{ path: '/match/id_number', message: expect.any(String) }] });
  const unknown = await ask(charity, 'POST', '/verify-list', { ...words, programme: 'no-such', rows });
  expect(unknown.status, 'refused before the first line').toBeGreaterThanOrEqual(400);
}, 60_000);

it('a list is submitted, worked off by the gateway, read by part, and ended', async () => {
  const id = randomBytes(16).toString('base64url');
  const words = { purpose: 'C1', case: 'CHA-1', officer: 'shen.yi', reason: 'school grant, spring term' };
  const rows = [{ match: { id_number: freshNumber() } }, { match: { id_number: '1' } }];
  const job = { ...words, programme: 'warm-home' };
  const sent = await ask(charity, 'POST', `/lists/${id}`, { ...job, rows });
  expect(sent).toMatchObject({ status: 200, json: { state: 'open', rows: 2, parts: 1 } });
  const of = `programme=warm-home&${new URLSearchParams(words)}`;
  const results = () => ask(charity, 'GET', `/lists/${id}/results?${of}&part=0`);
  expect(await results()).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } });
  const { lists } = gateway.verifier;
  const [lane] = await lists.lanes(startOf(pathOf(asClientId('charity-sunrise'), id)), 1);
  await lists.work(lane as never, () => true);
  expect((await ask(charity, 'GET', `/lists/${id}?${of}`)).json).toMatchObject({ state: 'done', done: 1 });
  expect((await results()).json.items).toMatchObject([
    { row: 0, verification: { outcome: 'NOT_CONFIRMED' } },
    { row: 1, invalid: [{ path: '/match/id_number' }] },
  ]);
  expect((await ask(charity, 'POST', `/lists/${id}/end`, job)).json).toEqual({ state: 'removed' });
  expect((await ask(charity, 'GET', `/lists/${id}?${of}`)).status).toBe(404);
}, 60_000);

it('cases, tasks, consents and the catalogue are there', async () => {
  const id = freshNumber();
  const { ref } = await makeChild(gateway, id);
  const opening = {
    case: 'V-1',
    purpose: 'W3',
    subjects: [{ match: { id_number: id } }],
    officers: ['zhao.min'],
  };
  const opened = await ask(civil, 'POST', '/cases', { ...opening, ...by('zhao.min', 'home visit') });
  expect(opened.json).toMatchObject({ case: { state: 'waiting', case: 'V-1' } });
  expect((await ask(civil, 'GET', '/cases?state=waiting')).json.items).toHaveLength(1);
  const own = (await ask(civil, 'GET', '/v1/cases?state=waiting')).json;
  expect(own.cases, 'as the gateway answers').toHaveLength(1);
  const alone = await ask(civil, 'POST', `/cases/${opened.json.case.id}/confirm`, by('zhao.min'));
  expect(alone.status).toBe(403);
  const { items } = (await ask(civil, 'GET', '/tasks?state=open')).json;
  expect(items).toContainEqual(expect.objectContaining({ kind: 'case' }));
  const { id: task } = items.find(({ kind }: { kind: string }) => kind === 'case');
  const mine = async () => (await ask(civil, 'GET', '/tasks?mine=yes&kind=case')).json.items;
  const taken = await ask(civil, 'POST', `/tasks/${task}/take`, { officer: 'zhao.min' });
  expect(taken.json.task.assignee).toMatchObject({ name: 'zhao.min', mine: true });
  expect(await mine()).toMatchObject([{ id: task }]);
  expect((await ask(civil, 'GET', '/tasks/counts')).json).toMatchObject({ mine: 1 });
  const back = await ask(civil, 'POST', `/tasks/${task}/give-back`, {});
  expect([back.json.task.assignee, await mine()]).toEqual([undefined, []]);
  const done = await ask(civil, 'POST', '/tasks/no-such/complete', { ...by('zhao.min'), outcome: 'told' });
  expect(done).toMatchObject({ status: 404, json: { code: 'NOT_FOUND' } });
  expect((await ask(civil, 'GET', `/consents?ref=${ref}`)).json).toEqual({ items: [] });
  const { purposes } = (await ask(civil, 'GET', '/catalogue')).json;
  expect(purposes.map(({ code }: { code: string }) => code)).toContain('W3');
}, 60_000);

it('an owner asks for material, the court supplies it, and disputes the refusal that follows', async () => {
  const id = freshNumber();
  await makeChild(gateway, id);
  const filing = {
    ...{ purpose: 'J1', case: 'CR-11', instrument: 'WRIT-11', ...by('wu.jun') },
    ...{ subjects: [{ match: { id_number: id } }], fields: ['name'] },
  };
  const { json: filed } = await ask(court, 'POST', '/requests', filing);
  const of = `/requests/${filed.id}`;
  const missing = { ...by('liu.yang'), missing: ['instrument', 'scope'] };
  const asked = await ask(police, 'POST', `${of}/ask-material`, missing);
  expect(asked.json).toMatchObject({ request: { fields: { name: { state: 'material' } } } });
  const supplied = await ask(court, 'POST', `${of}/supply`, { ...by('wu.jun'), statement: 'page 3' });
  expect(supplied.json).toMatchObject({ request: { fields: { name: { state: 'waiting' } } } });
  await ask(police, 'POST', `${of}/refuse`, { ...by('liu.yang'), entry: supplied.json.request.entry });
  const disputed = await ask(court, 'POST', `${of}/dispute`, by('wu.jun'));
  expect([disputed.status, disputed.json]).toMatchObject([200, { request: { id: filed.id } }]);
}, 60_000);

it('a wrong member is named by what it must be, and an unknown one by the nearest', async () => {
  const body = { purpose: 7, subject: [], officer: 'zhang.wei', reason: 'x', secretvalue: 1 };
  const { status, json } = await ask(school, 'POST', '/release', body);
  expect([status, json.code]).toEqual([400, 'INVALID_REQUEST']);
  expect(json.message).toContain('subjects is missing.');
  expect(json.message).toContain('purpose must be of type string.');
  expect(json.message).toContain('is subjects meant?');
  expect(json.message).not.toContain('secretvalue');
});

it('the forms of fields are read at the sidecar', async () => {
  const { json } = await ask(school, 'GET', '/schema');
  expect(json.properties.sex).toMatchObject({ enum: ['0', '1', '2', '9'] });
});
