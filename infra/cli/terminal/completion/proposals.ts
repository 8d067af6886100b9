/** What can follow where on a command line, for the scripts of all shells. */
import type { Argument, Option } from 'commander';
import type { Command } from '../../command.ts';

/** A word that can be typed, and what it is for. */
export interface Word {
  name: string;
  about: string;
}

/** What stands after an option, or as a command's argument. `free` is text of which nothing is known. */
export type Value = { words: string[] } | 'agencies' | 'files' | 'folders' | 'free';

export interface Proposals {
  commands: CommandWords[];
  values: OptionValue[];
}

export interface CommandWords {
  /** The words that lead to the command, each with a space before it, such as ` log alerts`. */
  at: string;
  subcommands: Word[];
  options: Word[];
  argument: Value;
}

/**
 * An option that takes a value, as a pattern of a command and the option, such as ` log* --as`. Patterns of commands
 * within others stand first.
 */
export interface OptionValue {
  pattern: string;
  value: Value;
}

export function proposalsOf(program: Command): Proposals {
  const all = within(program, '');
  return {
    commands: all.map(({ at, command }) => wordsOf(at, command)),
    values: all.toReversed().flatMap(({ at, command }) => valuesOf(at, command)),
  };
}

interface Place {
  at: string;
  command: Command;
}

function within(command: Command, at: string): Place[] {
  const inner = command.commands as Command[];
  return [{ at, command }, ...inner.flatMap((one) => within(one, `${at} ${one.name()}`))];
}

/** The command that runs if none of a group is named: its options can stand without its name. */
function standardOf(command: Command): Command | undefined {
  const { _defaultCommandName: name } = command as unknown as { _defaultCommandName: string | null };
  return (command.commands as Command[]).find((one) => one.name() === name);
}

function wordsOf(at: string, command: Command): CommandWords {
  const help = command.createHelp();
  const own = [standardOf(command), command].flatMap((one) => (one ? help.visibleOptions(one) : []));
  const options = [
    ...new Map([...own, ...help.visibleGlobalOptions(command)].map((one) => [one.long, one])),
  ].map(([, one]) => one);
  return {
    at,
    subcommands: help.visibleCommands(command).map((one) => ({ name: one.name(), about: one.description() })),
    options: options.flatMap(({ long, description }) => (long ? [{ name: long, about: description }] : [])),
    argument: argumentOf(command),
  };
}

function argumentOf({ registeredArguments: all }: Command): Value {
  const known = all.map((one) => kindOf(one, one.name())).filter((value) => value !== 'free');
  return known[0] ?? 'free';
}

function valuesOf(at: string, command: Command): OptionValue[] {
  const below = command.commands.length > 0 ? '*' : '';
  const taking = (options: readonly Option[], before: string) =>
    options.flatMap((option) =>
      option.long && option.required
        ? [{ pattern: `${before} ${option.long}`, value: kindOf(option, placeholderOf(option)) }]
        : [],
    );
  return [...taking(standardOf(command)?.options ?? [], at), ...taking(command.options, at + below)];
}

const placeholderOf = ({ flags }: Option) => /<(.*)>/.exec(flags)?.[1] ?? '';

/** The placeholders are names in the source and have one form in every language. */
const OF_PLACEHOLDER: Record<string, Value> = {
  'client id': 'agencies',
  file: 'files',
  path: 'files',
  pack: 'files',
  folder: 'folders',
  'yes|no': { words: ['yes', 'no'] },
};

function kindOf({ argChoices }: Argument | Option, placeholder: string): Value {
  return argChoices ? { words: argChoices } : (OF_PLACEHOLDER[placeholder] ?? 'free');
}

/** A pattern in a `case` of a POSIX shell: the star stays one, the rest is literal. */
export const casePattern = (pattern: string) =>
  pattern
    .split('*')
    .map((part) => (part === '' ? '' : `"${part}"`))
    .join('*');
