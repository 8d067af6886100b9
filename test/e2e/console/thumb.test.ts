/** A list with a filter has all its rows from the beginning, and the thumb of its scroll bar stands for a time. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { goTo, isIdle, type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

const AUDIT = { actions: ['audit'], officer: 'wang.fang' };
const HOUR = 3_600_000;
const HOURS = 40;
const CHILDREN = 8;
let clock = Date.now() - HOURS * HOUR;
let world: World;
let tab: Tab;
const { open, signIn } = tabs();

beforeAll(async () => {
  world = await openWorld(CHILDREN, () => clock);
  const subjects = world.ids.map((id_number) => ({ match: { id_number } }));
  const details = {
    actions: ['release'],
    purpose: 'S1',
    case: 'EDU-1',
    officer: 'zhang.wei',
    reason: 'winter subsidy',
  };
  for (let hour = 0; hour < HOURS; hour++) {
    const { status, text } = await world.call('edu-county', details, 'POST', '/v1/releases', {
      ...{ collection: 'children', subjects, fields: ['name'] },
    });
    if (status !== 200) throw new Error(text);
    await world.grow();
    clock += HOUR;
  }
  clock = Date.now();
  await world.grow();
  tab = await open(world.url);
  await signIn(tab, 'wang.fang');
});
afterAll(() => world.close());

const ROWS = HOURS * CHILDREN + CHILDREN;
const list = () => tab.page.locator('.list');
const lists = () =>
  tab.requests
    .filter(({ url }) => url.includes('/v1/log/entries?'))
    .map(({ url }) => new URL(url).searchParams);

it('has every row, reads those in sight alone, and names the time while it moves', async () => {
  const { page } = tab;
  await goTo(page, world.url, 'log?kind=decision');
  await page.getByText(`${ROWS} entries, newest first`).waitFor();
  await expect.poll(() => list().getAttribute('aria-rowcount')).toBe(String(ROWS));
  await isIdle(page);
  const before = lists().length;
  await list().evaluate((box) => {
    box.scrollTop = (box.scrollHeight - box.clientHeight) / 2;
  });
  const thumb = page.locator('.thumb span');
  await thumb.waitFor();
  expect(await thumb.innerText()).toMatch(/^\d\d? \w+ \d{4}, \d\d:00$/);
  await expect.poll(() => page.locator('.list-row .c-kind').count()).toBeGreaterThan(5);
  await expect.poll(() => page.locator('.list-row', { hasNot: page.locator('.c-kind') }).count()).toBe(0);
  await thumb.waitFor({ state: 'detached' });
  await isIdle(page);
  const asked = lists().slice(before);
  // Only the hours in sight were read, and not the way to them.
  expect(asked.length).toBeLessThan(8);
  for (const query of asked)
    expect(Date.parse(query.get('to') ?? '') - Date.parse(query.get('from') ?? '')).toBeLessThanOrEqual(HOUR);
});

it('End shows the oldest row and the end of the list, and rows are in the order of time without a gap', async () => {
  const { page } = tab;
  await list().focus();
  await page.keyboard.press('End');
  await page.locator(`#row-${ROWS - 1} .c-kind`).waitFor();
  await page.getByText(/^This is all, back to /).waitFor();
  const { json } = await world.call('audit-office', AUDIT, 'GET', '/v1/log/entries?kind=decision&limit=1000');
  expect(json.entries.length).toBe(ROWS);
  for (let step = 0; step < 4; step++) {
    await isIdle(page);
    // Each opens the entry that the gateway has in its place.
    const row = page.locator('.list-row').first();
    const index = Number((await row.getAttribute('id'))?.slice(4));
    await row.click();
    await page.getByRole('heading', { name: 'Proof' }).waitFor();
    expect(new URL(page.url()).hash).toContain(`e=${json.entries[index].id}`);
    await page.keyboard.press('Escape');
    await page.locator('.pane').waitFor({ state: 'detached' });
    await list().focus();
    for (const key of ['PageUp', 'PageUp', 'PageUp']) await page.keyboard.press(key);
  }
  expect(tab.faults).toEqual([]);
});

it('opens a row that is chosen before it was read, as soon as it is there', async () => {
  const { page } = tab;
  await goTo(page, world.url, 'log?kind=decision&purpose=S1');
  await isIdle(page);
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/v1/log/entries?*', async (route) => {
    await held;
    await route.continue();
  });
  await list().evaluate((box) => {
    box.scrollTop = (box.scrollHeight - box.clientHeight) / 2;
  });
  const unread = page.locator('.list-row', { hasNot: page.locator('.c-kind') }).nth(3);
  await unread.click();
  expect(await page.locator('.pane').count()).toBe(0);
  release();
  await page.getByRole('heading', { name: 'Proof' }).waitFor();
  await page.unroute('**/v1/log/entries?*');
});
