/** With `--json` every command writes `{"data": …}` to standard output or `{"error": …}` to standard error, and nothing else. */
import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { wholeProgram } from '../../infra/cli/program.ts';
import { sharedFolder } from '../support/folder.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';
import { logInAt, putAgency, putLogin } from './run.ts';

const folder = sharedFolder();
const gateway = await fileGateway();
const ID_NUMBER = freshNumber();
const AGENCIES = ['edu-county', 'mca-county', 'audit-office', 'steward-office', 'charity-sunrise'];

/** Runs calls one after the other in a process of its own, as `fieldgate` would. */
const CALLS = `
  const { runCommand } = await import(process.argv[1]);
  const heard = { stdout: '', stderr: '' };
  const say = process.stdout.write.bind(process.stdout);
  for (const to of ['stdout', 'stderr']) process[to].write = (text) => { heard[to] += text; return true; };
  const said = [];
  for (const args of JSON.parse(process.argv[2])) {
    Object.assign(heard, { stdout: '', stderr: '' });
    process.exitCode = undefined;
    await runCommand(args);
    said.push({ ...heard, code: process.exitCode ?? 0 });
  }
  process.exitCode = 0;
  say(JSON.stringify(said));
`;

interface Said {
  code: number;
  stdout: string;
  stderr: string;
}

async function said(calls: readonly (readonly string[])[]): Promise<Said[]> {
  const args = ['--input-type=module', '-e', CALLS, resolve('infra/cli/run.ts'), JSON.stringify(calls)];
  const { FIELDGATE_AS: _as, FIELDGATE_URL: _url, ...env } = process.env;
  return new Promise((done, fail) => {
    execFile(process.execPath, args, { cwd: folder, env, maxBuffer: 1 << 26 }, (error, stdout) =>
      error ? fail(error) : done(JSON.parse(stdout)),
    );
  });
}

function leavesOf(command: Command, path: string[] = []): string[] {
  const below = command.commands.flatMap((one) => leavesOf(one as Command, [...path, one.name()]));
  // A group without an act of its own shows its help.
  const acts = path.length > 0 && (command as unknown as { _actionHandler: unknown })._actionHandler;
  return acts ? [path.join(' '), ...below] : below;
}

const leaves = leavesOf(await wholeProgram());
const PACK = 'shared/packs/starter';

/** Commands that read, as they are called, and by whom. */
const READS: Record<string, readonly string[]> = {
  'agency history': ['edu-county', '--as', 'audit-office'],
  'agency list': ['--as', 'steward-office'],
  'agency show': ['edu-county', '--as', 'steward-office'],
  'case list': ['--as', 'mca-county'],
  catalogue: ['--as', 'edu-county'],
  'catalogue export': ['--as', 'edu-county'],
  'consent list': ['--id-number', ID_NUMBER, '--as', 'mca-county', '--officer', 'zhao.min', '--reason', 'x'],
  fields: ['name', '--as', 'edu-county'],
  'freeze list': ['--as', 'audit-office'],
  'hold list': ['--as', 'audit-office'],
  'incident list': ['--as', 'audit-office'],
  'log alerts': ['--as', 'audit-office'],
  'log decoy': ['--as', 'audit-office'],
  'log list': ['--as', 'audit-office', '--limit', '3'],
  'log review queue': ['--as', 'audit-office'],
  'log review report': ['--from', '1h', '--to', '0m', '--preview', '--as', 'audit-office'],
  'log stats': ['--as', 'audit-office'],
  notice: ['--as', 'mca-county'],
  'objection list': ['--as', 'mca-county'],
  'pack acts': [resolve(PACK)],
  'pack check': [resolve(PACK)],
  'pack diff': [resolve(PACK), resolve(PACK)],
  'pack explain': ['S1'],
  'pack matrix': [resolve(PACK)],
  'pack prove': [resolve(PACK), '--sentence', 'teachers-no-number'],
  'pack retention': [resolve(PACK)],
  'pack rule': ['A8.1'],
  'pack versions': ['--as', 'steward-office'],
  programmes: ['--as', 'charity-sunrise'],
  'report audit': ['--year', '2026', '--as', 'audit-office'],
  'report processing': ['--offline'],
  'request list': ['--sent', '--as', 'edu-county'],
  sample: [],
  second: ['--as', 'steward-office'],
  'task list': ['--as', 'mca-county'],
  today: ['--no-check', '--as', 'audit-office'],
  types: ['--as', 'edu-county'],
  usage: ['--as', 'mca-county'],
  whoami: ['--as', 'edu-county'],
};

