import { type Option, Command as Plain } from 'commander';
import type { Fieldgate } from '../../shared/client/connect.ts';
import { type GlobalOptions, open } from './common.ts';
import { texts } from './messages/language.ts';
import { CommandHelp, faultInWords } from './terminal/help.ts';

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

  /** The hint names this command's own help. */
  override error(message: string, options?: Parameters<Plain['error']>[1]): never {
    this.showHelpAfterError(t.usageHint(pathOf(this)));
    return super.error(faultInWords(message, options?.code ?? ''), options);
  }

  /** Commander's own hook. A misspelt option is named before the one that it was meant to be. */
  missingMandatoryOptionValue({ flags }: Option): never {
    const unknown = this.args.find((word) => word.startsWith('--'));
    if (unknown !== undefined)
      (this as unknown as { unknownOption(flag: string): never }).unknownOption(unknown);
    return this.error(`error: required option '${flags}' not specified`, {
      code: 'commander.missingMandatoryOptionValue',
    });
  }

  /** `run` may return the exit code. */
  runs<Own extends object>(run: (options: GlobalOptions & Own, ...words: string[]) => unknown): this {
    return this.action(async (...given: unknown[]) => {
      const command = given.pop() as Plain;
      const code = await run(command.optsWithGlobals(), ...(given.slice(0, -1) as string[]));
      if (typeof code === 'number') process.exitCode = code;
    });
  }

  /** As `runs`, once it is connected as the options say. */
  calls<Own extends object>(
    run: (to: { gate: Fieldgate; options: GlobalOptions & Own }, ...words: string[]) => unknown,
  ): this {
    return this.runs<Own>(async (options, ...words) => run({ ...(await open(options)), options }, ...words));
  }
}

/** Such as `fieldgate log alerts --help`. */
function pathOf(command: Plain): string {
  const names: string[] = [];
  for (let at: Plain | null = command; at?.parent; at = at.parent) names.unshift(at.name());
  return ['fieldgate', ...names, '--help'].join(' ');
}
