/** The pages of desks and owners: consents, inquiries, objections, incidents, uses, counts. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BORN, freshNumber } from '../../support/people.ts';
import { pdfTextOf } from '../pages/pdf-text.ts';
import { foreignWords, textOf } from './foreign.ts';
import { heapOf, keepsNone } from './keeps.ts';
import { choose, isFocusKept, press, tick, type } from './keyboard.ts';
import { accessibilityFaults, goTo, speak, type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
const { open, signIn } = tabs();
const child = freshNumber();
const parent = freshNumber();
/** What answers say, and no other text of the console. */
const NAME = '欧阳朝暮';
const PARENT = '欧阳暮云';
const REASON = 'taken at the desk';
const SCAN = { name: 'scan.pdf', mimeType: 'application/pdf', buffer: Buffer.from('a scan') };

beforeAll(async () => {
  world = await openWorld(1);
  const fields = {
    ...{ name: NAME, birth_date: BORN, division_code: '990001001001' },
    guardian_identity: { name: PARENT, id_number: parent },
    guardian_relation: 'father',
    household_profile: { members: 2, monthlyIncome: 3980 },
    photo: `file:sha256-${'0'.repeat(64)}`,
  };
  await world.put('mca-county', { match: { id_number: child }, fields });
  // The number that a child shows is compared with the one on record.
  await world.put('mps-county', { match: { id_number: child }, fields: { id_number: child } });
  await world.release(child, ['name', 'birth_date']);
  await world.grow();
});
afterAll(() => world.close());

/** Locks the page, which then holds none of the values in its heap. */
async function locked({ page }: Tab, values: readonly string[]): Promise<void> {
  await page.keyboard.press('Control+Shift+L');
  await page.getByText('Locked. Sign in to continue.').waitFor();
  expect(await heapOf(page, values)).toEqual([]);
}

async function findPerson({ page }: Tab): Promise<void> {
  await type(page, 'value', child);
  await type(page, 'reason', REASON);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Take a consent' }).waitFor();
}

/** From the second to the last step of a guardian's consent. */
async function say({ page }: Tab, document: string): Promise<void> {
  const heading = async (text: string) => {
    await page.getByRole('heading', { name: text, exact: true }).waitFor();
    await isWhollyChinese(page);
  };
  await heading('What, and for whom?');
  await choose(page, 'purpose', 'C1');
  await choose(page, 'recipient', 'Sunrise');
  await press(page, 'Next');
  await heading('Which fields?');
  await tick(page, 'fields');
  await press(page, 'Next');
  await heading('Who says it?');
  await choose(page, 'giver', 'The guardian');
  await choose(page, 'document', 'resident');
  await type(page, 'number', document);
  await page.keyboard.press('Enter');
  await heading('How was it said?');
  await choose(page, 'method', 'on a signed');
  await page.locator('input[type=file]').setInputFiles(SCAN);
  await page.getByText(/^Digest [0-9a-f]{16}…$/).waitFor();
  await press(page, 'Next');
  await heading('Check and file');
  await type(page, 'reason', REASON);
  await page.keyboard.press('Enter');
}

/** The page says nothing in English once it is in Chinese, and keeps what was typed (A20). */
async function isWhollyChinese(page: Page): Promise<void> {
  await speak(page, 'zh');
  expect(foreignWords(await textOf(page))).toEqual([]);
  await speak(page, 'en');
}

async function askAs({ page }: Tab, inquirer: string, name: string, number: string): Promise<void> {
  await choose(page, 'inquirer', inquirer);
  await type(page, 'value', child);
  await type(page, 'name', name);
  await type(page, 'number', number);
  await type(page, 'case', 'CX-2026-7');
  await type(page, 'reason', REASON);
  await page.keyboard.press('Enter');
}

