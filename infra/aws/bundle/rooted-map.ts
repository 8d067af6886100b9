/**
 * `node infra/aws/bundle/rooted-map.ts FOLDER ROOT`, after a function is bundled: its source map names files from the root of the
 * project, so that one commit gives one archive, wherever it was built.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export function rootMap(folder: string, root: string): void {
  const file = join(folder, 'index.js.map');
  const map = JSON.parse(readFileSync(file, 'utf8')) as { sources: string[] };
  map.sources = map.sources.map((source) => relative(resolve(root), resolve(folder, source)));
  writeFileSync(file, JSON.stringify(map));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, root] = process.argv.slice(2);
  if (!folder || !root) throw new Error('rooted-map FOLDER ROOT');
  rootMap(folder, root);
}
