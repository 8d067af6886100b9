/** On a phone, and on windows that change their size: nothing that a page shows is cut off at its side. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fileEverything, type Pages, PLAIN } from './every-page.ts';
import { goTo, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let pages: Pages;
const { open, signIn } = tabs();
beforeAll(async () => {
  world = await openWorld(3);
  pages = await fileEverything(world, PLAIN);
});
afterAll(() => world.close());

/** Marks of rows and names of pictures that reach beyond the box that shows them. */
function cutOff(): string[] {
  const pairs: [inner: string, outer: string][] = [
    ['.list-row .mark', '.list-row'],
    ['.list-row > [class^="c-"]', '.list-row'],
    ['.list-row .group > :first-child', '.list-row'],
    ['svg text', 'svg'],
  ];
  return pairs.flatMap(([inner, outer]) =>
    [...document.querySelectorAll(`main ${inner}`)].flatMap((one) => {
      const box = one.getBoundingClientRect();
      const around = one.closest(outer)?.getBoundingClientRect() ?? box;
      // Not shown at this size.
      if (box.width === 0) return [];
      const out = box.left < around.left - 1 || box.right > Math.min(around.right, innerWidth) + 1;
      const below = outer === '.list-row' && box.bottom > around.bottom + 1;
      return out || below ? [`${inner}: ${one.textContent}`] : [];
    }),
  );
}

const PEOPLE = ['wang.fang', 'zhao.min', 'li.na', 'chen.jing'];

it.each(['en-GB', 'zh-CN'].flatMap((locale) => PEOPLE.map((person) => [person, locale] as const)))(
  'tags, names of rows and names in pictures are whole for %s in %s',
  async (person, locale) => {
    const tab = await open(world.url, '', { locale, viewport: { width: 390, height: 844 } });
    await signIn(tab, person);
    for (const hash of pages[person] as readonly string[]) {
      await goTo(tab.page, world.url, hash);
      expect([hash, await tab.page.evaluate(cutOff)]).toEqual([hash, []]);
    }
    expect(tab.faults).toEqual([]);
  },
);

it.each(['en-GB', 'zh-CN'].flatMap((locale) => PEOPLE.map((person) => [person, locale] as const)))(
  'a page that is drawn follows the size of its window for %s in %s',
  async (person, locale) => {
    const tab = await open(world.url, '', { locale });
    await signIn(tab, person);
    const { page } = tab;
    for (const hash of pages[person] as readonly string[]) {
      const heights: number[] = [];
      for (const width of [1280, 390, 800, 1280]) {
        await page.setViewportSize({ width, height: 844 });
        if (heights.length === 0) await goTo(page, world.url, hash);
        await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
        // Wide lists end a long word of a column in points.
        if (width < 1280) expect([hash, width, await page.evaluate(cutOff)]).toEqual([hash, width, []]);
        heights.push(await page.evaluate(() => document.querySelector('main')?.scrollHeight ?? 0));
      }
      expect([hash, heights.at(-1)]).toEqual([hash, heights[0]]);
    }
    expect(tab.faults).toEqual([]);
  },
);
