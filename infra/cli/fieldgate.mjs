#!/usr/bin/env node
/** Starts the command line: from its source in the repository, built in the npm package. */
import { existsSync } from 'node:fs';

const source = new URL('fieldgate.ts', import.meta.url);
await import(existsSync(source) ? source.href : new URL('../../dist/fieldgate.js', import.meta.url).href);
