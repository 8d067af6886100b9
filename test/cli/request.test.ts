/** Requests for approval at the command line, from the release that files one to the one that collects. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeChild } from '../maintenance/rig.ts';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';
import { fieldgate, logInAt, putAgency } from './run.ts';

const folder = sharedFolder();
const gateway = await fileGateway();
logInAt(folder, gateway);
for (const clientId of ['court-county', 'mps-county', 'mca-county', 'finance-county', 'press-office'])
  putAgency(folder, { ...gateway.agency(clientId), issuer: gateway.url } as never);

const run = (as: string, ...args: string[]) => fieldgate(folder, [...args, '--as', as, '--url', gateway.url]);
const by = (officer: string, reason = 'hearing of the case') => ['--officer', officer, '--reason', reason];

it('a release files a request, is approved in part, and collects that part', async () => {
  const id = freshNumber();
  await makeChild(gateway, id);
  const ask = ['release', '--purpose', 'J1', '--case', 'CR-7', '--instrument', 'WRIT-7', ...by('wu.jun')];
  const release = [...ask, '--id-number', id, '--field', 'name,guardian_phone'];
  const filed = await run('court-county', ...release);
  expect(filed.code, filed.stderr).toBe(4);
  expect(filed.stdout).toMatch(
    /Nothing was released[\s\S]*waiting {2}Public security[\s\S]*waiting {2}Civil affairs/,
  );
  const [request] = (await run('mps-county', 'request', 'list', '--json')).json();
  expect(filed.stdout).toContain(`--request ${request.id}`);
  const own = await run('court-county', 'request', 'approve', request.id, ...by('boss'));
  expect(own).toMatchObject({ code: 1, stderr: expect.stringContaining('APPROVER_IS_REQUESTER') });
  const approved = await run(
    'mps-county',
    'request',
    'approve',
    request.id,
    '--entry',
    request.entry,
    ...by('gao.feng'),
  );
  expect(approved.stdout).toMatch(/Name +approved/);
  await run('mca-county', 'request', 'refuse', request.id, '--entry', request.entry, ...by('li.na'));
  const got = await run('court-county', ...release, '--request', request.id, '--json');
  expect(Object.keys(got.json().results[0].fields)).toEqual(['name']);
  const gone = await run('court-county', 'request', 'withdraw', request.id, ...by('wu.jun'));
  expect(gone.stdout).toMatch(/state +withdrawn/);
  const late = await run('court-county', ...release, '--request', request.id);
  expect(late).toMatchObject({ code: 1, stderr: expect.stringContaining('NO_APPROVAL') });
}, 60_000);

it('an approver learns whose request it is by the number in the own files', async () => {
  const [id, other] = [freshNumber(), freshNumber()];
  for (const one of [id, other]) await makeChild(gateway, one);
  const details = { actions: ['casework'], officer: 'wu.jun', reason: 'hearing', case: 'CR-8' };
  const body = {
    purpose: 'J1',
    subjects: [{ match: { id_number: id } }],
    fields: ['name'],
    context: { instrument: 'WRIT-8', officer: 'wu.jun', reason: 'hearing', case: 'CR-8' },
  };
  const request = (await gateway.call('court-county', details, 'POST', '/v1/requests', body)).json;
  const whose = (number: string) =>
    run('mps-county', 'request', 'show', request.id, '--id-number', number, ...by('gao.feng'));
  expect((await whose(id)).stdout).toContain('This person is number 1 of them.');
  expect((await whose(other)).stdout).toContain('This person is not among them.');
  await gateway.casework.pass();
  const [task] = (await run('mps-county', 'task', 'list', '--json'))
    .json()
    .filter((one: { about: string }) => one.about === request.id);
  const shown = (await run('mps-county', 'task', 'show', task.id)).stdout;
  expect(shown).toContain(`fieldgate request approve|refuse ${request.id}`);
  for (const said of ['court-county', 'wu.jun', 'CR-8', 'hearing'])
    expect(shown).toMatch(new RegExp(`^\\S.* {2}${said}$`, 'm'));
  const nobody = await whose(freshNumber());
  expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('REFUSED') });
}, 60_000);

it('an approver of a text is told what its test found, and its requester that it must be reworded', async () => {
  const id = freshNumber();
  await makeChild(gateway, id);
  const text = '这名孤儿每天走很远的路去上学。';
  const words = { purpose: 'M1', case: 'PR-1', officer: 'gao', reason: 'report on reading' };
  const card = { collection: 'children', subject: { match: { id_number: id } }, text };
  const details = { actions: ['release'], ...words };
  const { request } = (await gateway.call('press-office', details, 'POST', '/v1/story-cards', card)).json;
  const shown = async (as = 'mps-county') => (await run(as, 'request', 'show', request)).stdout;
  const [, ref = ''] = /fieldgate story-text (\S+) --text <file> --request/.exec(await shown()) ?? [];
  const file = join(folder, 'card.txt');
  writeFileSync(file, text);
  const tested = ['story-text', ref, '--text', file, '--request', request, ...by('gao.feng')];
  const found = await run('mps-county', ...tested);
  expect(found).toMatchObject({ code: 1, stderr: expect.stringContaining('TEXT_IDENTIFIES') });
  const next = await shown();
  expect(next).toContain(`fieldgate request refuse ${request} --why REWORD`);
  const [, entry = ''] = /--entry (\S+)/.exec(next) ?? [];
  const answer = (verb: string, ...more: string[]) =>
    run('mps-county', 'request', verb, request, '--entry', entry, ...by('gao.feng'), ...more);
  expect(await answer('approve')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('TEXT_IDENTIFIES'),
  });
  expect((await answer('refuse', '--why', 'REWORD')).code).toBe(0);
  expect(await shown('press-office')).toMatch(/reword it/);
}, 60_000);

it('submits a request ahead of the release', async () => {
  const id = freshNumber();
  await makeChild(gateway, id);
  const filing = [
    'request',
    'submit',
    '--purpose',
    'W1',
    '--case',
    'W-1',
    ...by('li.na', 'yearly review'),
    '--id-number',
    id,
  ];
  const filed = await run('mca-county', ...filing, '--field', 'hiv_status', '--json');
  // Filing is all that was asked for, and a script goes on.
  expect(filed.code).toBe(0);
  expect(filed.json(), filed.stderr).toMatchObject({
    state: 'submitted',
    fields: { hiv_status: { of: 'HEALTH' } },
  });
  const sent = (await run('mca-county', 'request', 'list', '--sent', '--json')).json();
  expect(sent.map((one: { id: string }) => one.id)).toContain(filed.json().id);
}, 60_000);

it('collects a payment run into a file, and continues where it stopped', async () => {
  const id = freshNumber();
  await makeChild(gateway, id);
  const [list, out] = [join(folder, 'run.csv'), join(folder, 'run.ndjson')];
  writeFileSync(list, `id_number\n${id}\n${freshNumber()}\n`);
  const why = [...by('li.na', 'payment of the month'), '--subjects', list];
  const filing = ['request', 'submit', '--purpose', 'W2', '--case', 'PAY-1', '--field', 'guardian_phone'];
  const filed = await run('mca-county', ...filing, ...why, '--json');
  expect(filed.json(), filed.stderr).toMatchObject({ subjects: 2, pieces: [] });
  const { id: request, entry } = filed.json();
  await run('finance-county', 'request', 'approve', request, '--entry', entry, ...by('boss'));
  const collect = ['request', 'collect', filed.json().id, ...why, '--out', out, '--json'];
  const [first, again] = [await run('mca-county', ...collect), await run('mca-county', ...collect)];
  expect(first.json(), first.stderr).toEqual({ people: 2, released: 1, refused: [2], lost: [] });
  expect(again.json(), again.stderr).toEqual(first.json());
  const lines = readFileSync(out, 'utf8').trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).person)).toEqual([1, 2]);
  writeFileSync(out, `${lines[0]}\n`);
  expect((await run('mca-county', ...collect)).json()).toMatchObject({ lost: [2] });
}, 60_000);
