/** `fieldgate completion`: a script by which a shell asks, after the tab key, for what can follow the words that were typed. */

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, type Option } from 'commander';
import { defined } from '../../../shared/defined.ts';
import { KINDS, OUTCOMES } from '../../../shared/entry-kinds.ts';
import type { Command } from '../command.ts';
import type { GlobalOptions } from '../common.ts';
import { folders } from '../identity/folders.ts';
import { logins } from '../identity/login-file.ts';
import { WORDS } from '../log/known.ts';
import { texts } from '../messages/language.ts';
import { kindOf, liveWords, type Word } from './live.ts';

const { completion: t } = await texts('terminal');

const ASK = 'fieldgate completion';
/** Where nothing is proposed a shell proposes files of its own, which is right for files and does no harm for free text. */
const SCRIPTS = {
  bash: `_fieldgate() {
  local IFS=$'\\n' cur="\${COMP_WORDS[COMP_CWORD]}"
  # An equals sign is a word of its own in Bash.
  [ "$cur" = "=" ] && cur=""
  COMPREPLY=($(compgen -W "$(${ASK} bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "$cur"))
}
complete -o default -F _fieldgate fieldgate
`,
  /** Works by `source` and as the file `_fieldgate` of a folder in `fpath`. */
  zsh: `#compdef fieldgate
_fieldgate() {
  local -a found
  found=("\${(@f)$(${ASK} zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  [[ $PREFIX == --*=* ]] && compset -P '*='
  if [[ -z "$found" ]]; then
    _files
  elif [[ $PREFIX == -* ]]; then
    _describe -o option found
  else
    _describe command found
  fi
}
if [[ \${funcstack[1]} == _fieldgate ]]; then
  _fieldgate "$@"
else
  (( \${+functions[compdef]} )) || { autoload -Uz compinit && compinit }
  compdef _fieldgate fieldgate
fi
`,
  fish: `function __fieldgate_proposals
  set -l words (commandline -opc) (commandline -ct)
  set -l cur $words[-1]
  set -l before (string match -r -- '^--[^=]*=' $cur)
  set -l found (${ASK} fish -- $words[2..-1] 2>/dev/null)
  set -q found[1]; or set found (__fish_complete_path (string replace -r -- '^--[^=]*=' '' $cur))
  printf '%s\\n' "$before"$found
end
complete -c fieldgate -f -a '(__fieldgate_proposals)'
`,
};
type Shell = keyof typeof SCRIPTS;

/** What a word is for stands next to it, where the shell shows it. */
const LINES: Record<Shell, (word: Word) => string> = {
  bash: ({ name }) => name,
  zsh: ({ name, about }) => `${name.replaceAll(':', '\\:')}:${about}`,
  fish: ({ name, about }) => `${name}\t${about}`,
};

/** @param programFor the program with the commands that words name */
export const registerCompletion =
  (programFor: (words: readonly string[]) => Promise<Command>) =>
  (program: Command): void =>
    void program
      .command('completion')
      .addArgument(new Argument('<shell>', t.shell).choices(Object.keys(SCRIPTS)))
      .argument('[words...]', t.words)
      .addHelpText('after', t.help)
      .runs(async (_options, shell, typed: unknown) => {
        const words = typed as string[];
        const line = LINES[shell as Shell];
        process.stdout.write(
          words.length === 0
            ? SCRIPTS[shell as Shell]
            : (await proposals(await programFor(words), words)).map((word) => `${line(word)}\n`).join(''),
        );
      });

