/** The console in a browser, as people use it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { CHROMIUM } from '../../support/browser.ts';

export interface Tab {
  page: Page;
  /** Errors of the page, and refusals of its policy. */
  faults: string[];
  /** Every request, with its body. */
  requests: { url: string; method: string; body: string }[];
}

export interface Tabs {
  /** A tab of its own context at this address of the console. */
  open(url: string, hash?: string, options?: BrowserContextOptions): Promise<Tab>;
  /** Signs a sample person in by the pages, and waits for the frame. */
  signIn(tab: Tab, person: string): Promise<void>;
}

/** One browser a file. After each file nothing may have been refused, and nothing asked of another host. */
export function tabs(hosts: readonly string[] = ['127.0.0.1'], start = startChromium): Tabs {
  let browser: Browser;
  const opened: Tab[] = [];
  beforeAll(async () => {
    browser = await start();
  });
  afterAll(async () => {
    await browser?.close();
    const asked = opened.flatMap(({ requests }) => requests.map(({ url }) => new URL(url).hostname));
    expect([...new Set(asked)].filter((host) => !hosts.includes(host))).toEqual([]);
  });
  return {
    async open(url, hash = '', options = {}) {
      const standard = {
        viewport: { width: 1280, height: 800 },
        locale: 'en-GB',
        timezoneId: 'Asia/Shanghai',
      };
      const context = await browser.newContext({ ...standard, ...options });
      const page = await context.newPage();
      const tab: Tab = { page, faults: [], requests: [] };
      opened.push(tab);
      page.on('pageerror', (error) => tab.faults.push(String(error)));
      page.on('console', (message) => {
        if (message.type() !== 'error' && message.type() !== 'warning') return;
        // "Failed to load resource" does not say which.
        tab.faults.push(`${message.text()} ${message.location().url.split('?')[0]}`);
      });
      page.on('request', (request) => {
        underWay.set(page, (underWay.get(page) ?? 0) + 1);
        const body = request.postData() ?? '';
        tab.requests.push({ url: request.url(), method: request.method(), body });
      });
      for (const end of ['requestfinished', 'requestfailed'] as const)
        page.on(end as 'requestfinished', () => underWay.set(page, (underWay.get(page) ?? 1) - 1));
      await page.goto(`${url}/console/${hash}`);
      return tab;
    },
    async signIn({ page }, person) {
      await page.locator('.button.main').click();
      const choice = page.locator(`button[value="${person}"]`);
      const frame = page.locator('header.top');
      // The issuer asks nothing of a person whom it still knows.
      await choice.or(frame).waitFor();
      if (await choice.isVisible()) await choice.click();
      await frame.waitFor();
    },
  };
}

function startChromium(): Promise<Browser> {
  if (CHROMIUM === null) throw new Error('there is no Chromium; name one in CHROMIUM');
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'];
  return chromium.launch({ executablePath: CHROMIUM, args });
}

/** Requests of each page that have no answer yet. */
const underWay = new WeakMap<Page, number>();
/** Milliseconds between two looks, both of which must find nothing under way. */
const LOOK = 60;

/** Resolves when the page waits for no answer, and has drawn the last one. */
export async function isIdle(page: Page): Promise<void> {
  for (let quiet = 0; quiet < 2; quiet++) {
    if ((underWay.get(page) ?? 0) > 0) quiet = -1;
    await page.waitForTimeout(LOOK);
  }
}

/** Goes to an address of the console, and waits until its page has what it shows. */
export async function goTo(page: Page, url: string, hash: string): Promise<void> {
  await page.goto(`${url}/console/#/${hash}`);
  await page.locator('main h1').waitFor();
  await expect.poll(() => page.locator('.skeleton').count(), { timeout: 30_000 }).toBe(0);
  await isIdle(page);
}

/** Language, colours, width and height. The last is 1280 px wide at 400 %. */
export const LOOKS = [
  ['en-GB', 'light', 1280, 844],
  ['zh-CN', 'dark', 390, 844],
  ['zh-CN', 'light', 1280, 844],
  ['en-GB', 'dark', 320, 256],
] as const;

/** Looks at the page as it is in each of `LOOKS`; then it is as the first again. */
export async function inEachLook(page: Page, look: (locale: string) => Promise<void>): Promise<void> {
  for (const one of LOOKS) {
    await lookAs(page, one);
    await look(one[0]);
  }
  await lookAs(page, LOOKS[0]);
}

async function lookAs(page: Page, [locale, colorScheme, width, height]: (typeof LOOKS)[number]) {
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize({ width, height });
  await speak(page, locale.slice(0, 2));
}

/** Switches the language by its key, which keeps what was typed. */
export async function speak(page: Page, language: string): Promise<void> {
  const spoken = page.locator(`html[lang^=${language}]`);
  if ((await spoken.count()) > 0) return;
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('l');
  await spoken.waitFor({ state: 'attached' });
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The page's violations of WCAG 2.2 AA. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    // biome-ignore lint/suspicious/noExplicitAny: put there by the line above
    const { violations } = await (globalThis as any).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    });
    // biome-ignore lint/suspicious/noExplicitAny: as above
    return violations.flatMap(({ id, nodes }: any) => nodes.map(({ target }: any) => `${id}: ${target}`));
  });
}
