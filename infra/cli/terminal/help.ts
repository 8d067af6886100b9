/** Commander's own words in the language of the command line. */
import { type Argument, type Command, Help, type Option } from 'commander';
import { EXAMPLES } from '../messages/examples.ts';
import { texts, words as w } from '../messages/language.ts';
import { SHIPPED } from './shipped.ts';
import { widthOf } from './table.ts';

const { placeholders, usage: t } = await texts('terminal');

export class CommandHelp extends Help {
  // A window of 50 columns leaves 20 after the names of options.
  override minWidthToWrap = 16;

  override styleTitle(title: string): string {
    return t.headings[title] ?? title;
  }

  override displayWidth(text: string): number {
    return widthOf(text);
  }

  /** Commander breaks lines at spaces alone, which Chinese has none of. What is indented is typed, or set by hand. */
  override boxWrap(text: string, width: number): string {
    if (width < this.minWidthToWrap) return text;
    return text
      .split('\n')
      .map((line) => (line.startsWith(' ') ? line : wrapped(line, width)))
      .join('\n');
  }

  override visibleGlobalOptions(command: Command & { inherits?: (option: Option) => boolean }): Option[] {
    return super.visibleGlobalOptions(command).filter((option) => command.inherits?.(option) ?? true);
  }

  /** The options that all commands take are explained on the first page alone; each page has an example. */
  override formatHelp(command: Command, helper: Help): string {
    const shared = sharedBy(command);
    if (shared.length === 0) return super.formatHelp(command, helper);
    const others: Help = Object.create(helper);
    others.visibleGlobalOptions = (one) =>
      helper.visibleGlobalOptions(one).filter((option) => !shared.includes(option));
    others.visibleOptions = (one) => helper.visibleOptions(one).filter(({ long }) => long !== '--help');
    const width = helper.helpWidth ?? 80;
    const example = exampleOf(command, width);
    const page = super.formatHelp(command, others);
    const own = `\n${t.headings['Options:']}\n`;
    if (page.includes(own)) return page.replace(own, `\n${helper.boxWrap(t.options, width)}\n`) + example;
    return `${page}${example}\n${helper.boxWrap(t.shared, width)}\n`;
  }

  override commandUsage(command: Command): string {
    return named(super.commandUsage(command));
  }

  override subcommandTerm(command: Command): string {
    return named(super.subcommandTerm(command));
  }

  override optionTerm(option: Option): string {
    return named(super.optionTerm(option));
  }

  override argumentTerm(argument: Argument): string {
    return placeholders[argument.name()] ?? argument.name();
  }

  override optionDescription(option: Option): string {
    const standard = option.negate || option.isBoolean() ? undefined : valueInWords(option);
    const env = option.envVar === undefined ? undefined : t.env(option.envVar);
    return withNotes(option, [choicesOf(option), standard, env]);
  }

  override argumentDescription(argument: Argument): string {
    return withNotes(argument, [choicesOf(argument), valueInWords(argument)]);
  }
}

/** @returns the command as typed, its lines broken before an option */
function exampleOf(command: Command, width: number): string {
  const names: string[] = [];
  for (let at: Command | null = command; at; at = at.parent) names.unshift(at.name());
  const words = EXAMPLES[names.slice(1).join(' ')];
  if (words === undefined) return '';
  const lines = [''];
  for (const part of named(`${names.join(' ')} ${words}`)
    .trim()
    .split(/ (?=--)/)) {
    const last = lines.at(-1) ?? '';
    if (last === '') lines[lines.length - 1] = `  ${part}`;
    else if (widthOf(`${last} ${part} \\`) <= width) lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(`    ${part}`);
  }
  return `\n${lines.join(' \\\n')}\n`;
}

/** Words, and between Han characters each character, but no line begins with what closes or separates. */
const PIECES =
  /\s*(?:[^\s\p{Script=Han}，。、；：？！）】》”]+|\p{Script=Han})[，。、；：？！）】》”]*|\s*\S/gu;

function wrapped(line: string, width: number): string {
  const lines = [''];
  for (const piece of line.match(PIECES) ?? []) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && widthOf(last + piece) > width) lines.push(piece.trimStart());
    else lines[lines.length - 1] = last + piece;
  }
  return lines.join('\n');
}

const choicesOf = ({ argChoices }: { argChoices?: string[] }) =>
  argChoices === undefined ? undefined : t.choices(argChoices.join(', '));

/** An empty list is what a repeated option begins with, and no default. */
function valueInWords(of: { defaultValue?: unknown; defaultValueDescription?: string }): string | undefined {
  const { defaultValue: value, defaultValueDescription: words } = of;
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return undefined;
  // A path of this machine would differ on each.
  return t.standard(words ?? (value === SHIPPED ? w.shippedPack : String(value)));
}

function withNotes({ description }: { description: string }, notes: (string | undefined)[]): string {
  const given = notes.filter((note) => note !== undefined);
  return given.length === 0 ? description : t.notes(description, given.join(t.join));
}

/** Names of values in the reader's language: `--as <client id>`. */
function named(text: string): string {
  return text.replace(/([<[])([a-z=:. -]+)([\]>])/g, (whole, open, name: string, close) => {
    const own = placeholders[name.replace(/\.{3}$/, '')];
    return own === undefined ? whole : `${open}${own}${name.endsWith('...') ? '...' : ''}${close}`;
  });
}

/** @param message of commander. @param code of its `CommanderError` */
export function faultInWords(message: string, code: string): string {
  const [one = '', other = ''] = [...message.matchAll(/'([^']*)'/g)].map(([, name]) => named(name ?? ''));
  const similar = /\(Did you mean (?:one of )?(.*)\?\)/.exec(message)?.[1];
  const rest = similar === undefined ? '' : t.similar(similar);
  const said: Readonly<Record<string, () => string>> = {
    missingArgument: () => t.missingArgument(placeholders[one] ?? one),
    optionMissingArgument: () => t.optionMissingArgument(one),
    missingMandatoryOptionValue: () => t.missingOption(one),
    conflictingOption: () => t.conflictingOption(one, other),
    unknownOption: () => t.unknownOption(one) + rest,
    unknownCommand: () => t.unknownCommand(one) + rest,
    excessArguments: () => t.excessArguments(one),
    invalidArgument: () => invalidInWords(message),
  };
  return said[code.replace('commander.', '')]?.() ?? message;
}

/** `error: option '--x <y>' argument 'z' is invalid. Why`, or `error: command-argument value 'z' is invalid for …`. */
function invalidInWords(message: string): string {
  const [, flags, value, why = ''] =
    /^error: option '(.+?)' (?:argument|value) '(.*)' (?:from env '.*' )?is invalid\. (.*)$/s.exec(message) ??
    [];
  if (flags !== undefined) return t.invalid(named(flags), value ?? '', allowedInWords(why));
  const [, given, name, reason = ''] =
    /^error: command-argument value '(.*)' is invalid for argument '(.+?)'\. (.*)$/s.exec(message) ?? [];
  return name === undefined
    ? message
    : t.invalid(placeholders[name] ?? name, given ?? '', allowedInWords(reason));
}

function allowedInWords(why: string): string {
  const choices = /^Allowed choices are (.*)\.$/.exec(why)?.[1];
  return choices === undefined ? why : t.allowed(choices);
}

/** Options of the first page, for any other page. */
function sharedBy({ parent }: Command): readonly Option[] {
  return parent ? (parent.parent ? sharedBy(parent) : parent.options) : [];
}
