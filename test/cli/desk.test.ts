/** Inquiries, objections, freezes and incidents from the command line. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkProof } from '../../infra/cli/data/inquiry-check.ts';
import { urlReader } from '../../infra/cli/log/files.ts';
import type { JoinedInquiry } from '../../shared/client/inquiry-parts.ts';
import type { InquiryAnswer } from '../../shared/contract/release.ts';
import { inLanguage } from '../../shared/language.ts';
import { makePerson, shownBy } from '../gateway/inquiry/world.ts';
import { release } from '../maintenance/rig.ts';
import { children } from '../policy/support.ts';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway, testGateway } from '../support/gateway.ts';
import { fillLog } from '../support/long-log.ts';
import { fieldgate, logInAt, putAgency } from './run.ts';

const folder = sharedFolder();
const gateway = await fileGateway();
logInAt(folder, gateway);
for (const one of ['desk-county', 'mca-county', 'mps-county', 'audit-office', 'steward-office', 'edu-county'])
  putAgency(folder, gateway.agency(one));

const WHY = ['--officer', 'wang.fang', '--reason', 'asks at the desk'];
const run = (agency: string, ...args: string[]) => fieldgate(folder, [...args, '--as', agency]);
const by = (officer: string) => ['--officer', officer, '--reason', 'as was found'];
/** The second office answers what it has read. */
const read = ({ entry }: { entry: string }) => ['--entry', entry];

function shows(inquirer: string, id_number: string): string[] {
  const { name, number } = shownBy(inquirer, { id_number });
  return ['--name', name, '--number', number];
}

