/** A log of a million entries: every row can be reached, few are read, and few are in the document (A7, A8). No times. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NewEntry } from '../../../shared/log/entry/entry.ts';
import { decision } from '../../log/log.ts';
import { type LongLog, openLongLog } from './long-log.ts';
import { type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

const SIZE = 1_000_000;
/** Rows that one call reads. */
const BLOCK = 50;
let world: World;
let log: LongLog;
let tab: Tab;
const { open, signIn } = tabs();

const entryAt = (index: number): NewEntry =>
  decision({
    purpose: `S${1 + (index % 7)}`,
    words: { officer: `officer.${index}`, case: `EDU-${index}`, reason: 'winter subsidy, grade 5' },
  });

beforeAll(async () => {
  world = await openWorld(1);
  log = await openLongLog(world, SIZE, entryAt);
  tab = await open(world.url, '#/log');
  await signIn(tab, 'wang.fang');
  await tab.page.locator('.list-row .c-officer').first().waitFor();
}, 120_000);
afterAll(() => world.close());

const press = (key: string) => tab.page.keyboard.press(key);
const selected = () => tab.page.locator('.list-row[aria-selected=true]');
const officer = async (index: number) => {
  const row = tab.page.locator(`.list-row[aria-rowindex="${index + 1}"] .c-officer`);
  await row.waitFor({ timeout: 30_000 });
  return (await row.textContent())?.replace('°', '').replace(/claimed officer$/, '');
};
const calls = () => tab.requests.filter(({ url }) => url.includes('/v1/log/entries?')).length;
const rowsInSight = () => tab.page.locator('.list-row').count();

it('says how many there are, and shows the newest first', async () => {
  const { page } = tab;
  await page.getByText('1,000,000', { exact: false }).first().waitFor();
  expect(await page.locator('.list').getAttribute('aria-rowcount')).toBe(String(SIZE));
  expect(await officer(0)).toBe(log.officerAt(SIZE - 1));
  expect(calls()).toBeLessThanOrEqual(4);
});

it('End leads to the first entry of the log, Home back to the last, and nothing between is read', async () => {
  const before = calls();
  await tab.page.locator('.list').focus();
  await press('End');
  expect(await officer(SIZE - 1)).toBe(log.officerAt(0));
  expect(await selected().getAttribute('aria-rowindex')).toBe(String(SIZE));
  await press('Home');
  expect(await officer(0)).toBe(log.officerAt(SIZE - 1));
  expect(calls() - before).toBeLessThanOrEqual(4);
});

it('the thumb in the middle shows the middle, and 60 steps of the wheel move on by rows', async () => {
  const { page } = tab;
  const before = calls();
  await page.locator('.list').evaluate((box) => {
    // As a drag does: many positions on the way.
    const end = (box.scrollHeight - box.clientHeight) / 2;
    for (let step = 1; step <= 40; step++) box.scrollTop = (end * step) / 40;
  });
  const middle = async () => Number(await page.locator('.list-row').first().getAttribute('aria-rowindex'));
  await expect.poll(middle).toBeGreaterThan(499_000);
  const first = await middle();
  expect(first).toBeLessThan(501_000);
  expect(await officer(first)).toBe(log.officerAt(SIZE - 1 - first));
  await page.locator('.list').hover();
  const height = await page
    .locator('.list-row')
    .first()
    .evaluate((row) => row.getBoundingClientRect().height);
  for (let step = 0; step < 60; step++) await page.mouse.wheel(0, 2 * height);
  await expect.poll(middle).toBe(first + 120);
  expect(await officer(first + 120)).toBe(log.officerAt(SIZE - 1 - first - 120));
  // The blocks in sight and their neighbours, and not the 500,000 rows of the way.
  expect(calls() - before).toBeLessThanOrEqual(12);
});

it('200 times j moves 200 rows, each in the document before the next event, and reads a block at a time', async () => {
  const { page } = tab;
  await page.locator('.list').focus();
  await press('Home');
  await officer(0);
  const before = calls();
  const late = await page.evaluate(async () => {
    const turn = () => new Promise((done) => setTimeout(done));
    let missed = 0;
    for (let row = 2; row <= 201; row++) {
      document.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', bubbles: true }));
      await turn();
      const shown = document.querySelector('.list-row[aria-selected=true]')?.getAttribute('aria-rowindex');
      if (shown !== String(row)) missed += 1;
    }
    return missed;
  });
  expect(late).toBe(0);
  expect(await officer(200)).toBe(log.officerAt(SIZE - 201));
  expect(calls() - before).toBeLessThanOrEqual(Math.ceil(200 / BLOCK) + 3);
});

it('the document has few rows, the heap stays small, and few items of the log were made', async () => {
  const { page } = tab;
  expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(700);
  expect(await rowsInSight()).toBeLessThan(60);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('HeapProfiler.collectGarbage');
  await cdp.send('Performance.enable');
  const { metrics } = await cdp.send('Performance.getMetrics');
  const heap = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.POSITIVE_INFINITY;
  expect(heap).toBeLessThan(80 * 2 ** 20);
  expect(log.made()).toBeLessThan(400);
});

it('Enter opens the entry of the row, and a pasted address the same entry', async () => {
  const { page } = tab;
  await page.locator('.list').focus();
  await press('End');
  await officer(SIZE - 1);
  await press('Enter');
  await page.locator('.pane').getByText('officer.0', { exact: false }).first().waitFor();
  expect(tab.faults.filter((one) => !/404|409/.test(one))).toEqual([]);
});
