import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { newKey } from '../client/fake-gateway.ts';
import { temporaryFolder } from '../support/folder.ts';
import { fieldgate, putAgency } from './run.ts';

/** An address at which nothing listens. */
const NOWHERE = 'http://127.0.0.1:1';

async function folderWithAgency(): Promise<string> {
  const folder = temporaryFolder();
  putAgency(folder, { clientId: 'edu-county', issuer: NOWHERE, sig: await newKey('ES256') } as {
    clientId: string;
  });
  return folder;
}

const RELEASE = ['release', '--as', 'edu-county', '--purpose', 'S1'];

test('help names every command and the exit codes', async () => {
  const { code, stdout } = await fieldgate(temporaryFolder(), ['help']);
  expect(code).toBe(0);
  for (const command of ['intake', 'release', 'log', 'usage', 'whoami', 'catalogue', 'help']) {
    expect(stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
  }
  expect(stdout).toContain('3  the gateway cannot be reached');
});

test('a reader that stops early gets no error', async () => {
  const child = spawn(process.execPath, [resolve('infra/cli/fieldgate.ts'), 'help'], {
    cwd: temporaryFolder(),
  });
  child.stdout.destroy();
  let stderr = '';
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  const code = await new Promise((done) => child.on('close', done));
  expect([code, stderr]).toEqual([0, '']);
});

test('help for a command shows its options, and names those of all commands', async () => {
  const { code, stdout } = await fieldgate(temporaryFolder(), ['help', 'release']);
  expect(code).toBe(0);
  expect(stdout).toContain('--match <field=value>');
  expect(stdout).toContain('those of every command (fieldgate --help):');
  expect(stdout).not.toContain('--as <client id>');
  expect((await fieldgate(temporaryFolder(), ['--help'])).stdout).toContain('--as <client id>');
});

test.each([
  ['no command', []],
  ['an unknown command', ['relaese']],
  ['an unknown option', ['log', '--since', '1h']],
  ['no purpose', ['release', '--as', 'edu-county']],
  ['a time that is none', ['log', '--from', 'yesterday']],
  ['a time that does not exist', ['log', '--from', '2026-13-41']],
  ['a count that is none', ['log', '--limit', '0']],
  ['no agency', ['log']],
  ['an agency without keys', ['log', '--as', 'nobody']],
  ['a client id that is a path', ['log', '--as', '../edu-county']],
  ['no person', RELEASE],
  ['a comparison without a value', [...RELEASE, '--compare', 'name']],
  ['an intake file that is not there', ['intake', 'nothing.json', '--as', 'edu-county']],
])('%s: exit code 2, a message, and nothing on standard output', async (_what, args) => {
  const { code, stdout, stderr } = await fieldgate(await folderWithAgency(), args);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.length).toBeGreaterThan(10);
  expect(stderr).not.toContain('    at ');
});

test.each([
  ['verify', 'lst', 'list'],
  ['log', 'lst', 'list'],
  ['request', 'aprove', 'approve'],
])('%s %s: the command that was meant, before what it would need', async (command, word, meant) => {
  const { code, stderr } = await fieldgate(temporaryFolder(), [command, word, 'x']);
  expect(code).toBe(2);
  expect(stderr).toContain(`error: unknown command '${word}'\n(Did you mean ${meant}?)`);
});

test('a word that resembles no command is not repeated: it may be a number of a person', async () => {
  const { stderr } = await fieldgate(temporaryFolder(), ['verify', '990001201806250110']);
  expect(stderr).toContain('--programme');
  expect(stderr).not.toContain('990001');
});

test('the agencies with keys are listed', async () => {
  const { stderr } = await fieldgate(await folderWithAgency(), ['log']);
  expect(stderr).toContain('edu-county');
});

test('an invalid key file is not quoted', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'key.json'), '{"clientId":"x","sig":"PLANTED"}');
  const { code, stderr } = await fieldgate(folder, ['log', '--agency-file', 'key.json']);
  expect(code).toBe(2);
  expect(stderr).toContain('key.json is not a key file');
  expect(stderr).not.toContain('PLANTED');
});

test.each([['whoami'], ['release', '--purpose', 'S1', '--ref', 'r']])(
  '%s without a gateway: exit code 3 and what to do',
  { timeout: 30_000 },
  async (...args) => {
    const { code, stdout, stderr } = await fieldgate(await folderWithAgency(), [
      ...args,
      '--as',
      'edu-county',
    ]);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('npm start');
  },
);

test('with --json the error is JSON too', { timeout: 30_000 }, async () => {
  const { code, stderr } = await fieldgate(await folderWithAgency(), ['log', '--as', 'edu-county', '--json']);
  expect(code).toBe(3);
  expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'UNREACHABLE' } });
});

test.each([
  [['release', '--as', 'edu-county'], '--purpose'],
  [['relaese'], 'relaese'],
  [['log', '--limit', '0'], '--limit'],
  [[], 'command'],
  [['intake', 'nothing.ndjson', '--as', 'edu-county'], 'nothing.ndjson'],
])('%j with --json: a fault of use is one JSON object', async (args, named) => {
  const { code, stdout, stderr } = await fieldgate(await folderWithAgency(), [...args, '--json']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  const { error } = JSON.parse(stderr);
  expect(error).toMatchObject({ code: 'USAGE', message: expect.stringContaining(named) });
});

test('a misspelt option is named before the one it was meant to be, with the help of its own command', async () => {
  const { code, stderr } = await fieldgate(await folderWithAgency(), ['agency', 'init', '--client-i', 'x']);
  expect(code).toBe(2);
  expect(stderr).toContain("unknown option '--client-i'");
  expect(stderr).toContain('Did you mean --client-id?');
  expect(stderr).toContain('fieldgate agency init --help');
});

test('an intake file of lines that is not there is one line', async () => {
  const { code, stderr } = await fieldgate(await folderWithAgency(), [
    ...['intake', 'nothing.ndjson', '--as', 'edu-county'],
  ]);
  expect([code, stderr.trim().split('\n').length]).toEqual([2, 1]);
});

test('colours only when asked for: none in a pipe', async () => {
  const colour = String.fromCharCode(27);
  const folder = await folderWithAgency();
  const plain = await fieldgate(folder, ['log', '--as', 'nobody']);
  expect(plain.stderr).not.toContain(colour);
  const forced = await fieldgate(folder, ['log', '--as', 'nobody'], { env: { FORCE_COLOR: '1' } });
  expect(forced.stderr).toContain(colour);
});

test.each(['--officer', '--reason', '--case'])(
  'an empty %s is refused before anything is sent',
  async (name) => {
    const folder = await folderWithAgency();
    const { code, stderr } = await fieldgate(folder, [...RELEASE, '--ref', 'x', name, '']);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`${name} has no value`)]);
  },
);