describe('a desk', () => {
  it('takes a consent and withdraws it by keyboard; the number is compared and kept nowhere (A16, A17)', async () => {
    const tab = await open(world.url, '#/consents');
    await signIn(tab, 'chen.jing');
    const { page } = tab;
    await findPerson(tab);
    expect(page.url()).not.toContain(child);
    await press(page, 'Take a consent');
    await say(tab, freshNumber());
    await page.getByText('Refused', { exact: true }).waitFor();
    expect(await isFocusKept(page)).toBe(true);
    expect(await accessibilityFaults(page)).toEqual([]);
    // What was typed is still there, so that a mistake is mended and not written again.
    for (const before of ['How was it said?', 'Who says it?']) {
      await press(page, 'Back');
      await page.getByRole('heading', { name: before, exact: true }).waitFor();
    }
    await type(page, 'number', '');
    await page.keyboard.press('Control+A');
    await page.keyboard.type(parent);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'How was it said?', exact: true }).waitFor();
    await press(page, 'Next');
    await press(page, 'File it');
    await page.getByRole('heading', { name: 'Filed' }).waitFor();
    await isWhollyChinese(page);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.emulateMedia({ media: 'print' });
    const paper = await page.locator('.paper').innerText();
    expect(paper).toContain('Sunrise charity foundation');
    expect(paper).toMatch(/Number\s+[\w-]{22}/);
    // The notice that was read.
    expect(await page.locator('.paper blockquote').count()).toBe(1);
    expect(await page.locator('header.top').isVisible()).toBe(false);
    await page.emulateMedia({ media: 'screen' });
    await keepsNone(tab, [child], { but: '/v1/subjects/find' });
    await keepsNone(tab, [parent], { but: '/v1/consents' });
    await press(page, 'To what is on file');
    await page.locator('.list-row').first().waitFor();
    await page.keyboard.press('Enter');
    await press(page, 'Withdraw');
    await page.getByText('Enter at least').or(page.getByText('This is needed')).first().waitFor();
    await type(page, 'reason', REASON);
    await page.keyboard.press('Enter');
    await page.getByText('Withdrawn. Nothing is released').waitFor();
    expect(await isFocusKept(page)).toBe(true);
    await locked(tab, [child, parent]);
    expect(tab.faults.filter((text) => !/status of 403/.test(text))).toEqual([]);
  });

  it('answers an inquiry once, prints it for the person and keeps nothing (A16, A17)', async () => {
    const tab = await open(world.url, '#/window');
    await signIn(tab, 'chen.jing');
    const { page } = tab;
    await isWhollyChinese(page);
    const ask = (...said: [string, string, string]) => askAs(tab, ...said);
    await ask('The guardian', PARENT, freshNumber());
    await page.getByRole('heading', { name: 'No answer can be given.' }).waitFor();
    await isWhollyChinese(page);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await press(page, 'Ask again');
    await ask('The guardian', PARENT, parent);
    await page.getByRole('heading', { name: 'What is held' }).waitFor();
    await page.getByText(NAME).waitFor();
    await page.getByRole('cell', { name: 'County education bureau' }).waitFor();
    await page.getByText('shown only with a second clerk').waitFor();
    await isWhollyChinese(page);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByText('verified here').waitFor();
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByText(NAME).isVisible()).toBe(true);
    const sheets = pdfTextOf(await page.pdf({ preferCSSPageSize: true }));
    expect([sheets.join('').includes(NAME), sheets.length <= 2]).toEqual([true, true]);
    const paper = await page.locator('main').innerText();
    expect(paper).toContain('monthly income (yuan): 3980');
    expect(paper).not.toMatch(/monthlyIncome|file:|father\b.*:|HIV|Harm/);
    for (const sheet of sheets)
      expect(sheet).toContain('chen.jing · Service desk for children and guardians · CX-2026-7');
    await page.emulateMedia({ media: 'screen' });
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByText('The answer is cleared.').waitFor();
    expect(await heapOf(page, [NAME, PARENT, child, parent])).toEqual([]);
    await keepsNone(tab, [NAME, PARENT, child, parent], { but: '/v1/inquiries' });
    await locked(tab, [NAME, PARENT, child, parent]);
    expect(tab.faults).toEqual([]);
  });

  it('gives a child every entry, and compares them with the log', async () => {
    const tab = await open(world.url, '#/window');
    await signIn(tab, 'chen.jing');
    const { page } = tab;
    await askAs(tab, 'The child', NAME, child);
    await page.getByRole('heading', { name: 'That nothing was left out' }).waitFor();
    await press(page, 'Check it with the log');
    await page.getByText('is not in the tree yet').waitFor();
    await world.grow();
    await press(page, 'Check it with the log');
    await page.getByText(/✓ The log has \d+ entries about this person/).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByText('The answer is cleared.').waitFor();
    await keepsNone(tab, [NAME, child], { but: '/v1/inquiries' });
    expect(tab.faults).toEqual([]);
  });

  it('files an objection, which the owner answers and the desk reads; the number is kept nowhere (A16, A17)', async () => {
    const desk = await open(world.url, '#/objections?i=new');
    await signIn(desk, 'chen.jing');
    const { page } = desk;
    await type(page, 'value', child);
    await choose(page, 'giver', 'The child');
    await choose(page, 'field', 'Name');
    await choose(page, 'right', 'Explanation');
    await type(page, 'reason', 'why was this asked');
    await press(page, 'File an objection');
    const done = await page.getByText(/Objection \S+\. Done/).innerText();
    expect(await isFocusKept(page)).toBe(true);
    const id = /Objection (\S+)\./.exec(done)?.[1] ?? '';
    const owner = await open(world.url, `#/objections?i=${id}`);
    await signIn(owner, 'zhao.min');
    await owner.page.getByText('why was this asked').waitFor();
    await choose(owner.page, 'outcome', 'rejected');
    await type(owner.page, 'reason', 'It was asked for a subsidy.');
    await press(owner.page, 'Answer it');
    await owner.page.getByText('Answered', { exact: true }).first().waitFor();
    await goTo(page, world.url, `objections?state=closed&i=${id}`);
    await page.getByText('It was asked for a subsidy.').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await keepsNone(desk, [child], { but: '/v1/objections' });
    await locked(desk, [child]);
    expect([...desk.faults, ...owner.faults]).toEqual([]);
  });
});

