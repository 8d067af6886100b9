/** That an incident is unfounded, after which it is reported no further, two people say. */

import { expect, it } from 'vitest';
import { makeChild } from '../../maintenance/rig.ts';
import { fileGateway } from '../../support/gateway.ts';

const gateway = await fileGateway();
const call = (officer: string, method: string, path: string, body?: object) => {
  const details = {
    actions: ['audit'],
    officer,
    reason: 'rows like these were offered',
    unseen: true as const,
  };
  return gateway.call('audit-office', details, method, path, body);
};

it('is unfounded by the word of two people, of whom the second names what was seen', async () => {
  const { match } = await makeChild(gateway);
  await gateway.sequencer.step();
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();
  const opening = {
    subjects: [{ match }],
    fields: ['name'],
    operator: 'other',
    from: at(-3.6e6),
    until: at(0),
  };
  const { id, entry: opened } = (await call('gao', 'POST', '/v1/incidents', opening)).json.incident;
  const path = `/v1/incidents/${id}`;
  const close = (officer: string, entry?: string, outcome = 'unfounded') =>
    call(officer, 'POST', `${path}/close`, { outcome, entry });
  const first = await close('gao');
  expect([first.status, first.json.state], first.text).toEqual([202, 'pending']);
  const { entry } = first.json.receipt;
  expect((await close('gao')).json.receipt.entry).toBe(entry);
  const shown = async () => (await call('gao', 'GET', path)).json.incident;
  expect(await shown()).toMatchObject({ state: 'open', unfounded: entry });
  const reports = async () => {
    const { json } = await gateway.call(
      'mca-county',
      { actions: ['casework'] },
      'GET',
      '/v1/tasks?limit=200',
    );
    const own = (task: { about: string; kind: string }) => task.about === id && task.kind === 'leak-report';
    return json.tasks.filter(own).length;
  };
  expect(await reports()).toBe(1);
  expect((await close('gao', entry)).json.code).toBe('APPROVER_IS_REQUESTER');
  for (const wrong of [undefined, opened])
    expect((await close('chen', wrong)).json).toMatchObject({ code: 'CONFLICT', waits: entry });
  const done = await close('chen', entry);
  expect([done.status, done.json.incident?.state], done.text).toEqual([200, 'unfounded']);
  expect((await close('chen', entry)).status).toBe(200);
  expect((await shown()).unfounded).toBeUndefined();
  expect(await reports()).toBe(0);
  const said = await gateway.audit(`/v1/log/entries/${done.json.receipt.entry}`);
  expect(said).toMatchObject({ kind: 'incident', outcome: 'unfounded', approvals: [entry] });
  expect(await gateway.audit(`/v1/log/entries/${entry}`)).toMatchObject({ code: 'INCIDENT_UNFOUNDED' });
});
