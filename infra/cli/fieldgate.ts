#!/usr/bin/env node
/** The command line. */
import { CommanderError } from 'commander';
import { texts } from './messages/language.ts';
import { programFor } from './program.ts';
import { EXIT, report, UsageError } from './terminal/failures.ts';
import { markIds, unmarkIds } from './terminal/ids.ts';

const { program: t } = await texts('program');

// The reader closed the pipe, as `head` does after the first lines.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) =>
  process.exit(code === 'EPIPE' ? EXIT.ok : EXIT.refused),
);

const args = process.argv.slice(2);
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

/** Without a command commander shows its help, which is no message. */
function faultOf({ code, message }: CommanderError): UsageError {
  return new UsageError(code === 'commander.help' ? t.noCommand : message.replace(/^error: /, ''));
}
