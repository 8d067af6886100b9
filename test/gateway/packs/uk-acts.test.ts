/** Every route of the English pack as every office of its sample, by the suite of the first pack. */
import { vi } from 'vitest';

vi.mock('#pack/shipped.ts', async () => (await import('./uk-pack.ts')).shippedUk());
vi.mock('#pack/codes.ts', async (original) =>
  (await import('./uk-pack.ts')).codesUk(await original<object>()),
);

await import('../acts/acts.test.ts');
