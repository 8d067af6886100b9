/** The pictures of the guided tour: who looks, at what, and what must stand there before. */
import type { Page } from 'playwright-core';
import type { Tab } from './pages.ts';
import type { World } from './world.ts';

export interface Picture {
  name: string;
  person: string;
  hash: string;
  /** Resolves when the page shows what the picture is of. */
  ready(tab: Tab, world: World): Promise<void>;
}

const there =
  (selector: string) =>
  async ({ page }: Tab) => {
    await page.locator(selector).first().waitFor();
  };

async function verify(page: Page): Promise<void> {
  await page.locator('.button.main').click();
  await page.locator('.state.good').waitFor();
}

/** Opens the first decision, with its proof drawn. */
async function openEntry({ page }: Tab): Promise<void> {
  await page.locator('.list-row').first().click();
  await page.locator('.proof li').nth(8).waitFor();
}

export const PICTURES: readonly Picture[] = [
  { name: 'today', person: 'wang.fang', hash: '#/today', ready: there('svg.bars a') },
  { name: 'log', person: 'wang.fang', hash: '#/log?kind=decision', ready: openEntry },
  {
    ...{ name: 'proof', person: 'wang.fang', hash: '#/log?kind=decision' },
    async ready(tab) {
      await openEntry(tab);
      await tab.page.locator('svg.path').scrollIntoViewIfNeeded();
    },
  },
  { name: 'review', person: 'wang.fang', hash: '#/review', ready: there('.pane .proof') },
  { name: 'flows', person: 'wang.fang', hash: '#/flows', ready: there('svg.flows a') },
  {
    ...{ name: 'inquiry', person: 'wang.fang', hash: '#/log?kind=decision' },
    async ready({ page }) {
      await page.locator('.list-row').first().click();
      await page.locator('.pane a[href*="#/inquiry"]').first().click();
      await page.locator('svg.timeline a').first().waitFor();
    },
  },
  { name: 'prove', person: 'wang.fang', hash: '#/prove', ready: ({ page }) => verify(page) },
  { name: 'policy', person: 'li.na', hash: '#/policy', ready: there('table.matrix') },
  { name: 'inbox', person: 'zhao.min', hash: '#/inbox', ready: there('main h1, .list, .empty') },
  {
    ...{ name: 'requests', person: 'zhao.min', hash: '#/requests' },
    async ready({ page }) {
      await page.locator('.list-row, .empty').first().waitFor();
      const row = page.locator('.list-row').first();
      if ((await row.count()) > 0) await row.click();
    },
  },
  { name: 'desk', person: 'zhang.wei', hash: '#/desk', ready: there('input[type=radio]') },
  { name: 'verify', person: 'shen.yi', hash: '#/verify', ready: there('form') },
];

/** Wide in English and light, narrow in Chinese and dark. */
export const LOOKS = {
  '': { viewport: { width: 1280, height: 800 }, locale: 'en-GB', colorScheme: 'light' },
  '-zh': { viewport: { width: 390, height: 844 }, locale: 'zh-CN', colorScheme: 'dark' },
} as const;
