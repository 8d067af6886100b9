import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

/** One source file as the rules see it. */
export interface Module {
  /** Path from the root of the repository, with forward slashes. */
  file: string;
  text: string;
  /** What it imports, types included: paths from the root for own files, specifiers for packages. */
  imports: readonly string[];
  /** The part of `imports` that is there when the code runs. */
  values: readonly string[];
}

/** Every TypeScript file of the project's own code, tests left out unless named. */
export function readModules(folders = '{infra,functions,shared}'): Module[] {
  return globSync(`${folders}/**/*.{ts,tsx}`, { cwd: ROOT })
    .filter((file) => !file.includes('node_modules'))
    .sort()
    .map((file) => moduleOf(file, readFileSync(join(ROOT, file), 'utf8')));
}

/** @param file path from the root; relative imports in `text` are resolved against it */
export function moduleOf(file: string, text: string): Module {
  const found = [...text.matchAll(IMPORT)].map(([, type, from, dynamic]) => {
    const specifier = from ?? dynamic ?? '';
    const target = specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : specifier;
    return { target, value: type === undefined };
  });
  const targets = (some: typeof found) => [...new Set(some.map(({ target }) => target))];
  return { file, text, imports: targets(found), values: targets(found.filter(({ value }) => value)) };
}

/**
 * Import and re-export statements at the start of a line, over several lines too, and `import()` anywhere.
 * A statement quoted in a comment has a `*` or `//` before it and is not matched.
 */
const IMPORT =
  /^(?:import|export)\b(\s+type\b(?!\s*,))?(?:[\w\s{},*$]*?\bfrom)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*[),]/gm;
