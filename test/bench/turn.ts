/** `turn.ts NAME ROOT`: measures one benchmark with the modules of that checkout, for `turns.ts`. */
import { type Load, loadFrom, type Turn } from './turns.ts';

const MEASURES: Record<string, () => Promise<(load: Load) => Promise<Turn>>> = {
  gateway: async () => (await import('./gateway.ts')).measureGateway,
  list: async () => (await import('./list.ts')).measureList,
  verify: async () => (await import('./verify.ts')).measureVerify,
};

const [name = '', root = ''] = process.argv.slice(2);
const measure = await MEASURES[name]?.();
if (!measure) throw new Error(`no benchmark ${name}`);
const turn = await measure(loadFrom(root));
process.send?.(turn, () => process.exit());
