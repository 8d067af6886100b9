/**
 * `node infra/aws/bundle/code-cache/package.ts FOLDER ARCHITECTURE NODE [FLAG …]`, after a function is bundled: puts a code cache next to
 * the bundle, made by that Node, and a loader before it.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { FILES, MAJOR, type Stamp } from './stamp.ts';

export interface CacheOrder {
  /** As Node names it. */
  arch: string;
  /** The runtime's own Node, and the flags with which the runtime starts it. */
  node: readonly [command: string, ...flags: string[]];
}

/** @param folder the package: its `index.js` becomes the loader. @throws Error if no instance could take the cache */
export function addCodeCache(folder: string, { arch, node: [command, ...flags] }: CacheOrder): Stamp {
  renameSync(join(folder, 'index.js'), join(folder, FILES.code));
  const map = join(folder, 'index.js.map');
  if (existsSync(map)) renameSync(map, join(folder, `${FILES.code}.map`));
  const { NODE_OPTIONS: _, ...env } = process.env;
  // As one CommonJS file: the loader of ES modules loads parts in no fixed order, and a cache holds the number of its script.
  const compile = join(folder, 'compile.cjs');
  bundle('compile.ts', compile);
  execFileSync(command, [...flags, '--hash-seed=1', compile, folder], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  rmSync(compile);
  const stamp: Stamp = JSON.parse(readFileSync(join(folder, FILES.stamp), 'utf8'));
  if (stamp.arch !== arch || !stamp.node.startsWith(`v${MAJOR}.`))
    throw new Error(
      `codeCache: ${command} is Node ${stamp.node} for ${stamp.arch}, and the functions run Node ${MAJOR} for ${arch}: none would take its cache`,
    );
  bundle('load.ts', join(folder, 'index.js'));
  return stamp;
}

function bundle(part: string, outfile: string): void {
  const entryPoints = [join(import.meta.dirname, part)];
  buildSync({ entryPoints, outfile, bundle: true, format: 'cjs', platform: 'node', minify: true });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, arch, command, ...flags] = process.argv.slice(2);
  if (!folder || !arch || !command) throw new Error('code-cache FOLDER ARCHITECTURE NODE [FLAG …]');
  addCodeCache(folder, { arch, node: [command, ...flags] });
}
