/** The objections of one office in a day: each is a task of an owner, with a term and an alert when it is over. */
import { expect, it } from 'vitest';
import { pack } from '../../../functions/session/policy.ts';
import { makeChild } from '../../maintenance/rig.ts';
import { fileGateway } from '../../support/gateway.ts';

const gateway = await fileGateway();

it('end with the day of the office, without a document, too; a repeat and another office go on', async () => {
  const objections = pack.casework?.objections ?? expect.fail();
  const usual = objections.perDay;
  const { match } = await makeChild(gateway);
  await gateway.sequencer.step();
  const object = async (agency: string, field: string, officer = 'chen.jing') => {
    const details = { actions: ['casework'], officer, reason: 'it is another one' };
    const body = { subject: { match }, field, by: 'child', right: 'explanation' };
    const { status, json } = await gateway.call(agency, details, 'POST', '/v1/objections', body);
    return json.code ?? status;
  };
  Object.assign(objections, { perDay: 2 });
  expect(await object('desk-county', 'name')).toBe(200);
  // One clerk has a share, and a colleague the rest.
  expect(await object('desk-county', 'sex')).toBe('BUDGET_SPENT');
  expect(await object('desk-county', 'sex', 'wang.lei')).toBe(200);
  expect(await object('desk-county', 'guardian_phone', 'li.hong')).toBe('BUDGET_SPENT');
  expect(await object('desk-county', 'name')).toBe(200);
  expect(await object('mca-county', 'guardian_phone')).toBe(200);
  Object.assign(objections, { perDay: usual });
});
