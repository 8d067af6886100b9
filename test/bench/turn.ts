/** `turn.ts NAME ROOT`: measures one benchmark with the modules of that checkout, for `turns.ts`. */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Load, Turn } from './turns.ts';

const MEASURES: Record<string, () => Promise<(load: Load) => Promise<Turn>>> = {
  gateway: async () => (await import('./gateway.ts')).measureGateway,
  list: async () => (await import('./list.ts')).measureList,
  verify: async () => (await import('./verify.ts')).measureVerify,
};

const [name = '', root = ''] = process.argv.slice(2);
const measure = await MEASURES[name]?.();
if (!measure) throw new Error(`no benchmark ${name}`);
// A package of that checkout, as its own modules import it.
const { resolve } = createRequire(join(root, 'package.json'));
const turn = await measure(
  (path) => import(pathToFileURL(path.startsWith('@') ? resolve(path) : join(root, path)).href),
);
process.send?.(turn, () => process.exit());
