/** A freeze: who sees its reason, and a lost answer. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { goTo, type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let tab: Tab;
const { open, signIn } = tabs();
beforeAll(async () => {
  world = await openWorld(0);
  tab = await open(world.url);
  await signIn(tab, 'wang.fang');
});
afterAll(() => world.close());

it('a freeze shows an auditor alone its reason, and leads to its entry', async () => {
  const details = { actions: ['audit'], officer: 'wang.fang', reason: 'a list was seen outside' };
  const body = { target: { purpose: 'F1' }, reason: details.reason };
  const { status, text } = await world.call('audit-office', details, 'POST', '/v1/freezes', body);
  if (status !== 200) throw new Error(text);
  await world.grow();
  await goTo(tab.page, world.url, 'freezes');
  await tab.page.locator('main q', { hasText: details.reason }).waitFor();
  await tab.page.getByRole('link', { name: 'its entry' }).click();
  await tab.page.locator('.pane q', { hasText: details.reason }).waitFor();
  const owner = await open(world.url, '#/freezes');
  await signIn(owner, 'zhao.min');
  await owner.page.getByRole('heading', { name: /a purpose: / }).waitFor();
  expect(await owner.page.getByText(details.reason).count()).toBe(0);
  expect([...tab.faults, ...owner.faults]).toEqual([]);
});

it('a freeze whose answer is lost is not set again, and the list says that it is in force', async () => {
  const { page } = tab;
  await goTo(page, world.url, 'freezes');
  let calls = 0;
  await page.route('**/v1/freezes', async (route) => {
    if (route.request().method() !== 'POST') return route.continue();
    calls += 1;
    await route.fetch();
    return route.abort();
  });
  const form = page.locator('form.act').last();
  await form.locator('[name=kind]').selectOption('purpose');
  await form.locator('[name=purpose]').selectOption('W1');
  await form.locator('[name=reason]').fill('a list was seen outside');
  const label = (await form.locator('label', { has: page.locator('[name=again]') }).innerText()).trim();
  const name = label.replace('To confirm, type: ', '');
  await form.locator('[name=again]').fill(name);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: `a purpose: ${name}` }).waitFor();
  await form.locator('.failure').waitFor();
  expect(await form.locator('[name=reason]').inputValue()).toBe('a list was seen outside');
  expect(calls).toBe(1);
  await page.unrouteAll();
  expect(tab.faults.filter((one) => !/net::ERR_FAILED/.test(one))).toEqual([]);
});
