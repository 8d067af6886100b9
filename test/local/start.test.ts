import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test as plain } from 'vitest';
import { runStart, startChild } from '../support/child.ts';
import { temporaryFolder } from '../support/folder.ts';

const ONE_LINE = /^fieldgate: [^\n]+\n$/;

const test = plain.extend('folder', () => temporaryFolder());

test.each([['--what'], ['--people', 'many'], ['--people', '-1'], ['extra']])(
  'an option that is not right: %s %s',
  async (...args) => {
    const { code, stdout, stderr } = await runStart(temporaryFolder(), args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(ONE_LINE);
  },
);

test('an invalid PORT', async () => {
  const { code, stderr } = await runStart(temporaryFolder(), [], { PORT: '99999' });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^fieldgate: PORT takes .*\n$/);
});

test('a PACK that does not exist', async ({ folder }) => {
  const { code, stderr } = await runStart(folder, [], { PACK: '/nope' });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: 'fieldgate: PACK names /nope, which does not exist\n',
  });
});

test('the usage that was asked for is no fault', async ({ folder }) => {
  const { code, stdout, stderr } = await runStart(folder, ['--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^usage: npm start/);
});

test('a port in use', async () => {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as { port: number };
  const { code, stderr } = await runStart(temporaryFolder(), [], { PORT: `${port}` });
  expect(code).toBe(1);
  expect(stderr).toMatch(new RegExp(`^fieldgate: port ${port} is in use; .*PORT=8788 npm start\\n$`));
  server.close();
});

test('a file in place of the state folder', async ({ folder }) => {
  writeFileSync(join(folder, '.fieldgate'), '');
  const { code, stderr } = await runStart(folder, []);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^fieldgate: cannot make the folder [^\n]+\n$/);
});

test('a damaged state file', async ({ folder }) => {
  mkdirSync(join(folder, '.fieldgate'));
  writeFileSync(join(folder, '.fieldgate/kms.json'), '{"keys":');
  const { code, stderr } = await runStart(folder, []);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^fieldgate: \S+kms\.json is damaged; [^\n]+--fresh[^\n]*\n$/);
});

test('a second gateway in the same folder, until the first is gone', async ({ folder }) => {
  const first = await startChild(folder);
  const second = await runStart(folder, ['--people', '0']);
  expect(second.code).toBe(1);
  expect(second.stderr).toMatch(/^fieldgate: \S+ is in use by another gateway; [^\n]+\n$/);
  await first.end('SIGKILL');
  const third = await startChild(folder);
  expect(await third.end('SIGTERM')).toBe(0);
});

test('SIGINT ends it cleanly; a sample is loaded once and grows on request', async ({ folder }) => {
  const first = await startChild(folder, ['--people', '4']);
  expect(await first.end('SIGINT')).toBe(0);
  expect(first.stdout()).toContain('with 4 sample people');
  expect(first.stderr()).toMatch(/^(Loading sample data [^\n]+\n)*$/);
  const [, idNumber] = /--id-number (\d{17}[\dX])/.exec(first.stdout()) ?? [];
  expect(idNumber).toMatch(/^990001/);

  const second = await startChild(folder, ['--people', '2']);
  expect(second.stdout()).toContain('with 4 sample people');
  await second.end('SIGINT');
  const third = await startChild(folder, ['--people', '6']);
  expect(third.stdout()).toContain('with 6 sample people');
  expect(third.stdout()).toContain(idNumber);
  const request = { collection: 'children', subjects: [{ match: { id_number: idNumber } }] };
  const details = { actions: ['release'], purpose: 'S1', officer: 'zhang.wei', reason: 'winter subsidy' };
  const answer = await third.call('edu-county', details, 'POST', '/v1/releases', request);
  expect(answer.status).toBe(200);
  expect(answer.json.results[0].fields).not.toEqual({});
  await third.end('SIGINT');
});
