/** The pack of a stack: the shipped one, or `-c pack=<folder>`. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import shipped from '#pack/pack.json' with { type: 'json' };
import { hashOf } from '../../../shared/policy/pack/load-pack.ts';

/**
 * @param given folder of a pack that `fieldgate pack check <folder> --write` compiled
 * @returns the compiled pack, and the folder of its compiled files unless it is the shipped one
 * @throws Error that says what to run
 */
export function compiledPack(given: unknown): { compiled: unknown; folder?: string } {
  if (given === undefined) return { compiled: shipped };
  const folder = resolve(String(given), 'compiled');
  const file = join(folder, 'pack.json');
  const compiled = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { hash?: string }) : {};
  if (compiled.hash === undefined || hashOf(compiled) !== compiled.hash)
    throw new Error(`no compiled pack in ${folder}: run npx fieldgate pack check ${String(given)} --write`);
  return { compiled, folder };
}
