/** The words of commander, of which each command's help and faults of use consist. */
import { many } from '../../../../shared/plural.ts';

export const usage = {
  options: 'Options, besides those of every command (fieldgate --help):',
  shared: 'Every command also takes --as, --url, --json, --lang and more: fieldgate --help',
  headings: {
    'Usage:': 'Usage:',
    'Arguments:': 'Arguments:',
    'Options:': 'Options:',
    'Global Options:': 'Options of the command above:',
    'Commands:': 'Commands:',
  } as Record<string, string>,
  choices: (list: string) => `choices: ${list}`,
  standard: (value: string) => `default: ${value}`,
  env: (name: string) => `env: ${name}`,
  notes: (text: string, notes: string) => (text === '' ? `(${notes})` : `${text} (${notes})`),
  join: ', ',
  missingArgument: (name: string) => `error: missing required argument '${name}'`,
  optionMissingArgument: (option: string) => `error: option '${option}' argument missing`,
  missingOption: (option: string) => `error: required option '${option}' not specified`,
  conflictingOption: (one: string, other: string) => `error: option '${one}' cannot be used with '${other}'`,
  unknownOption: (option: string) => `error: unknown option '${option}'`,
  unknownCommand: (name: string) => `error: unknown command '${name}'`,
  excessArguments: (name: string) => `error: too many arguments for '${name}'`,
  invalid: (of: string, value: string, why: string) => `error: '${value}' is invalid for '${of}'. ${why}`,
  similar: (names: string) => `\n(Did you mean ${names}?)`,
  allowed: (list: string) => `Allowed choices are ${list}.`,
  badLanguage: (names: string) => `The language is one of: ${names}.`,
};

/** Of examples. */
export const reasons = {
  order: 'order of the office 12',
  lost: 'lost laptop',
  help: 'review of the help',
  visit: 'visit to the desk',
  case: 'case in hand',
};

/** The names between `<>` and `[]` in the usage; a name that is missing here is shown as it is. */
export const placeholders: Record<string, string> = { of: 'officer' };

export const values = { yes: 'yes', no: 'no' };

export const progress = {
  bar: (what: string) => `{bar} {percentage}% · {value}/{total} ${what} · {duration_formatted}, {eta_formatted} left`,
  line: (done: number, total: number | null, what: string) => `${done}${total === null ? '' : ` of ${total}`} ${what}\n`,
};

/** The script of `fieldgate completion`. */
export const completion = {
  shell: 'bash, zsh or fish',
  words: 'what was typed after fieldgate: prints what can follow',
  help: `
  bash  source <(fieldgate completion bash)
  zsh   source <(fieldgate completion zsh)
  fish  fieldgate completion fish | source`,
};

export const certificate = {
  onlyKey: '--client-key needs --client-cert.',
  unusable: (cert: string, key: string, code: string | undefined) => `The client certificate ${cert} with the key ${key} can't be used (${code ?? 'not PEM'}). Both are PEM files and belong together; FIELDGATE_CLIENT_KEY_PASSPHRASE opens an encrypted key.`,
};

export const failures = {
  fork: (path: string) => `The log has signed two histories. Keep ${path}; check it anywhere with: fieldgate witness evidence ${path} --key <vkey>`,
  unexpected: 'Unexpected failure. Please report it with the command used.',
  file: (path: string, code: string) => `${path} cannot be used (${code}).`,
  unreachable: (address: string, why: string | undefined) => `The gateway at ${address} cannot be reached${why === undefined ? '' : `: ${why}`}`,
  obstacles: {
    NO_SUCH_HOST: 'No such host is known here: look at the name, the network and its name server.',
    REFUSED: 'The host answers, but nothing listens at this port: look at the address, and ask the operator.',
    SILENT: 'No answer came in time: look at the network, the firewall and the proxy (HTTPS_PROXY).',
    UNKNOWN_AUTHORITY: 'The certificate is of an authority that this machine does not know. Give its file to Node: NODE_EXTRA_CA_CERTS=<file.pem>. Behind a proxy that opens TLS it is the authority of the proxy.',
    NOT_VALID_NOW: 'The certificate is not valid today. Look at the clock of this machine, then ask the operator.',
    OTHER_HOST: 'The certificate is for another host: use the name that it has.',
    NO_TLS: 'The other side does not speak TLS: look at the scheme (http or https) and the port.',
    ENDED: 'It ended the connection. If it demands a client certificate, name one with --client-cert and --client-key.',
  },
  noWayByProxy: 'The proxy does not answer, or not for this address: look at HTTPS_PROXY, or name the gateway in NO_PROXY.',
  noProxy: `HTTPS_PROXY is set, which Node ${process.versions.node} can't use: take 24.14 or later.`,
  rule: (code: string, rule: string) => `${code}, rule ${rule}`,
  acknowledged: (n: number) => `${many(n, 'record was', 'records were')} stored before that. Run the same command again: it creates no duplicates.`,
  retry(hours: number, minutes: number, seconds: number) {
    if (hours + minutes === 0) return `Try again in ${seconds} s.`;
    return hours === 0 ? `Try again in ${minutes} min.` : `Try again in ${hours} h ${minutes} min.`;
  },
  request: (id: string) => `request ${id}`,
};

/** Words for codes of states, forms and kinds; a code that is missing here is its own word. */
export const codes: Record<string, string> = {
  REVIEW_OWED: 'review owed',
  PROHIBITED: 'prohibited use',
  OFF_HOURS: 'off hours',
  RARE: 'rare',
  FIRST_PURPOSE: 'first purpose',
  CLAIMED: 'restricted class, officer only named',
  SECOND: 'second look',
  ...{ ALERT_HIGH: 'grave alert', ALERT_MEDIUM: 'alert', ALERT_LOW: 'slight alert', SAMPLE: 'sample' },
  'task:upheld': 'refusal stands',
  'task:overturned': 'refusal overturned',
};