/** What these write is no answer but the content of a file, a service, or a dialogue. */
const OTHERWISE = ['completion', 'console', 'log export', 'sidecar'];

/** Lists of which the parts are named, because they are several. */
const DOCUMENTS = ['catalogue', 'fields', 'notice', 'second', 'types'];

beforeAll(async () => {
  logInAt(folder, gateway);
  for (const clientId of AGENCIES) putAgency(folder, gateway.agency(clientId));
  await gateway.put('mca-county', { match: { id_number: ID_NUMBER }, fields: { name: '王小明' } });
  await putLogin(folder, 'mca-county', 'zhao.min');
});

it('reads and acts are all the commands there are', () => {
  const known = [...Object.keys(READS), ...OTHERWISE];
  expect(known.filter((name) => !leaves.includes(name))).toEqual([]);
  expect(leaves.length).toBeGreaterThan(90);
});

describe('a mistake', () => {
  it('is one object on standard error, at every command', { timeout: 120_000 }, async () => {
    const all = await said(leaves.map((path) => [...path.split(' '), '--no-such-thing', '--json']));
    const wrong = all.flatMap(({ code, stdout, stderr }, at) => {
      const { error, ...rest } = JSON.parse(stderr);
      const whole = Object.keys(rest).length === 0 && error.code === 'USAGE' && error.message !== '';
      return code === 2 && stdout === '' && whole ? [] : [leaves[at]];
    });
    expect(wrong).toEqual([]);
  });

  it('names the address that gives no answer, and nothing else of the call', async () => {
    const nowhere = 'http://127.0.0.1:1';
    const ask = ['case', 'show', 'PLANTED-id', '--as', 'edu-county', '--url', nowhere, '--json'];
    const [{ code, stderr } = { code: 0, stderr: '' }] = await said([ask]);
    expect(code).toBe(3);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'UNREACHABLE', address: nowhere } });
    expect(stderr).toContain(`The gateway at ${nowhere} cannot be reached`);
    expect(stderr).not.toContain('PLANTED');
  });
});

describe('an answer', () => {
  it('is one object: the thing itself, or an array of the things', { timeout: 120_000 }, async () => {
    const names = Object.keys(READS);
    const all = await said(names.map((name) => [...name.split(' '), ...(READS[name] ?? []), '--json']));
    for (const [at, { stdout, stderr }] of all.entries()) {
      const name = names[at] ?? '';
      expect([name, stderr.includes('"error"'), stdout]).toEqual([name, false, expect.stringMatching(/^{/)]);
      const { data, by, more: _more, waiting: _waiting, ...rest } = JSON.parse(stdout);
      expect([name, rest]).toEqual([name, {}]);
      // What asked a gateway says as whom.
      if (by !== undefined) expect([name, AGENCIES]).toEqual([name, expect.arrayContaining([by.office])]);
      const isList = Array.isArray(data);
      if (name.endsWith('list') || name.endsWith('versions')) expect([name, isList]).toEqual([name, true]);
      // Nothing is in a box of its own.
      const inside = isList || DOCUMENTS.includes(name) ? [] : Object.values(data);
      expect([name, inside.length === 1 && typeof inside[0] === 'object']).toEqual([name, false]);
    }
  });

  it('is written by one function', () => {
    const files = globSync('infra/cli/**/*.ts', { exclude: ['infra/cli/messages/**'] });
    const own = files.filter((file) => /stdout\.write\(\s*`?\$?\{?JSON/.test(readFileSync(file, 'utf8')));
    // The one function, and a service, which has no answer: it says a line for each run.
    expect(own.sort()).toEqual(['infra/cli/common.ts', 'infra/cli/sync/service.ts']);
    const boxed = files.filter((file) =>
      /\bprint\(options, \{ \w+(: \w+)? \},/.test(readFileSync(file, 'utf8')),
    );
    // Neither is an answer of the gateway.
    expect(boxed.sort()).toEqual(['infra/cli/login/login.ts', 'infra/cli/sync/sync.ts']);
  });
});
