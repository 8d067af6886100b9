/** Pictures of the log, each with marks that lead to the entries behind. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepsNone } from './keeps.ts';
import { choose, press, type } from './keyboard.ts';
import { accessibilityFaults, goTo, type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let tab: Tab;
const { open, signIn } = tabs();
const go = (hash: string) => goTo(tab.page, world.url, hash);
const rows = () => tab.page.locator('.list-row').count();

beforeAll(async () => {
  world = await openWorld(4);
  tab = await open(world.url);
  await signIn(tab, 'wang.fang');
});
afterAll(() => world.close());

describe('flows', () => {
  it('go from a department to a recipient by purpose, with a bar next to each number', async () => {
    const { page } = tab;
    await go('flows');
    const cells = page.getByRole('region', { name: 'Data from departments to recipients' }).locator('td');
    await cells.first().waitFor();
    expect((await cells.allInnerTexts()).map((one) => one.trim())).toEqual([
      ...['Civil affairs', 'County education bureau', 'S1 School support', '4'],
    ]);
    expect(await cells.locator('meter').count()).toBe(1);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('lead by keys to exactly the entries that they count', async () => {
    const { page } = tab;
    await go('flows');
    await page.locator('.cards td a').first().focus();
    await page.keyboard.press('Enter');
    await page.getByText(/^4 entries from .*, newest first/).waitFor();
    expect(page.url()).toContain('owner=MCA');
    expect(await rows()).toBe(4);
  });

  it('by weekday and hour lead to an hour', async () => {
    const { page } = tab;
    await go('flows?agency=edu-county');
    const squares = page.getByRole('region', { name: 'By weekday and hour' }).locator('td a');
    await squares.first().waitFor();
    const counts = (await squares.allInnerTexts()).map(Number);
    expect(counts.reduce((sum, one) => sum + one, 0)).toBe(4);
    await squares.last().click();
    await page.getByText(/entr(?:y|ies) from .*, newest first/).waitFor();
    // The hour may have begun between the releases.
    await expect.poll(rows).toBe(counts.at(-1));
  });

  it('of one purpose are an address', async () => {
    const { page } = tab;
    await go('flows?purpose=W1');
    await page.getByText('Nothing was released in this span.').waitFor();
  });
});

describe('an inquiry', () => {
  it('shows who received data of the person, when, and is an entry about the person itself', async () => {
    const { page } = tab;
    await go('log?kind=decision');
    await page.locator('.list-row').first().click();
    await page.getByRole('link', { name: 'The same person' }).click();
    await page.getByRole('heading', { name: 'Recipients of data of this person' }).waitFor();
    const table = page.getByRole('region', { name: 'Recipients of data of this person' });
    expect(await table.locator('tbody td').allInnerTexts()).toEqual([
      'County education bureau',
      'S1 School support',
      'Name',
      expect.stringMatching(/^\d\d \w{3} \d{4}, /),
      expect.stringMatching(/^\d\d \w{3} \d{4}, /),
      '1',
    ]);
    const mark = page.locator('svg.timeline a[aria-label*="County education bureau, School support"]');
    expect(await mark.count()).toBe(1);
    expect(await page.getByText('reading of the log').count()).toBeGreaterThan(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    await mark.click();
    // On a slow machine one mark holds the attempt as well, and leads to both in the log.
    const words = page.getByText('County education bureau asked for 1 field of one person');
    const row = page.locator('.list-row', { hasText: 'decision' }).first();
    await words.or(row).first().waitFor();
    if (!(await words.isVisible())) await row.click();
    await words.waitFor();
  });

  it('of more entries than one call holds goes on page by page, to the end', async () => {
    const { page } = tab;
    const asked: (string | null)[] = [];
    // 5,200 entries of one person take this gateway minutes; the pages are as it answers them.
    await page.route(/\/v1\/log\/entries\?subject=many/, (route) => {
      const cursor = new URL(route.request().url()).searchParams.get('cursor');
      asked.push(cursor);
      const from = Number(cursor ?? 0);
      const entries = Array.from({ length: Math.min(1000, 5200 - from) }, (_, at) => ({
        id: `${'0'.repeat(32)}-${from + at}-0`,
        time: new Date(Date.UTC(2026, 10, 25) - (from + at) * 3_600_000).toISOString(),
        ...{ kind: 'decision', outcome: 'released', purpose: 'S1', handler: { agency: 'edu-county' } },
        fields: { MCA: { name: 'plain' } },
      }));
      const next = from + 1000 < 5200 ? { cursor: String(from + 1000) } : {};
      return route.fulfill({ json: { entries, ...next } });
    });
    await go('inquiry?subject=many');
    await page.getByText('1,000 entries so far').waitFor();
    await page.getByRole('button', { name: 'Read older ones' }).click();
    await page.getByText('2,000 entries so far').waitFor();
    await page.getByRole('button', { name: 'Read all' }).click();
    await page.getByText('5,200 entries; these are all.').waitFor();
    expect(asked).toEqual([null, '1000', '2000', '3000', '4000', '5000']);
    expect(await page.locator('*').count()).toBeLessThan(700);
    await page.unrouteAll();
  });

  it('of an id that no entry has finds nothing', async () => {
    await go('inquiry?subject=AAAAAAAAAAAAAAAAAAAAAA');
    await tab.page.getByText('1 entry; these are all.').or(tab.page.getByText('No entry names')).waitFor();
  });
});

it('the writers of the log are listed with their lifetimes, each with its entry', async () => {
  const { page } = tab;
  // The newest is the one that logged the readings above.
  await world.grow();
  await go('writers');
  await page.getByRole('region', { name: 'Keys of writers' }).waitFor();
  const states = await page
    .locator('td:nth-child(6)')
    .evaluateAll((all) => all.map((one) => one.textContent));
  expect(new Set(states)).toEqual(new Set(['in use']));
  await page.locator('td a.mono').first().click();
  await page.getByRole('heading', { name: 'Proof' }).waitFor();
  expect(tab.faults).toEqual([]);
});

it('an entry prints as a sheet: of which gateway, by whom, when, and how far the log was verified', async () => {
  const { page } = tab;
  await go('prove');
  await page.getByRole('button', { name: 'Verify the log' }).click();
  await page.getByText('Every hour has as many entries as the gateway counts.').waitFor();
  await go('log?kind=decision');
  await page.locator('.list-row').first().click();
  await page.locator('.proof li').nth(8).waitFor();
  const proof = page.locator('.proof');
  expect(await proof.innerText()).toMatch(
    /Written by the function \w+, code .+ Its release can't be checked here\./,
  );
  expect(await proof.getByRole('link').getAttribute('href')).toContain('kind=deployment');
  // This log has no second tree.
  expect(await proof.innerText()).not.toContain('SM3');
  await page.emulateMedia({ media: 'print' });
  const sheet = await page.locator('.sheet').innerText();
  expect(sheet).toContain(`${new URL(world.url).host} · wang.fang, County data security office`);
  expect(sheet).toMatch(/Verified to entry \d+/);
  expect(await page.locator('header.top').isVisible()).toBe(false);
  expect(await page.locator('.left').isVisible()).toBe(false);
  const cut = await page.locator('.pane').evaluate((pane) => pane.scrollHeight - pane.clientHeight);
  expect(cut).toBeLessThanOrEqual(1);
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect(pdf.match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(1);
  await page.emulateMedia({ media: null });
});

it('rows that are marked lead to an incident with their fields and time', async () => {
  const { page } = tab;
  await go('log?kind=decision');
  await page.locator('.list-row').first().waitFor();
  await page.locator('.list').focus();
  await page.keyboard.press('x');
  await page.keyboard.press('Shift+J');
  await press(page, 'Open an incident');
  await page.getByText('Fields and time are those of 2 entries of the log.', { exact: false }).waitFor();
  expect(page.url()).toMatch(/#\/incidents\?i=new&entries=[\w-]+%2C[\w-]+$/);
  expect(await page.getByLabel('Name', { exact: true }).isChecked()).toBe(true);
  expect(await page.locator('input[name=until]').inputValue()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/);
  expect(await accessibilityFaults(page)).toEqual([]);
  await type(page, 'people', world.ids[0] as string);
  await choose(page, 'operator', 'Organ of a county');
  await type(page, 'reason', 'two answers were seen outside');
  await press(page, 'Open an incident');
  const id = /Opened: (\S+)\./.exec(await page.getByText(/^✓ Opened: /).innerText())?.[1] ?? '';
  await go(`incidents?i=${id}`);
  await page.getByRole('cell', { name: 'County education bureau' }).waitFor();
  await keepsNone(tab, [world.ids[0] as string], { but: '/v1/incidents' });
  expect(tab.faults).toEqual([]);
});

it('a tree that stands still shows on every page, with its age', async () => {
  const { page } = tab;
  const until = new Date(Date.now() - 9 * 60_000).toISOString();
  await page.route('**/log/checkpoint', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({ response: answer, headers: { ...answer.headers(), 'fieldgate-until': until } });
  });
  await go('today');
  await page.getByText(/entries, last 9 minutes ago$/).waitFor();
  await page.locator('.integrity.stale', { hasText: '▲' }).waitFor();
  await page.unrouteAll();
  await go('prove');
  await page.getByText(/^The tree has \d+ entries now. \d+ more of the last hour/).waitFor();
  await page.locator('.integrity.stale').waitFor({ state: 'detached' });
  await go('today');
});

