#!/usr/bin/env node
/** The command line. */
import { CommanderError } from 'commander';
import { programFor } from './program.ts';
import { EXIT, report } from './terminal/failures.ts';
import { markIds, unmarkIds } from './terminal/ids.ts';

// The reader closed the pipe, as `head` does after the first lines.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) =>
  process.exit(code === 'EPIPE' ? EXIT.ok : EXIT.refused),
);

const args = process.argv.slice(2);
const program = await programFor(args);

try {
  program.hook('preAction', unmarkIds);
  await program.parseAsync(markIds(args), { from: 'user' });
} catch (error) {
  // Commander has already written its message. Help and version arrive here too.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  else process.exitCode = report(error, program.opts()['json'] ?? false);
}
