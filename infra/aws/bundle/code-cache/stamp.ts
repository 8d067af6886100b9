/** What maker and loader of a code cache agree on. V8 itself looks at no more of the source than its length, and at no architecture. */
import { hash } from 'node:crypto';
import { cachedDataVersionTag } from 'node:v8';

/** A cache is taken only if each member is what it would be here. */
export interface Stamp {
  node: string;
  platform: string;
  arch: string;
  /** Of V8's version and its flags. In Node 24 it is the same on all processors, and so is what V8 takes: see docs/decisions/046. */
  tag: number;
  /** SHA-256 of the code, and of the cache itself, which V8 does not check either. */
  source: string;
  cache: string;
}

/** Of the functions' Node. */
export const MAJOR = 24;

/** Names of the files next to the loader, which is `index.js`. */
export const FILES = { code: 'code.js', cache: 'code.cache', stamp: 'code.cache.json' } as const;

/** What the Node that runs this gives a cache. */
export function stampOfNode(): Pick<Stamp, 'node' | 'platform' | 'arch' | 'tag'> {
  const { version: node, platform, arch } = process;
  return { node, platform, arch, tag: cachedDataVersionTag() };
}

export function stampOfFiles(source: Uint8Array, cache: Uint8Array): Pick<Stamp, 'source' | 'cache'> {
  return { source: hash('sha256', source), cache: hash('sha256', cache) };
}

/** The code as a function, as Node itself wraps a CommonJS module. */
export function wrapped(source: Uint8Array): string {
  return `(function (exports, require, module, __filename, __dirname) { ${Buffer.from(source).toString()}\n})`;
}
