/** Requests for approval at the command line, from the release that files one to the one that collects. */
import { expect, it } from 'vitest';
import { makeChild } from '../maintenance/rig.ts';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';
import { fieldgate, logInAt, putAgency } from './run.ts';

const folder = sharedFolder();
const gateway = await fileGateway();
logInAt(folder, gateway);
for (const clientId of ['court-county', 'mps-county', 'mca-county'])
  putAgency(folder, { ...gateway.agency(clientId), issuer: gateway.url } as never);

const run = (as: string, ...args: string[]) => fieldgate(folder, [...args, '--as', as, '--url', gateway.url]);
const by = (officer: string) => ['--officer', officer, '--reason', 'hearing of the case'];

it('a release files a request, is approved in part, and collects that part', async () => {
  const id = freshNumber();
  await makeChild(gateway, id);
  const ask = ['release', '--purpose', 'J1', '--case', 'CR-7', '--instrument', 'WRIT-7', ...by('wu.jun')];
  const release = [...ask, '--id-number', id, '--field', 'name,guardian_phone'];
  const filed = await run('court-county', ...release);
  expect(filed.code, filed.stderr).toBe(0);
  expect(filed.stdout).toMatch(/Nothing was released[\s\S]*waiting {2}MPS[\s\S]*waiting {2}MCA/);
  const [request] = (await run('mps-county', 'request', 'list', '--json')).json().requests;
  expect(filed.stdout).toContain(`--request ${request.id}`);
  const own = await run('court-county', 'request', 'approve', request.id, ...by('boss'));
  expect(own).toMatchObject({ code: 1, stderr: expect.stringContaining('APPROVER_IS_REQUESTER') });
  const approved = await run('mps-county', 'request', 'approve', request.id, ...by('gao.feng'));
  expect(approved.stdout).toMatch(/name +approved/);
  await run('mca-county', 'request', 'refuse', request.id, ...by('li.na'));
  const got = await run('court-county', ...release, '--request', request.id, '--json');
  expect(Object.keys(got.json().results[0].fields)).toEqual(['name']);
  const gone = await run('court-county', 'request', 'withdraw', request.id, ...by('wu.jun'));
  expect(gone.stdout).toMatch(/state +withdrawn/);
  const late = await run('court-county', ...release, '--request', request.id);
  expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining('NO_APPROVAL') });
}, 60_000);

it('submits a request ahead of the release', async () => {
  const id = freshNumber();
  await makeChild(gateway, id);
  const filing = ['request', 'submit', '--purpose', 'W1', '--case', 'W-1', ...by('li.na'), '--id-number', id];
  const filed = await run('mca-county', ...filing, '--field', 'hiv_status', '--json');
  expect(filed.json(), filed.stderr).toMatchObject({
    state: 'submitted',
    fields: { hiv_status: { of: 'HEALTH' } },
  });
  const sent = (await run('mca-county', 'request', 'list', '--sent', '--json')).json().requests;
  expect(sent.map((one: { id: string }) => one.id)).toContain(filed.json().id);
}, 60_000);