describe('fieldgate inquiry', () => {
  it('shows the answer, and finds no other entry about the person in the log', {
    timeout: 60_000,
  }, async () => {
    const { id, ref } = await makePerson(gateway, { years: 15 });
    await release(gateway, { ref }, ['name']);
    await gateway.put('edu-county', { match: { id_number: id }, fields: { student_no: `G${id}` } });
    await gateway.sequencer.step();
    const who = ['--id-number', id, '--inquirer', 'child', ...shows('child', id), '--case', 'DESK-7', ...WHY];
    // The check waits until the sequencer has added the answer's own entry.
    let waiting = true;
    const stepping = (async () => {
      while (waiting) {
        await gateway.sequencer.step();
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    })();
    const shown = await run('desk-county', 'inquiry', ...who, '--check', '--url', gateway.url);
    waiting = false;
    await stepping;
    expect(shown.stdout).toContain('欧阳娜娜');
    expect(shown.stdout).toContain('County civil affairs bureau');
    expect(shown.stdout).toContain('The log has no other entry about this person up to');
    expect(shown.stdout).toContain(gateway.url);
    expect(shown.code).toBe(0);

    const { stdout } = await run('desk-county', 'inquiry', ...who, '--json');
    const answer = JSON.parse(stdout).data as InquiryAnswer;
    await gateway.sequencer.step();
    const at = { at: gateway.url, read: urlReader(gateway.url), wait: 0 };
    // What a reader is told are words; a program gets the codes with them.
    expect(shown.stdout).toMatch(/^School +school: 秘密小学, class: 三班 +plain .* school_name$/m);
    expect(shown.stdout).not.toMatch(/\{"/);
    expect(answer.held['school_name']).toMatchObject({
      value: { school: '秘密小学' },
      words: { school: { zh: '学校' } },
    });
    // No digits of a display number, which a person would take for their own.
    expect(answer.held['student_no']).toMatchObject({ form: 'masked', value: '*'.repeat(18) });
    const { proof } = answer;
    if (!proof) return expect.fail('no proof');
    const check = (changed: typeof proof, other = at) => checkProof({ ...answer, proof: changed }, other);
    const { entries } = proof;
    expect(await check(proof)).toMatchObject({
      complete: true,
      listed: entries.length,
      gap: null,
      altered: [],
    });
    const [first, ...rest] = entries;
    if (!first) return expect.fail('no entry');
    // An answer that leaves the first, the last but one, or an entry between out; that changes one; that opens one otherwise.
    expect(await check({ ...proof, entries: rest })).toMatchObject({ complete: false, gap: 1 });
    for (const left of [1, entries.length - 2]) {
      const without = await check({ ...proof, entries: entries.toSpliced(left, 1) });
      expect(without).toMatchObject({ complete: false, gap: left + 1 });
    }
    const leaf = Buffer.from('{}').toString('base64');
    expect(await check({ ...proof, entries: [{ ...first, leaf }, ...rest] })).toMatchObject({
      ...{ complete: false, altered: [first.entry] },
    });
    const opening = first.openings?.['kind'] ?? expect.fail('no opening');
    const openings = { ...first.openings, kind: { ...opening, text: '"denial"' } };
    expect(await check({ ...proof, entries: [{ ...first, openings }, ...rest] })).toMatchObject({
      ...{ complete: false, altered: [first.entry] },
    });
    expect(await check({ ...proof, subject: 'another' })).toMatchObject({ complete: false, gap: 1 });
  });

  it('fails on the log of another gateway, and names it', { timeout: 60_000 }, async () => {
    const { id } = await makePerson(gateway, { years: 15 });
    await gateway.sequencer.step();
    const other = await testGateway();
    try {
      await other.sequencer.step();
      const who = [
        '--id-number',
        id,
        '--inquirer',
        'child',
        ...shows('child', id),
        '--case',
        'DESK-9',
        ...WHY,
        '--json',
      ];
      const answer = (await run('desk-county', 'inquiry', ...who)).json() as InquiryAnswer;
      const at = { at: other.url, read: urlReader(other.url), wait: 0 };
      const checked = await checkProof(answer, at);
      expect(checked).toMatchObject({ complete: false, at: other.url, listed: 0, until: null });
      expect(checked.absent).toHaveLength(answer.proof?.entries.length ?? 0);
    } finally {
      await other.close();
    }
  });

  it('asks for every part of an answer that is longer than one holds', { timeout: 60_000 }, async () => {
    const { id, subject } = await makePerson(gateway, { years: 15 });
    await fillLog(gateway, subject, 700);
    const who = ['--id-number', id, '--inquirer', 'child', ...shows('child', id), '--case', 'DESK-7', ...WHY];
    const whole = (await run('desk-county', 'inquiry', ...who, '--json')).json() as JoinedInquiry;
    expect([whole.uses.length, whole.receipts.length, whole.cursor]).toEqual([701, 2, undefined]);
    const [page, copy] = [join(folder, 'long.html'), join(folder, 'long')];
    expect((await run('desk-county', 'inquiry', ...who, '--html', 'zh', '--out', page)).code).toBe(0);
    expect(readFileSync(page, 'utf8')).toContain('更早的条目见第2部分。');
    expect(readFileSync(join(folder, 'long-2.html'), 'utf8')).toContain('第2部分：更早的条目');
    expect((await run('desk-county', 'inquiry', ...who, '--copy', copy)).code).toBe(0);
    const payload = readFileSync(`${copy}-2`, 'utf8').split('.')[1] ?? '';
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({ part: 2, checks: [] });

    // What was answered is shown even if a later part fails.
    const { trail, faults } = gateway;
    let opened = false;
    trail.push = (...records) => {
      const [{ eventName } = { eventName: '' }] = records;
      opened ||= eventName === 'Decrypt';
      // The word that names the next part.
      if (opened && eventName === 'GenerateMac') faults.add({ service: 'log', kind: 'error', times: 50 });
      return Array.prototype.push.apply(trail, records);
    };
    const partial = await run('desk-county', 'inquiry', ...who);
    trail.push = Array.prototype.push;
    faults.clear();
    expect(partial.stdout).toContain('These are not all entries');
    expect(partial.stderr).toContain('LOG_UNAVAILABLE');
    expect(partial.code).not.toBe(0);
  });

  it('writes a page that only its owner may read', { timeout: 60_000 }, async () => {
    const { id } = await makePerson(gateway, { years: 9 });
    await gateway.sequencer.step();
    const out = join(folder, 'answer.html');
    const who = [
      '--id-number',
      id,
      '--inquirer',
      'guardian',
      ...shows('guardian', id),
      '--case',
      'DESK-8',
      ...WHY,
    ];
    expect((await run('desk-county', 'inquiry', ...who, '--html', 'zh', '--out', out)).code).toBe(0);
    expect(readFileSync(out, 'utf8')).toContain('个人信息保存及提供情况');
    const refused = await run('desk-county', 'inquiry', ...who, '--inquirer', 'other');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('NOT_SUBJECT_OR_GUARDIAN')]);
  });
});

it('a copy is a file that the gateway signed, and a right is refused in writing', {
  timeout: 60_000,
}, async () => {
  const { id, ref } = await makePerson(gateway, { years: 15 });
  await release(gateway, { ref }, ['name']);
  await gateway.sequencer.step();
  const copy = join(folder, 'copy.jws');
  const who = ['--id-number', id, '--inquirer', 'child', ...shows('child', id), '--case', 'DESK-11', ...WHY];
  expect((await run('desk-county', 'inquiry', ...who, '--copy', copy)).code).toBe(0);
  const [head = '', body = '', signature] = readFileSync(copy, 'utf8').trim().split('.');
  const part = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString());
  expect([part(head).alg, part(body).held.name.value, signature?.length]).toEqual(['ES256', '欧阳娜娜', 86]);
  const what = ['--field', 'name', '--by', 'guardian', '--right', 'deletion'];
  const asked = ['--id-number', id, ...what, ...WHY, '--json'];
  expect((await run('desk-county', 'objection', 'file', ...asked)).code).toBe(1);
  const stranger = ['--document', 'passport=E00000017'];
  expect((await run('desk-county', 'objection', 'file', ...asked, ...stranger)).code).toBe(1);
  const card = ['--document', `resident-card=${shownBy('guardian', { id_number: id }).number}`];
  const objection = (await run('desk-county', 'objection', 'file', ...asked, ...card)).json();
  await run(
    'mps-county',
    'objection',
    'resolve',
    objection.id,
    ...read(objection),
    '--outcome',
    'rejected',
    ...by('zhou'),
  );
  const page = await run('desk-county', 'objection', 'show', objection.id, '--html', 'zh');
  expect(page.stdout).toContain(`编号</th><td>${objection.id}`);
  expect(page.stdout).toContain('不予办理');
  const report = ['--ref', ref, '--field', 'name', '--by', 'recipient', '--fault', 'outdated', ...WHY];
  const reported = (await run('mca-county', 'objection', 'file', ...report)).stdout;
  expect(reported).toMatch(/ +Correction$/m);
  expect(reported).toMatch(/ +The value is out of date\.$/m);
});

