/** A case in the console: an officer opens it, a supervisor confirms it, its release, reassignment and its end. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BORN, freshNumber } from '../../support/people.ts';
import { foreignWords, textOf } from './foreign.ts';
import { heapOf, keepsNone } from './keeps.ts';
import { choose, isFocusKept, press, type } from './keyboard.ts';
import { accessibilityFaults, goTo, isIdle, speak, type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
const { open, signIn } = tabs();
const child = freshNumber();
const NUMBER = 'V-2026-88';
const REASON = 'visits of the spring';

beforeAll(async () => {
  world = await openWorld(0);
  const fields = { name: '欧阳朝暮', birth_date: BORN, division_code: '990001001001' };
  await world.put('mca-county', { match: { id_number: child }, fields });
});
afterAll(() => world.close());

/** What a home visit gives: the code of a refusal, or the forms of the fields. */
async function visit(): Promise<string> {
  const words = { purpose: 'W3', case: NUMBER, officer: 'zhao.min', reason: 'home visit' };
  // The person who signed in at the console.
  const person = { subject: 'zhao.min' };
  const details = { actions: ['release'], ...words, unregistered: true as const, person };
  const ask = { collection: 'children', subjects: [{ match: { id_number: child } }], fields: ['name'] };
  const { json } = await world.call('mca-county', details, 'POST', '/v1/releases', ask);
  return json.code ?? json.results[0].refused?.code ?? Object.keys(json.results[0].fields).join(',');
}

/** The page is whole in Chinese on a phone, and accessible. */
async function isGoodOnPhone({ page }: Tab): Promise<void> {
  await page.setViewportSize({ width: 390, height: 844 });
  await speak(page, 'zh');
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  expect(foreignWords(await textOf(page))).toEqual([]);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.setViewportSize({ width: 1280, height: 800 });
  await speak(page, 'en');
}

it('is opened by an officer and confirmed by a supervisor, opens its child, and ends (A16, A17)', async () => {
  const officer = await open(world.url, '#/cases');
  await signIn(officer, 'zhao.min');
  const { page } = officer;
  await press(page, 'Open a case');
  await type(page, 'case', NUMBER);
  await choose(page, 'purpose', 'W3');
  await isGoodOnPhone(officer);
  await type(page, 'people', child);
  await type(page, 'reason', REASON);
  await press(page, 'Open a case');
  await page.getByText(`It waits for its confirmation: ${NUMBER}.`).waitFor();
  expect(await isFocusKept(page)).toBe(true);
  expect(await visit()).toBe('CASE_NOT_OPEN');
  await page.locator('.list-row', { hasText: NUMBER }).click();
  await page.getByText('Another person confirms it').waitFor();
  await keepsNone(officer, [child], { but: '/v1/cases' });

  // The task of the supervisor leads to the case.
  const boss = await open(world.url, '#/inbox');
  await signIn(boss, 'zhou.qin');
  await boss.page.locator('.list-row', { hasText: 'Confirm a case' }).click();
  await press(boss.page, 'To the case');
  await boss.page.getByRole('heading', { name: 'Confirm the case' }).waitFor();
  await isGoodOnPhone(boss);
  await type(boss.page, 'reason', 'as assigned');
  await boss.page.keyboard.press('Enter');
  await boss.page.locator('.list-row', { hasText: `open ${NUMBER}` }).waitFor();
  expect(await visit()).toBe('name');

  await goTo(boss.page, world.url, 'cases');
  await boss.page.locator('.list-row', { hasText: NUMBER }).click();
  const officers = boss.page.locator('[name=officers]');
  expect(await officers.inputValue()).toBe('zhao.min');
  await officers.fill('li.lei');
  await boss.page.locator('form:has([name=officers]) [name=reason]').fill('on leave from today');
  await boss.page.getByRole('button', { name: 'Assign' }).click();
  await boss.page.locator('.list-row', { hasText: 'li.lei' }).waitFor();
  expect(await visit()).toBe('CASE_NOT_OPEN');

  // It is no longer the first officer's to close.
  await goTo(boss.page, world.url, 'cases?state=open');
  await boss.page.locator('.list-row', { hasText: NUMBER }).click();
  await boss.page.locator('form:has(.danger) [name=reason]').fill('visits are done');
  await boss.page.getByRole('button', { name: 'Close the case' }).click();
  await boss.page.getByText('No cases.').waitFor();
  await goTo(page, world.url, 'cases?state=closed');
  await page.locator('.list-row', { hasText: NUMBER }).waitFor();
  await isIdle(page);
  await page.keyboard.press('Control+Shift+L');
  await page.getByText('Locked. Sign in to continue.').waitFor();
  expect(await heapOf(page, [child])).toEqual([]);
  expect([...officer.faults, ...boss.faults]).toEqual([]);
});

it('is seen by an auditor, who names the office and changes nothing', async () => {
  const auditor = await open(world.url, '#/cases?agency=mca-county');
  await signIn(auditor, 'wang.fang');
  await auditor.page.locator('.list-row', { hasText: `closed ${NUMBER}` }).click();
  await auditor.page.getByRole('heading', { name: `Case ${NUMBER}` }).waitFor();
  await auditor.page.getByText(REASON).waitFor();
  expect(await auditor.page.locator('form').count()).toBe(0);
  expect(auditor.faults).toEqual([]);
});
