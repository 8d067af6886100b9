/** A request whose words point at a prohibited use: weighed by a person of another department, never a strike. */
import { expect, it } from 'vitest';
import { DAY, fileDesk } from './desk.ts';

const desk = await fileDesk();
const { match } = await desk.child();

const REASON = '孩子参加直播节目，需核对学籍';

function ask(reason: string, agency = 'edu-county', purpose = 'S1', context: object = {}) {
  const details = { actions: ['release'], purpose, officer: 'zhang.wei', reason, case: 'EDU-7' };
  const body = { collection: 'children', subjects: [{ match }], fields: ['name'], context };
  return desk.call(agency, details, 'POST', '/v1/releases', body);
}

async function reasons(agency: string) {
  await desk.gateway.casework.pass();
  const { json } = await desk.act(agency, 'li.na', 'GET', '/v1/tasks');
  return json.tasks.filter(({ kind }: { kind: string }) => kind === 'weigh-reason');
}

const weigh = (agency: string, id: string, outcome: string, officer = 'li.na') =>
  desk.act(agency, officer, 'POST', `/v1/tasks/${id}/complete`, { outcome });

it('a word sends the request to a person, who sees officer, case and reason, and allows it', async () => {
  expect((await ask(REASON)).json.code).toBe('REASON_NEEDS_REVIEW');
  expect((await ask(REASON)).json.code).toBe('REASON_NEEDS_REVIEW');
  const [task, ...more] = await reasons('mca-county');
  expect(more).toEqual([]);
  expect(task.outcomes).toEqual(['approved', 'refused']);
  expect(task.details).toEqual({
    purpose: 'S1',
    agency: 'edu-county',
    departments: ['EDU'],
    officer: 'zhang.wei',
    case: 'EDU-7',
    reason: REASON,
  });
  // To the end of the fifth working day.
  expect(Math.round((Date.parse(task.due) - Date.parse(task.opened)) / DAY)).toBe(8);
  expect(await reasons('edu-county')).toEqual([]);
  // In the requester's own line no such task exists.
  expect((await weigh('edu-county', task.id, 'approved')).json.code).toBe('NOT_FOUND');
  expect((await weigh('mca-county', task.id, 'perhaps')).json.code).toBe('INVALID_REQUEST');
  const done = await weigh('mca-county', task.id, 'approved');
  expect(done.json.task).toMatchObject({ state: 'done', done: { outcome: 'approved' } });
  expect(JSON.stringify(done.json)).not.toContain(REASON);
  expect((await ask(REASON)).json.results[0].fields.name.value).toBe('欧阳娜娜');
  // Another reason is another question, and the ruling ends.
  expect((await ask(`${REASON}，并直播带货`)).json.code).toBe('REASON_NEEDS_REVIEW');
  desk.later(31 * DAY);
  expect((await ask(REASON)).json.code).toBe('REASON_NEEDS_REVIEW');
});

it('a request that was weighed and refused stays refused', async () => {
  const reason = '直播带货';
  await ask(reason);
  const task = (await reasons('mca-county')).find(
    ({ details }: { details: { reason?: string } }) => details.reason === reason,
  );
  expect((await weigh('mca-county', task.id, 'refused')).status).toBe(200);
  expect((await ask(reason)).json.code).toBe('REASON_NEEDS_REVIEW');
});

it('an emergency whose reason holds such a word is answered at once, and a security officer gets an alert', async () => {
  const reason = '主播正在直播虐待儿童，需立即出警';
  const danger = { imminentDangerAttested: true };
  const { json } = await ask(reason, 'mps-county', 'E1', danger);
  expect(json.results[0].fields.name.value).toBe('欧阳娜娜');
  const alerts = await desk.entries('&kind=alert');
  expect(alerts.find(({ purpose }) => purpose === 'E1')).toMatchObject({ code: 'REASON_NEEDS_REVIEW' });
});
