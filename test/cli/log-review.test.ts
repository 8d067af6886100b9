/** `log review` in a terminal of its own, which `script` of util-linux gives; skipped without it. */
import { spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { byRarity } from '../../infra/cli/log/review.ts';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { fieldgate, putAgency } from './run.ts';

const CLI = resolve('infra/cli/fieldgate.ts');
const HAS_SCRIPT = spawnSync('script', ['--version']).stdout?.toString().includes('util-linux') ?? false;
const ID = '990001201305060015';
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

/** Runs the command in a terminal, and presses the next key whenever it waits for one. */
function inTerminal(keys: string): Promise<string> {
  const command = `'${process.execPath}' '${CLI}' log review --as audit-office`;
  const env = { ...process.env, FIELDGATE_AS: '', FORCE_COLOR: '0', TERM: 'xterm' };
  const child = spawn('script', ['-qec', command, '/dev/null'], { cwd: folder, env });
  let shown = '';
  let pressed = 0;
  child.stdout.on('data', (bytes) => {
    shown += bytes;
    // Each thing ends with the keys that answer it.
    const waits = shown.split('q quit').length - 1;
    while (pressed < waits && pressed < keys.length) child.stdin.write(keys[pressed++] as string);
  });
  return new Promise((done) => child.on('close', () => done(shown)));
}

test.runIf(HAS_SCRIPT)(
  'walks the day: alerts first, then rare entries, with one key for a verdict',
  async () => {
    const shown = await inTerminal('jv uq');
    expect(shown).toMatch(/1 alerts, then \d+ entries/);
    const titles = [...shown.matchAll(/^(\d+ of \d+: .*?)\r?$/gm)].map(([, title]) => title);
    expect(titles[0]).toMatch(/^1 of 5: alert, high: Prohibited use requested, once/);
    expect(titles.slice(1)).toEqual([
      '2 of 5: the only one of its kind',
      '3 of 5: the only one of its kind',
      '4 of 5: one of 2 alike',
      '5 of 5: one of 2 alike',
    ]);
    expect(shown).toContain('Verdicts: 1 justified, 1 violation, 1 questioned.');
    const json = await gateway.audit('/v1/log/entries?kind=review');
    expect(json.entries.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'questioned',
      'violation',
      'acknowledged',
    ]);
    // An entry with a verdict is not shown again.
    expect(await inTerminal('q')).toMatch(/0 alerts, then 2 entries/);
  },
);

test('reports that it needs a terminal', async () => {
  const { code, stderr } = await fieldgate(folder, ['log', 'review', '--as', 'audit-office']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('needs a terminal')]);
});

test('the rarest come first', () => {
  const entry = (id: string, officer: string) =>
    ({ id, kind: 'decision', handler: { agency: 'a' }, words: { officer } }) as never;
  const ranked = byRarity([entry('1', 'often'), entry('2', 'once'), entry('3', 'often')]);
  expect(ranked.map(({ entry: { id }, alike }) => [id, alike])).toEqual([
    ['2', 1],
    ['1', 2],
    ['3', 2],
  ]);
});
