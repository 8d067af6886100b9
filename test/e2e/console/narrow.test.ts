/** On a phone: nothing that a page shows is cut off at its side. */
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
    ['.list-row .group > :first-child', '.list-row'],
    ['svg text', 'svg'],
  ];
  return pairs.flatMap(([inner, outer]) =>
    [...document.querySelectorAll(`main ${inner}`)].flatMap((one) => {
      const box = one.getBoundingClientRect();
      const around = one.closest(outer)?.getBoundingClientRect() ?? box;
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
