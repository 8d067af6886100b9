/**
 * Makes the pictures of docs/console.md from a running `npm start`:
 * `node test/e2e/console/pictures.ts http://127.0.0.1:8787`.
 */
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { CHROMIUM } from '../../support/browser.ts';

const FOLDER = fileURLToPath(new URL('../../../docs/pictures/', import.meta.url));
const WIDE = { viewport: { width: 1280, height: 800 }, locale: 'en-GB', colorScheme: 'light' } as const;
const NARROW = { viewport: { width: 390, height: 844 }, locale: 'zh-CN', colorScheme: 'dark' } as const;

const [url = 'http://127.0.0.1:8787'] = process.argv.slice(2);
if (CHROMIUM === null) throw new Error('there is no Chromium; name one in CHROMIUM');
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
});

async function signedIn(person: string, look: typeof WIDE | typeof NARROW): Promise<Page> {
  const page = await (await browser.newContext({ ...look, timezoneId: 'Asia/Shanghai' })).newPage();
  await page.goto(`${url}/console/`);
  await page.locator('.button.main').click();
  await page.locator(`button[value="${person}"]`).click();
  await page.locator('header.top').waitFor();
  return page;
}

async function picture(page: Page, name: string, hash: string, ready: string): Promise<void> {
  await page.goto(`${url}/console/#/${hash}`);
  await page.locator(ready).first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: `${FOLDER}${name}.png` });
}

const auditor = await signedIn('wang.fang', WIDE);
await auditor.goto(`${url}/console/#/prove`);
await auditor.locator('.button.main').click();
await auditor.locator('.state.good').waitFor();
await picture(auditor, 'prove', 'prove', '.state.good');
await picture(auditor, 'today', 'today', 'svg.bars');
await picture(auditor, 'review', 'review', '.pane .proof');
await auditor.goto(`${url}/console/#/log?kind=decision`);
await auditor.locator('.list-row').first().click();
await auditor.locator('.proof li').first().waitFor();
await auditor.locator('svg.path').scrollIntoViewIfNeeded();
await auditor.screenshot({ path: `${FOLDER}proof.png` });
await picture(auditor, 'policy', 'policy', 'table.matrix');
await picture(auditor, 'flows', 'flows', 'svg.flows a');
await auditor.goto(`${url}/console/#/log?kind=decision&agency=edu-county`);
await auditor.locator('.list-row').first().click();
await auditor.getByRole('link', { name: 'The same person' }).click();
await auditor.locator('svg.timeline a').first().waitFor();
await auditor.screenshot({ path: `${FOLDER}inquiry.png` });
const clerk = await signedIn('zhao.min', WIDE);
await clerk.goto(`${url}/console/#/requests`);
await clerk.locator('.list-row').first().click();
await clerk.screenshot({ path: `${FOLDER}requests.png` });
await picture(await signedIn('wang.fang', NARROW), 'today-zh', 'today', 'svg.bars');
await browser.close();
