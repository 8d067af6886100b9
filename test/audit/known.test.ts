/** Filters of the log that match nothing because they are misspelt are errors, so that no auditor reads that nothing happened. */
import { expect, it } from 'vitest';
import { fileGateway } from '../support/gateway.ts';

const gateway = await fileGateway();
const read = (query: string) =>
  gateway.call('audit-office', { actions: ['audit'] }, 'GET', `/v1/log/entries?${query}`);

it.each([
  ['kind=agncy', '/kind', 'agency'],
  ['outcome=release', '/outcome', 'released'],
  ['outcome=REFUSED', '/outcome', 'refused'],
  ['purpose=s1', '/purpose', 'S1'],
  ['agency=edu-conty', '/agency', 'no such agency'],
  ['rule=A99.9', '/rule', 'no such rule'],
  ['field=school_nam', '/field', 'school_name'],
  ['owner=EDUC', '/owner', 'EDU'],
])('%s is refused with the nearest name', async (query, path, nearest) => {
  const { status, json } = await read(query);
  expect(status).toBe(400);
  expect(json.errors).toEqual([{ path, message: expect.stringContaining(nearest) }]);
  const [, submitted = ''] = query.split('=');
  expect(JSON.stringify(json)).not.toContain(`"${submitted}"`);
});

it.each([
  ['alerts?agency=edu-conty', 'no such agency'],
  ['alerts?code=DECOYS', 'the nearest is DECOY'],
  ['log/stats?by=kind&purpose=s1', 'the nearest is S1'],
  ['log/stats?by=kind&field=school_nam', 'the nearest is school_name'],
])('%s, too', async (path, words) => {
  const { status, json } = await gateway.call('audit-office', { actions: ['audit'] }, 'GET', `/v1/${path}`);
  expect([status, json.errors[0].message]).toEqual([400, expect.stringContaining(words)]);
});

it.each([
  'kind=agency',
  'outcome=released',
  'purpose=S1',
  'purpose=PX3',
  'agency=edu-county',
  'agency=fieldgate',
  'rule=A8.1',
  'field=school_name',
  'owner=EDU',
])('%s is answered', async (query) => {
  expect((await read(query)).status).toBe(200);
});

it('what only a task decides is asked of tasks alone', async () => {
  expect((await read('kind=task&outcome=release')).status).toBe(200);
  expect((await read('kind=decision&outcome=release')).status).toBe(400);
});
