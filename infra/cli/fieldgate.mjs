#!/usr/bin/env node
/** Starts the command line: from its source in the repository, built in the npm package. */
import { existsSync } from 'node:fs';
import * as modules from 'node:module';
import { resolve } from 'node:path';

const source = new URL('fieldgate.ts', import.meta.url);
if (!existsSync(source)) await import(new URL('../../dist/fieldgate.js', import.meta.url).href);
else if (process.features.typescript) {
  // Half of a command's processor time is the compilation of its modules. A folder that can't be written changes nothing.
  modules.enableCompileCache(resolve(import.meta.dirname, '../../node_modules/.cache/fieldgate'));
  await import(source.href);
} else {
  process.stderr.write(
    `Node ${process.versions.node} can't run the source. In the repository, type: npx fieldgate …\n`,
  );
  process.exitCode = 1;
}
