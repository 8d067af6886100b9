/** Consents and tasks from the command line. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileRig } from '../casework/rig.ts';
import { sharedFolder } from '../support/folder.ts';
import { GUARDIAN } from '../support/guardians.ts';
import { noticeFor } from '../support/notices.ts';
import { fieldgate, logInAt, putAgency } from './run.ts';

const folder = sharedFolder();
const rig = await fileRig();
logInAt(folder, rig.gateway);
for (const office of ['mca-county', 'cdpf-county', 'edu-county'])
  putAgency(folder, rig.gateway.agency(office));
writeFileSync(join(folder, 'paper.pdf'), 'signed');

const WHY = ['--officer', 'chen.jing', '--reason', 'at the desk'];
const run = (agency: string, ...args: string[]) => fieldgate(folder, [...args, '--as', agency]);

test('a consent is given, shown and withdrawn, and the recipient gets a task to delete', {
  timeout: 60_000,
}, async () => {
  const child = await rig.child();
  const ref = await rig.refOf('mca-county', child);
  const about = ['--ref', ref, '--purpose', 'D1', '--to', 'cdpf-county', '--field', 'name,birth_date'];
  const said = [
    '--giver',
    'guardian',
    '--relation',
    'mother',
    '--method',
    'signed-form',
    '--notice',
    noticeFor('D1'),
  ];
  const evidence = ['--evidence', 'paper.pdf'];
  const shown = ['--document', `resident-card=${GUARDIAN.id_number}`];
  const given = await run(
    'mca-county',
    'consent',
    'give',
    ...about,
    ...said,
    ...shown,
    ...evidence,
    ...WHY,
    '--json',
  );
  expect([given.stderr, given.code]).toEqual(['', 0]);
  const { id } = given.json();
  await rig.release('cdpf-county', 'D1', { subjects: [child], fields: ['name'] });

  const listed = await run('mca-county', 'consent', 'list', ref);
  expect(listed.stdout).toMatch(
    new RegExp(`${id}\\s+given\\s+The guardian\\s+mother\\s+D1 Rehabilitation\\s+cdpf-county`),
  );
  const withdrawn = await run('mca-county', 'consent', 'withdraw', id, ...WHY);
  expect(withdrawn.stdout).toMatch(new RegExp(`^id +${id}$`, 'm'));
  expect(withdrawn.stdout).toMatch(/ +withdrawn$/m);

  const notice = await run('mca-county', 'notice', 'D1', '--lang', 'zh');
  expect(notice.stdout).toMatch(new RegExp(`^告知书：康复[^]*哈希 {2}${noticeFor('D1')}\n$`));
  expect((await run('mca-county', 'notice', 'ZZ')).code).toBe(2);

  await rig.gateway.casework.pass();
  const inbox = await run('cdpf-county', 'task', 'list');
  const [, task] = /^([\w-]{22}) .*Delete data received under a consent/m.exec(inbox.stdout) ?? [];
  expect(task).toBeDefined();
  const done = await run(
    'cdpf-county',
    'task',
    'done',
    task ?? '',
    '--outcome',
    'deleted',
    ...evidence,
    ...WHY,
  );
  expect([done.stderr, done.code]).toEqual(['', 0]);
  // Data released for a limited time is to be deleted later.
  const left = (await run('cdpf-county', 'task', 'list', '--json')).json();
  expect(left.map(({ kind }: { kind: string }) => kind)).toEqual(['delete-ended']);
  expect((await run('cdpf-county', 'task', 'list', '--done', '--json')).json()).toHaveLength(1);
});

test.each([
  ['of one case', 'mca-county', 'W1', 'MCA-2026-77', ['--case', 'MCA-2026-77']],
  ['of releases without a case', 'edu-county', 'S1', undefined, ['--purpose', 'S1']],
])('the notices %s are proven together', async (_, office, purpose, number, named) => {
  const context = { officer: 'zhao.min', case: number };
  for (let i = 0; i < 2; i++) {
    const { json } = await rig.release(
      office,
      purpose,
      { subjects: [await rig.child()], fields: ['name'] },
      context,
    );
    expect(json.results[0].obligations).toEqual(['NOTIFY']);
  }
  await rig.gateway.casework.pass();
  const all = ['task', 'done', '--kind', 'notice', ...named, '--outcome', 'told', ...WHY];
  const bare = await run(office, ...all, '--evidence', 'paper.pdf');
  expect(bare.stderr).toContain('/delivery');
  const proof = ['--evidence', 'paper.pdf', '--delivery', 'post', '--day', '2026-01-05'];
  const done = await run(office, ...all, ...proof);
  expect([done.stdout.match(/notice {2}told/g)?.length, done.code]).toEqual([2, 0]);
  expect((await run(office, ...all, ...proof)).stdout).toBe('No such task is open.\n');
});

test('a task in hand is listed with its officer', async () => {
  const [id] = /^[\w-]{22}/m.exec((await run('mca-county', 'task', 'list')).stdout) ?? [];
  const hands = () => run('mca-county', 'task', 'list').then(({ stdout }) => stdout.includes('zhao.min'));
  expect(await hands()).toBe(false);
  const taken = await run('mca-county', 'task', 'take', id ?? '', '--officer', 'zhao.min');
  expect([taken.stderr, await hands()]).toEqual(['', true]);
  expect((await run('mca-county', 'task', 'show', id ?? '')).stdout).toMatch(
    /^in hand +agency mca-county, officer zhao\.min, /m,
  );
});
