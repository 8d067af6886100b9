/** Addresses that others can open, keys without a pointer, roles, and a gateway that does not answer. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goTo, isIdle, type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let tab: Tab;
const { open, signIn } = tabs();
const go = ({ page }: Tab, hash: string) => goTo(page, world.url, hash);
const timesOf = ({ page }: Tab) => page.locator('.list-row .c-time').allInnerTexts();

beforeAll(async () => {
  world = await openWorld(5);
  tab = await open(world.url);
  await signIn(tab, 'wang.fang');
});
afterAll(() => world.close());

describe('an address', () => {
  const VIEW = 'log?agency=edu-county&kind=decision&owner=MCA';

  it('opens the same rows for another auditor, after back, and after a new login', async () => {
    await go(tab, VIEW);
    const rows = await timesOf(tab);
    expect(rows.length).toBe(5);
    const other = await open(world.url, `#/${VIEW}`);
    await signIn(other, 'gao.yuan');
    await expect.poll(() => timesOf(other)).toEqual(rows);
    await other.page.locator('.list-row').nth(2).click();
    await other.page.waitForURL(/e=/);
    await go(tab, 'flows');
    await go(tab, new URL(other.page.url()).hash.slice(2));
    await tab.page.locator('#row-2[aria-selected=true]').waitFor();
    expect(await tab.page.getByRole('columnheader').count()).toBe(5);
    await go(tab, 'flows');
    await tab.page.goBack();
    await tab.page.getByText('5 entries, newest first').waitFor();
    expect(await timesOf(tab)).toEqual(rows);
    await tab.page.reload();
    await tab.page.locator('.button.main').click();
    await tab.page.getByText('5 entries, newest first').waitFor();
    expect(await timesOf(tab)).toEqual(rows);
  });
});

it('the number of entries of a filter is counted, and a bar leads to its entries', async () => {
  const { page } = tab;
  await go(tab, 'log?agency=edu-county&kind=decision');
  await page.getByText('5 entries, newest first').first().waitFor();
  const bar = page.locator('svg.strip a');
  await bar.first().waitFor();
  expect(await bar.first().getAttribute('aria-label')).toMatch(/^released, .*, 5$/);
  await bar.first().focus();
  await page.keyboard.press('Enter');
  await page.locator('.chip', { hasText: 'From' }).waitFor();
  await expect.poll(async () => (await timesOf(tab)).length).toBe(5);
});

it('a part of the time is taken by drag, by Shift and an arrow, and by words', async () => {
  const { page } = tab;
  const chips = () => page.locator('.chip').allInnerTexts();
  await go(tab, 'log?kind=decision');
  const strip = await page.locator('svg.strip').boundingBox();
  const { x = 0, y = 0, width = 0 } = strip ?? {};
  await page.mouse.move(x + width * 0.5, y + 20);
  await page.mouse.down();
  await page.mouse.move(x + width - 2, y + 20, { steps: 4 });
  await page.mouse.up();
  await page.locator('.chip', { hasText: 'From' }).waitFor();
  await page.getByText(/^5 entries from /).waitFor();
  const before = await chips();
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(chips).not.toEqual(before);
  await go(tab, 'log?kind=decision');
  await page.keyboard.press('t');
  await page.getByLabel('Go to a time').fill('soon');
  await page.keyboard.press('Enter');
  await page.locator('.field.wrong').waitFor();
  await page.getByLabel('Go to a time').fill('yesterday');
  await page.keyboard.press('Enter');
  await page.getByText(/^No entries between /).waitFor();
  await page.keyboard.press('h');
  await page.getByText(/^5 entries from /).waitFor();
});

it('a filter takes several values by keys, each a chip that goes alone, and its address opens the same', async () => {
  const { page } = tab;
  const chips = () => page.locator('.filters .chip').allInnerTexts();
  const add = async (filter: string, value: string) => {
    await page.keyboard.press('/');
    for (const text of [filter, value]) {
      await page.getByRole('combobox').fill(text);
      await expect.poll(() => page.getByRole('option').count()).toBe(1);
      await page.keyboard.press('Enter');
    }
    await page.getByRole('combobox').waitFor({ state: 'detached' });
  };
  await go(tab, 'log?kind=decision');
  await add('Kind', 'attempt');
  await page.getByText(/^10 entries, newest first/).waitFor();
  expect(new URL(page.url()).hash).toContain('kind=decision%2Cattempt');
  expect((await chips()).map((one) => one.split(' ')[1])).toEqual(['decision', 'attempt']);
  // What is chosen is not offered again.
  await page.keyboard.press('/');
  await page.getByRole('combobox').fill('Kind');
  await page.keyboard.press('Enter');
  await page.getByRole('combobox').fill('attempt');
  await page.getByText('Nothing has this name.').waitFor();
  await page.keyboard.press('Escape');
  await page.locator('.chip', { hasText: 'decision' }).press('Backspace');
  await page.getByText(/^5 entries, newest first/).waitFor();
  expect(new URL(page.url()).hash).toContain('kind=attempt');
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BUTTON');
  // Only the value that is wrong is marked.
  await go(tab, 'log?kind=attempt,no-such');
  await page.locator('.chip.bad', { hasText: 'no-such' }).waitFor();
  expect(await page.locator('.chip.bad').count()).toBe(1);
  tab.faults.splice(0);
});

it('rows are marked by keys, and take a verdict together', async () => {
  const { page } = tab;
  await go(tab, 'log?kind=decision');
  await page.locator('.list').focus();
  for (const [key, says] of [
    ['x', '1 marked'],
    ['Shift+J', '2 marked'],
    ['*', '5 marked'],
    ['x', '4 marked'],
  ] as const) {
    await page.keyboard.press(key);
    await page.getByText(says).waitFor();
  }
  await page.keyboard.press('1');
  await page.getByText(/^4 × justified · /).waitFor();
  await page.keyboard.press('u');
  expect(await page.locator('.list-row.marked').count()).toBe(0);
  // With a pane open, the pane alone says what waits.
  await page.keyboard.press('x');
  await page.keyboard.press('1');
  const waits = page.getByText(/^1 × justified · /);
  await waits.waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Proof' }).waitFor();
  expect(await waits.count()).toBe(1);
  await page.keyboard.press('u');
  await waits.waitFor({ state: 'detached' });
  await isIdle(page);
});

it('an entry says how many there are around it, and is saved with its proof and checkpoint', async () => {
  const { page } = tab;
  await world.grow();
  await go(tab, 'log?kind=decision');
  await page.locator('.list-row').first().click();
  await page.getByRole('link', { name: /^The same officer that day \(\d+\)$/ }).waitFor();
  const person = page.getByRole('link', { name: /^The same person \(\d+\)$/ });
  expect(Number(/\d+/.exec(await person.innerText())?.[0])).toBeGreaterThan(1);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save with proof and checkpoint' }).click();
  const { entry, inclusion } = JSON.parse(readFileSync(await (await saved).path(), 'utf8'));
  expect(inclusion).toMatchObject({ entry: entry.id, leafHash: entry.leafHash });
  expect(inclusion.checkpoint).toContain('fieldgate');
});

describe('by keys alone', () => {
  it('an entry opens, its sections are walked, and the focus comes back to the list', async () => {
    const { page } = tab;
    await go(tab, 'log?kind=decision');
    await page.locator('.list').focus();
    for (const key of ['j', 'j', 'Enter']) await page.keyboard.press(key);
    await page.getByRole('heading', { name: 'Proof' }).waitFor();
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '');
    expect(await focused()).toMatch(/^Entry/);
    await page.keyboard.press(']');
    expect(await focused()).toBe('In words');
    await page.keyboard.press('Escape');
    await page.locator('.pane').waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toBe('list');
  });

  it('the marks of a picture are one stop, and arrows walk them', async () => {
    const { page } = tab;
    await go(tab, 'log?kind=decision');
    await page.locator('.list-row').first().click();
    await page.getByRole('link', { name: 'The same person' }).click();
    const marks = page.locator('svg.timeline a');
    await marks.first().waitFor();
    expect(await page.locator('svg.timeline a[tabindex="0"]').count()).toBe(1);
    await page.locator('svg.timeline a[tabindex="0"]').focus();
    await page.keyboard.press('ArrowRight');
    const label = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    expect(label).toBe(await marks.nth(1).getAttribute('aria-label'));
  });
});

it('a page whose gateway does not answer says so, loses nothing, and goes on by itself', async () => {
  const { page } = tab;
  const seen = (text: string) => page.getByText(text).waitFor();
  const refusals = [
    { status: 503, says: 'The gateway does not answer. Nothing you did is lost' },
    { status: 429, says: 'Too many requests; going on' },
  ];
  // A call waits until the word about the call before was on the page, so a slow browser misses none.
  let told = Promise.resolve();
  await page.route(/\/v1\/log\/stats\?by=flow/, async (route) => {
    await told;
    const refusal = refusals.shift();
    if (!refusal) return route.continue();
    told = seen(refusal.says);
    return route.fulfill({ status: refusal.status, headers: { 'retry-after': '1' }, body: '' });
  });
  await go(tab, 'settings');
  await page.goto(`${world.url}/console/#/flows?span=7d`);
  await page.locator('.cards td a').first().waitFor();
  expect(page.url()).toContain('span=7d');
  await page.unrouteAll();
  tab.faults.splice(0, 2);
  expect(tab.faults.filter((one) => !/503|429/.test(one))).toEqual([]);
});

const AUDIT_CALLS = /\/v1\/(log(?!\/(policy|witnessed|checkpoint))|tasks|agencies|alerts)/;
const AUDITORS_PAGES = ['today', 'log', 'review', 'flows', 'inquiry', 'writers'];
describe.each([
  ['zhao.min', [...AUDITORS_PAGES, 'agencies']],
  ['li.na', [...AUDITORS_PAGES, 'inbox', 'requests']],
  ['wang.fang', ['inbox', 'requests', 'agencies']],
] as const)('%s', (person, closed) => {
  it('is told whom the pages of others are for, and their calls are not made', async () => {
    const one = await open(world.url, '#/settings');
    await signIn(one, person);
    for (const name of closed) {
      await one.page.goto(`${world.url}/console/#/${name}`);
      await one.page.getByText('This page is for').waitFor();
    }
    const theirs = person === 'wang.fang' ? /tasks|agencies/ : AUDIT_CALLS;
    const asked = one.requests.filter(({ url }) => theirs.test(url));
    expect(asked).toEqual([]);
    expect(one.faults).toEqual([]);
  });
});

it('a filter and its value are found by keys: by code, either language and pinyin initials', async () => {
  const { page } = tab;
  for (const typed of ['S1', 'school support', '就学', 'jxzc']) {
    await go(tab, 'log');
    await page.locator('.list-row').first().waitFor();
    await page.locator('#main').focus();
    await page.keyboard.press('/');
    await page.getByRole('combobox', { name: 'Add a filter' }).fill('purp');
    await page.keyboard.press('Enter');
    const values = page.getByRole('combobox', { name: 'Purpose' });
    await values.fill(typed);
    expect(await page.getByRole('option').allInnerTexts()).toEqual(['S1 School support']);
    await page.keyboard.press('Enter');
    await page.locator('.filters .chip', { hasText: 'Purpose: S1 School support' }).waitFor();
    expect(new URL(page.url()).hash).toContain('purpose=S1');
  }
});

it('a simulation takes fields and facts, and a fact of another shape is told', async () => {
  const { page } = tab;
  await go(tab, 'policy?tab=simulate&purpose=S1&agency=edu-county');
  await page.getByText(/It would be/).waitFor();
  await page.getByLabel('Field').selectOption('name');
  await page.getByRole('heading', { name: 'Given (1)' }).waitFor();
  await page.getByLabel('A fact about the person').selectOption('birth_date');
  await page.getByLabel('Value').fill('yesterday');
  await page.keyboard.press('Enter');
  await page.getByText('/facts/birth_date').waitFor();
  tab.faults.length = 0;
});

it('signing out ends the session of the login page too', async () => {
  const one = await open(world.url, '#/settings');
  await signIn(one, 'li.na');
  const { page } = one;
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.locator('button[name=logout]').first().click();
  await page.getByText('You have signed out.').waitFor();
  // Without the lock, which would have the issuer ask in any case.
  await page.evaluate(() => localStorage.clear());
  await page.locator('.button.main').click();
  // Otherwise the issuer would know the person and ask nothing.
  await page.locator('button[value="li.na"]').waitFor();
  expect(one.faults).toEqual([]);
});
