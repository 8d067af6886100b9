/** Loaded by every process of a run of the tests with `FIELDGATE_MUTANT`: one file has another text at one place. */
import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Mutant } from './mutants.ts';

const { file, start, end, text }: Mutant = JSON.parse(process.env['FIELDGATE_MUTANT'] ?? '');
const place = pathToFileURL(file).href;
registerHooks({
  load(url, context, next) {
    if (url !== place) return next(url, context);
    const loaded = next(url, context);
    const source = Buffer.from(loaded.source as Uint8Array).toString();
    return { ...loaded, source: source.slice(0, start) + text + source.slice(end) };
  },
});
