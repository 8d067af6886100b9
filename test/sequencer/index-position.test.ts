import { expect, test } from 'vitest';
import { openRealWorld } from './real-stores.ts';

test('the index reaches further only from where it reaches, and never back', async () => {
  const world = await openRealWorld();
  const { index } = await world.open();
  // Of a lost table nothing but its beginning may be said.
  expect(await index.advance({ size: 20, until: 2 }, 10)).toBe(false);
  expect(await index.position()).toBeNull();
  expect(await index.advance({ size: 10, until: 1 }, 0)).toBe(true);
  expect(await index.advance({ size: 30, until: 3 }, 20)).toBe(false);
  expect(await index.position()).toEqual({ size: 10, until: 1 });
  expect(await index.advance({ size: 20, until: 2 }, 10)).toBe(true);
  // The answer of the first call may have been lost.
  expect(await index.advance({ size: 20, until: 2 }, 10)).toBe(true);
  expect(await index.advance({ size: 10, until: 9 }, 0)).toBe(false);
  expect(await index.advance({ size: 20, until: 1 }, 20)).toBe(false);
  expect(await index.position()).toEqual({ size: 20, until: 2 });
  await world.close();
  world.remove();
});
