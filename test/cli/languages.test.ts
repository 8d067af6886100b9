/** The command line in each of its languages: nothing of another one is left in what a person reads. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { languageOf } from '../../infra/cli/messages/language.ts';
import { stories } from '../../infra/cli/messages/zh/local.ts';
import { storiesOf } from '../../infra/local/sample/stories.ts';

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

/** Closed words, names of files and standards, and JSON members: they are the same in every language. */
const SAME = `JSON CSV YAML Markdown NDJSON JWK JWKS JWS SHA-256 HTTP https KMS CloudTrail UTC Fieldgate FIELDGATE_\\w+ DECOY
  OFF_HOURS NOT_CONFIRMED YYYY-MM-DD Records base64 records MPS MCA hash
  given refused objects informed notified processed child guardian other-parent carer substitute recipient
  able unable mother upheld rejected correction restriction deletion explanation outdated contradicted incomplete other-person
  county-organ provincial-organ state-organ critical-infrastructure other general larger major extraordinary
  confirmed unfounded first supplement closing children create refuse purpose agency officer field outcome hour day
  high medium low released decision denial prohibited intake waiting open ended closed submitted material approved
  withdrawn expired collected age sex hardship signed-form resident-card clientId name zh departments roles areas
  purposes actions trainedUntil ref match id_number local_id fields school_name school_id visit_notes null
  spring-bud help-page-check inquiry-second zhang\\.wei journal proofs
  csv json html ndjson jsonl gz help institution POST GET SHA en`;

/** What is left of a text once everything that is the same in every language is taken away. */
function foreignWords(help: string): string[] {
  const names = [...help.matchAll(/^#(.+)$/gm)].flatMap(([, name]) => (name ?? '').split(' '));
  const same = new RegExp(`^(${[...SAME.split(/\s+/), ...names].join('|')})$`);
  const prose = help
    .replace(/^#.*$/gm, '')
    // Lines of an example, commands within a sentence, options, addresses, paths and versions.
    .replace(
      /^(?: {2}(?:fieldgate|\{)| {4}--).*$/gm,
      (line) => line.match(/\p{Script=Han}+/gu)?.join(' ') ?? '',
    )
    .replace(
      /(?<!\w)--?[\w-]+|https?:\/\/\S+|[\w./-]*\/[\w./-]*|[\w-]+\.(?:txt|csv|html|json|ndjson)|\d\S*/g,
      ' ',
    );
  return [...new Set(prose.match(/[A-Za-z][\w.-]*[A-Za-z0-9]|[A-Za-z]{2}/g) ?? [])].filter(
    (word) => !same.test(word),
  );
}

it('has no English word in the Chinese help of any command', () => {
  expect(foreignWords(helpIn('zh'))).toEqual([]);
});

it('finds one, if there is one', () => {
  expect(foreignWords('  --case <号码>  case of the request')).toContain('request');
});

it('tells each story of the sample in Chinese', () => {
  const named = storiesOf({ children: 100, today: '2026-11-26' }).map(({ name }) => name);
  expect(named.filter((name) => stories[name] === undefined)).toEqual([]);
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
