/** `fieldgate build verify`: a stranger builds a commit again and learns whether a release was made of it. */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { signBuild } from '../../infra/aws/commands/builds.ts';
import { compare } from '../../infra/cli/build/compare.ts';
import type { Build } from '../../shared/tree/builds.ts';
import { formatVerifier } from '../../shared/tree/note.ts';
import { fieldgate } from '../cli/run.ts';
import { sharedFolder } from '../support/folder.ts';

const folder = sharedFolder();
const clone = join(folder, 'clone');
const HANDLER = 'functions/release/handler.ts';
const secret = generateKeyPairSync('ed25519').privateKey;
let commit: string;
let honest: Pick<Build, 'builder' | 'functions'>;

const git = (...words: string[]) => execFileSync('git', words, { cwd: clone, encoding: 'utf8' }).trim();

function built(): typeof honest {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const words = ['--no-warnings', 'infra/aws/commands/packages.ts'];
  return JSON.parse(execFileSync(process.execPath, words, { cwd: clone, encoding: 'utf8', env }));
}

beforeAll(() => {
  mkdirSync(clone);
  const files = [
    'functions',
    'infra',
    'shared',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'cdk.json',
  ];
  for (const name of files) cpSync(name, join(clone, name), { recursive: true });
  symlinkSync(resolve('node_modules'), join(clone, 'node_modules'));
  writeFileSync(join(clone, '.gitignore'), 'node_modules\n');
  git('init', '-q');
  git('add', '.');
  git('-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '-qm', 'A release');
  commit = git('rev-parse', 'HEAD');
  honest = built();
}, 120_000);

/** @param functions what the key of releases says of the commit */
async function verified(about: Partial<Build>, ...more: string[]) {
  const { line, key } = signBuild({ release: '1.4.2', commit, ...honest, ...about }, secret);
  const file = join(folder, 'builds');
  writeFileSync(file, line);
  const words = ['build', 'verify', commit, '--source', 'clone', '--builds', file];
  return fieldgate(folder, [...words, '--release-key', formatVerifier(key), ...more]);
}

it('says that a release was built of the commit, and names the functions of one that was not', async () => {
  const equal = await verified({});
  expect([equal.stderr, equal.code]).toEqual(['', 0]);
  expect(equal.stdout).toContain(`Equal: what was signed as 1.4.2 was built from ${commit}.`);
  // The operator bends a function and signs it as the commit.
  appendFileSync(join(clone, HANDLER), "\nprocess.stdout.write('bent');\n");
  const dirty = await verified({});
  expect([dirty.code, dirty.stderr]).toEqual([2, expect.stringContaining('differ from the commit')]);
  const bent = built();
  git('checkout', '-q', HANDLER);
  const different = await verified(bent);
  expect(different.code).toBe(1);
  expect(different.stdout).toContain(
    `Different: what was signed as 1.4.2 is not what ${commit} gives here: release. Are the settings (-c) those of the deployment?`,
  );
}, 240_000);

it('says that no release is signed, and what this machine can not tell', async () => {
  const other = await verified({ commit: 'f'.repeat(40) });
  expect([other.code, other.stdout]).toEqual([1, expect.stringContaining('Not signed:')]);
  git('-c', 'user.name=a', '-c', 'user.email=a@example.org', 'commit', '-qm', 'Later', '--allow-empty');
  const later = await verified({});
  expect([later.code, later.stderr]).toEqual([2, expect.stringContaining(`git checkout ${commit}`)]);
  git('checkout', '-q', commit);
  const none = await fieldgate(folder, [
    'build',
    'verify',
    'nothing',
    '--source',
    clone,
    '--release-key',
    'x',
  ]);
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('no clone that has nothing')]);
});

const [A, B] = ['a'.repeat(64), 'b'.repeat(64)];
const one = (archive: string, code: string, name = 'release') => ({ name, archive, code });
const signed = { release: '1', commit: 'c', builder: 'here', functions: [one(A, A)] };

it.each([
  ['equal', 'equal', 'equal', 'here', [one(A, A)]],
  // AWS Signer adds a file to the archive.
  ['unchecked', 'equal', 'unchecked', 'here', [one(B, A)]],
  ['different', 'different', null, 'here', [one(A, B)]],
  ['unchecked', 'unchecked', null, 'there', [one(A, B)]],
  ['equal', 'equal', 'equal', 'there', [one(A, A)]],
  // No machine explains a function that only one of the two has.
  ['different', 'different', null, 'there', []],
] as const)('%s: package %s, archive %s, built %s', (verdict, code, archive, builder, functions) => {
  const runs = { version: '3', configuration: B, release: '-', time: 'now' };
  const deployed = [
    { ...runs, name: 'release', archive: A },
    { ...runs, name: 'release', archive: B },
    { ...runs, name: 'verify', archive: A },
  ];
  const result = compare([signed], { builder, functions }, deployed);
  expect([result.verdict, result.functions]).toEqual([
    verdict,
    [{ name: 'release', code, archive, runs: [deployed[0]] }],
  ]);
  const more = compare([signed], { builder, functions: [...functions, one(A, A, 'odd')] }, null);
  expect([more.verdict, more.functions[0]]).toMatchObject(['different', { name: 'odd', code: 'different' }]);
});
