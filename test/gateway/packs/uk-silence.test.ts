/** Worlds that must look the same to a caller, under the English pack, by the suite of the first pack. */
import { vi } from 'vitest';

vi.mock('#pack/shipped.ts', async () => (await import('./uk-pack.ts')).shippedUk());
vi.mock('#pack/codes.ts', async (original) =>
  (await import('./uk-pack.ts')).codesUk(await original<object>()),
);

await import('../silence/silence.test.ts');
