import type { Proposals, Value, Word } from './proposals.ts';

/** One function answers for every place, so a word of a value is never taken for a command of that name. */
export function fish({ commands, values }: Proposals): string {
  const known = commands.slice(1).map(({ at }) => quoted(at));
  const owing = values.map(({ pattern }) => quoted(pattern));
  const places = commands.flatMap(({ at, subcommands, options, argument }) => [
    `    case ${quoted(at)}`,
    ...proposed(subcommands),
    ...(argument === 'free' ? [] : [`      ${printed(argument)}`]),
    ...(subcommands.length === 0 && argument === 'free'
      ? []
      : ["      string match -q -- '-*' $cur; or return"]),
    ...proposed(options),
  ]);
  const ofOptions = values
    .filter(({ value }) => value !== 'free')
    .flatMap(({ pattern, value }) => [`      case ${quoted(pattern)}`, `        ${printed(value)}`]);
  return `function __fieldgate_agencies
  set -l home ~/.config
  set -q XDG_CONFIG_HOME; and set home $XDG_CONFIG_HOME
  for file in .fieldgate/agencies/*.json $home/fieldgate/agencies/*.json
    string replace -r '.*/(.*)\\.json$' '$1' -- $file
  end
end
function __fieldgate_proposals
  set -l at ''
  set -l owed ''
  set -l words (commandline -opc)
  set -e words[1]
  set -l cur (commandline -ct)
  set -l before ''
  for word in $words
    if test -n "$owed"
      set owed ''
      continue
    end
    switch "$at $word"
      case ${known.join(' ')}
        set at "$at $word"
      case ${owing.join(' ')}
        set owed $word
    end
  end
  if test -z "$owed"; and string match -q -- '--*=*' $cur
    set owed (string replace -r '=.*' '' -- $cur)
    set before "$owed="
    set cur (string replace -r '^[^=]*=' '' -- $cur)
  end
  if test -n "$owed"
    switch "$at $owed"
${ofOptions.join('\n')}
    end | string replace -r '^' -- "$before"
    return
  end
  switch $at
${places.join('\n')}
  end
end
complete -c fieldgate -f -a '(__fieldgate_proposals)'
`;
}

function printed(value: Value): string {
  if (typeof value === 'object') return `printf '%s\\n' ${value.words.map(quoted).join(' ')}`;
  if (value === 'agencies') return '__fieldgate_agencies';
  return value === 'files' ? '__fish_complete_path $cur' : '__fish_complete_directories $cur';
}

/** Fish shows what stands after a tab next to the word. */
const proposed = (words: readonly Word[]) =>
  words.length === 0
    ? []
    : [
        `      printf '%s\\t%s\\n' ${words.map(({ name, about }) => `${quoted(name)} ${quoted(about)}`).join(' ')}`,
      ];

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
