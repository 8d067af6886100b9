/** Every page, with something on it and with nothing: accessible, within its policy, one way to scroll, in one language. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shell } from '../../../functions/console/web/messages/en/shell.ts';
import { fileEverything, nameOf, type Pages, PLAIN } from './every-page.ts';
import { foreignWords, textOf } from './foreign.ts';
import { accessibilityFaults, goTo, inEachLook, LOOKS, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let empty: World;
let pages: Pages;
const { open, signIn } = tabs();
beforeAll(async () => {
  [world, empty] = await Promise.all([openWorld(3), openWorld(0)]);
  pages = await fileEverything(world, PLAIN);
});
afterAll(() => Promise.all([world.close(), empty.close()]));

const PEOPLE = ['wang.fang', 'zhao.min', 'zhou.qin', 'chen.jing', 'zhang.wei', 'shen.yi', 'li.na'];

it('no page of the console is missing here', () => {
  const seen = Object.values(pages).flat().map(nameOf);
  expect([...new Set(seen)].sort()).toEqual(Object.keys(shell.pages).sort());
  expect(Object.keys(pages)).toEqual(PEOPLE);
});

/** What a page must not be. */
async function faultsOf(page: import('playwright-core').Page, locale: string): Promise<object> {
  return {
    accessibility: await accessibilityFaults(page),
    sideways: await page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth)),
    // At 400 % a frame that stays would leave no room for the page.
    frame: await page
      .locator('header.top')
      .evaluate((top) => top.clientHeight * top.clientWidth > (innerHeight * innerWidth) / 2),
    words: locale === 'zh-CN' ? foreignWords(await textOf(page)) : [],
  };
}
const NONE = { accessibility: [], sideways: 0, frame: false, words: [] };

describe.each(LOOKS)('in %s, %s, at %i × %i px', (locale, colorScheme, width, height) => {
  it.each(PEOPLE)('every page of %s', async (person) => {
    const tab = await open(world.url, '', { locale, colorScheme, viewport: { width, height } });
    await signIn(tab, person);
    for (const hash of pages[person] as readonly string[]) {
      await goTo(tab.page, world.url, hash);
      expect([hash, await faultsOf(tab.page, locale)]).toEqual([hash, NONE]);
    }
    expect(tab.faults).toEqual([]);
  });
});

describe('with nothing to show, in each look', () => {
  it.each(PEOPLE)('every page of %s', async (person) => {
    const tab = await open(empty.url, '');
    await signIn(tab, person);
    const hashes = (pages[person] as readonly string[]).filter(
      (hash) => !/[?&](i|e|r|a|ref|task|subject)=(?!new)/.test(hash),
    );
    for (const hash of hashes) {
      await goTo(tab.page, empty.url, hash);
      await inEachLook(tab.page, async (locale) =>
        expect([hash, await faultsOf(tab.page, locale)]).toEqual([hash, NONE]),
      );
      // A sentence says why there is nothing.
      const said = (await tab.page.locator('main').innerText()).replace(
        await tab.page.locator('main h1').innerText(),
        '',
      );
      expect([hash, said.trim().length > 5]).toEqual([hash, true]);
    }
    expect(tab.faults).toEqual([]);
  });
});
