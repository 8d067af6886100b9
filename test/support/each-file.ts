/** What a file leaves in a process that the next file uses: spies, numbers of people, short time steps, lifted limits. */
import { afterAll, vi } from 'vitest';
import { OPEN_BUDGET } from '../../functions/http/open-budget.ts';
import { pack } from '../../functions/session/policy.ts';
import { fullSteps } from './gateway.ts';
import { restartNumbers } from './people.ts';

const { approvals, casework, misses, stops } = pack;
const limits = [approvals, approvals?.review, casework?.harm, misses, stops, OPEN_BUDGET].map(
  (one) => [one ?? {}, { ...one }] as const,
);

restartNumbers();
fullSteps();
afterAll(() => {
  vi.restoreAllMocks();
  for (const [limit, before] of limits) Object.assign(limit, before);
});
