#!/usr/bin/env node
/** The command line. */
import { runCommand } from './run.ts';
import { EXIT } from './terminal/failures.ts';
import { takeProxy } from './terminal/proxy.ts';

// The reader closed the pipe, as `head` does after the first lines.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) =>
  process.exit(code === 'EPIPE' ? EXIT.ok : EXIT.refused),
);

takeProxy(process.env);
await runCommand(process.argv.slice(2));
