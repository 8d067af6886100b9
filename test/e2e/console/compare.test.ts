/** A second auditor holds a printed report and compares it with the log by its number. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isFocusKept } from './keyboard.ts';
import { accessibilityFaults, goTo, inEachLook, type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let second: Tab;
let printed: { entry: string; size: string; root: string; digest: string };
const { open, signIn } = tabs();

beforeAll(async () => {
  world = await openWorld(2);
  second = await open(world.url, '#/prove');
  await signIn(second, 'gao.yuan');
});
afterAll(() => world.close());

const compare = async (number: string) => {
  await second.page.getByLabel('Number of the report').fill(number);
  await second.page.getByLabel('Number of the report').press('Enter');
};
const found = () => second.page.locator('section[aria-label="Compare a printed report"]');

it('a report is made of a verified log', async () => {
  const first = await open(world.url, '#/prove');
  await signIn(first, 'wang.fang');
  const { page } = first;
  await page.getByRole('button', { name: 'Verify the log' }).click();
  await page.getByText('No fault in the log').waitFor();
  await goTo(page, world.url, 'review?figures=yes');
  await page.getByRole('button', { name: 'Make a report' }).press('Enter');
  const sheet = page.locator('.report article');
  await sheet.waitFor();
  expect(await isFocusKept(page)).toBe(true);
  await world.grow();
  const [entry = '', digest = '', tree = ''] = await sheet.locator('dd').allInnerTexts();
  const [size = '', root = ''] = tree.split(' ');
  printed = { entry, size, root, digest };
  expect(printed.root).toMatch(/^[\w+/]{43}=$/);
});

it('shows by whom and of which tree it was made, and that root and figures are still the same', async () => {
  // Verdicts that were given since change nothing in it.
  const { json } = await world.call('audit-office', AUDIT, 'GET', '/v1/log/entries?kind=decision');
  const about = `/v1/log/entries/${json.entries[0].id}/reviews`;
  await world.call('audit-office', AUDIT, 'POST', about, { verdict: 'justified' });
  await world.grow();
  await compare(printed.entry);
  await found().getByText('the figures have its digest').waitFor();
  const text = await found().innerText();
  for (const words of ['wang.fang', printed.digest, printed.root, `${printed.size} `])
    expect(text).toContain(words);
  expect(await found().locator('.good').count()).toBe(3);
  expect(await found().locator('.bad').count()).toBe(0);
  await inEachLook(second.page, async () => expect(await accessibilityFaults(second.page)).toEqual([]));
  // The address opens the same for a third person.
  expect(new URL(second.page.url()).hash).toBe(`#/prove?report=${printed.entry}`);
  await found().getByRole('link', { name: 'Entry in the log' }).click();
  await second.page.getByRole('link', { name: 'Compare a printed report' }).click();
  await found().getByText('the figures have its digest').waitFor();
});

const AUDIT = { actions: ['audit'], officer: 'zhou.min' };

it('says of a report with another root that the log does not continue it, and of another entry that it is none', async () => {
  const to = new Date(Date.now() - 1000).toISOString();
  const from = new Date(Date.now() - 86_400_000).toISOString();
  const verified = { size: Number(printed.size), root: Buffer.alloc(32).toString('base64') };
  const { json } = await world.call('audit-office', AUDIT, 'POST', '/v1/log/reports', { from, to, verified });
  await world.grow();
  await goTo(second.page, world.url, 'prove');
  await compare(json.receipt.entry);
  await found().getByText('does NOT continue the tree').waitFor();
  expect(await found().locator('.bad').count()).toBe(1);
  await compare(`${printed.entry.split('-')[0]}-0-0`);
  await second.page.locator('.failure').waitFor();
  expect(await found().count()).toBe(0);
});

it('reports nothing that the page was refused', () => {
  // The browser itself reports the number that is none.
  expect(second.faults.filter((fault) => !fault.includes('404'))).toEqual([]);
});
