/** A refusal is disputed before the superior of the department that refused; the decision opens nothing. */
import { expect, it } from 'vitest';
import { faultsOf } from '../policy/changed-pack.ts';
import { fileDesk } from './desk.ts';
import { filing } from './filing.ts';

const desk = await fileDesk();
const { file, collect, answer } = filing(desk);

const dispute = (agency: string, officer: string, id: string) =>
  desk.act(agency, officer, 'POST', `/v1/requests/${id}/dispute`, {});
const inbox = async (agency: string) => {
  const { json } = await desk.act(agency, 'boss', 'GET', '/v1/tasks?limit=200');
  return (
    json.tasks as { id: string; kind: string; ref?: string; details: object; outcomes?: string[] }[]
  ).filter(({ kind }) => kind === 'dispute');
};

it('goes to the superior of the department, which is of another line, and releases nothing', async () => {
  const { match } = await desk.child();
  const { request } = await file(match);
  expect((await dispute('court-county', 'zhou.hai', request)).json.code).toBe('CONFLICT');
  await answer('mps-county', request, 'refuse', ['name']);
  // An office that did not send it learns nothing of it.
  expect((await dispute('edu-county', 'li', request)).json.code).toBe('NOT_FOUND');
  expect((await dispute('court-county', 'zhou.hai', request)).status).toBe(200);
  // A repeat changes nothing, also by a colleague of the office.
  for (const officer of ['zhou.hai', 'qian.li']) {
    const { status, json } = await dispute('court-county', officer, request);
    expect([status, json.request?.id, json.receipt]).toEqual([200, request, undefined]);
  }
  const [task, ...more] = await inbox('procuratorate-county');
  expect(more).toEqual([]);
  expect([task?.ref, task?.outcomes]).toEqual([undefined, ['upheld', 'overturned']]);
  expect(task?.details).toMatchObject({ agency: 'court-county', department: 'MPS', fields: ['name'] });
  for (const agency of ['mps-county', 'court-county']) expect(await inbox(agency)).toEqual([]);
  const close = (outcome: string) =>
    desk.act('procuratorate-county', 'boss', 'POST', `/v1/tasks/${task?.id}/complete`, { outcome });
  expect((await close('done')).json.code).toBe('INVALID_REQUEST');
  expect((await close('overturned')).json.task.done).toMatchObject({ outcome: 'overturned' });
  // The refusal stands until the owner decides on a new request.
  const { json } = await desk.act('court-county', 'zhou.hai', 'GET', `/v1/requests/${request}`);
  expect(json.fields.name.state).toBe('refused');
  const collected = await collect(match, request);
  expect(collected.json.results?.[0]?.fields ?? {}).not.toHaveProperty('name');
  const entries = await desk.entries('&kind=request');
  expect(entries.filter(({ outcome }: { outcome: string }) => outcome === 'disputed').length).toBe(1);
  // Nor does it once the superior has decided.
  expect((await dispute('court-county', 'zhou.hai', request)).status).toBe(200);
  expect(await desk.entries('&kind=request')).toEqual(entries);
});

it('is decided by no department about itself', () => {
  expect(faultsOf('approvals.yaml', /(disputes:[\s\S]*?)MCA: PROC/, '$1MCA: MCA').join()).toMatch(
    /MCA can't be its own superior/,
  );
});
