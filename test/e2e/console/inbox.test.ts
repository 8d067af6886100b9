/** A task of the inbox by keyboard alone (A16). */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isFocusKept, press, type } from './keyboard.ts';
import { accessibilityFaults, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
const { open, signIn } = tabs();
const WHY = 'child missing since noon';
beforeAll(async () => {
  world = await openWorld(1);
  const details = { actions: ['release'], purpose: 'E1', case: 'P-1', officer: 'liu.yang', reason: WHY };
  const subjects = [{ match: { id_number: world.ids[0] as string } }];
  const context = { imminentDangerAttested: true };
  const body = { collection: 'children', subjects, fields: ['name'], context };
  const { status, text } = await world.call('mps-county', details, 'POST', '/v1/releases', body);
  if (status !== 200) throw new Error(text);
});
afterAll(() => world.close());

it('an emergency is reviewed: the row, its words, the verdict, and the next row', async () => {
  const tab = await open(world.url, '#/inbox');
  await signIn(tab, 'zhao.min');
  const { page } = tab;
  await page.locator('.list-row').first().waitFor();
  await page.locator('.list').focus();
  await page.keyboard.press('Enter');
  const pane = page.locator('.pane');
  await pane.getByText(WHY).waitFor();
  await page.keyboard.press('a');
  await pane.getByText('In hand of zhao.min').waitFor();
  await page.locator('.list-row', { hasText: 'in hand of zhao.min' }).waitFor();
  await page.getByText('1 mine').waitFor();
  expect(await isFocusKept(page)).toBe(true);
  await page.keyboard.press('Shift+A');
  await page.getByText('0 mine').waitFor();
  expect(await pane.getByText('In hand of').count()).toBe(0);
  await page.keyboard.press('1');
  await page.locator('[name=reason]:focus').waitFor();
  expect(await page.locator('[name=outcome]').inputValue()).toBe('justified');
  await press(page, 'Done');
  await page.getByText('Enter at least').or(page.getByText('This is needed')).first().waitFor();
  expect(await isFocusKept(page)).toBe(true);
  expect(await accessibilityFaults(page)).toEqual([]);
  await type(page, 'reason', 'the child was found');
  // Another verdict, and the first again: what was typed stays.
  const verdict = (name: string) => page.locator('.pane p.row button', { hasText: name });
  await verdict('violation').click();
  expect(await page.locator('[name=outcome]').inputValue()).toBe('violation');
  expect(await page.locator('[name=reason]').inputValue()).toBe('the child was found');
  await page.locator('[name=outcome]').selectOption('questioned');
  await expect.poll(() => verdict('questioned').getAttribute('aria-pressed')).toBe('true');
  await verdict('justified').click();
  expect(await page.locator('[name=outcome]').inputValue()).toBe('justified');
  // The gateway stops: the act waits, says so, and is done once (A24).
  let calls = 0;
  await page.route('**/complete', (route) => (++calls < 3 ? route.abort() : route.continue()));
  await page.keyboard.press('Enter');
  await page.getByText('This is kept and goes as soon as the gateway answers').waitFor();
  await page.getByText('Nothing is due').waitFor();
  expect(await isFocusKept(page)).toBe(true);
  const { tasks } = (await world.call('mca-county', { actions: ['casework'] }, 'GET', '/v1/tasks')).json;
  expect(tasks).toEqual([]);
  expect(calls).toBe(3);
  expect((await world.audit('/v1/log/entries?kind=review')).entries).toHaveLength(1);
  expect(tab.faults.filter((one) => !/net::ERR_FAILED/.test(one))).toEqual([]);
});