it('a page that follows the log asks by its session, and for a checkpoint that has changed', async () => {
  const { page } = tab;
  await go('log');
  await page.locator('.list-row').first().waitFor();
  const since = tab.requests.length;
  const policy = page.waitForRequest(/\/log\/policy$/, { timeout: 30_000 });
  const asked = await page.waitForRequest(/\/log\/checkpoint$/, { timeout: 30_000 });
  await policy;
  const { authorization, ...more } = await asked.allHeaders();
  expect([new URL(asked.url()).pathname, authorization?.split(' ')[0]]).toEqual([
    '/v1/log/checkpoint',
    'DPoP',
  ]);
  expect(more['if-none-match']).toMatch(/^"[0-9a-f]{64}"$/);
  expect((await asked.response())?.ok() || (await asked.response())?.status() === 304).toBe(true);
  const paths = tab.requests.slice(since).map(({ url }) => new URL(url).pathname);
  expect(paths).toContain('/v1/log/policy');
  expect(paths.filter((path) => path.startsWith('/log/'))).toEqual([]);
});

it("the gateway's counts that are not those of the leaves are called so", async () => {
  const { page } = tab;
  await page.route(/\/v1\/log\/stats\?by=kind/, async (route) => {
    const answer = await route.fetch();
    const json = await answer.json();
    json.buckets[0].counts = { decision: 1 };
    await route.fulfill({ response: answer, json });
  });
  await go('prove');
  await page.getByText('One hour differs.').waitFor();
  await page.getByText('DIFFERS', { exact: true }).waitFor();
  await page.unrouteAll();
});

it.each(['24h', '7d', '31d'])('the last bar of %s leads to the entries that it counts', async (span) => {
  const { page } = tab;
  await go(`today?span=${span}`);
  const part = page.locator('svg.bars a[href*="purpose=S1"]').last();
  const counted = Number((await part.getAttribute('aria-label'))?.split(', ').at(-1));
  expect(counted).toBeGreaterThan(0);
  await part.focus();
  await page.keyboard.press('Enter');
  await page.locator('.list-row').first().waitFor();
  // The log shows the attempts of the decisions as well, which the bar does not count.
  const shown = await page.locator('.result [role=status]').innerText();
  expect(Number(/\d+/.exec(shown)?.[0])).toBeGreaterThanOrEqual(counted);
  await go('today');
});
