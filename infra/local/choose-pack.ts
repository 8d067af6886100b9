/** `PACK=<folder> npm start`: the functions load the pack of this folder instead of the shipped one. */

import { existsSync, mkdirSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compiledFiles, compilePack } from '../../shared/policy/compile/compile.ts';
import type { CompiledPack } from '../../shared/policy/pack/load-pack.ts';
import { texts } from '../cli/messages/language.ts';
import { faultsInWords } from '../cli/policy/faults.ts';
import { writeWhole } from '../cli/whole-files.ts';
import { StartError } from './files.ts';

const { pack: t } = await texts('local');

/**
 * Compiles the pack into the state folder. What is imported afterwards finds it behind `#pack/`.
 * @returns the pack
 * @throws StartError with each fault of the pack
 */
export function choosePack(folder: string, into: string): CompiledPack {
  if (!existsSync(resolve(folder))) throw new StartError(t.none(folder));
  const { pack, faults } = compilePack(resolve(folder));
  if (!pack) throw new StartError(t.faults(folder, faultsInWords(faults)));
  mkdirSync(into, { recursive: true });
  const files = { ...compiledFiles(pack), 'package.json': '{"type":"module"}\n' };
  for (const [name, text] of Object.entries(files)) writeWhole(join(into, name), text);
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier.startsWith('#pack/')
        ? next(pathToFileURL(join(into, specifier.slice('#pack/'.length))).href, context)
        : next(specifier, context),
  });
  return pack;
}
