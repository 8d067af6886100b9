/** `log review`: the queue, verdicts, and reports. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { fieldgate, logInAt, putAgency, putLogin } from './run.ts';

const ID = '99000120130506001X';
/** A folder in which the login of the auditor stays. */
const folder = sharedFolder();

const gateway = await fileGateway();
const release = (officer: string, purpose = 'S1') =>
  gateway.call(
    'edu-county',
    { actions: ['release'], purpose, case: 'EDU-1', officer, reason: 'winter subsidy' },
    'POST',
    '/v1/releases',
    { collection: 'children', subjects: [{ match: { id_number: ID } }], fields: ['name'] },
  );
beforeAll(async () => {
  putAgency(folder, gateway.agency('audit-office'));
  const login = join(folder, 'login');
  logInAt(login, gateway);
  await putLogin(login, 'audit-office', 'wang.fang');
  const file = join('.fieldgate', 'login.json');
  cpSync(join(login, file), join(folder, file));
  await gateway.put('mca-county', {
    match: { id_number: ID },
    fields: { name: '测试甲', birth_date: '2013-05-06', division_code: '990001001001' },
  });
  await release('zhang.wei');
  await release('zhang.wei');
  await release('li.na');
  await release('li.na', 'PX3');
});

describe('the review', () => {
  const audit = (...args: string[]) => fieldgate(folder, ['log', 'review', ...args, '--as', 'audit-office']);

  test('the queue is a list, and a verdict is given on many entries at once, each once', async () => {
    await release('li.na', 'S1');
    const listed = await audit();
    expect([listed.code, listed.stdout]).toEqual([
      0,
      expect.stringMatching(/edu-county +li\.na +S1 School support +decision +released +\w+ +.*rare/),
    ]);
    expect(listed.stdout).toContain('fieldgate log review verdict justified|questioned|violation <entry>');
    const groups = (await audit('queue', '--json')).json();
    const ids = groups.flatMap((group: { ids: string[] }) => group.ids);
    expect(ids.length).toBeGreaterThan(0);
    const given = await audit('verdict', 'questioned', ...ids, '--note', 'ask the office', '--json');
    const { reviews, refused } = given.json();
    expect([given.code, reviews.length, refused]).toEqual([0, ids.length, []]);
    // The same again gets the same receipts; another verdict has to name the first.
    expect(
      (await audit('verdict', 'questioned', ids[0], '--note', 'ask the office', '--json')).json().reviews,
    ).toEqual([expect.objectContaining({ receipt: reviews[0].receipt })]);
    const other = await audit('verdict', 'justified', ids[0]);
    expect([other.code, other.stdout]).toEqual([
      1,
      expect.stringContaining(`--supersedes ${reviews[0].receipt.entry}`),
    ]);
    const replaced = await audit('verdict', 'justified', ids[0], '--supersedes', reviews[0].receipt.entry);
    expect(replaced.code).toBe(0);
    expect((await audit('queue')).stdout).toContain('0 to review');
  });

  test('an alert that the watch has sealed among others gets its verdict too, and an unknown entry is named', async () => {
    await gateway.sequencer.step();
    await gateway.watcher.scan();
    const alerts = (
      await fieldgate(folder, ['log', 'alerts', '--open', '--as', 'audit-office', '--json'])
    ).json();
    expect(alerts.length).toBeGreaterThan(0);
    const ids = alerts.map(({ id }: { id: string }) => id);
    const given = await audit('verdict', 'acknowledged', ...ids, 'no-such-entry', '--json');
    const { reviews, refused } = given.json();
    expect([given.code, reviews.map(({ about }: { about: string }) => about).sort()]).toEqual([
      1,
      ids.sort(),
    ]);
    expect(refused).toEqual([expect.objectContaining({ about: 'no-such-entry', code: 'NOT_FOUND' })]);
  });

  test.each([
    [['verdict', 'justifid', 'x'], 'the nearest is justified'],
    [['verdict', 'justified', 'a', 'b', '--supersedes', 'c'], 'about one entry'],
    [['report', '--from', '2026-11-02', '--to', '2026-11-01'], '--from must be before --to'],
  ])('%j is a fault of use', async (args, said) => {
    const { code, stdout, stderr } = await audit(...args);
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining(said)]);
  });

  test('a report has the figures, its digest is in the log, and a preview leaves no entry', async () => {
    const reports = async () => {
      const { entries } = await gateway.audit('/v1/log/entries?kind=review&outcome=reported');
      return entries;
    };
    const period = ['--from', '2h', '--to', '0m'];
    const preview = async () => {
      const { days } = (await audit('report', ...period, '--preview', '--json')).json();
      return days.map(({ kind }: { kind: string }) => kind);
    };
    // A period ends a second ago.
    await expect.poll(preview, { timeout: 10_000 }).toContain('decision');
    expect(await reports()).toEqual([]);
    const { code, stdout } = await audit('report', ...period, '--no-check');
    expect([code, stdout]).toEqual([0, expect.stringContaining('The digest is of these figures')]);
    const [{ words }] = await reports();
    const { digest } = JSON.parse(words.finding);
    expect(stdout).toContain(digest);
  });

  test('a printed report is compared by its number: root and figures, also after later verdicts', async () => {
    await gateway.sequencer.step();
    const made = (await audit('report', '--from', '2h', '--to', '0m', '--json')).json();
    expect(made.report.verified).toMatchObject({ size: expect.any(Number) });
    await gateway.sequencer.step();
    const number = made.receipt.entry;
    const verdict = ['verdict', 'violation', '--note', 'on second thoughts'];
    const { entries } = await gateway.audit('/v1/log/entries?kind=decision');
    await audit(...verdict, entries[0].id);
    const { code, stdout } = await audit('compare', number);
    expect({ code, stdout }).toEqual({
      ...{ code: 0, stdout: expect.stringContaining('under the same root') },
    });
    for (const said of [made.digest, made.report.verified.root, 'the figures are the same'])
      expect(stdout).toContain(said);
    const other = await audit('compare', entries[0].id);
    expect([other.code, other.stdout]).toEqual([1, '']);
  });
});
