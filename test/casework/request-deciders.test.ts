/** Which offices of a department decide on its requests, and what the others learn of them. */
import { expect, it } from 'vitest';
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
