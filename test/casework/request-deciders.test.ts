/** Which offices of a department decide on its requests, and what the others learn of them. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, it, vi } from 'vitest';
import { BORN, freshNumber } from '../support/people.ts';
import { CASE, fileDesk } from './desk.ts';
import { filing } from './filing.ts';

const desk = await fileDesk();
const { file, answer } = filing(desk);

it('a department decides by the role that the policy names, not by its service desk or an institution', async () => {
  await file((await desk.child()).match, ['residence_address']);
  const { match } = await desk.child();
  const { request } = await file(match, ['residence_address']);
  const inbox = (await desk.act('mca-county', 'boss', 'GET', '/v1/tasks')).json.tasks;
  const task = inbox.find((one: { about: string }) => one.about === request);
  const complete = (agency: string, id: string) =>
    desk.act(agency, 'boss', 'POST', `/v1/tasks/${id}/complete`, {});
  for (const agency of ['desk-county', 'welfare-home']) {
    for (const page of ['requests', 'requests?limit=1', 'tasks', 'tasks?limit=1']) {
      const { json } = await desk.act(agency, 'boss', 'GET', `/v1/${page}`);
      expect(json, agency).toEqual({ [page.replace('?limit=1', '')]: [], cursor: null });
    }
    expect((await answer(agency, request, 'approve')).json.code).toBe('NOT_FOUND');
    const [hidden, unknown] = [await complete(agency, task.id), await complete(agency, 'unknown')];
    expect([hidden.status, hidden.json.code]).toEqual([404, 'NOT_FOUND']);
    expect({ ...hidden.json, requestId: '' }).toEqual({ ...unknown.json, requestId: '' });
  }
  const { json } = await desk.act('mca-county', 'boss', 'GET', `/v1/requests/${request}`);
  expect(json).toMatchObject({ ...CASE, mine: ['residence_address'] });
  const of = async (page: string) =>
    (await desk.act('mca-county', 'boss', 'GET', `/v1/requests${page}`)).json;
  const [all, first] = [await of(''), await of('?limit=1')];
  const second = await of(`?limit=1&cursor=${first.cursor}`);
  expect([...first.requests, ...second.requests]).toEqual(all.requests.slice(0, 2));
  expect((await answer('mca-county', request, 'approve')).status).toBe(200);
});

it('a request does not exist for a desk or an institution of the line that asked', async () => {
  const { match } = await desk.child();
  const asked = { subjects: [{ match }], fields: ['hiv_status'] };
  const { json } = await desk.release('mca-county', 'W1', asked, { case: 'W-2' });
  const codes = ['desk-county', 'welfare-home', 'mca-county'].map(
    async (agency) => (await answer(agency, json.request, 'approve')).json.code,
  );
  expect(await Promise.all(codes)).toEqual(['NOT_FOUND', 'NOT_FOUND', 'APPROVER_IS_REQUESTER']);
});

it('a co-holder is asked where the first owner has no office, and the requester does not see it', async () => {
  const id = freshNumber(BORN, '990002');
  const fields = { division_code: '990002001', harm_incident: { type: 'neglect' } };
  await desk.put('mca-neighbour', { match: { id_number: id }, fields });
  const found = await file({ id_number: id }, ['harm_incident']);
  // The neighbouring county has no police; the same is said of a child of this one.
  const here = await file((await desk.child()).match, ['harm_incident']);
  const sent = async (request: string) =>
    (await desk.act('court-county', 'wu.jun', 'GET', `/v1/requests/${request}`)).json.fields.harm_incident.of;
  expect([await sent(found.request), await sent(here.request)]).toEqual(['MPS', 'MPS']);
  const asked = async (agency: string, request: string) => {
    const { json } = await desk.act(agency, 'boss', 'GET', '/v1/tasks?limit=200');
    return json.tasks.filter((one: { about: string }) => one.about === request).length;
  };
  expect([await asked('mca-neighbour', found.request), await asked('mps-county', found.request)]).toEqual([
    1, 0,
  ]);
  expect([await asked('mca-county', here.request), await asked('mps-county', here.request)]).toEqual([0, 1]);
  expect((await answer('mca-neighbour', found.request, 'approve')).status).toBe(200);
  expect(await asked('mca-neighbour', found.request)).toBe(0);
});

it('an emergency is reviewed by a co-holder where the first owner has no office', async () => {
  const id = freshNumber(BORN, '990002');
  const fields = { division_code: '990002001', birth_date: BORN };
  await desk.put('mca-neighbour', { match: { id_number: id }, fields });
  const details = { actions: ['release'], purpose: 'E1', ...CASE, reason: 'child missing since noon' };
  const body = {
    ...{ collection: 'children', subjects: [{ match: { id_number: id } }], fields: ['birth_date'] },
    context: { imminentDangerAttested: true },
  };
  const { instrument: _, ...words } = details;
  const { status, text } = await desk.call('mps-county', words, 'POST', '/v1/releases', body);
  expect(status, text).toBe(200);
  // Health owns it before civil affairs, and has no office in that county.
  const { json } = await desk.act('mca-neighbour', 'boss', 'GET', '/v1/tasks?limit=200');
  const kinds = json.tasks.map(({ kind, department }: Record<string, string>) => `${kind} ${department}`);
  expect(kinds).toContain('review MCA');
});

it('a request is found by whom it waits for, and by its officer; and is counted', async () => {
  const { match } = await desk.child();
  const { request } = await file(match);
  const read = async (agency: string, officer: string, query: string) =>
    (await desk.act(agency, officer, 'GET', `/v1/requests?${query}`)).json;
  const has = async (...[agency, officer, query]: [string, string, string]) =>
    (await read(agency, officer, query)).requests.some(({ id }: { id: string }) => id === request);
  const counts = async () => (await read('mps-county', 'boss', 'counts=yes&limit=1')).counts;
  const before = await counts();
  expect(before).toMatchObject({ mine: 0, more: false });
  expect(await has('mps-county', 'boss', 'due=yes')).toBe(true);
  expect(await has('court-county', CASE.officer, 'box=sent&due=yes')).toBe(false);
  expect(await has('court-county', CASE.officer, 'box=sent&mine=yes')).toBe(true);
  expect(await has('court-county', 'another', 'box=sent&mine=yes')).toBe(false);
  const { tasks } = (await desk.act('mps-county', 'boss', 'GET', '/v1/tasks')).json;
  const { id } = tasks.find(({ about }: { about: string }) => about === request);
  expect(await has('mps-county', 'boss', 'mine=yes')).toBe(false);
  await desk.act('mps-county', 'boss', 'POST', `/v1/tasks/${id}/take`, {});
  expect(await has('mps-county', 'boss', 'mine=yes')).toBe(true);
  expect(await has('mps-county', 'colleague', 'mine=yes')).toBe(false);
  expect((await counts()).mine).toBe(1);
  await answer('mps-county', request, 'approve', ['name']);
  expect(await has('mps-county', 'boss', 'due=yes')).toBe(false);
  expect(await has('court-county', CASE.officer, 'box=sent&due=yes')).toBe(true);
  expect(await counts()).toEqual({ ...before, due: before.due - 1 });
});

it('counts read each request once more than its page does', async () => {
  const { request } = await file((await desk.child()).match);
  const sent = vi.spyOn(DynamoDBClient.prototype, 'send');
  const readsOf = async (query: string) => {
    sent.mockClear();
    expect((await desk.act('mps-county', 'boss', 'GET', `/v1/requests?${query}`)).status).toBe(200);
    return sent.mock.calls.filter(([{ input }]) => JSON.stringify(input).includes(`request:${request}`))
      .length;
  };
  expect([await readsOf('limit=1'), await readsOf('limit=1&counts=yes')]).toEqual([1, 2]);
  sent.mockRestore();
});
