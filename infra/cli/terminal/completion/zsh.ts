import { casePattern, type Proposals, type Value, type Word } from './proposals.ts';

/** Works by `source` and as the file `_fieldgate` of a folder in `fpath`. */
export function zsh({ commands, values }: Proposals): string {
  const known = commands.slice(1).map(({ at }) => `"${at}"`);
  const places = commands.flatMap(({ at, subcommands, options, argument }) => [
    `    "${at}")`,
    `      commands=(${listed(subcommands)})`,
    `      options=(${listed(options)})`,
    `      argument=${argumentOf(argument)} ;;`,
  ]);
  return `#compdef fieldgate
_fieldgate_value() {
  local -a found
  case "$1" in
    agencies)
      found=(.fieldgate/agencies/*.json(N:t:r) \${XDG_CONFIG_HOME:-$HOME/.config}/fieldgate/agencies/*.json(N:t:r))
      compadd -a found ;;
    files) _files ;;
    folders) _files -/ ;;
    free) _message "" ;;
    *) compadd -- \${=1} ;;
  esac
}
_fieldgate() {
  local at="" owed="" word argument=free
  local -a commands options
  for word in "\${(@)words[2,CURRENT-1]}"; do
    if [[ -n $owed ]]; then
      owed=""
      continue
    fi
    case "$at $word" in
      ${known.join('|')}) at="$at $word" ;;
      ${values.map(({ pattern }) => casePattern(pattern)).join('|')}) owed="$word" ;;
    esac
  done
  if [[ -z $owed && $PREFIX == --*=* ]]; then
    owed="\${PREFIX%%=*}"
    compset -P '*='
  fi
  if [[ -n $owed ]]; then
    case "$at $owed" in
${values.map(({ pattern, value }) => `      ${casePattern(pattern)}) _fieldgate_value ${argumentOf(value)} ;;`).join('\n')}
    esac
    return
  fi
  case "$at" in
${places.join('\n')}
  esac
  if [[ $PREFIX == -* || ( \${#commands} == 0 && $argument == free ) ]]; then
    _describe -o option options
  else
    (( \${#commands} )) && _describe command commands
    [[ $argument == free ]] || _fieldgate_value "$argument"
  fi
}
if [[ \${funcstack[1]} == _fieldgate ]]; then
  _fieldgate "$@"
else
  (( \${+functions[compdef]} )) || { autoload -Uz compinit && compinit }
  compdef _fieldgate fieldgate
fi
`;
}

const listed = (words: readonly Word[]) =>
  words.map(({ name, about }) => single(`${name.replaceAll(':', '\\:')}:${about}`)).join(' ');

const argumentOf = (value: Value) => (typeof value === 'object' ? single(value.words.join(' ')) : value);

const single = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
