/** `log review` in a terminal of its own, which `script` of util-linux gives; skipped without it. */
import { spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { alike } from '../../infra/cli/log/review.ts';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { fieldgate, putAgency } from './run.ts';

const CLI = resolve('infra/cli/fieldgate.ts');
const HAS_SCRIPT = spawnSync('script', ['--version']).stdout?.toString().includes('util-linux') ?? false;
const ID = '99000120130506001X';
const folder = sharedFolder();

const gateway = await fileGateway();
beforeAll(async () => {
  putAgency(folder, gateway.agency('audit-office'));
  await gateway.put('mca-county', {
    match: { id_number: ID },
    fields: { name: '测试甲', birth_date: '2013-05-06', division_code: '990001001001' },
  });
  const release = (officer: string, purpose = 'S1') =>
    gateway.call(
      'edu-county',
      { actions: ['release'], purpose, case: 'EDU-1', officer, reason: 'winter subsidy' },
      'POST',
      '/v1/releases',
      { collection: 'children', subjects: [{ match: { id_number: ID } }], fields: ['name'] },
    );
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
  'walks the day: alerts first, then groups, the rarest first; the last verdict can be taken back',
  async () => {
    const taken = ['v', 'a stunt\r', 'z'];
    const shown = await inTerminal(['j', ...taken, 'u', 'ask the office\r', ' ', 'j']);
    expect(shown).toMatch(/1 alerts, then 4 entries in 3 groups/);
    const titles = [...shown.matchAll(/^(\d+ of \d+: .*?)\r?$/gm)].map(([, title]) => title);
    expect(titles[0]).toMatch(/^1 of 4: alert, high: Prohibited use requested, once/);
    expect(titles.slice(1)).toEqual([
      '2 of 4: the only one of its kind',
      '3 of 4: the only one of its kind',
      '2 of 4: the only one of its kind',
      '3 of 4: the only one of its kind',
      '4 of 4: 2 alike, the newest is shown',
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
    expect(await inTerminal(['q'])).toMatch(/0 alerts, then 1 entries in 1 groups/);
  },
);

test('reports that it needs a terminal', async () => {
  const { code, stderr } = await fieldgate(folder, ['log', 'review', '--as', 'audit-office']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('needs a terminal')]);
});

test('entries alike are one group, and the rarest come first', () => {
  const entry = (id: string, officer: string) =>
    ({ id, kind: 'decision', handler: { agency: 'a' }, words: { officer } }) as never;
  const groups = alike([entry('1', 'often'), entry('2', 'once'), entry('3', 'often')]);
  expect(groups.map((group) => group.map(({ id }) => id))).toEqual([['2'], ['1', '3']]);
});
