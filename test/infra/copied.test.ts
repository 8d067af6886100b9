/** The price of the copy in the log account, from counted calls, units and bytes: docs/operate/cost.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../architecture/modules.ts';
import { copiedOf, copying, keeping } from '../bench/archive.ts';

const page = readFileSync(join(ROOT, 'docs/operate/cost.md'), 'utf8');
const MINUTES = 43_800;

it('is what the page says, for a million releases, for what is kept, and for each minute', async () => {
  const { one, still } = await copiedOf(520);
  const [, copied, kept, minutes] =
    /A \[log account\].*? costs \$([\d.]+) for a million releases, \$([\d.]+) a month .*? and up to \$([\d.]+) a month/.exec(
      page,
    ) ?? [];
  expect(Math.abs(copying(one) - Number(copied))).toBeLessThan(0.03);
  expect(Math.abs(keeping(one) - Number(kept))).toBeLessThan(0.02);
  // A piece and a checkpoint; none over a log that stands still.
  expect(Math.abs(2 * MINUTES * 5e-6 - Number(minutes))).toBeLessThan(0.01);
  expect(still).toBe(0);
});
