/**
 * New instances at one moment: each has KMS sign the certificate of its log writer, against the account's quota of a second. The
 * AWS SDK repeats a throttled call twice, after up to half a second and up to one second. docs/operate/scale.md has the result.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../architecture/modules.ts';

/** Milliseconds until a repeat at the latest, by the number of attempts before it. */
const BACKOFF = [500, 1_000];

/** @returns how many instances have no certificate after all attempts, and so answer 503 */
function refused(instances: number, quota: number, others: number, random: () => number): number {
  const left = new Map<number, number>();
  const takes = (at: number): boolean => {
    const second = Math.floor(at / 1000);
    const free = left.get(second) ?? quota - others;
    left.set(second, Math.max(0, free - 1));
    return free > 0;
  };
  // In the order of time, because each second has its own quota.
  const due = Array.from({ length: instances }, () => ({ at: 200 * random(), tries: 0 }));
  let failed = 0;
  while (due.length > 0) {
    due.sort((a, b) => b.at - a.at);
    const { at, tries } = due.pop() as { at: number; tries: number };
    if (takes(at)) continue;
    const wait = BACKOFF[tries];
    if (wait === undefined) failed++;
    else due.push({ at: at + random() * wait, tries: tries + 1 });
  }
  return failed;
}

/** Park and Miller's numbers, the same in each run. */
function drawing(): () => number {
  let seed = 42;
  return () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
}

it.each([
  // Everything that today's account can start, while tokens and sealed answers take a tenth of the quota.
  [900, 1_000, 100, 0],
  [1_500, 3_000, 100, 0],
])('%i new instances under a quota of %i are all certified', (instances, quota, others, expected) => {
  expect(refused(instances, quota, others, drawing())).toBe(expected);
});

it('twice the quota is not, so the quota is raised before a launch', () => {
  const failed = refused(2_000, 1_000, 0, drawing());
  expect(failed).toBeGreaterThan(400);
  expect(failed).toBeLessThan(1_000);
  const page = readFileSync(join(ROOT, 'docs/operate/scale.md'), 'utf8');
  expect(page).toContain(`of 2,000 at once, ${Math.round(failed / 100) * 100} are answered 503`);
});
