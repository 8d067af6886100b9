/**
 * Processor time of the sequencer with the national profile's second tree, as a ratio to that without it: the same entries, in pairs
 * of rounds that take turns. Stores are in memory and the check of chains is in this thread, so all of it is the sequencer's own.
 */
import { createSecretKey } from 'node:crypto';
import { sequence } from '../../functions/sequencer/sequence.ts';
import { newSm2Key } from '../../infra/local/aws/kms/sm2.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { sm2Line } from '../../shared/tree/national.ts';
import { openWorld, type World } from '../sequencer/world.ts';
import { median } from './rounds.ts';

const rounds = Number(process.env['ROUNDS'] ?? 9);
const leaves = Number(process.env['LEAVES'] ?? 6000);
const secret = createSecretKey(newSm2Key());
const PER_ITEM = 2;

/** KMS signs elsewhere: a signature of SM2 costs this process a call. */
const line = (world: World): NonNullable<World['deps']['sm2']> => ({
  ...sm2Line(sha256, world.log.name, new Uint8Array(91)),
  sign: async () => secret.export(),
});

/** Microseconds a leaf. */
async function round(full: World, withSecond: boolean): Promise<number> {
  const world = openWorld(full);
  if (withSecond) world.deps.sm2 = line(world);
  const start = process.cpuUsage();
  let size = 0;
  for (let step = await sequence(world.deps); step.sequenced > 0 || step.behind; ) {
    size = step.checkpoint.size;
    step = await sequence(world.deps);
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / size;
}

export async function benchTrees(): Promise<void> {
  const full = openWorld();
  const writers = Array.from({ length: 4 }, () => full.writer());
  for (let i = 0; i < leaves / PER_ITEM; i++) writers[i % writers.length]?.append(PER_ITEM);
  full.clock.now += 1000;

  await round(full, false);
  await round(full, true);
  const pairs: [number, number][] = [];
  for (let i = 0; i < rounds; i++) {
    const first = i % 2 === 1;
    const a = await round(full, first);
    const b = await round(full, !first);
    pairs.push(first ? [b, a] : [a, b]);
  }
  const [one, two] = [median(pairs.map(([a]) => a)), median(pairs.map(([, b]) => b))];
  const ratio = median(pairs.map(([a, b]) => b / a));
  console.log(
    `${leaves} leaves, ${rounds} pairs: ${one.toFixed(0)} µs a leaf with one tree, ${two.toFixed(0)} with two; ratio ${ratio.toFixed(2)} (${pairs.map(([a, b]) => (b / a).toFixed(2)).join(' ')})`,
  );
  if (ratio > 1.5) process.exitCode = 1;
}
