/** `log review` in a terminal of its own, which `script` of util-linux gives; skipped without it. */
import { spawn, spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { fieldgate, logInAt, putAgency, putLogin } from './run.ts';

const CLI = resolve('infra/cli/fieldgate.ts');
const HAS_SCRIPT = spawnSync('script', ['--version']).stdout?.toString().includes('util-linux') ?? false;
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

/**
 * Runs the command in a terminal, and types the next answer whenever it waits for one.
 * @param ahead typed while it still reads
 */
function inTerminal(answers: readonly string[], ahead = ''): Promise<string> {
  const command = `'${process.execPath}' '${CLI}' log review --as audit-office`;
  const env = { ...process.env, FIELDGATE_AS: '', FORCE_COLOR: '0', TERM: 'xterm' };
  const child = spawn('script', ['-qec', command, '/dev/null'], { cwd: folder, env });
  let shown = '';
  let typed = 0;
  let early = ahead;
  child.stdout.on('data', (bytes) => {
    shown += bytes;
    if (shown.includes('Reading')) child.stdin.write(early);
    if (shown.includes('Reading')) early = '';
    const waits = shown.split(/q quit|\(Enter for none\): /).length - 1;
    while (typed < waits && typed < answers.length) child.stdin.write(answers[typed++] as string);
  });
  return new Promise((done) => child.on('close', () => done(shown)));
}

const verdicts = async () => {
  const { entries } = await gateway.audit('/v1/log/entries?kind=review');
  return entries.map(({ outcome, words }: { outcome: string; words: { reason?: string } }) => [
    outcome,
    words.reason,
  ]);
};

test.runIf(HAS_SCRIPT)('keys that are typed ahead are no verdicts', async () => {
  const shown = await inTerminal(['q'], 'jjjj');
  expect(shown).toContain('Verdicts: none.');
  expect(await verdicts()).toEqual([]);
});

test.runIf(HAS_SCRIPT)(
  'walks the day: alerts first, then groups, the most urgent first; the last verdict can be taken back',
  async () => {
    const taken = ['v', 'a stunt\r', 'z'];
    const shown = await inTerminal(['j', ...taken, 'u', 'ask the office\r', ' ', 'j']);
    expect(shown).toMatch(/1 alert, then 4 entries in 3 groups/);
    // Whether entries are off hours is decided by the hour of the run, and which are samples by chance.
    const lines = shown.replaceAll(/off hours, |sample, /g, '').matchAll(/^(\d+ of \d+: .*?)\r?$/gm);
    const titles = [...lines].map(([, title]) => title);
    expect(titles[0]).toMatch(/^1 of 4: alert, high: Prohibited use requested, once/);
    expect(titles.slice(1)).toEqual([
      '2 of 4: the only one of its kind (prohibited use, rare)',
      '3 of 4: the only one of its kind (rare)',
      '2 of 4: the only one of its kind (prohibited use, rare)',
      '3 of 4: the only one of its kind (rare)',
      '4 of 4: 2 alike, the newest is shown (rare)',
    ]);
    expect(shown).toContain('next: fieldgate freeze --agency edu-county --frozen-officer li.na');
    expect(shown).toContain('for all 2: j justified');
    expect(shown).toContain('Verdicts: 3 justified, 1 questioned.');
    expect(await verdicts()).toEqual([
      ['justified', undefined],
      ['justified', undefined],
      ['questioned', 'ask the office'],
      ['acknowledged', undefined],
    ]);
    // An entry with a verdict is not shown again.
    expect(await inTerminal(['q'])).toMatch(/0 alerts, then 1 entry in 1 group,/);
  },
);

test('reports that it needs a terminal', async () => {
  const { code, stderr } = await fieldgate(folder, ['log', 'review', '--as', 'audit-office']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('needs a terminal')]);
});

describe('without a terminal', () => {
  const audit = (...args: string[]) => fieldgate(folder, ['log', 'review', ...args, '--as', 'audit-office']);

  test('the queue is a list, and a verdict is given on many entries at once, each once', async () => {
    await release('li.na', 'S1');
    const listed = await audit('queue');
    expect([listed.code, listed.stdout]).toEqual([
      0,
      expect.stringMatching(/edu-county +li\.na +S1 +decision +released +\w+ +.*rare/),
    ]);
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
    const preview = await audit('report', ...period, '--preview', '--json');
    expect(preview.json().days.map(({ kind }: { kind: string }) => kind)).toContain('decision');
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
