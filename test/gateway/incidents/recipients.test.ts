/** The recipients that an incident shows an owner: who received data of its own departments. */
import { expect, it } from 'vitest';
import { makeChild } from '../../maintenance/rig.ts';
import { fileGateway } from '../../support/gateway.ts';

const gateway = await fileGateway();
const from = new Date(Date.now() - 3_600_000).toISOString();

async function recipients(agency: string, officer: string, asked: object, path = '') {
  const actions = agency === 'audit-office' ? ['audit'] : ['casework'];
  const way = path === '' ? (['POST', asked] as const) : (['GET', undefined] as const);
  const details = { actions, officer, reason: 'rows on a forum' };
  const { json, text } = await gateway.call(agency, details, way[0], `/v1/incidents${path}`, way[1]);
  const all = json.incident?.recipients ?? expect.fail(text);
  return { id: json.incident.id, agencies: all.map((one: { agency: { id: string } }) => one.agency.id) };
}

it('of a field that several departments write are those of the own value; auditors see all', async () => {
  const { match } = await makeChild(gateway);
  await gateway.put('health-hospital', { match, fields: { illness: { code: 'C91', since: '2023-04-01' } } });
  const why = { purpose: 'S1', case: 'E-1', officer: 'zhang.wei', reason: 'subsidy' };
  const body = { collection: 'children', subjects: [{ match }], fields: ['birth_date'] };
  const read = await gateway.call(
    'edu-county',
    { actions: ['release'], ...why },
    'POST',
    '/v1/releases',
    body,
  );
  expect(read.json.results?.[0].fields, read.text).toBeDefined();
  await gateway.sequencer.step();
  const until = new Date().toISOString();
  const asked = { subjects: [{ match }], fields: ['birth_date'], from, until, operator: 'county-organ' };
  // The police wrote the date of birth. The hospital may write it, too, and has written another field.
  expect((await recipients('health-hospital', 'ma.lin', asked)).agencies).toEqual([]);
  expect((await recipients('mps-county', 'liu.yang', asked)).agencies).toEqual(['edu-county']);
  const whole = await recipients('audit-office', 'wang.fang', asked);
  expect(whole.agencies).toEqual(['edu-county']);
  const path = `/${whole.id}`;
  expect((await recipients('health-hospital', 'ma.lin', asked, path)).agencies).toEqual([]);
  expect((await recipients('mps-county', 'liu.yang', asked, path)).agencies).toEqual(['edu-county']);
});
