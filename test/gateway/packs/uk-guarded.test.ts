/** What the English pack tells a person who may be a risk to the one whom it is about, by the suite of the first pack. */
import { vi } from 'vitest';

vi.mock('#pack/shipped.ts', async () => (await import('./uk-pack.ts')).shippedUk());
vi.mock('#pack/codes.ts', async (original) =>
  (await import('./uk-pack.ts')).codesUk(await original<object>()),
);

await import('../silence/guarded.test.ts');
