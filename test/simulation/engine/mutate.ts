/** Builds a mutation into the modules that are loaded from here on. */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Mutation } from '../mutations.ts';

const ROOT = join(import.meta.dirname, '../../..');

export function mutate({ file, find, replace }: Mutation): void {
  const place = pathToFileURL(join(ROOT, file)).href;
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (url !== place) return loaded;
      const source = Buffer.from(loaded.source as Uint8Array).toString();
      if (source.split(find).length !== 2) throw new Error(`the mutation does not fit ${file}`);
      return { ...loaded, source: source.replace(find, () => replace) };
    },
  });
}
