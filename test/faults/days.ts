/** Days that pass between requests, of which the comparison with KMS's record need not see each ten minutes. */
import { remember } from '../../functions/watch/state.ts';
import type { World } from '../verify/world.ts';

const MINUTE = 60_000;

/** Compares what there is, to the end. */
export async function compareAll({ gateway, later }: World): Promise<void> {
  later(3 * MINUTE);
  await gateway.sequencer.step();
  while ((await gateway.watcher.reconcile()).behind > 0);
}

/** Nothing happens meanwhile, so the comparison goes on at their end. */
export async function passDays(world: World, ms: number): Promise<void> {
  await compareAll(world);
  world.later(ms);
  const { dynamo, env } = world.gateway;
  const at = { S: String(world.now() - 10 * MINUTE) };
  await remember({ client: dynamo, name: env.watchTable }, { part: 'cursor', item: 'reconcile' }, { at });
}
