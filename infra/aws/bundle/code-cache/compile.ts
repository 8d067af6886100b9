/**
 * `node [flags] --hash-seed=1 compile.cjs FOLDER`, run by the Node and with the flags for which the cache is: compiles each
 * function of the code and runs none. The seed makes the bytes the same each time; V8 takes a cache only from a process with
 * its own flags, so what this one has in addition is set back before the cache is made.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { FILES, type Stamp, stampOfFiles, stampOfNode, wrapped } from './stamp.ts';

const folder = process.argv[2] as string;
const source = readFileSync(join(folder, FILES.code));
setFlagsFromString('--no-lazy');
const script = new Script(wrapped(source), { filename: FILES.code });
setFlagsFromString('--lazy');
setFlagsFromString('--hash-seed=0');
const cache = script.createCachedData();
writeFileSync(join(folder, FILES.cache), cache);
const stamp: Stamp = { ...stampOfNode(), ...stampOfFiles(source, cache) };
writeFileSync(join(folder, FILES.stamp), `${JSON.stringify(stamp)}\n`);
