import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { logInAt, putLogin } from '../cli/run.ts';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { makeChild, refAt, release } from './rig.ts';

const CLI = resolve(import.meta.dirname, '../../infra/cli/fieldgate.ts');
const folder = sharedFolder();
const gateway = await fileGateway({ folder });
logInAt(folder, gateway);

async function run(as: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const named = args.indexOf('--officer');
  if (named >= 0) await putLogin(folder, as, args[named + 1] ?? '');
  const file = join(folder, 'agencies', `${as}.json`);
  const all = [CLI, ...args, '--agency-file', file, '--url', gateway.url];
  return new Promise((done) => {
    execFile(process.execPath, all, { cwd: folder }, (error, stdout, stderr) => {
      done({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

const by = (officer: string) => ['--officer', officer, '--reason', 'asked for at the desk'];

it('erases by two people', async () => {
  const { ref } = await makeChild(gateway);
  const [steward, court] = [
    await refAt(gateway, ref, 'steward-office'),
    await refAt(gateway, ref, 'court-county'),
  ];
  const first = await run('steward-office', 'erase', steward, ...by('li.na'));
  expect(first).toMatchObject({ code: 4, stdout: expect.stringContaining('Another person') });
  const same = await run('steward-office', 'erase', steward, ...by('li.na'));
  expect(same).toMatchObject({ code: 4, stdout: expect.stringContaining('Another person') });
  const order = ['erase', court, '--instrument', 'ORDER-1', ...by('wu.jun')];
  const unread = await run('court-county', ...order);
  expect(unread).toMatchObject({ code: 1, stderr: expect.stringContaining('CONFLICT') });
  const [, entry = ''] = /--entry (\S+)/.exec(first.stdout) ?? [];
  const second = await run('court-county', ...order, '--entry', entry);
  expect(second).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^unreadable +2/m),
  });
  expect((await release(gateway, { ref }, ['name'])).json.results[0].refused.code).toBe('REFUSED');
});

it('requests a merge and stops it', async () => {
  const [double, child] = [await makeChild(gateway), await makeChild(gateway)];
  const first = await run('mps-county', 'merge', double.policeRef, child.policeRef, ...by('liu.yang'));
  expect(first, first.stderr).toMatchObject({ code: 4, stdout: expect.stringContaining('Another person') });
  const kept = await run('mca-county', 'merge', child.ref, '--stop', ...by('zhao.min'));
  expect(kept, kept.stderr).toMatchObject({ code: 0, stdout: expect.stringMatching(/^stopped +2/m) });
  expect(await run('mca-county', 'merge', child.ref, ...by('zhao.min'))).toMatchObject({ code: 2 });
});

it('runs a job and shows its progress', async () => {
  await makeChild(gateway);
  const job = await run('steward-office', 'keys', 'rekey', '--class', 'facts', '--json', ...by('li.na'));
  expect(job.code, job.stderr).toBe(0);
  const view = JSON.parse(job.stdout).data;
  expect(view).toMatchObject({ kind: 'rekey', class: 'facts', state: 'done', failed: 0 });
  expect(job.stderr).toContain(view.id);
  const again = await run('steward-office', 'jobs', view.id);
  expect(again.stdout).toContain(`rekey of facts done, ${view.total} of ${view.total} items`);
  const started = await run('steward-office', 'keys', 'sweep', '--no-wait', '--json', ...by('li.na'));
  expect(JSON.parse(started.stdout).data).toMatchObject({ kind: 'sweep', state: 'running' });
  expect(await run('mca-county', 'keys', 'rekey')).toMatchObject({ code: 1 });
  expect(await run('steward-office', 'jobs', 'nonsense')).toMatchObject({ code: 1 });
});
