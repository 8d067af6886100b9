/** What the policy limits in a day, where its purposes are shown, and what is left of it where an officer asks. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityFaults, goTo, inEachLook, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
const { open, signIn } = tabs();
beforeAll(async () => {
  world = await openWorld(1);
});
afterAll(() => world.close());

it('a purpose names the people of a day by the levels of its own fields, and a check its misses', async () => {
  const tab = await open(world.url, '#/policy?tab=purposes');
  await signIn(tab, 'wang.fang');
  await goTo(tab.page, world.url, 'policy?tab=purposes');
  const { json } = await world.call('audit-office', { actions: ['audit'] }, 'GET', '/v1/policy');
  const { volume, misses } = json.day;
  const card = (code: string) =>
    tab.page
      .locator('section, article, li')
      .filter({ hasText: `${code} ` })
      .filter({ hasText: 'In a day' })
      .last();
  const text = await tab.page.locator('main').innerText();
  for (const { levels, stop } of volume.tiers)
    expect(text).toContain(
      `${levels.join(', ')}: an officer receives data about at most ${stop.toLocaleString('en-GB')} people`,
    );
  expect(text).toContain(`after ${misses.agency} of an office, or ${misses.officer} of an officer`);
  expect(text).toContain(`after ${misses.checks} of an office, none is answered`);
  expect(await card('S1').count()).toBe(1);
  await inEachLook(tab.page, async () => expect(await accessibilityFaults(tab.page)).toEqual([]));
  expect(tab.faults).toEqual([]);
});

it('an officer sees what is left of the misses before asking', async () => {
  const tab = await open(world.url, '#/desk');
  await signIn(tab, 'zhang.wei');
  const left = tab.page.getByText(
    /^People of whom nothing is released: your office may ask about \d+ more of 150 today\. You: \d+ of 100\.$/,
  );
  await left.waitFor();
  expect(tab.faults).toEqual([]);
});
