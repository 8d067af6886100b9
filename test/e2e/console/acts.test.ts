/** Acts without a page of their own: a form from the contract, here a legal hold by two people of a court. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BORN, freshNumber } from '../../support/people.ts';
import { heapOf, keepsNone } from './keeps.ts';
import { accessibilityFaults, type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
const { open, signIn } = tabs();
const child = freshNumber();

beforeAll(async () => {
  world = await openWorld(0);
  const fields = { name: '欧阳朝暮', birth_date: BORN, division_code: '990001001001' };
  await world.put('mca-county', { match: { id_number: child }, fields });
});
afterAll(() => world.close());

/** Opens the form of a line. */
async function find({ page }: Tab, line: string): Promise<void> {
  await page.getByRole('searchbox').fill(line);
  await page.locator('.list-row').filter({ hasText: line }).first().click();
  await page.locator('.pane form').waitFor();
}

it('a person finds an act by a word, its form names what is missing, and what is typed is kept nowhere', async () => {
  const first = await open(world.url, '#/acts', { viewport: { width: 390, height: 844 } });
  await signIn(first, 'wu.jun');
  const { page } = first;
  await find(first, 'POST /v1/holds');
  const form = page.locator('.pane form');
  await form.getByRole('button', { name: 'Send' }).click();
  await page.getByText('This is needed.').first().waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await form.locator('[name="body.subject"]').fill(child);
  await form.locator('[name="body.instrument"]').fill('HOLD-7');
  await form.locator('[name="body.reason"]').fill('evidence in a trial');
  await form.getByRole('button', { name: 'Send' }).click();
  await page.getByText('expiresAt', { exact: true }).waitFor();
  const id = await page.locator('.pane dt', { hasText: /^id$/ }).locator('+ dd').first().innerText();
  const entry = await page
    .locator('.pane dt', { hasText: /^entry$/ })
    .locator('+ dd')
    .first()
    .innerText();
  await keepsNone(first, [child], { but: '/v1/holds' });
  await page.keyboard.press('Control+Shift+L');
  await page.getByText('Locked. Sign in to continue.').waitFor();
  expect(await heapOf(page, [child])).toEqual([]);

  const second = await open(world.url, '#/acts');
  await signIn(second, 'lin.yu');
  await find(second, 'POST /v1/holds/:id/confirm');
  const confirm = second.page.locator('.pane form');
  await confirm.locator('[name="id"]').fill(id);
  await confirm.locator('[name="body.entry"]').fill(entry);
  await confirm.locator('[name="body.reason"]').fill('order was read');
  await confirm.getByRole('button', { name: 'Send' }).click();
  await second.page.getByText('in-force').waitFor();
  expect([...first.faults, ...second.faults]).toEqual([]);
});

it('two people end the help for a child by the forms, and a colleague takes it up again', async () => {
  const fields = { name: '欧阳暮', birth_date: BORN, division_code: '990001001001' };
  const [{ ref }] = await world.put('mca-county', { match: { id_number: freshNumber() }, fields });
  const people: Tab[] = [];
  const said = (tab: Tab, name: RegExp) =>
    tab.page.locator('.pane dt', { hasText: name }).locator('+ dd').first();
  const send = async (tab: Tab, line: string, words: Readonly<Record<string, string>>) => {
    await find(tab, line);
    const form = tab.page.locator('.pane form');
    for (const [name, text] of Object.entries({ ref, ...words }))
      await form.locator(`[name="${name}"]`).fill(text);
    await form.getByRole('button', { name: 'Send' }).click();
  };
  for (const [person, page] of [
    ['zhao.min', '#/second'],
    ['zhou.qin', '#/acts'],
  ] as const) {
    const tab = await open(world.url, page);
    await signIn(tab, person);
    people.push(tab);
  }
  const [first, second] = people as [Tab, Tab];
  const END = 'POST /v1/subjects/:ref/end';
  // The page of acts of two people has the same form.
  await first.page.getByText('Begin an act on a record').click();
  const form = first.page
    .locator('form')
    .filter({ has: first.page.locator('[name="body.case"]') })
    .last();
  await form.locator('[name=ref]').fill(ref);
  await form.locator('[name="body.reason"]').fill('the family has an income again');
  await form.locator('[name="body.case"]').fill('MCA-2026-9');
  await form.getByRole('button', { name: 'Send' }).click();
  const asked = await first.page.getByText(/^✓ Requested\./).innerText();
  const entry = asked.split(' ').at(-1) ?? '';
  await send(second, END, {
    'body.entry': entry,
    'body.reason': 'read and agreed',
    'body.case': 'MCA-2026-9',
  });
  await said(second, /^endedAt$/).waitFor();
  expect(await accessibilityFaults(second.page)).toEqual([]);
  await send(second, 'DELETE /v1/subjects/:ref/end', {
    'body.reason': 'income lost',
    'body.case': 'MCA-2026-9',
  });
  await said(second, /^resumedAt$/).waitFor();
  expect([...first.faults, ...second.faults]).toEqual([]);
});

it('offers what the person and its office may do, and nothing that shows values without their page', async () => {
  const lines = async (person: string) => {
    const tab = await open(world.url, '#/acts');
    await signIn(tab, person);
    await tab.page.locator('.list-row').first().waitFor();
    const listed = async (line: string) => {
      await tab.page.getByRole('searchbox').fill(line);
      return tab.page.locator('.list-row').count();
    };
    return { holds: await listed('POST /v1/holds'), release: await listed('/v1/releases') };
  };
  // The word for a colleague's emergency, which shows no value.
  expect(await lines('zhao.min')).toMatchObject({ release: 1 });
  expect((await lines('li.na')).holds).toBe(0);
});
