import { casePattern, type Proposals, type Value } from './proposals.ts';

/** Without a proposal Bash proposes files of its own, which is right for files and does no harm for free text. */
export function bash({ commands, values }: Proposals): string {
  const known = commands.slice(1).map(({ at }) => `"${at}"`);
  const owing = values.map(({ pattern }) => casePattern(pattern));
  const words = commands.map(({ at, subcommands, options, argument }) => {
    const names = [...subcommands, ...options].map(({ name }) => name);
    return `    "${at}") words="${[proposedBy(argument), ...names].join(' ').trim()}" ;;`;
  });
  const ofOptions = values.flatMap(({ pattern, value }) => {
    const proposed = proposedBy(value);
    return proposed === '' ? [] : [`    ${casePattern(pattern)}) words="${proposed}" ;;`];
  });
  return `_fieldgate_agencies() {
  local file
  for file in .fieldgate/agencies/*.json "\${XDG_CONFIG_HOME:-$HOME/.config}"/fieldgate/agencies/*.json; do
    [ -e "$file" ] && file="\${file##*/}" && echo "\${file%.json}"
  done
}
_fieldgate() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" at="" owed="" word words=""
  # An equals sign is a word of its own in Bash.
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [ "$word" = "=" ] && continue
    if [ -n "$owed" ]; then
      owed=""
      continue
    fi
    case "$at $word" in
      ${known.join('|')}) at="$at $word" ;;
      ${owing.join('|')}) owed="$word" ;;
    esac
  done
  [ "$cur" = "=" ] && cur=""
  if [ -n "$owed" ]; then
    case "$at $owed" in
${ofOptions.map((line) => `  ${line}`).join('\n')}
    esac
  else
    case "$at" in
${words.map((line) => `  ${line}`).join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _fieldgate fieldgate
`;
}

function proposedBy(value: Value): string {
  if (typeof value === 'object') return value.words.join(' ');
  return value === 'agencies' ? '$(_fieldgate_agencies)' : '';
}
