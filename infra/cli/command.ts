import {
  type AddHelpTextContext,
  type AddHelpTextPosition,
  type Option,
  type ParseOptionsResult,
  Command as Plain,
} from 'commander';
import type { Fieldgate } from '../../shared/client/connect.ts';
import { FieldgateError } from '../../shared/client/wire/errors.ts';
import { nearestOf } from '../../shared/nearest.ts';
import { type GlobalOptions, mayAsk, open } from './common.ts';
import { logins } from './identity/login-file.ts';
import { texts } from './messages/language.ts';
import { Guided } from './terminal/failures.ts';
import { CommandHelp, faultInWords } from './terminal/help.ts';
import { allSaid } from './terminal/names.ts';

const { program: t } = await texts('program');

/** A command whose action gets its options, with the shared ones, before its arguments. */
export class Command extends Plain {
  constructor(name?: string) {
    super(name);
    this.helpOption('-h, --help', t.help);
  }

  override createCommand(name?: string): Command {
    return new Command(name);
  }

  override createHelp(): CommandHelp {
    return Object.assign(new CommandHelp(), this.configureHelp());
  }

  /** What follows the page is as wide as the page. */
  override addHelpText(
    position: AddHelpTextPosition,
    text: string | ((context: AddHelpTextContext) => string),
  ): this {
    return super.addHelpText(position, (context) => {
      const { getErrHelpWidth, getOutHelpWidth } = this.configureOutput();
      const width = context.error ? getErrHelpWidth?.() : getOutHelpWidth?.();
      const all = typeof text === 'string' ? text : text(context);
      return this.createHelp().boxWrap(all, width ?? 120);
    });
  }

  /** `--nhs-number 999…` is `--match nhs_number=999…`: the policy, not this program, says by which fields people are found. */
  override parseOptions(args: string[]): ParseOptionsResult {
    if (!this.options.some(({ long }) => long === MATCH)) return super.parseOptions(args);
    const { words, keys } = withMatches(this, args);
    this.#keys.push(...keys);
    return super.parseOptions(words);
  }

  /** Options that no command knows, which went to the gateway as match keys. */
  readonly #keys: string[] = [];

  /** A match key that the policy does not have may have been meant as an option; another person may have logged in than the officer. */
  #guided(error: unknown, { as, officer }: GlobalOptions & { officer?: string }): unknown {
    if (error instanceof FieldgateError && error.code === 'PERSON_REQUIRED' && as && officer) {
      const here = logins().flatMap(({ clientId, person }) => (clientId === as ? [person] : []));
      if (here.length > 0 && !here.includes(officer))
        return new Guided(error, t.otherLogin(officer, here.join(', ')));
    }
    const refusal =
      error instanceof FieldgateError && error.errors.find(({ path }) => path.endsWith('/match/*'));
    if (!refusal) return error;
    // The refusal names the keys that there are.
    const keys = [this, this.parent]
      .flatMap((one) => (one instanceof Command ? one.#keys : []))
      .filter((key) => !refusal.message.includes(fieldOf(key)));
    return keys.length > 0 ? new Guided(error, t.noSuchOption(keys, pathOf(this))) : error;
  }

  /** In a terminal the second person reads what waits, and says whether they confirm it. @returns its entry */
  async #read(error: unknown, options: GlobalOptions & { entry?: string }): Promise<string | null> {
    const waits = error instanceof FieldgateError && error.code === 'CONFLICT' ? error.waits : undefined;
    if (waits === undefined || options.entry !== undefined || !mayAsk(options)) return null;
    const { readThenAsk } = await import('./casework/waiting.ts');
    return (await readThenAsk(options, waits)) ? waits : null;
  }

  /** The hint names this command's own help. */
  override error(message: string, options?: Parameters<Plain['error']>[1]): never {
    this.showHelpAfterError(t.usageHint(pathOf(this)));
    return super.error(faultInWords(message, options?.code ?? ''), options);
  }

  /** Commander's own hook. What follows the equals sign may be a person's name or number. */
  unknownOption(flag: string): never {
    const proto = Plain.prototype as unknown as { unknownOption(this: Plain, flag: string): never };
    return proto.unknownOption.call(this, flag.replace(/=.*$/s, ''));
  }

  /** Commander's own hook. A misspelt option is named before the one that it was meant to be. */
  missingMandatoryOptionValue({ flags }: Option): never {
    const unknown = this.args.find((word) => word.startsWith('--'));
    if (unknown !== undefined) return this.unknownOption(unknown);
    this.#refuseMisspelt();
    return this.error(`error: required option '${flags}' not specified`, {
      code: 'commander.missingMandatoryOptionValue',
    });
  }

