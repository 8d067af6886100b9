/** Faults of use in Chinese: each command is called with what it does not know, lacks or cannot read. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/folder.ts';
import { foreignWords } from './foreign-words.ts';

/** Prints each call with what commander or a parser of an option says. An unknown option keeps an act from being run. */
const FAULTS = `
  const { wholeProgram } = await import(process.argv[1]);
  const said = [];
  let heard = '';
  process.stderr.write = (text) => { heard += text; return true; };
  async function call(path, args) {
    heard = '';
    let thrown = '';
    try {
      await (await wholeProgram()).parseAsync([...path, ...args], { from: 'user' });
    } catch (error) {
      thrown = error.code?.startsWith('commander.') ? '' : error.message;
    }
    said.push([[...path, ...args].join(' '), heard + thrown]);
  }
  async function visit(command, path) {
    await call(path, ['--no-such-thing']);
    for (const option of command.options) {
      if (!option.long || option.isBoolean() || option.negate) continue;
      await call(path, [option.long]);
      await call(path, [option.long, '%%', '--no-such-thing']);
    }
    if (command.registeredArguments.length > 0) await call(path, ['%%', '--no-such-thing']);
    if (command.registeredArguments.some((one) => one.required) || command.options.some((one) => one.mandatory))
      await call(path, []);
    for (const child of command.commands) await visit(child, [...path, child.name()]);
  }
  await visit(await wholeProgram(), []);
  console.log(JSON.stringify(said));
`;

type Said = readonly (readonly [call: string, said: string])[];

/** In a folder without a gateway or a login, so that no call could reach one. */
function faultsIn(language: string): Said {
  const args = ['--input-type=module', '-e', FAULTS, resolve('infra/cli/program.ts')];
  const options = { encoding: 'utf8', maxBuffer: 1 << 26, cwd: temporaryFolder() } as const;
  const env = { ...process.env, FIELDGATE_LANG: '', LC_ALL: '', LANG: language };
  return JSON.parse(execFileSync(process.execPath, args, { ...options, env })) as Said;
}

/** What is quoted was typed, or is the name of an option. */
const foreignIn = (call: string, said: string) =>
  foreignWords(said.replaceAll(/'[^']*'/g, ' '), call.split(' '));

it('has no English word in the Chinese faults of use of any command', { timeout: 120_000 }, () => {
  const said = faultsIn('zh_CN.UTF-8');
  expect(said.length).toBeGreaterThan(500);
  expect(said.filter(([, one]) => !/\p{Script=Han}/u.test(one))).toEqual([]);
  const faults = said.flatMap(([call, one]) =>
    foreignIn(call, one).map((word) => `${call}: ${word} in ${one}`),
  );
  expect(faults).toEqual([]);
});

it('finds one, if there is one', () => {
  expect(foreignIn('log --none', "error: unknown option '--none'")).toEqual(['error', 'unknown', 'option']);
});
