/** The commands: one file for each, all of them through the client library. A run loads only the one it names. */
import { Option, type Command as Plain } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import { LANGUAGE_TAGS } from '../../shared/languages.ts';
import { Command } from './command.ts';
import { texts } from './messages/language.ts';
import { UsageError } from './terminal/failures.ts';

const { commands: about, program: t } = await texts('program');
const { usage } = await texts('terminal');

type Name = keyof typeof about;
type Register = (program: Command) => void;

/* Of several names. */
const backup = async () => (await import('./data/backup.ts')).registerBackup;
const fields = async () => (await import('./data/fields.ts')).registerFields;
const freeze = async () => (await import('./casework/freeze.ts')).registerFreeze;
const hold = async () => (await import('./casework/hold.ts')).registerHold;
const inquiry = async () => (await import('./data/inquiry.ts')).registerInquiry;
const insight = async () => (await import('./data/insight.ts')).registerInsight;
const keys = async () => (await import('./agency/keys.ts')).registerKeys;
const login = async () => (await import('./login/login.ts')).registerLogin;
const release = async () => (await import('./data/release.ts')).registerRelease;

const COMMANDS: Record<Name, () => Promise<Register>> = {
  agency: async () => (await import('./agency/agency.ts')).registerAgency,
  attest: async () => (await import('./verify/attest.ts')).registerAttest,
  backup,
  build: async () => (await import('./build/verify.ts')).registerBuild,
  case: async () => (await import('./casework/case.ts')).registerCase,
  catalogue: async () => (await import('./data/catalogue.ts')).registerCatalogue,
  'check-code': async () => (await import('./verify/verify.ts')).registerCheckCode,
  completion: async () => (await import('./login/completion.ts')).registerCompletion(programFor),
  context: async () => (await import('./login/context.ts')).registerContext,
  console: async () => (await import('./log/console.ts')).registerConsole,
  consent: async () => (await import('./casework/consent.ts')).registerConsent,
  doctor: async () => (await import('./login/doctor.ts')).registerDoctor,
  'end-help': keys,
  erase: keys,
  fields,
  file: async () => (await import('./data/file.ts')).registerFile,
  freeze,
  'harm-report': async () => (await import('./casework/harm-report.ts')).registerHarmReport,
  hold,
  'hold-confirm': hold,
  incident: async () => (await import('./casework/incident.ts')).registerIncident,
  inquiry,
  'inquiry-second': inquiry,
  intake: async () => (await import('./data/intake.ts')).registerIntake,
  jobs: keys,
  keys,
  'leak-check': insight,
  'list-check': async () => (await import('./data/posting.ts')).registerPosting,
  log: async () => (await import('./log/log.ts')).registerLog,
  login,
  logout: login,
  merge: keys,
  move: keys,
  notice: async () => (await import('./casework/notice.ts')).registerNotice,
  objection: async () => (await import('./casework/objection.ts')).registerObjection,
  owner: async () => (await import('./policy/owner.ts')).registerOwner,
  pack: async () => (await import('./policy/policy.ts')).registerPolicy,
  programmes: async () => (await import('./verify/verify.ts')).registerProgrammes,
  'purpose-met': async () => (await import('./casework/task.ts')).registerPurposeMet,
  release,
  recuse: hold,
  'release-second': release,
  report: async () => (await import('./report/report.ts')).registerReport,
  request: async () => (await import('./casework/request.ts')).registerRequest,
  restore: backup,
  sample: async () => (await import('./data/sample.ts')).registerSample,
  second: async () => (await import('./casework/second.ts')).registerSecond,
  sidecar: async () => (await import('./sidecar/sidecar.ts')).registerSidecar,
  sources: async () => (await import('./sync/sources.ts')).registerSources,
  statistics: insight,
  'story-card': insight,
  'story-text': insight,
  task: async () => (await import('./casework/task.ts')).registerTask,
  types: async () => (await import('./data/fields.ts')).registerTypes,
  sync: async () => (await import('./sync/sync.ts')).registerSync,
  unfreeze: freeze,
  unhold: hold,
  today: async () => (await import('./log/today.ts')).registerToday,
  usage: async () => (await import('./log/usage.ts')).registerUsage,
  verify: async () => (await import('./verify/verify.ts')).registerVerify,
  witness: async () => (await import('./witness/command.ts')).registerWitness,
  whoami: async () => (await import('./login/whoami.ts')).registerWhoami,
};

/** Other words for a command. */
const SAME: Readonly<Record<string, string>> = { policy: 'pack', status: 'doctor' };

const isName = (word: string): word is Name => Object.hasOwn(COMMANDS, word);

/** The program with every command. */
export const wholeProgram = () => programWith(Object.keys(COMMANDS) as Name[]);

/**
 * @param args as typed; their words that are names of commands are loaded, of the others only the names
 * @param quiet whether the caller writes faults of use itself
 */
export const programFor = (args: readonly string[], quiet = false) =>
  programWith(args.map((word) => SAME[word] ?? word).filter(isName), quiet);

async function programWith(names: readonly Name[], quiet = false): Promise<Command> {
  const program = bare();
  if (quiet) program.configureOutput({ writeErr: () => {} });
  const registers = await Promise.all(
    [...new Set(names.map((name) => COMMANDS[name]))].map((load) => load()),
  );
  for (const register of new Set(registers)) register(program);
  for (const [name, what] of Object.entries(about))
    (program.commands.find((command) => command.name() === name) ?? program.command(name)).description(what);
  for (const command of program.commands) inherit(command);
  return program;
}

function bare(): Command {
  return new Command('fieldgate')
    .description(t.what)
    .version(packageFile.version, '--version', t.version)
    .addOption(new Option('--as <client id>', t.as).env('FIELDGATE_AS'))
    .option('--agency-file <path>', t.agencyFile)
    .addOption(new Option('--url <url>', t.url).env('FIELDGATE_URL'))
    .addOption(new Option('--client-cert <file>', t.clientCert).env('FIELDGATE_CLIENT_CERT'))
    .addOption(new Option('--client-key <file>', t.clientKey).env('FIELDGATE_CLIENT_KEY'))
    .option('--json', t.json)
    .addOption(languageOption())
    .option('--utc', t.utc)
    .configureHelp({ showGlobalOptions: true, sortSubcommands: true })
    .helpCommand('help [command]', t.helpCommand)
    .addHelpText('after', t.after)
    .exitOverride();
}

/** Its words are those of a completion; a wrong one is refused in both languages. */
function languageOption(): Option {
  const option = new Option('--lang <language>', t.lang).argParser(knownLanguage);
  return Object.assign(option, { argChoices: [...LANGUAGE_TAGS] });
}

function knownLanguage(name: string): string {
  if (LANGUAGE_TAGS.some((known) => known === name)) return name;
  throw new UsageError(usage.badLanguage(LANGUAGE_TAGS.join(', ')));
}

/** A command copies the program's settings when `command()` makes it, so later settings are applied to each. */
function inherit(command: Plain): void {
  command.exitOverride();
  for (const child of command.commands) inherit(child);
}
