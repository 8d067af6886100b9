/**
 * Modules without what depends on the clock alone, and so differs between calls that are compared. The files that compare
 * mock them: `vi.mock` counts only where it stands.
 */
type Original = <Module>() => Promise<Module>;

/** Smallest steps of answers that were held back since the call began. */
export const held: number[] = [];

/** The steps are shorter here, so that the time of the machine decides nothing. */
export async function stillDeadlines(original: Original) {
  const real = await original<typeof import('../../../functions/http/deadline.ts')>();
  const untilStep: typeof real.untilStep = (started, least = 1) => {
    held.push(least);
    return real.untilStep(started, least, 1);
  };
  const atStep: typeof real.atStep = (started, work, least = 1) => {
    held.push(least);
    return real.atStep(started, work, least, 1);
  };
  return { ...real, untilStep, atStep };
}

/** General freezes are read again after half a second, for any request. */
export async function stillFreezes(original: Original) {
  return {
    ...(await original<typeof import('../../../functions/steps/freezes.ts')>()),
    currentFreezes: async () => [],
    prepareFreezes: () => (_: unknown, next: () => Promise<void>) => next(),
  };
}

/** Requests are counted the same way, whatever their content; when a counter is read again depends on the clock. */
export const stillRates = () => ({ countRequest: async () => {} });
