/**
 * `index.js` of a package with a code cache: runs the bundle with the cache if that was made for exactly this code and this
 * Node, and without it otherwise. It writes nothing but one line of the log. See docs/decisions/046.
 */
import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { FILES, type Stamp, stampOfFiles, stampOfNode, wrapped } from './stamp.ts';

type Wrapped = (exports: object, require: NodeJS.Require, module: object, file: string, dir: string) => void;

const path = (name: string) => `${__dirname}/${name}`;
const bundle = { exports: {} as { handler?: unknown } };

/** @returns the bundle's code, and why not if it is compiled without the cache */
function compiled(): { run?: Wrapped; refused?: string } {
  const stamp = read(() => JSON.parse(readFileSync(path(FILES.stamp), 'utf8')) as Stamp | null);
  if (stamp === undefined) return { refused: 'missing' };
  // Before the large files are read: an instance with another Node pays for one small file.
  const other = differing(stamp, stampOfNode());
  if (other !== undefined) return { refused: other };
  const files = read(() => [readFileSync(path(FILES.code)), readFileSync(path(FILES.cache))] as const);
  if (files === undefined) return { refused: 'missing' };
  const [source, cachedData] = files;
  const damaged = differing(stamp, stampOfFiles(source, cachedData));
  if (damaged !== undefined) return { refused: damaged };
  const script = new Script(wrapped(source), { filename: path(FILES.code), cachedData });
  return { run: script.runInThisContext(), ...(script.cachedDataRejected && { refused: 'v8' }) };
}

/** @returns `undefined` for a file that is missing or not whole */
function read<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

function differing(stamp: Stamp | null, here: Partial<Stamp>): string | undefined {
  return Object.entries(here).find(([name, value]) => stamp?.[name as keyof Stamp] !== value)?.[0];
}

const { run, refused } = compiled();
// The name of this file, so that a thread that loads the bundle again has the cache as well.
if (run) run(bundle.exports, require, bundle, __filename, __dirname);
else bundle.exports = require(path(FILES.code));
const { version: node, arch, execArgv: flags } = process;
const line =
  refused === undefined
    ? { codeCache: 'used' }
    : { codeCache: 'refused', because: refused, node, arch, flags };
process.stdout.write(`${JSON.stringify(line)}\n`);

export const { handler } = bundle.exports;
