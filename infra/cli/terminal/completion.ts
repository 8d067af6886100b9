/** `fieldgate completion`: what a shell proposes after the tab key, made from the commands themselves. */

import { Argument, type Command as Plain } from 'commander';
import type { Command } from '../command.ts';
import { texts } from '../messages/language.ts';

const { completion: t } = await texts('terminal');
const { commands: about } = await texts('program');

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** @param whole the program with every command */
export function registerCompletion(whole: () => Promise<Command>): (program: Command) => void {
  return (program) =>
    program
      .command('completion')
      .description(about.completion)
      .addArgument(new Argument('<shell>', t.shell).choices(SHELLS))
      .addHelpText('after', t.help)
      .runs(async (_options, shell) => {
        process.stdout.write(scriptFor(shell as Shell, await whole()));
      });
}

/** A command by its path, such as `['log', 'alerts']`. */
interface Node {
  path: string[];
  command: Plain;
}

function nodes(command: Plain, path: string[] = []): Node[] {
  return [{ path, command }, ...command.commands.flatMap((one) => nodes(one, [...path, one.name()]))];
}

function scriptFor(shell: Shell, program: Plain): string {
  const all = nodes(program);
  if (shell === 'fish') return fish(all);
  return shell === 'bash' ? bash(all) : `autoload -U +X bashcompinit && bashcompinit\n${bash(all)}`;
}

const flagsOf = (command: Plain) => command.options.flatMap(({ long }) => long ?? []);

/** By command and option: the words that it takes. */
function choicesIn(all: readonly Node[]): string[] {
  return all.flatMap(({ path, command }) =>
    command.options.flatMap(({ long, argChoices }) =>
      long && argChoices ? [`    "${wordsOf(path)} ${long}") words="${argChoices.join(' ')}" ;;`] : [],
    ),
  );
}

/** By command and option: the options that take words of which nothing is known. Their values are no names of options. */
function freeIn(all: readonly Node[]): string[] {
  const free = all.flatMap(({ path, command }) =>
    command.options.flatMap(({ long, argChoices, required }) =>
      long && required && !argChoices ? [`"${wordsOf(path)} ${long}"`] : [],
    ),
  );
  return free.length === 0 ? [] : [`    ${free.join('|')}) words="" ;;`];
}

/** The key files of this folder and of the user, by their names. */
const AGENCIES = `for file in .fieldgate/agencies/*.json "\${XDG_CONFIG_HOME:-$HOME/.config}"/fieldgate/agencies/*.json; do
      [ -e "$file" ] && file="\${file##*/}" && words="$words \${file%.json}"
    done`;

const wordsOf = (path: readonly string[]) => path.map((name) => ` ${name}`).join('');

function bash(all: readonly Node[]): string {
  const known = all.filter(({ path }) => path.length > 0).map(({ path }) => `" ${path.join(' ')}"`);
  const root = flagsOf((all[0] as Node).command);
  const proposals = all.map(({ path, command }) => {
    const words = [
      ...command.commands.map((one) => one.name()),
      ...flagsOf(command),
      ...(path.length > 0 ? root : []),
    ];
    return `    "${wordsOf(path)}") words="${words.join(' ')}" ;;`;
  });
  return `_fieldgate() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" at="" word words="" file
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in
      ${known.join('|')}) at="$at $word" ;;
    esac
  done
  case "$at" in
${proposals.join('\n')}
  esac
  case "$at $prev" in
${[...choicesIn(all), ...freeIn(all)].join('\n')}
  esac
  if [ "$prev" = --as ]; then
    words=""
    ${AGENCIES}
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _fieldgate fieldgate
`;
}

const OF_FISH = ` -xa '(ls .fieldgate/agencies ~/.config/fieldgate/agencies 2>/dev/null | string match -r ".+(?=\\\\.json)")'`;

function fish(all: readonly Node[]): string {
  const lines = all.flatMap(({ path, command }) => {
    const when = conditionOf(path, command);
    const names = command.commands.map(
      (one) => `complete -c fieldgate -f -n '${when}' -a ${one.name()} -d ${quoted(one.description())}`,
    );
    const flags = command.options.flatMap(({ long, description, argChoices, required }) => {
      if (!long) return [];
      const files = long === '--as' ? OF_FISH : ' -r';
      const values = argChoices ? ` -xa '${argChoices.join(' ')}'` : required ? files : '';
      const within = path.length === 0 ? '' : ` -n '${seen(path)}'`;
      return [`complete -c fieldgate${within} -l ${long.slice(2)}${values} -d ${quoted(description)}`];
    });
    return [...names, ...flags];
  });
  return `${lines.join('\n')}\n`;
}

/** Subcommands are proposed until one is there. */
function conditionOf(path: readonly string[], command: Plain): string {
  if (path.length === 0) return '__fish_use_subcommand';
  const next = command.commands.map((one) => one.name()).join(' ');
  return next === '' ? seen(path) : `${seen(path)}; and not __fish_seen_subcommand_from ${next}`;
}

const seen = (path: readonly string[]) =>
  path.map((name) => `__fish_seen_subcommand_from ${name}`).join('; and ');

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
