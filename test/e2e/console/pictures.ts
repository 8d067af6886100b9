/**
 * Makes the pictures of docs/console.md again, and writes what each page was made of: `npm run pictures`, or some by their
 * names: `npm run pictures -- requests prove`.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { CHROMIUM } from '../../support/browser.ts';
import { makeOf, ROWS, settled, take } from './picture-list.ts';
import { openPictureWorld } from './picture-world.ts';

const FOLDER = fileURLToPath(new URL('../../../docs/pictures/', import.meta.url));
if (CHROMIUM === null) throw new Error('there is no Chromium; name one in CHROMIUM');
mkdirSync(FOLDER, { recursive: true });
const world = await openPictureWorld();
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
});
const wanted = process.argv.slice(2);
const known = `${FOLDER}makes.json`;
const makes: Record<string, string> = existsSync(known) ? JSON.parse(readFileSync(known, 'utf8')) : {};
for (const { name, picture, look, person, hash, ready } of ROWS) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const context = await browser.newContext({ ...look, timezoneId: 'Asia/Shanghai' });
  const page = await context.newPage();
  await page.goto(`${world.url}/console/${hash}`);
  await page.locator('.button.main').click();
  await page.locator(`button[value="${person}"]`).click();
  await page.locator('header.top').waitFor();
  await ready(page, world);
  await settled(page);
  writeFileSync(`${FOLDER}${picture}.webp`, await take(page));
  makes[picture] = await makeOf(page);
  writeFileSync(known, `${JSON.stringify(makes, null, 2)}\n`);
  await context.close();
  process.stdout.write(`${picture}\n`);
}
await browser.close();
await world.close();
