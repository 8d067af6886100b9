/** The pictures of the guided tour: who looks, at what, and what must stand there before. */
import { hash } from 'node:crypto';
import type { Page } from 'playwright-core';
import { openWorld, type World } from './world.ts';

export interface Picture {
  name: string;
  person: string;
  hash: string;
  /** Resolves when the page shows what the picture is of. */
  ready(page: Page): Promise<void>;
}

const there = (selector: string) => async (page: Page) => {
  await page.locator(selector).first().waitFor();
};

async function verify(page: Page): Promise<void> {
  await page.locator('.button.main').click();
  await page.locator('.state.good').waitFor();
}

/** Opens the first decision, with its proof drawn. */
async function openEntry(page: Page): Promise<void> {
  await page.locator('.list-row').first().click();
  await page.locator('.proof li').nth(8).waitFor();
}

export const PICTURES: readonly Picture[] = [
  { name: 'today', person: 'wang.fang', hash: '#/today', ready: there('svg.bars a') },
  { name: 'log', person: 'wang.fang', hash: '#/log?kind=decision', ready: openEntry },
  {
    ...{ name: 'proof', person: 'wang.fang', hash: '#/log?kind=decision' },
    async ready(page) {
      await openEntry(page);
      await page.locator('svg.path').scrollIntoViewIfNeeded();
    },
  },
  { name: 'review', person: 'wang.fang', hash: '#/review', ready: there('.pane .proof') },
  { name: 'flows', person: 'wang.fang', hash: '#/flows', ready: there('svg.flows a') },
  {
    ...{ name: 'inquiry', person: 'wang.fang', hash: '#/log?kind=decision' },
    async ready(page) {
      await page.locator('.list-row').first().click();
      await page.locator('.pane a[href*="#/inquiry"]').first().click();
      await page.locator('svg.timeline a').first().waitFor();
    },
  },
  { name: 'prove', person: 'wang.fang', hash: '#/prove', ready: verify },
  { name: 'policy', person: 'li.na', hash: '#/policy', ready: there('table.matrix') },
  {
    ...{ name: 'requests', person: 'zhao.min', hash: '#/requests' },
    async ready(page) {
      await page.locator('.list-row').first().click();
      await page.locator('.pane').waitFor();
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

/** A gateway with enough in it for the pictures. */
export async function openPictureWorld(): Promise<World> {
  const world = await openWorld(6);
  for (const [at, id] of world.ids.entries())
    for (let n = 0; n <= at % 3; n++) await world.release(id, ['name', 'birth_date', 'school_name']);
  // The court asks for what two departments have to approve.
  const why = {
    actions: ['release'],
    purpose: 'J1',
    case: 'CR-2026-031',
    officer: 'wu.jun',
    reason: 'hearing of the case',
  };
  const subjects = [{ match: { id_number: world.ids[0] as string } }];
  await world.call('court-county', why, 'POST', '/v1/releases', {
    ...{ collection: 'children', subjects, fields: ['name', 'guardian_phone'] },
    context: { instrument: 'WRIT-7' },
  });
  await world.grow();
  return world;
}

const QUALITY = 72;

/** Resolves when nothing of the page is still being read. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  for (let quiet = 0; quiet < 3; quiet++) {
    if ((await page.locator('.skeleton').count()) > 0) quiet = -1;
    await page.waitForTimeout(150);
  }
}

/** WebP, which Playwright's own screenshots are not. */
export async function take(page: Page): Promise<Buffer> {
  const cdp = await page.context().newCDPSession(page);
  const { data } = await cdp.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  return Buffer.from(data, 'base64');
}

/** What a page is made of, without what the data of the day bring: elements with their classes, and fixed texts. */
export async function makeOf(page: Page): Promise<string> {
  const parts = await page.evaluate(() => {
    const names = [...document.querySelectorAll('main *')].map((element) => {
      const own = [...element.classList].filter((name) => !/\d/.test(name)).sort();
      return [element.localName, ...own].join('.');
    });
    const texts = [...document.querySelectorAll('main :is(h1, h2, h3, th, label > span:first-child)')];
    return [...new Set([...names, ...texts.map((one) => one.textContent ?? '')])];
  });
  const fixed = parts.filter((one) => !/\d/.test(one)).sort();
  return hash('sha256', fixed.join('\n'), 'hex').slice(0, 16);
}
