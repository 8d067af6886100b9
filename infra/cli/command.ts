import { Command as Plain } from 'commander';
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

  override error(message: string, options?: Parameters<Plain['error']>[1]): never {
    return super.error(faultInWords(message, options?.code ?? ''), options);
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
