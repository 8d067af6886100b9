/**
 * Makes the pictures of docs/console.md, and compares the make of each page with the one that the pictures of the
 * documents were made of: elements with their classes, and the fixed texts. So a picture is made again when its page changes,
 * and not because a number or a time in it does. `npm run pictures` writes both into docs/pictures.
 */

import { hash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tabs } from './pages.ts';
import { LOOKS, PICTURES } from './picture-list.ts';
import { openWorld, type World } from './world.ts';

const DOCS = new URL('../../../docs/pictures/', import.meta.url).pathname;
const WRITES = process.env['FIELDGATE_PICTURES'] === 'write';
/** Bytes of all pictures of the documents. */
const MOST = 1_300_000;
const QUALITY = 72;

let world: World;
let folder: string;
const { open, signIn } = tabs();
const makes: Record<string, string> = {};

beforeAll(async () => {
  folder = WRITES ? DOCS : mkdtempSync(join(tmpdir(), 'fieldgate-pictures-'));
  mkdirSync(folder, { recursive: true });
  world = await openWorld(6);
  for (const [at, id] of world.ids.entries())
    for (let n = 0; n <= at % 3; n++) await world.release(id, ['name', 'birth_date', 'school_name']);
  await world.grow();
});
afterAll(async () => {
  if (WRITES) writeFileSync(join(DOCS, 'makes.json'), `${JSON.stringify(makes, null, 1)}\n`);
  else rmSync(folder, { recursive: true, force: true });
  await world.close();
});

/** WebP, which Playwright's own screenshots are not. */
async function take(page: Page, name: string): Promise<Buffer> {
  const cdp = await page.context().newCDPSession(page);
  const { data } = await cdp.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  const bytes = Buffer.from(data, 'base64');
  writeFileSync(join(folder, `${name}.webp`), bytes);
  return bytes;
}

/** The make of a page, without what the data of the day bring. */
async function makeOf(page: Page): Promise<string> {
  const parts = await page.evaluate(() => {
    const names = [...document.querySelectorAll('body *')].map((element) => {
      const own = [...element.classList].filter((name) => !/\d/.test(name)).sort();
      return [element.localName, ...own].join('.');
    });
    const texts = [...document.querySelectorAll('header.top a, h1, h2, h3, th, label > span:first-child')];
    return [...new Set([...names, ...texts.map((one) => one.textContent ?? '')])];
  });
  const fixed = parts.filter((one) => !/\d/.test(one)).sort();
  return hash('sha256', fixed.join('\n'), 'hex').slice(0, 16);
}

const rows = Object.keys(LOOKS).flatMap((look) =>
  PICTURES.map((one) => ({ ...one, look: look as keyof typeof LOOKS })),
);

it.each(rows)('$name$look', async ({ name, look, person, hash: address, ready }) => {
  const tab = await open(world.url, address, LOOKS[look]);
  await signIn(tab, person);
  await ready(tab, world);
  await tab.page.waitForLoadState('networkidle');
  const bytes = await take(tab.page, `${name}${look}`);
  expect(bytes.length).toBeGreaterThan(4_000);
  expect(bytes.subarray(8, 12).toString()).toBe('WEBP');
  makes[`${name}${look}`] = await makeOf(tab.page);
  expect(tab.faults).toEqual([]);
  await tab.page.context().close();
});

it('the pictures of the documents are of these pages, all there, and small', () => {
  if (WRITES) return;
  const known = JSON.parse(readFileSync(join(DOCS, 'makes.json'), 'utf8'));
  const stale = Object.keys(makes).filter((name) => known[name] !== makes[name]);
  expect(stale, 'make them again: npm run pictures').toEqual([]);
  const sizes = Object.keys(makes).map((name) => readFileSync(join(DOCS, `${name}.webp`)).length);
  expect(sizes.reduce((sum, n) => sum + n, 0)).toBeLessThan(MOST);
});
