/** The command line in each of its languages: nothing of another one is left in what a person reads. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { languageOf } from '../../infra/cli/messages/language.ts';
import { stories } from '../../infra/cli/messages/zh/local.ts';
import { storiesOf } from '../../infra/local/sample/stories.ts';
import { logRoutes } from '../../shared/contract/routes/log.ts';
import { wordsIn } from '../../shared/contract/words/load.ts';
import { MEMBERS } from '../../shared/tree/commitments.ts';
import { foreignWords } from './foreign-words.ts';

/** Prints the help of every command, and its own name and options on a first line. */
const HELP = `
  const { wholeProgram } = await import(process.argv[1]);
  const print = (command, path) => {
    const name = [...path, command.name()];
    console.log('#' + name.join(' '));
    command.configureOutput({ getOutHelpWidth: () => 1000 });
    command.outputHelp();
    for (const child of command.commands) print(child, name);
  };
  print(await wholeProgram(), []);
`;

function helpIn(language: string): string {
  const args = ['--input-type=module', '-e', HELP, resolve('infra/cli/program.ts')];
  return execFileSync(process.execPath, args, {
    env: { ...process.env, FIELDGATE_LANG: language },
    encoding: 'utf8',
    maxBuffer: 1 << 24,
  });
}

/** The help, and the names of the commands, which it prints too. */
function foreignIn(help: string): string[] {
  const names = [...help.matchAll(/^#(.+)$/gm)].flatMap(([, name]) => (name ?? '').split(' '));
  return foreignWords(help.replace(/^#.*$/gm, ''), names);
}

it('has no English word in the Chinese help of any command', () => {
  expect(foreignIn(helpIn('zh'))).toEqual([]);
});

it('finds one, if there is one', () => {
  expect(foreignIn('  --case <号码>  case of the request')).toContain('request');
});

it('tells each story of the sample in Chinese', () => {
  const named = storiesOf({ people: 100, today: '2026-11-26' }).map(({ name }) => name);
  expect(named.filter((name) => stories[name] === undefined)).toEqual([]);
});

it('names each member of an entry in Chinese', async () => {
  // Shown in tables of their own, or under another name.
  const elsewhere = ['event', 'internal', 'fields', 'withheld', 'keys'];
  const around = ['reviews', 'alerts', 'siblings', 'pair', 'alike'];
  const shown = [...MEMBERS.filter((name) => !elsewhere.includes(name)), ...around];
  const words = await wordsIn('zh');
  const nameOf = (member: string) => words.word(logRoutes.readEntry.line, `answer.${member}`)[0];
  expect(shown.filter((name) => !/^[\p{Script=Han}\s]+$/u.test(nameOf(name)))).toEqual([]);
  expect(nameOf('internal')).toBe('internal');
});

it('takes the language of --lang, then of FIELDGATE_LANG, then of the locale', () => {
  const chinese = { LANG: 'zh_CN.UTF-8' };
  expect(languageOf([], chinese)).toBe('zh');
  expect(languageOf([], { ...chinese, LC_ALL: 'C' })).toBe('en');
  expect(languageOf([], { ...chinese, LC_MESSAGES: 'en_GB.UTF-8' })).toBe('en');
  expect(languageOf([], { LC_ALL: '', LC_MESSAGES: 'zh_CN' })).toBe('zh');
  expect(languageOf([], { ...chinese, FIELDGATE_LANG: 'en' })).toBe('en');
  expect(languageOf(['log', '--lang', 'zh'], { FIELDGATE_LANG: 'en' })).toBe('zh');
  expect(languageOf(['--lang=zh-Hans', 'log'], {})).toBe('zh');
  expect(languageOf(['--lang', 'de'], { LANG: 'zh_CN' })).toBe('zh');
  expect(languageOf([], { LANG: 'de_DE.UTF-8' })).toBe('en');
  expect(languageOf([], {})).toBe('en');
});
