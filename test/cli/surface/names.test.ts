/** Every name that a script may have written down: commands, aliases, arguments, options, choices. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { wholeProgram } from '../../../infra/cli/program.ts';
import { surfaceOf } from './surface.ts';

/** Written again with FIELDGATE_RECORD=1, after a change that is meant. */
const RECORDED = 'test/cli/surface/names.txt';

const program = await wholeProgram();
const lines = surfaceOf(program);
if (process.env['FIELDGATE_RECORD']) writeFileSync(RECORDED, `${lines.join('\n')}\n`);

it('keeps each command with its arguments and options; new ones may join', () => {
  const now = new Map(lines.map((line) => [line.split('\t')[0] ?? '', new Set(line.split('\t').slice(1))]));
  const gone = readFileSync(RECORDED, 'utf8')
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      const [path = '', ...words] = line.split('\t');
      const has = now.get(path);
      return has ? words.filter((word) => !has.has(word)).map((word) => `${path}: ${word}`) : [path];
    });
  expect(gone).toEqual([]);
});

it('says of each command, argument and option what it is', () => {
  const all = (command: Command): Command[] => [
    command,
    ...command.commands.flatMap((one) => all(one as Command)),
  ];
  const bare = all(program).flatMap((command) => [
    ...(command.description() === '' && command.name() !== 'help' ? [command.name()] : []),
    ...command.options
      .filter(({ description }) => description === '')
      .map(({ flags }) => `${command.name()} ${flags}`),
  ]);
  expect(bare).toEqual([]);
});
