/**
 * `index.js` of a package with a code cache: runs the bundle with the cache if that was made for exactly this code and this
 * Node, and without it otherwise. It writes nothing but one line of the log. See docs/decisions/046.
 */
import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { FILES, type Stamp, stampOf, wrapped } from './stamp.ts';

type Wrapped = (exports: object, require: NodeJS.Require, module: object, file: string, dir: string) => void;

const path = (name: string) => `${__dirname}/${name}`;
const bundle = { exports: {} as { handler?: unknown } };

/** @returns the bundle's code, and why not if it is compiled without the cache */
function compiled(): { run?: Wrapped; refused?: string } {
  let found: { source: Buffer; cachedData: Buffer; stamp: Stamp | null };
  try {
    const cachedData = readFileSync(path(FILES.cache));
    const stamp = JSON.parse(readFileSync(path(FILES.stamp), 'utf8'));
    found = { source: readFileSync(path(FILES.code)), cachedData, stamp };
  } catch {
    return { refused: 'missing' };
  }
  const { source, cachedData, stamp } = found;
  const here = Object.entries(stampOf(source, cachedData));
  const [differs] = here.find(([name, value]) => stamp?.[name as keyof Stamp] !== value) ?? [];
  if (differs !== undefined) return { refused: differs };
  const script = new Script(wrapped(source), { filename: path(FILES.code), cachedData });
  return { run: script.runInThisContext(), ...(script.cachedDataRejected && { refused: 'v8' }) };
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
