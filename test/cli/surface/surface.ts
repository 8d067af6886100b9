/** What scripts depend on of the command line, as text: names, aliases, arguments and options of each command. */
import type { Command, Option } from 'commander';

/** One line a command: `case open --case <number> --purpose <code>! …`, with `!` at what is required. */
export function surfaceOf(program: Command): string[] {
  return program.commands.flatMap((one) => linesOf(one as Command, []));
}

function linesOf(command: Command, above: readonly string[]): string[] {
  const path = [...above, command.name()];
  const words = [
    ...command.aliases().map((alias) => `alias:${alias}`),
    ...command.registeredArguments.map((one) =>
      quoted(one.required ? `<${one.name()}>` : `[${one.name()}]`, one.variadic && 'variadic'),
    ),
    ...command.options.map(optionWord).sort(),
  ];
  const own = [path.join(' '), ...words].join('\t');
  return [own, ...command.commands.flatMap((one) => linesOf(one as Command, path))];
}

const optionWord = ({ flags, mandatory, argChoices, defaultValueDescription, negate }: Option) =>
  quoted(
    flags,
    mandatory && 'required',
    argChoices && `of ${argChoices.join('|')}`,
    defaultValueDescription && `default ${defaultValueDescription}`,
    negate && 'negates',
  );

const quoted = (word: string, ...notes: (string | false | undefined)[]) => {
  const given = notes.filter(Boolean);
  return given.length === 0 ? word : `${word} (${given.join(', ')})`;
};

/** The shape of JSON: names and types of members, and of a list its items. */
export function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return `[${[...new Set(value.map(shapeOf))].sort().join(' | ')}]`;
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${name}: ${shapeOf(member)}`).join(', ')}}`;
}
