/** Budgets of routes that need no token, so that strangers use up neither an instance nor the calls to KMS and store. */
import type { MiddlewareHandler } from 'hono';
import { Problem } from '../../shared/errors.ts';

/** Requests of one such route to one instance: at once, and in each further second. */
export const OPEN_BUDGET = { burst: 1000, perSecond: 100 };

/** What one instance may still do for strangers. */
export interface Budget {
  isLeft(): boolean;
  /** @throws Problem RATE_LIMITED if nothing is left */
  spend(): void;
}

/** @param now epoch milliseconds */
export function budgetOf(now: () => number): Budget {
  let spent = 0;
  let at = now();
  const refill = () => {
    const time = now();
    spent = Math.max(0, spent - (Math.max(0, time - at) * OPEN_BUDGET.perSecond) / 1000);
    at = time;
  };
  const isLeft = () => {
    refill();
    return spent <= OPEN_BUDGET.burst - 1;
  };
  return {
    isLeft,
    spend: () => {
      if (isLeft()) {
        spent += 1;
        return;
      }
      const seconds = Math.ceil((spent - OPEN_BUDGET.burst + 1) / OPEN_BUDGET.perSecond);
      throw new Problem('RATE_LIMITED', { headers: { 'retry-after': String(seconds) } });
    },
  };
}

/**
 * Gives a route a budget of its own. Each instance counts its own requests, because a shared counter would cost more than
 * the answer; all instances together are limited by API Gateway's throttle of the path.
 * @param now epoch milliseconds
 */
export function openBudget(now: () => number): MiddlewareHandler {
  const budget = budgetOf(now);
  return async (_c, next) => {
    budget.spend();
    await next();
  };
}
