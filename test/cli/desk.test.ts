/** Inquiries, objections, freezes and incidents from the command line. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkProof } from '../../infra/cli/data/inquiry-check.ts';
import type { InquiryAnswer } from '../../shared/client/desk.ts';
import { makePerson } from '../gateway/inquiry/world.ts';
import { release } from '../maintenance/rig.ts';
import { type TestGateway, testGateway } from '../support/gateway.ts';
import { fieldgate, putAgency } from './run.ts';

let gateway: TestGateway;
let folder: string;
beforeAll(async () => {
  gateway = await testGateway();
  folder = mkdtempSync(join(tmpdir(), 'fieldgate-'));
  for (const one of [
    'desk-county',
    'mca-county',
    'mps-county',
    'audit-office',
    'steward-office',
    'edu-county',
  ])
    putAgency(folder, gateway.agency(one));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await gateway.close();
});

const WHY = ['--officer', 'wang.fang', '--reason', 'asks at the desk'];
const run = (agency: string, ...args: string[]) => fieldgate(folder, [...args, '--as', agency]);
const by = (officer: string) => ['--officer', officer, '--reason', 'as was found'];

describe('fieldgate inquiry', () => {
  it('shows the answer, and finds the log to hold no more of the person', { timeout: 60_000 }, async () => {
    const { id, ref } = await makePerson(gateway, { years: 15 });
    await release(gateway, { ref }, ['name']);
    await gateway.sequencer.step();
    const who = ['--id-number', id, '--inquirer', 'child', '--case', 'DESK-7', ...WHY];
    const shown = await run('desk-county', 'inquiry', ...who, '--check', '--url', gateway.url);
    expect(shown.stdout).toContain('欧阳娜娜');
    expect(shown.stdout).toContain('County civil affairs bureau');
    expect(shown.stdout).toContain('The log holds no other entry that names this person.');
    expect(shown.code).toBe(0);

    const { stdout } = await run('desk-county', 'inquiry', ...who, '--json');
    const { proof } = JSON.parse(stdout) as InquiryAnswer;
    await gateway.sequencer.step();
    const check = (changed: InquiryAnswer['proof']) => checkProof(changed, { url: gateway.url });
    expect(await check(proof)).toMatchObject({ complete: true, pending: 0, missing: [], altered: [] });
    if (!proof) return expect.fail('no proof');
    const [first, ...rest] = proof.leaves;
    // An answer that leaves a leaf out, changes one, or counts one as secret that is not in the log.
    expect((await check({ ...proof, leaves: rest })).missing).toEqual([first?.entry]);
    const leaf = Buffer.from('{}').toString('base64');
    const changed = [{ entry: first?.entry ?? '', leaf }, ...rest];
    expect(await check({ ...proof, leaves: changed })).toMatchObject({
      complete: false,
      altered: [first?.entry],
    });
    expect((await check({ ...proof, leaves: rest, secret: ['AAAA'] })).complete).toBe(false);
  });

  it('writes a page that nobody else may read', { timeout: 60_000 }, async () => {
    const { id } = await makePerson(gateway, { years: 9 });
    await gateway.sequencer.step();
    const out = join(folder, 'answer.html');
    const who = ['--id-number', id, '--inquirer', 'guardian', '--case', 'DESK-8', ...WHY];
    expect((await run('desk-county', 'inquiry', ...who, '--html', 'zh', '--out', out)).code).toBe(0);
    expect(readFileSync(out, 'utf8')).toContain('您的信息保存及提供情况');
    const refused = await run('desk-county', 'inquiry', ...who, '--inquirer', 'other');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('NOT_SUBJECT_OR_GUARDIAN')]);
  });
});

it('an objection is filed, answered and shown', { timeout: 60_000 }, async () => {
  const { id } = await makePerson(gateway, { years: 9 });
  await gateway.sequencer.step();
  const about = ['--id-number', id, '--field', 'name', '--by', 'guardian', '--json', ...WHY];
  const { objection } = JSON.parse((await run('desk-county', 'objection', 'file', ...about)).stdout);
  const records = join(folder, 'records.json');
  writeFileSync(records, JSON.stringify([{ match: { id_number: id }, fields: { name: '欧阳娜' } }]));
  expect((await run('mps-county', 'intake', records)).code).toBe(0);
  await gateway.sequencer.step();
  const said = ['objection', 'resolve', objection.id, '--outcome', 'upheld', ...by('zhou')];
  expect((await run('mps-county', ...said)).stdout).toContain('upheld');
  expect((await run('desk-county', 'objection', 'show', objection.id)).stdout).toContain('as was found');
});

it('a freeze is set, listed and lifted by two people', { timeout: 60_000 }, async () => {
  const set = await run('audit-office', 'freeze', '--agency', 'edu-county', '--json', ...by('gao'));
  const { id } = JSON.parse(set.stdout).freeze;
  expect((await run('steward-office', 'freeze', '--list')).stdout).toContain('agency edu-county');
  expect((await run('audit-office', 'unfreeze', id, ...by('gao'))).stdout).toContain('Another person');
  expect((await run('audit-office', 'unfreeze', id, ...by('gao'))).stderr).toContain('APPROVER_IS_REQUESTER');
  expect((await run('steward-office', 'unfreeze', id, ...by('chen'))).stdout).toContain('lifted');
  expect(
    (await run('audit-office', 'freeze', '--purpose', 'S1', '--class', 'facts', ...by('gao'))).code,
  ).toBe(2);
});

it('an incident is opened, shown and printed', { timeout: 60_000 }, async () => {
  const { id, ref } = await makePerson(gateway, { years: 9 });
  await release(gateway, { ref }, ['name']);
  await gateway.sequencer.step();
  const about = ['--id-number', id, '--field', 'name', '--from', '1h', '--json', ...by('gao')];
  const { incident } = JSON.parse((await run('audit-office', 'incident', 'open', ...about)).stdout);
  const shown = await run('audit-office', 'incident', 'show', incident.id);
  expect(shown.stdout).toMatch(/mca-county +W1/);
  const page = await run('audit-office', 'incident', 'show', incident.id, '--html', 'en');
  expect(page.stdout).toContain('Suspected leak of personal information of children');
});
