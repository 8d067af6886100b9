/** Takes away what depends on the clock alone, and so differs between calls that are compared. Import it first. */
import { vi } from 'vitest';

/** Smallest steps of answers that were held back since the call began. */
export const held: number[] = [];
vi.mock('../../../functions/http/deadline.ts', async (original) => {
  const real = await original<typeof import('../../../functions/http/deadline.ts')>();
  // The steps are shorter here, so that the time of the machine decides nothing.
  const untilStep: typeof real.untilStep = (started, least = 1) => {
    held.push(least);
    return real.untilStep(started, least, 1);
  };
  const atStep: typeof real.atStep = (started, work, least = 1) => {
    held.push(least);
    return real.atStep(started, work, least, 1);
  };
  return { ...real, untilStep, atStep };
});
// Requests are counted the same way, whatever their content; when a counter is read again depends on the
// clock.
vi.mock('../../../functions/session/rates.ts', () => ({ countRequest: async () => {} }));
// General freezes are read again after half a second, for any request.
vi.mock('../../../functions/steps/freezes.ts', async (original) => ({
  ...(await original<typeof import('../../../functions/steps/freezes.ts')>()),
  currentFreezes: async () => [],
  prepareFreezes: () => (_: unknown, next: () => Promise<void>) => next(),
}));
