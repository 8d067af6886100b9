/** One run of the command line: its words are read, its command acts, its failure is told. */
import { CommanderError } from 'commander';
import { texts } from './messages/language.ts';
import { programFor } from './program.ts';
import { EXIT, report, UsageError } from './terminal/failures.ts';
import { markIds, unmarkIds } from './terminal/ids.ts';

const { program: t } = await texts('program');

/** The exit code is the process's. With `--json` a failure of any kind is one object on standard error. */
export async function runCommand(args: readonly string[]): Promise<void> {
  const json = args.includes('--json');
  const program = await programFor(args, json);
  try {
    program.hook('preAction', unmarkIds);
    await program.parseAsync(markIds(args), { from: 'user' });
  } catch (error) {
    // Commander has already written its message, unless it is wanted as JSON. Help and version arrive here too.
    if (!(error instanceof CommanderError)) process.exitCode = report(error, json);
    else if (error.exitCode === 0) process.exitCode = EXIT.ok;
    else process.exitCode = json ? report(faultOf(error), json) : EXIT.usage;
  }
}

/** Without a command commander shows its help, which is no message. */
function faultOf({ code, message }: CommanderError): UsageError {
  return new UsageError(code === 'commander.help' ? t.noCommand : message.replace(/^error: /, ''));
}
