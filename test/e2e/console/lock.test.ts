/** What stands between a locked console and who sits down at it, in every tab. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestGateway, testGateway } from '../../support/gateway.ts';
import { type Tab, tabs } from './pages.ts';

let ahead = 0;
let gateway: TestGateway;
const { open, signIn } = tabs();
beforeAll(async () => {
  gateway = await testGateway({ people: true, now: () => Date.now() + ahead });
});
afterAll(() => gateway.close());

const who = (page: Page) => page.locator('header.top .who').textContent();
const locked = (page: Page) => page.getByText('Locked. Sign in to continue.').waitFor();
const button = (page: Page) => page.locator('.button.main');
const choice = (page: Page, person: string) => page.locator(`button[value="${person}"]`);
/** How often the issuer was told to ask. */
const asks = ({ requests }: Tab) => requests.filter(({ url }) => /\/auth\?.*prompt=login/.test(url)).length;
const ends = ({ requests }: Tab) => requests.filter(({ url }) => url.endsWith('/v1/sessions/end')).length;

/** One more tab of the same browser. */
async function beside({ page }: Tab): Promise<Tab> {
  const tab: Tab = { page: await page.context().newPage(), faults: [], requests: [] };
  tab.page.on('request', (request) =>
    tab.requests.push({ url: request.url(), method: request.method(), body: '' }),
  );
  await tab.page.goto(`${gateway.url}/console/#/settings`);
  return tab;
}

async function twoTabs(): Promise<[Tab, Tab]> {
  const tab = await open(gateway.url, '#/settings');
  await signIn(tab, 'wang.fang');
  const twin = await beside(tab);
  await signIn(twin, 'wang.fang');
  return [tab, twin];
}

describe('a locked console', () => {
  it('is locked in every tab, and asks who comes in the first that signs in, also after a reload', async () => {
    const [tab, twin] = await twoTabs();
    await tab.page.keyboard.press('Control+Shift+L');
    for (const { page } of [tab, twin]) await locked(page);
    await twin.page.reload();
    await locked(twin.page);
    await button(twin.page).click();
    await choice(twin.page, 'li.na').click();
    await twin.page.locator('header.top').waitFor();
    expect([await who(twin.page), asks(twin)]).toEqual([expect.stringContaining('li.na'), 1]);
    // The first person is not back by the login of the second.
    await locked(tab.page);
    await signIn(tab, 'li.na');
    expect([await who(tab.page), asks(tab)]).toEqual([expect.stringContaining('li.na'), 0]);
    await tab.page.context().close();
  });

  it('takes no login that began before', async () => {
    const tab = await open(gateway.url, '#/settings');
    const early = await beside(tab);
    await button(early.page).click();
    await choice(early.page, 'wang.fang').waitFor();
    await signIn(tab, 'wang.fang');
    await tab.page.keyboard.press('Control+Shift+L');
    await locked(tab.page);
    await choice(early.page, 'wang.fang').click();
    await locked(early.page);
    expect(
      early.requests.filter(({ method, url }) => method === 'POST' && url.endsWith('/v1/sessions')),
    ).toEqual([]);
    await tab.page.context().close();
  });

  it('stays locked if the issuer did not ask', async () => {
    const tab = await open(gateway.url, '#/settings');
    const { page } = tab;
    // Five minutes ago, as `signInLongAgo` of the step-up does.
    ahead = -301_000;
    await button(page).click();
    await choice(page, 'wang.fang').click();
    await page.locator('.signin .bar').waitFor();
    ahead = 0;
    await signIn(tab, 'wang.fang');
    await page.keyboard.press('Control+Shift+L');
    await locked(page);
    await page.route(/\/auth\?/, (route) =>
      route.continue({
        url: route
          .request()
          .url()
          .replace(/&(prompt|max_age)=\w+/g, ''),
      }),
    );
    await button(page).click();
    await page.getByText('The login page did not ask who you are.', { exact: false }).waitFor();
    expect([await page.locator('header.top').count(), ends(tab)]).toEqual([0, 1]);
    // With its session ended, it has to ask.
    await page.locator('.bar').getByRole('link', { name: 'Sign out' }).click();
    await page.locator('button[name=logout]').first().click();
    await signIn(tab, 'li.na');
    expect(await who(page)).toContain('li.na');
    await page.context().close();
  });

  it('was idle in each of its tabs: input in one keeps all of them open', async () => {
    const tab = await open(gateway.url, '#/settings');
    const { clock } = tab.page;
    await clock.install();
    await tab.page.reload();
    await signIn(tab, 'wang.fang');
    const twin = await beside(tab);
    await signIn(twin, 'wang.fang');
    await clock.fastForward('14:30');
    const warning = ({ page }: Tab) => page.locator('.bar.warn').count();
    for (const one of [tab, twin]) await expect.poll(() => warning(one)).toBe(1);
    await twin.page.keyboard.press('Shift');
    for (const one of [tab, twin]) await expect.poll(() => warning(one)).toBe(0);
    await clock.fastForward('15:01');
    for (const { page } of [tab, twin]) await locked(page);
    await signIn(twin, 'li.na');
    expect(asks(twin)).toBe(1);
    await tab.page.context().close();
  });
});

it('signing out ends the sessions of all tabs and that of the issuer, and the next login asks', async () => {
  const [tab, twin] = await twoTabs();
  await tab.page.getByRole('button', { name: 'Sign out', exact: true }).click();
  for (const page of [tab.page, twin.page])
    await page.locator('button[name=logout]').or(page.getByText('You have signed out.')).first().waitFor();
  await expect.poll(() => [ends(tab), ends(twin)]).toEqual([1, 1]);
  // Also while the issuer still waits for its own question.
  await button(twin.page).click();
  await choice(twin.page, 'li.na').waitFor();
  expect(asks(twin)).toBe(1);
  await tab.page.context().close();
});
