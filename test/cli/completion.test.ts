/** Completion in a shell, from the commands themselves. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { sharedFolder } from '../support/folder.ts';
import { fieldgate } from './run.ts';

const folder = sharedFolder();
/** The shells ask the command by its name. */
mkdirSync(join(folder, 'bin'));
writeFileSync(
  join(folder, 'bin', 'fieldgate'),
  `#!/bin/sh\nexec '${process.execPath}' --no-warnings '${resolve('infra/cli/fieldgate.mjs')}' "$@"\n`,
  { mode: 0o755 },
);
process.env['PATH'] = `${join(folder, 'bin')}:${process.env['PATH']}`;

const script = async (shell: string) => {
  const { stdout } = await fieldgate(folder, ['completion', shell]);
  const file = join(folder, shell);
  writeFileSync(file, stdout);
  return file;
};

const has = (shell: string) => !spawnSync(shell, ['--version']).error;

/** An agency of this folder, and a list of people. */
function agency(): void {
  mkdirSync(join(folder, '.fieldgate', 'agencies'), { recursive: true });
  writeFileSync(join(folder, '.fieldgate', 'agencies', 'edu-county.json'), '{}');
  writeFileSync(join(folder, 'people.csv'), '');
}

/** What is typed, and the words that a shell proposes for its end. */
const LINES: [line: string, words: string[]][] = [
  ['cata', ['catalogue']],
  ['--as audit-office log al', ['alerts']],
  ['log alerts --ac', ['--ack']],
  ['log export --format ', ['ndjson', 'ocsf']],
  ['log export --format=oc', ['--format=ocsf']],
  ['--lang=z', ['--lang=zh']],
  ['release --as edu', ['edu-county']],
  // The list is what the log shows without a command.
  ['log --outc', ['--outcome']],
  ['log --outcome list --limi', ['--limit']],
  // The value of an option is no command of that name.
  ['--as task log ale', ['alerts']],
  ['intake peo', ['people.csv']],
  ['release --agency-file=peo', ['--agency-file=people.csv']],
  ['completion f', ['fish']],
];

/** Types each line and a tab into a zsh of its own, and prints the line that is there then. */
const TYPED = String.raw`
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PS1=; unset zle_bracketed_paste; LISTMAX=0; source $1"
shift
zpty -w z "show() { print -r -- \"BUFFER=<\$BUFFER>\" }; zle -N show; bindkey '^X' show; print REA''DY"
zpty -r z out '*READY*'
for line in "$@"; do
  zpty -w -n z $'\C-u'"fieldgate $line"$'\t\C-x'
  zpty -r z out '*BUFFER=<*>*'
  print -r -- $out
done`;

test('bash proposes commands, their commands, options and the words of an option', async () => {
  const file = await script('bash');
  const proposed = (...words: string[]) => {
    const line = words.map((word) => `'${word}'`).join(' ');
    const run = `source ${file}; COMP_WORDS=(fieldgate ${line}); COMP_CWORD=${words.length}; _fieldgate; echo "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', run], { encoding: 'utf8', cwd: folder }).trim().split(' ');
  };
  expect(proposed('rel')).toEqual(['release', 'release-second']);
  expect(proposed('--as', 'audit-office', 'log', 'al')).toEqual(['alerts']);
  expect(proposed('log', 'alerts', '--ac')).toEqual(['--ack']);
  expect(proposed('log', 'alerts', '--as')).toEqual(['--as']);
  expect(proposed('log', 'export', '--format', '')).toEqual(['ndjson', 'ocsf']);
  // A value of which nothing is known is no option; an agency is one whose keys are here.
  expect(proposed('release', '--case', '')).toEqual(['']);
  agency();
  expect(proposed('release', '--as', 'edu')).toEqual(['edu-county']);
  expect(proposed('release', '--as', '=', 'edu')).toEqual(['edu-county']);
  expect(proposed('--as', 'task', 'log', 'ale')).toEqual(['alerts']);
  expect(proposed('log', '--outcome', 'list', '--limi')).toEqual(['--limit']);
  expect(proposed('completion', 'f')).toEqual(['fish']);
  expect(proposed('log', '--kind', 'fre')).toEqual(['freeze']);
  expect(proposed('log', 'list', '--outcome', 'suspe')).toEqual(['suspended']);
  expect(proposed('task', 'done', '--outcome', 'suspe')).toEqual(['']);
  const login = { issuer: 'http://gate.test', clientId: 'edu-county', person: 'zhang.wei', accessToken: 'x' };
  writeFileSync(
    join(folder, '.fieldgate', 'login.json'),
    JSON.stringify({ ...login, expires: Date.now() + 3_600_000 }),
  );
  expect(proposed('release', '--officer', 'zh')).toEqual(['zhang.wei']);
});

test.skipIf(!has('fish'))('fish proposes what bash proposes (skipped without fish)', async () => {
  const file = await script('fish');
  const proposed = (line: string) =>
    execFileSync('fish', ['--no-config', '-c', `source ${file}; complete -C '${line}'`], {
      encoding: 'utf8',
      cwd: folder,
    })
      .split('\n')
      .map((proposal) => proposal.split('\t')[0]);
  agency();
  for (const [line, word] of LINES) expect(proposed(`fieldgate ${line}`), line).toEqual([...word, '']);
});

test.skipIf(!has('zsh'))('zsh completes what bash proposes (skipped without zsh)', async () => {
  const file = await script('zsh');
  agency();
  const run = spawnSync('zsh', ['-f', '-c', TYPED, 'zsh', file, ...LINES.map(([line]) => line)], {
    encoding: 'utf8',
    cwd: folder,
    env: { ...process.env, HOME: folder },
  });
  const typed = [...run.stdout.matchAll(/BUFFER=<fieldgate (.*?) ?>/g)].map(([, line]) => line);
  const completed = LINES.map(([line, words]) =>
    // Two words begin in one way here: neither is taken.
    (words.length === 1 ? line.replace(/[^ ]*$/, () => words[0] as string) : line).trimEnd(),
  );
  expect(typed).toEqual(completed);
});

test('no other shell has a script', async () => {
  expect((await fieldgate(folder, ['completion', 'tcsh'])).code).toBe(2);
});