it('an objection is filed, answered and shown', { timeout: 60_000 }, async () => {
  const { id } = await makePerson(gateway, { years: 9 });
  await gateway.sequencer.step();
  const about = ['--id-number', id, '--field', 'name', '--by', 'guardian', '--json', ...WHY];
  const objection = (await run('desk-county', 'objection', 'file', ...about)).json();
  const listed = async (agency: string, ...rest: string[]) =>
    (await run(agency, 'objection', 'list', ...rest)).stdout.includes(objection.id);
  expect(await Promise.all([listed('desk-county'), listed('mps-county'), listed('mca-county')])).toEqual([
    ...[true, true, false],
  ]);
  const records = join(folder, 'records.json');
  writeFileSync(records, JSON.stringify([{ match: { id_number: id }, fields: { name: '欧阳娜' } }]));
  expect((await run('mps-county', 'intake', records)).code).toBe(0);
  await gateway.sequencer.step();
  const said = [
    'objection',
    'resolve',
    objection.id,
    ...read(objection),
    '--outcome',
    'upheld',
    ...by('zhou'),
  ];
  expect((await run('mps-county', ...said)).stdout).toContain('upheld');
  expect((await run('desk-county', 'objection', 'show', objection.id)).stdout).toContain('as was found');
  // The pack's words: the command line has none for its givers and rights.
  const { givers } = children.consent;
  const shown = async (lang: string) => {
    const show = ['objection', 'show', objection.id, '--lang', lang];
    return (await run('desk-county', ...show)).stdout;
  };
  expect([await shown('en'), await shown('zh')]).toEqual([
    expect.stringContaining(inLanguage(givers['guardian']?.label ?? {}, ['en'])),
    expect.stringContaining(inLanguage(givers['guardian']?.label ?? {}, ['zh'])),
  ]);
  expect([await listed('desk-county'), await listed('desk-county', '--closed')]).toEqual([false, true]);
});

