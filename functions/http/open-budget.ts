/** Budgets of routes that need no token, so that strangers use up neither an instance nor the calls to KMS and store. */
import type { MiddlewareHandler } from 'hono';
import { Problem } from '../../shared/errors.ts';

/** Requests of one such route to one instance: at once, and in each further second. */
export const OPEN_BUDGET = { burst: 1000, perSecond: 100 };

/**
 * Gives a route a budget of its own. Each instance counts its own requests, because a shared counter would cost more than
 * the answer; all instances together are limited by API Gateway's throttle of the path.
 * @param now epoch milliseconds
 */
export function openBudget(now: () => number): MiddlewareHandler {
  let spent = 0;
  let at = now();
  return async (_c, next) => {
    const { burst, perSecond } = OPEN_BUDGET;
    const time = now();
    spent = Math.max(0, spent - (Math.max(0, time - at) * perSecond) / 1000);
    at = time;
    if (spent > burst - 1) {
      const seconds = Math.ceil((spent - burst + 1) / perSecond);
      throw new Problem('RATE_LIMITED', { headers: { 'retry-after': String(seconds) } });
    }
    spent += 1;
    await next();
  };
}
