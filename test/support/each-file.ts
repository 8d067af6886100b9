/** What a file leaves in a process that the next file uses: spies, numbers of people, short time steps. */
import { afterAll, vi } from 'vitest';
import { fullSteps } from './gateway.ts';
import { restartNumbers } from './people.ts';

restartNumbers();
fullSteps();
afterAll(() => {
  vi.restoreAllMocks();
});