describe('an owner', () => {
  it('opens an incident, sees who had the fields, reports it and closes it; the numbers are kept nowhere (A16, A17)', async () => {
    const tab = await open(world.url, '#/incidents?i=new');
    await signIn(tab, 'zhao.min');
    const { page } = tab;
    await page.getByLabel('Name', { exact: true }).check();
    await type(page, 'people', child);
    await page.locator('input[name=from]').fill('2026-01-01T08:00');
    await page.locator('input[name=until]').fill(new Date(Date.now() + 2.886e7).toJSON().slice(0, 16));
    await choose(page, 'operator', 'Organ of a county');
    await type(page, 'reason', 'a list was seen outside');
    await press(page, 'Open an incident');
    const done = await page.getByText(/^✓ Opened: /).innerText();
    const id = /Opened: (\S+)\./.exec(done)?.[1] ?? '';
    await goTo(page, world.url, `incidents?i=${id}`);
    await page.getByRole('cell', { name: 'County education bureau' }).waitFor();
    await page
      .getByText(/Report to Cyberspace office of the province by/)
      .first()
      .waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await choose(page, 'kind', 'first report');
    await page.locator('input[type=file]').setInputFiles(SCAN);
    await page.getByText(/^Digest [0-9a-f]{16}…$/).waitFor();
    await page.locator('input[name=reason]').first().fill('sent to the province');
    await page.getByRole('button', { name: 'Record a report that was sent' }).click();
    await page.getByText('The first report was sent.').first().waitFor();
    const close = async (at: Page) => {
      await choose(at, 'outcome', 'unfounded');
      await at.locator('textarea[name=reason]').fill('the list was an old sample');
      await press(at, 'Close it');
    };
    await close(page);
    await page.getByText('unfounded: Waits for a second person').waitFor();
    const second = await open(world.url, `#/incidents?i=${id}`);
    await signIn(second, 'zhou.qin');
    await close(second.page);
    await second.page.getByRole('button', { name: 'Close it' }).waitFor({ state: 'detached' });
    await second.page.getByText('unfounded').first().waitFor();
    expect(second.faults).toEqual([]);
    await keepsNone(tab, [child], { but: '/v1/incidents' });
    await locked(tab, [child]);
    expect(tab.faults).toEqual([]);
  });

  it('sees who used its fields, by month and use by use, and no person', async () => {
    const tab = await open(world.url, '#/usage');
    await signIn(tab, 'zhao.min');
    const { page } = tab;
    // The desk's answers are uses too, so its bar may be the first.
    await page.getByRole('link', { name: /^County education bureau, / }).click();
    expect(page.url()).toMatch(/recipient=[\w-]+&month=\d{4}-\d\d/);
    await page.getByRole('cell', { name: 'County education bureau' }).first().waitFor();
    await page.getByRole('cell', { name: 'released' }).first().waitFor();
    await page.getByRole('button', { name: 'As a table' }).click();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as CSV' }).click();
    const file = (await (await saved).createReadStream()).setEncoding('utf8');
    let text = '';
    for await (const part of file) text += part;
    expect(text).toContain('edu-county');
    expect(text).not.toContain(NAME);
    expect(await page.locator('main').innerText()).not.toContain(NAME);
    expect(tab.faults).toEqual([]);
  });
});
