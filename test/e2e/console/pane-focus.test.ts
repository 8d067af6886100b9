/** A pane that is closed by its key gives the focus back to the list that opened it, on every page that has one. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fileEverything, PLAIN } from './every-page.ts';
import { goTo, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
const { open, signIn } = tabs();
beforeAll(async () => {
  world = await openWorld(2);
  await fileEverything(world, PLAIN);
  await world.grow();
});
afterAll(() => world.close());

it.each([
  ['zhao.min', ['objections', 'incidents', 'inbox']],
  ['li.na', ['agencies']],
  ['wang.fang', ['log?kind=decision']],
])('%s', async (person, hashes) => {
  const tab = await open(world.url, '#/settings');
  await signIn(tab, person);
  const { page } = tab;
  const focused = () => page.evaluate(() => document.activeElement?.className);
  for (const hash of hashes) {
    await goTo(page, world.url, hash);
    await page.locator('.list-row').first().waitFor();
    await page.locator('.list').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.locator('.pane').waitFor();
    const address = page.url().split('#/')[1] as string;
    await page.keyboard.press('Escape');
    await page.locator('.pane').waitFor({ state: 'detached' });
    await expect.poll(focused, { message: hash }).toBe('list');
    // Opened by its address there is no row that had the focus.
    await goTo(page, world.url, address);
    await page.locator('.pane').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.pane').waitFor({ state: 'detached' });
    await expect.poll(focused, { message: address }).toBe('list');
  }
  expect(tab.faults).toEqual([]);
});

it('a pane is made wider by keys', async () => {
  const tab = await open(world.url, '#/settings');
  await signIn(tab, 'wang.fang');
  const { page } = tab;
  await goTo(page, world.url, 'log?kind=decision');
  await page.locator('.list-row').first().click();
  const width = async () => (await page.locator('.pane').boundingBox())?.width ?? 0;
  await page.getByRole('separator').focus();
  // On a page so small that the least width in pixels holds, too.
  for (const size of [1280, 1120]) {
    await page.setViewportSize({ width: size, height: 800 });
    const before = await width();
    for (const key of ['ArrowLeft', 'ArrowLeft']) {
      const last = await width();
      await page.keyboard.press(key);
      expect(await width(), `${size}`).toBeGreaterThan(last + 20);
    }
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await width(), `${size}`).toBeLessThan(before + 20);
  }
  expect(tab.faults).toEqual([]);
});

it('the palette finds an office by name and by pinyin, a rule, an entry, and an officer by what is typed', async () => {
  const tab = await open(world.url, '#/settings');
  await signIn(tab, 'wang.fang');
  const { page } = tab;
  const found = async (text: string, title: RegExp) => {
    await page.keyboard.press('Control+K');
    await page.getByRole('combobox').fill(text);
    const option = page.getByRole('option', { name: title });
    await option.click();
    await page.getByRole('combobox').waitFor({ state: 'detached' });
    return new URL(page.url()).hash;
  };
  await goTo(page, world.url, 'prove');
  for (const text of ['education bureau', 'xjyj'])
    expect(await found(text, /^Office: edu-county /)).toBe('#/log?agency=edu-county');
  expect(await found('a15.1', /^Rule: A15\.1 /)).toMatch(/^#\/log\?rule=A15\.1/);
  expect(await found('some.one.else', /^Officer: some\.one\.else/)).toBe('#/log?officer=some.one.else');
  const id = (await world.audit('/v1/log/entries?kind=decision&limit=1')).entries[0].id;
  expect(await found(id, /^Entry /)).toBe(`#/log?e=${id}`);
  // A person's number finds nothing, because what is found gets into the address.
  for (const number of [world.ids[0] as string, '990001 20180625 0110']) {
    await page.keyboard.press('Control+K');
    await page.getByRole('combobox').fill(number);
    await expect.poll(() => page.getByRole('option').count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.getByRole('combobox').waitFor({ state: 'detached' });
  }
  expect(tab.faults).toEqual([]);
});
