import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestGateway, testGateway } from '../../support/gateway.ts';
import { accessibilityFaults, tabs } from './pages.ts';

let gateway: TestGateway;
const { open, signIn } = tabs();
beforeAll(async () => {
  gateway = await testGateway({ people: true });
});
afterAll(() => gateway.close());

describe('signing in', () => {
  it('leads to the issuer and back to the address that was requested, and leaves nothing behind', async () => {
    const tab = await open(gateway.url, '#/settings');
    await signIn(tab, 'wang.fang');
    const { page } = tab;
    expect(page.url()).toBe(`${gateway.url}/console/#/settings`);
    await page.getByText('audit-office').first().waitFor();
    const kept = await page.evaluate(() => ({
      session: { ...sessionStorage },
      local: Object.keys(localStorage),
      cookie: document.cookie,
    }));
    expect(kept).toEqual({ session: {}, local: [], cookie: '' });
    // The issuer's bearer token never comes to the page.
    expect(tab.requests.filter(({ url }) => url.endsWith('/people/token'))).toEqual([]);
    expect(tab.faults).toEqual([]);
  });

  it('shows times in the zone of the policy, wherever the browser is', async () => {
    const tab = await open(gateway.url, '#/log?from=2026-11-25T18:30:00.000Z', {
      timezoneId: 'America/New_York',
    });
    await signIn(tab, 'wang.fang');
    await tab.page.locator('header.top').getByText('UTC+8').waitFor();
    await tab.page.getByText('26 Nov 2026, 02:30').first().waitFor();
  });

  it('needs eight requests at most until the button takes a click, all to the gateway (A4)', async () => {
    const { page, requests, faults } = await open(gateway.url);
    await page.locator('.button.main').waitFor();
    await page.waitForLoadState('networkidle');
    expect(requests.length).toBeLessThanOrEqual(8);
    expect(faults).toEqual([]);
  });

  it('explains an interrupted login in both languages', async () => {
    const { page } = await open(gateway.url, '?state=none&error=access_denied', { locale: 'zh-CN' });
    await page.getByText('登录已中断。').waitFor();
    expect(page.url()).toBe(`${gateway.url}/console/`);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText('The login was broken off.').waitFor();
  });
});

describe('a session', () => {
  it('is dropped by the lock, which keeps the address, and by a reload', async () => {
    const tab = await open(gateway.url, '#/settings');
    await signIn(tab, 'wang.fang');
    const { page } = tab;
    await page.keyboard.press('Control+Shift+L');
    await page.getByText('Locked. Sign in to continue.').waitFor();
    expect(page.url()).toContain('#/settings');
    await signIn(tab, 'wang.fang');
    await page.reload();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(tab.faults).toEqual([]);
  });

  it('ends at the gateway when the person signs out', async () => {
    const tab = await open(gateway.url, '#/settings');
    await signIn(tab, 'li.na');
    await tab.page.getByRole('button', { name: 'Sign out', exact: true }).click();
    // The issuer's session ends, too, and its page leads back.
    await tab.page.locator('button[name=logout]').first().click();
    await tab.page.getByText('You have signed out.').waitFor();
    expect(tab.requests.some(({ url }) => url.endsWith('/v1/sessions/end'))).toBe(true);
  });
});

describe('the frame', () => {
  it('goes by keys: settings, list of keys, palette, language', async () => {
    const tab = await open(gateway.url);
    await signIn(tab, 'zhao.min');
    const { page } = tab;
    await page.keyboard.press('g');
    await page.keyboard.press(',');
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('Switch the language to Chinese').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('l');
    await page.getByRole('heading', { name: '设置' }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe('zh-Hans');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('sz');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(page.url()).toContain('#/settings');
    expect(tab.faults).toEqual([]);
  });

  it('takes keys from the moment at which it is shown', async () => {
    const tab = await open(gateway.url);
    const { page } = tab;
    await page.addInitScript(() => {
      const press = (key: string) => dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }));
      new MutationObserver((_, observer) => {
        if (!document.querySelector('header.top')) return;
        observer.disconnect();
        for (const key of ['g', ',']) press(key);
      }).observe(document, { childList: true, subtree: true });
    });
    await signIn(tab, 'zhao.min');
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    expect(tab.faults).toEqual([]);
  });

  it.each([
    ['light', 1280],
    ['dark', 390],
  ] as const)('is accessible, %s at %i px', async (colorScheme, width) => {
    const tab = await open(gateway.url, '#/settings', { colorScheme, viewport: { width, height: 800 } });
    await tab.page.locator('.button.main').waitFor();
    expect(await accessibilityFaults(tab.page)).toEqual([]);
    await signIn(tab, 'wang.fang');
    await tab.page.getByText('wang.fang').last().waitFor();
    expect(await accessibilityFaults(tab.page)).toEqual([]);
    const overflow = await tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
  });
});