/** @param typed the words after `fieldgate`, the last of which may not be complete */
async function proposals(program: Command, typed: readonly string[]): Promise<Word[]> {
  const words = typed
    .flatMap((word) => /^(--[\w-]+)=(.*)$/s.exec(word)?.slice(1) ?? [word])
    .filter((word, at, all) => word !== '=' || at === all.length - 1);
  const last = words.pop() ?? '';
  const live = (wanted: string): Promise<Word[]> => {
    const kind = kindOf(wanted, pathOf(command));
    return kind === null ? Promise.resolve([]) : liveWords(kind, globalsIn(words));
  };
  let command = program;
  let owing: Option | undefined;
  for (const word of words) {
    const inner = (command.commands as Command[]).find((one) => one.name() === word);
    // The value of an option is no command of that name.
    if (owing) owing = undefined;
    else if (inner) command = inner;
    else owing = optionsAt(command).find(({ long, required }) => long === word && required);
  }
  if (owing) {
    // Of the log alone: a task has outcomes of its own.
    const ofLog = command.name() === 'log' || command.parent?.name() === 'log' ? LOG.get(owing.flags) : null;
    if (ofLog) return plain(ofLog);
    const placeholder = owing.long === '--officer' ? 'officer' : (/<(.*)>/.exec(owing.flags)?.[1] ?? '');
    return valuesOf(owing, placeholder) ?? (await live(owing.long ?? ''));
  }
  const help = command.createHelp();
  const inner = help.visibleCommands(command).map((one) => ({ name: one.name(), about: one.description() }));
  const operands = last.startsWith('-') ? [] : command.registeredArguments;
  const known = (
    await Promise.all(operands.map(async (one) => valuesOf(one, one.name()) ?? (await live(one.name()))))
  ).flat();
  const named = [...known, ...inner];
  const takesFile = command.registeredArguments.some((one) => valuesOf(one, one.name())?.length === 0);
  if (!last.startsWith('-') && (named.length > 0 || takesFile)) return named;
  const options = new Map(optionsAt(command).map((one) => [one.long, one.description]));
  return [...options].flatMap(([name, about]) => (name ? [{ name, about }] : []));
}

const pathOf = (command: Command): string[] =>
  command.parent ? [...pathOf(command.parent as Command), command.name()] : [];

/** What was typed of the options by which the gateway and the office are named. */
function globalsIn(words: readonly string[]): GlobalOptions {
  const after = (name: string) => (words.includes(name) ? words[words.indexOf(name) + 1] : undefined);
  const { FIELDGATE_AS, FIELDGATE_URL } = process.env;
  const as = after('--as') ?? FIELDGATE_AS;
  return defined({ as, agencyFile: after('--agency-file'), url: after('--url') ?? FIELDGATE_URL });
}

/** Of the command, of that which runs if none of a group is named, and of those above. */
function optionsAt(command: Command): Option[] {
  const { _defaultCommandName: name } = command as unknown as { _defaultCommandName: string | null };
  const standard = (command.commands as Command[]).find((one) => one.name() === name);
  const help = command.createHelp();
  const own = [standard, command].flatMap((one) => (one ? help.visibleOptions(one) : []));
  return [...own, ...help.visibleGlobalOptions(command)];
}

const LOG: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  [WORDS.kind, KINDS],
  [WORDS.outcome, OUTCOMES],
]);

const plain = (names: readonly string[]): Word[] => names.map((name) => ({ name, about: '' }));

/** The words that a value can be; none for a file, `null` if nothing is known. Placeholders are names in the source. */
function valuesOf({ argChoices }: { argChoices?: string[] }, placeholder: string): Word[] | null {
  if (argChoices) return plain(argChoices);
  if (placeholder === 'yes|no') return plain(['yes', 'no']);
  if (placeholder === 'client id')
    return plain(folders().flatMap((folder) => keysIn(join(folder, 'agencies'))));
  if (placeholder === 'officer') return plain([...new Set(logins().map(({ person }) => person))]);
  return /^(file|path|pack|folder)$/.test(placeholder) ? [] : null;
}

/** The agencies whose keys are in a folder. */
function keysIn(folder: string): string[] {
  try {
    return readdirSync(folder).flatMap((name) => /^(.*)\.json$/.exec(name)?.slice(1) ?? []);
  } catch {
    return [];
  }
}
