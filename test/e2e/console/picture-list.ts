/** The pictures of the guided tour: who looks, at what, and what must stand there before. */

import { hash } from 'node:crypto';
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { changedPack } from './changed-pack.ts';
import { PICTURED } from './picture-world.ts';
import type { World } from './world.ts';

export interface Picture {
  name: string;
  person: string;
  hash: string;
  /** Only wide, in English. */
  wide?: true;
  /** Resolves when the page shows what the picture is of. */
  ready(page: Page, world: World): Promise<void>;
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

async function openFirst(page: Page): Promise<void> {
  await page.locator('.list-row').first().click();
  await page.locator('.pane').waitFor();
}

/** Changes the newest such file of the log while the page looks, and gives it its own bytes back. */
async function withFile(
  world: World,
  pattern: string,
  change: (bytes: Buffer) => Buffer,
  look: () => Promise<void>,
): Promise<void> {
  const paths = globSync(pattern, { cwd: `${world.folder}/log` }).map((one) => `${world.folder}/log/${one}`);
  const age = (path: string) => statSync(path).mtimeMs;
  const path = paths.sort((a, b) => age(b) - age(a))[0] as string;
  const before = readFileSync(path);
  writeFileSync(path, change(Buffer.from(before)));
  try {
    await look();
  } finally {
    writeFileSync(path, before);
  }
}

function withOneByteChanged(bytes: Buffer): Buffer {
  const at = bytes.indexOf('"committed":"') + 40;
  bytes.write(bytes.toString('latin1', at, at + 1) === 'A' ? 'B' : 'A', at);
  return bytes;
}

/** Asks as an officer does, and waits for the answer. */
async function askForData(page: Page, world: World): Promise<void> {
  const next = () => page.locator('form .button.main').click();
  await page.locator('input[name=purpose]').first().check();
  await next();
  await page.locator('[name=value]').fill(PICTURED.child);
  await next();
  await page.locator('[name=case]').fill(PICTURED.case);
  await page.locator('[name=reason]').fill('winter subsidy, grade 5');
  await next();
  for (const field of PICTURED.fields) await page.locator(`[name="${field}"]`).check();
  await next();
  await next();
  await page.locator('.card .value').first().waitFor();
  await world.grow();
  await page.locator('[role=status]', { hasText: '✓' }).waitFor();
}

const auditor = { person: 'wang.fang' };

export const PICTURES: readonly Picture[] = [
  { ...auditor, name: 'today', hash: '#/today', ready: there('svg.bars a') },
  { ...auditor, name: 'log', hash: '#/log?kind=decision', ready: openEntry },
  {
    ...{ ...auditor, name: 'proof', hash: '#/log?kind=decision&purpose=E1' },
    async ready(page) {
      await openEntry(page);
      await page.locator('svg.path').scrollIntoViewIfNeeded();
    },
  },
  { ...auditor, name: 'review', hash: '#/review', ready: there('.pane .proof') },
  {
    ...{ ...auditor, name: 'report', hash: '#/review', wide: true as const },
    async ready(page, world) {
      await world.grow();
      await page.locator('.pane .proof').waitFor();
      await page.keyboard.press('f');
      await page.locator('.report .button').first().click();
      await page.locator('.report article').waitFor();
      await world.grow();
      await page.locator('.report [role=status].good').waitFor();
      await page.locator('figure').first().scrollIntoViewIfNeeded();
    },
  },
  { ...auditor, name: 'flows', hash: '#/flows', ready: there('.cards td a') },
  {
    ...{ ...auditor, name: 'inquiry', hash: '#/log?kind=decision' },
    async ready(page) {
      await page.locator('.list-row').first().click();
      await page.locator('.pane a[href*="#/inquiry"]').first().click();
      await page.locator('svg.timeline a').first().waitFor();
    },
  },
  { ...auditor, name: 'prove', hash: '#/prove', ready: verify },
  {
    ...{ ...auditor, name: 'recount', hash: '#/prove', wide: true as const },
    async ready(page) {
      await verify(page);
      await page.locator('main table').scrollIntoViewIfNeeded();
    },
  },
  {
    ...{ ...auditor, name: 'broken', hash: '#/prove' },
    async ready(page, world) {
      await withFile(world, 'tile/entries/*.p/*', withOneByteChanged, async () => {
        await page.locator('.button.main').click();
        await page.locator('.state.bad').waitFor();
      });
    },
  },
  {
    ...{ ...auditor, name: 'fork', hash: '#/prove', wide: true as const },
    async ready(page, world) {
      await verify(page);
      await withFile(
        world,
        'checkpoint',
        () => Buffer.from(PICTURED.checkpoint),
        async () => {
          await page.locator('.button.main').click();
          await page.locator('.state.bad').waitFor();
        },
      );
    },
  },
  { name: 'policy', person: 'li.na', hash: '#/policy', ready: there('table.matrix') },
  {
    ...{ name: 'difference', person: 'li.na', hash: '#/policy?tab=versions', wide: true as const },
    async ready(page) {
      const file = {
        name: 'pack.json',
        mimeType: 'application/json',
        buffer: Buffer.from(changedPack().text),
      };
      await page.locator('input[type=file]').setInputFiles(file);
      await page.locator('.publish td .bad').first().waitFor();
    },
  },
  { name: 'second', person: 'chen.jie', hash: '#/second', wide: true, ready: there('main section') },
  {
    ...{ name: 'inbox', person: 'zhao.min', hash: '#/inbox' },
    async ready(page) {
      // Tasks that are due on one day stand in no order.
      await page.locator('.list-row', { hasText: 'J1' }).first().click();
      await page.locator('.pane').waitFor();
    },
  },
  { name: 'requests', person: 'zhao.min', hash: '#/requests', ready: openFirst },
  { name: 'counts', person: 'zhou.qin', hash: '#/counts', wide: true, ready: countByAge },
  { name: 'desk', person: 'zhang.wei', hash: '#/desk', ready: there('input[type=radio]') },
  { name: 'answer', person: 'zhang.wei', hash: '#/desk', ready: askForData },
  { name: 'verify', person: 'shen.yi', hash: '#/verify', ready: there('form') },
  {
    ...{ ...auditor, name: 'verdict', hash: '#/review', wide: true as const },
    async ready(page, world) {
      await world.grow();
      await page.locator('.pane .proof').waitFor();
      // The second verdict sends the first; it is taken back itself.
      await page.keyboard.press('1');
      await page.locator('.bar').waitFor();
      await page.locator('.pane .proof').waitFor();
      const sent = page.waitForResponse((one) => one.url().endsWith('/v1/log/reviews'));
      await page.keyboard.press('1');
      await sent;
      await page.keyboard.press('u');
      await world.grow();
      await page.locator('.bar', { hasText: 'each receipt is checked' }).waitFor();
    },
  },
];

async function countByAge(page: Page): Promise<void> {
  await page.locator('select[name=by]').selectOption({ label: 'Age' });
  await page.locator('[name=reason]').fill('the counts of the month');
  await page.locator('button[type=submit]').click();
  await page.locator('td meter').first().waitFor();
}

/** Wide in English and light, narrow in Chinese and dark. */
export const LOOKS = {
  '': { viewport: { width: 1280, height: 800 }, locale: 'en-GB', colorScheme: 'light' },
  '-zh': { viewport: { width: 390, height: 844 }, locale: 'zh-CN', colorScheme: 'dark' },
} as const;

/** Each picture in its looks. Those that act, which are wide, come last, so that no other shows what they did. */
export const ROWS = [false, true].flatMap((late) =>
  Object.entries(LOOKS).flatMap(([suffix, look]) =>
    PICTURES.filter(({ wide = false }) => wide === late && (!wide || suffix === '')).map((one) => ({
      ...one,
      look,
      picture: `${one.name}${suffix}`,
    })),
  ),
);

/** Low, because text on plain paper stays legible. */
const QUALITY = 30;

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
