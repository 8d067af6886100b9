/** What a release takes that is limited, and how it is given back where nothing came of it. */
import { type StoredRequest, uncountCollection } from '../../shared/records/casework/requests.ts';
import type { Counting } from '../../shared/records/limits/counters.ts';
import type { Counted } from '../../shared/records/limits/volume.ts';
import { uncountAll } from '../steps/limits.ts';
import { uncountComparison } from './count-comparisons.ts';
import type { ReleaseCall } from './release-fields.ts';

export interface Taken {
  /** The approved request that is collected. */
  seen?: StoredRequest;
  counting?: Promise<boolean>;
  /** People of the day and of the case. */
  counts?: readonly Promise<Counted>[];
  /** What was compared of whom; `null` where there was none left. */
  comparisons?: readonly Promise<Counting | null>[];
}

/** Gives back what a release took that failed before anything left. Best effort: what stays counted is safe. */
export async function giveBack(call: ReleaseCall): Promise<void> {
  const { seen, counting, counts = [], comparisons = [] } = call.taken;
  const { dynamo, env } = call.deps;
  const uncollect = async () => {
    const counted = await counting?.catch(() => false);
    if (counted && seen)
      await uncountCollection(dynamo, env.requestsTable, seen, new Date(call.now).toISOString());
  };
  const forget = async () =>
    uncountAll(call.deps, await Promise.all(counts.map((one) => one.catch(() => null))));
  const unask = async (one: Promise<Counting | null>) => {
    const asked = await one;
    if (asked) await uncountComparison(call, asked);
  };
  await Promise.allSettled([uncollect(), forget(), ...comparisons.map(unask)]);
}
