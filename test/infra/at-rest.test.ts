/** The price of the stack without a request, from its template and counted calls: docs/operate/cost.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from '../architecture/modules.ts';
import { atRest } from '../bench/at-rest.ts';

it('is forty dollars a month at most, as the document says', async () => {
  const parts = await atRest();
  const sum = [...parts.values()].reduce((all, one) => all + one, 0) - (parts.get('dashboard') ?? 0);
  expect(sum).toBeLessThan(40);
  const page = readFileSync(join(ROOT, 'docs/operate/cost.md'), 'utf8');
  const told = Number(/About \$([\d.]+)\*\* in the first year/.exec(page)?.[1]);
  expect(Math.abs(sum - told)).toBeLessThan(0.25);
});
