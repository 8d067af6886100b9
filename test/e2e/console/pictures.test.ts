/**
 * Makes each picture of docs/console.md, and compares what its page is made of with what the picture of the documents was
 * made of. So a picture is made again (`npm run pictures`) when its page changes, and not because a number or a time does.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tabs } from './pages.ts';
import { makeOf, ROWS, settled, take } from './picture-list.ts';
import { openPictureWorld } from './picture-world.ts';
import type { World } from './world.ts';

const DOCS = new URL('../../../docs/pictures/', import.meta.url).pathname;
/** Bytes of all pictures of the documents. */
const MOST = 1_000_000;
let world: World;
const { open, signIn } = tabs();
const known = JSON.parse(readFileSync(`${DOCS}makes.json`, 'utf8')) as Record<string, string>;

beforeAll(async () => {
  world = await openPictureWorld();
});
afterAll(() => world.close());

it.each(ROWS)('$picture is of the page as it is', async ({ picture, look, person, hash, ready }) => {
  const tab = await open(world.url, hash, look);
  await signIn(tab, person);
  await ready(tab.page, world);
  await settled(tab.page);
  const bytes = await take(tab.page);
  expect(bytes.subarray(8, 12).toString()).toBe('WEBP');
  expect([picture, await makeOf(tab.page)], 'npm run pictures').toEqual([picture, known[picture]]);
  // An entry that is not in the tree yet is asked for again.
  expect(tab.faults.filter((one) => !one.includes('409'))).toEqual([]);
  await tab.page.context().close();
});

it('the pictures of the documents are all there, and small', () => {
  const sizes = ROWS.map(({ picture }) => readFileSync(`${DOCS}${picture}.webp`).length);
  expect(Math.min(...sizes)).toBeGreaterThan(2_000);
  expect(sizes.reduce((sum, n) => sum + n, 0)).toBeLessThan(MOST);
});