  /** Commander's own hook. */
  _excessArguments(words: string[]): never {
    this.#refuseMisspelt();
    const proto = Plain.prototype as unknown as { _excessArguments(this: Plain, words: string[]): never };
    return proto._excessArguments.call(this, words);
  }

  /** A word that resembles a command of this one, or of the one above that runs this one without a word. */
  #refuseMisspelt(): void {
    for (const command of [this, this.parent]) {
      const [word = ''] = command?.args ?? [];
      const near = nearestOf(word, command?.commands.map((one) => one.name()) ?? []);
      // Any other word may be a person's number, which is not repeated.
      if (command && near !== null && near !== word)
        command.error(`error: unknown command '${word}'\n(Did you mean ${near}?)`, {
          code: 'commander.unknownCommand',
        });
    }
  }

  /** Attributes of the options of the command above that this one takes, too. */
  #taken: ReadonlySet<string> | null = null;

  /** Of the options of the command above this one takes these alone, and refuses the others. */
  takes(...names: string[]): this {
    this.#taken = new Set(names);
    return this;
  }

  /** Whether this command takes an option of a command above. */
  inherits(option: Option): boolean {
    const ofParent = this.parent?.options.includes(option) ?? false;
    return this.#taken === null || !ofParent || this.#taken.has(option.attributeName());
  }

  #refuseOthers(): void {
    const { parent } = this;
    const given = parent?.options.find(
      (one) => !this.inherits(one) && parent.getOptionValueSource(one.attributeName()) === 'cli',
    );
    if (given) this.error(`error: unknown option '${given.long}'`, { code: 'commander.unknownOption' });
  }

  /** `run` may return the exit code. */
  runs<Own extends object>(run: (options: GlobalOptions & Own, ...words: string[]) => unknown): this {
    return this.action(async (...given: unknown[]) => {
      const command = given.pop() as Command;
      command.#refuseOthers();
      const words = given.slice(0, -1) as string[];
      const options = command.optsWithGlobals<GlobalOptions & Own>();
      const go = (own: GlobalOptions & Own) =>
        Promise.resolve(run(own, ...words)).catch((error: unknown) => {
          throw command.#guided(error, own);
        });
      try {
        const code = await go(options).catch(async (error: unknown) => {
          const entry = await command.#read(error, options);
          if (entry === null) throw error;
          return go({ ...options, entry });
        });
        if (typeof code === 'number') process.exitCode = code;
      } finally {
        await allSaid();
      }
    });
  }

  /** As `runs`, once it is connected as the options say. */
  calls<Own extends object>(
    run: (to: { gate: Fieldgate; options: GlobalOptions & Own }, ...words: string[]) => unknown,
  ): this {
    return this.runs<Own>(async (options, ...words) => run({ ...(await open(options)), options }, ...words));
  }
}

const MATCH = '--match';

const fieldOf = (option: string) => option.replace(/^--/, '').replaceAll('-', '_');

/** An option that resembles one of the command is a slip of the pen: it is refused, with the one that was meant. */
function withMatches(command: Plain, args: readonly string[]): { words: string[]; keys: string[] } {
  const known = namesAround(command);
  const words: string[] = [];
  const keys: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--') return { words: [...words, ...args.slice(at)], keys };
    const [, name, own] = /^--([a-z]\w*(?:-\w+)*)(?:=(.*))?$/s.exec(word) ?? [];
    const value = own ?? args[at + 1];
    const isOption = name === undefined || known.includes(name) || nearestOf(name, known) !== null;
    if (isOption || value === undefined || value.startsWith('--')) words.push(word);
    else {
      words.push(MATCH, `${fieldOf(name)}=${value}`);
      keys.push(`--${name}`);
      if (own === undefined) at += 1;
    }
  }
  return { words, keys };
}

/** The options of the command, of those above it and of those below it, without dashes. */
function namesAround(command: Plain): string[] {
  const below = (one: Plain): Plain[] => [one, ...one.commands.flatMap(below)];
  const above = (one: Plain | null): Plain[] => (one === null ? [] : [one, ...above(one.parent)]);
  const all = [...below(command), ...above(command.parent)].flatMap(({ options }) => options);
  return [...all.flatMap(({ long }) => long?.slice(2) ?? []), 'help'];
}

/** Such as `fieldgate log alerts --help`. */
function pathOf(command: Plain): string {
  const names: string[] = [];
  for (let at: Plain | null = command; at?.parent; at = at.parent) names.unshift(at.name());
  return ['fieldgate', ...names, '--help'].join(' ');
}
