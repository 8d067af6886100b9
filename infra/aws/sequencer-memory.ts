import type { Settings } from './settings.ts';

/** MB of memory with which a function has one core, and the most that one may have, with six. */
const CORE = 1769;
const MOST_MEMORY = 10_240;

export function sequencerMemory({ checkThreads }: Pick<Settings, 'checkThreads'>): number {
  return checkThreads === 0 ? 512 : Math.min(MOST_MEMORY, CORE * (1 + checkThreads));
}
