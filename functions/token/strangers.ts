/** What strangers may cost the token endpoint. Only a request without a valid client assertion spends of it. */
import type { ClientId } from '../../shared/ids.ts';
import { budgetOf } from '../http/open-budget.ts';

export interface Strangers {
  /** Whether the agency's record may be read again to check a signature that no cached key made. */
  mayRefresh(agency: ClientId): boolean;
  /** For each request whose assertion failed. @throws Problem RATE_LIMITED if the budget is spent */
  failed(): void;
}

/** Milliseconds between two such readings of one agency while the budget is spent. They bring new keys to the cache. */
const PAUSE = 1000;

/**
 * The budget of one instance. A valid assertion is never refused by it: the signature is checked first, by keys that were
 * read at most `PAUSE` before.
 * @param now epoch milliseconds
 */
export function strangersAt(now: () => number): Strangers {
  const budget = budgetOf(now);
  // Names of registered agencies only, because an unknown one ends before a second reading.
  const refreshed = new Map<ClientId, number>();
  return {
    mayRefresh: (agency) => {
      const last = refreshed.get(agency) ?? Number.NEGATIVE_INFINITY;
      if (!budget.isLeft() && Math.abs(now() - last) < PAUSE) return false;
      refreshed.set(agency, now());
      return true;
    },
    failed: () => budget.spend(),
  };
}
