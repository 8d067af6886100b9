/**
 * The examples of help texts, in each language: every command that they show is one that the command line has, with options that
 * it knows and an officer who works there, and the records that they show are stored without a complaint.
 */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { EXAMPLES } from '../../infra/cli/messages/examples.ts';
import { wholeProgram } from '../../infra/cli/program.ts';
import { widthOf } from '../../infra/cli/terminal/table.ts';
import { SAMPLE_PEOPLE } from '../../infra/local/sample/parties.ts';
import { fileGateway } from '../support/gateway.ts';
import { MATCH_KEYS } from '../support/match-keys.ts';

const gateway = await fileGateway();

const HELP = `
  const { wholeProgram } = await import(process.argv[1]);
  const texts = [], words = {}, bare = [];
  const read = (command, path) => {
    const name = [...path, command.name()].join(' ');
    const standard = command.commands.find((child) => child.name() === command._defaultCommandName);
    words[name] = [...command.options, ...(standard?.options ?? [])].map(({ long }) => long);
    command.configureOutput({ writeOut: (text) => texts.push(text), getOutHelpWidth: () => Number(process.argv[2]) });
    const from = texts.length;
    command.outputHelp();
    if (command.commands.length === 0 && !texts.slice(from).join('').includes('  ' + name)) bare.push(name);
    for (const child of command.commands) read(child, [...path, command.name()]);
  };
  read(await wholeProgram(), []);
  console.log(JSON.stringify({ text: texts.join('\\n'), words, bare }));
`;

interface Pages {
  text: string;
  words: Record<string, string[]>;
  /** Commands whose page shows no example. */
  bare: string[];
}

function helpIn(language: string, width = 1000): Pages {
  const args = ['--input-type=module', '-e', HELP, resolve('infra/cli/program.ts'), String(width)];
  const env = { ...process.env, FIELDGATE_LANG: language };
  return JSON.parse(execFileSync(process.execPath, args, { env, encoding: 'utf8', maxBuffer: 1 << 24 }));
}

const nameOf = (command: Command): string =>
  command.parent?.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();

const commandsIn = (text: string) =>
  [...text.matchAll(/^ +(fieldgate (?:.*\\\n)*.*)$/gm)].map(([, command = '']) =>
    command.replaceAll('\\\n', ' '),
  );

/** @returns what is wrong with it */
function faultsOf(command: string, words: Record<string, string[]>): string[] {
  const parts: string[] = command.match(/"[^"]*"|\S+/g) ?? [];
  let name = parts[0] ?? '';
  while (Object.hasOwn(words, `${name} ${parts[name.split(' ').length]}`))
    name += ` ${parts[name.split(' ').length]}`;
  const known = [
    ...(words[name] ?? []),
    ...(words['fieldgate'] ?? []),
    ...(words[name.replace(/ \w+$/, '')] ?? []),
    ...(words[name]?.includes('--match') ? MATCH_KEYS : []),
  ];
  const unknown = parts.filter((part) => part.startsWith('--') && !known.includes(part));
  if (name === 'fieldgate') unknown.push('names no command');
  const after = (option: string) => parts[parts.indexOf(option) + 1];
  const [agency, officer] = [after('--as'), after('--officer')];
  const works = SAMPLE_PEOPLE.some(({ id, office }) => id === officer && office === agency);
  return parts.includes('--officer') && !works ? [...unknown, `${officer} of ${agency}`] : unknown;
}

it.each(['en', 'zh'])(
  'the commands in the help (%s) are those of the command line and of the sample',
  (language) => {
    const { text, words } = helpIn(language);
    const commands = commandsIn(text);
    expect(commands.length).toBeGreaterThan(8);
    expect(
      commands.flatMap((command) => faultsOf(command, words).map((fault) => `${command}: ${fault}`)),
    ).toEqual([]);
  },
);

it.each(['en', 'zh'])('each page (%s) shows a command', (language) => {
  expect(helpIn(language).bare).toEqual([]);
});

it('each example has the operands and the options that its command demands', async () => {
  for (const [name, words] of Object.entries(EXAMPLES)) {
    const program = await wholeProgram();
    program.configureOutput({ writeErr: () => {} });
    const ran: string[] = [];
    const stub = (command: Command) => {
      command.action(() => void ran.push(nameOf(command)));
      for (const child of command.commands) stub(child);
    };
    for (const child of program.commands) stub(child);
    const typed = `${name} ${words}`.match(/"[^"]*"|\S+/g) ?? [];
    await program.parseAsync(
      typed.map((word) => word.replaceAll('"', '').replace(/^[\w-]+\.(pdf|txt)$/, 'package.json')),
      { from: 'user' },
    );
    expect(ran, name).toEqual([name]);
  }
});

it('a wrong option, officer or command is found', () => {
  const { words } = helpIn('en');
  expect(faultsOf('fieldgate release --as edu-county --purpos S1', words)).toEqual(['--purpos']);
  expect(faultsOf('fieldgate verify --as charity-sunrise --officer li.na', words)).toEqual([
    'li.na of charity-sunrise',
  ]);
  expect(faultsOf('fieldgate relase --as edu-county', words)).toEqual(['names no command']);
});

const intake = (agency: string, record: object) =>
  gateway.call(agency, { actions: ['intake'] }, 'POST', '/v1/intake', {
    collection: 'children',
    dryRun: true,
    records: [record],
  });

it.each(['en', 'zh'])(
  'the records in the help of intake (%s) are stored without a complaint',
  async (language) => {
    const lines = [...helpIn(language).text.matchAll(/^ +(\{"match":(?!.*\.\.\.).*\}\})/gm)].map(
      ([, line = '']) => line,
    );
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      const record = JSON.parse(line);
      const owner = 'school_name' in record.fields ? 'edu-county' : 'mca-county';
      const { status, json } = await intake(owner, record);
      expect(
        { status, problem: json.results[0].problem, refused: json.results[0].refused ?? {} },
        line,
      ).toEqual({
        status: 200,
        problem: undefined,
        refused: {},
      });
    }
  },
);

it.each([
  ['the help of intake once had', { school_name: { school_id: 'S-01' } }],
  ['the page for Python once had', { grade: 'grade-5' }],
])('the record that %s is refused', async (_where, fields) => {
  const { json } = await intake('edu-county', { match: { local_id: 'S-1' }, fields });
  expect(JSON.stringify(json)).toMatch(/MALFORMED|FIELD_UNKNOWN|INVALID/);
});

it.each(['en', 'zh'])(
  'no line of help in %s is wider than a window of 50 columns, but for what is typed',
  (language) => {
    const narrow = helpIn(language, 50).text.split('\n');
    // Names of options stand alone in their column, however long they are.
    const wide = narrow.filter(
      (line) => widthOf(line) > 50 && !line.startsWith(' ') && !line.startsWith('Usage'),
    );
    expect(wide.filter((line) => /\s/.test(line) && !line.startsWith('用法'))).toEqual([]);
    expect(narrow.length).toBeGreaterThan(helpIn(language).text.split('\n').length * 1.3);
  },
);