it('a frozen officer is shown by name, with a warning if the log does not know it', async () => {
  const frozen = ['freeze', '--agency', 'edu-county', '--frozen-officer', 'zhang.we', ...by('gao')];
  const set = await run('audit-office', ...frozen);
  expect([set.code, set.stdout]).toEqual([0, expect.stringMatching(/officer edu-county zhang\.we$/m)]);
  expect(set.stdout).toContain('Is the name right?');
  expect((await run('audit-office', 'freeze', 'list')).stdout).toMatch(/officer edu-county zhang\.we /);
  type Frozen = { id: string; target: { officer?: string } };
  const all: Frozen[] = (await run('audit-office', 'freeze', 'list', '--json')).json();
  await run('audit-office', 'unfreeze', all.find(({ target }) => target.officer)?.id ?? '', ...by('gao'));
  expect((await run('steward-office', 'second')).stdout).toContain('officer edu-county zhang.we');
});

it('a freeze is set, listed and lifted by two people', { timeout: 60_000 }, async () => {
  const set = await run('audit-office', 'freeze', '--agency', 'edu-county', '--json', ...by('gao'));
  const { id } = set.json();
  expect((await run('steward-office', 'freeze', 'list')).stdout).toContain('agency edu-county');
  expect((await run('audit-office', 'unfreeze', id, ...by('gao'))).stdout).toContain('Another person');
  const waits = (await run('steward-office', 'second')).stdout;
  const [, entry = ''] = new RegExp(`fieldgate unfreeze ${id} --entry (\\S+)`).exec(waits) ?? [];
  const again = await run('audit-office', 'unfreeze', id, ...by('gao'));
  expect([again.code, again.stdout]).toEqual([4, expect.stringContaining('Another person')]);
  const lift = ['unfreeze', id, ...by('chen')];
  expect((await run('steward-office', ...lift)).stderr).toContain('CONFLICT');
  expect((await run('steward-office', ...lift, '--entry', entry)).stdout).toContain('lifted');
  expect(
    (await run('audit-office', 'freeze', '--purpose', 'S1', '--class', 'facts', ...by('gao'))).code,
  ).toBe(2);
});

it('an incident is opened, shown and printed', { timeout: 60_000 }, async () => {
  const { id, ref } = await makePerson(gateway, { years: 9 });
  await release(gateway, { ref }, ['name']);
  await gateway.sequencer.step();
  const about = ['--id-number', id, '--field', 'name', '--from', '1h', '--json', ...by('gao')];
  const incident = (await run('audit-office', 'incident', 'open', ...about)).json();
  const shown = await run('audit-office', 'incident', 'show', incident.id);
  expect(shown.stdout).toMatch(/mca-county +W1/);
  const page = await run('audit-office', 'incident', 'show', incident.id, '--html', 'en');
  expect(page.stdout).toContain('Suspected leak of personal information of children');
});
