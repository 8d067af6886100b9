/** What is filed before a publication: the notice at a desk, and the publisher's own processing, by number. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BORN, freshNumber } from '../../support/people.ts';
import { foreignWords, textOf } from './foreign.ts';
import { heapOf, keepsNone } from './keeps.ts';
import { choose, press, tick, type } from './keyboard.ts';
import { speak, type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
const { open, signIn } = tabs();
const [child, parent] = [freshNumber(), freshNumber()];
const REASON = 'said at the desk';
const TEXT = '这个孩子每天走很远的路去上学。';

beforeAll(async () => {
  world = await openWorld(0);
  const fields = {
    ...{ name: '欧阳朝暮', birth_date: BORN, division_code: '990001001001' },
    guardian_identity: { name: '欧阳暮云', id_number: parent },
    guardian_relation: 'father',
  };
  await world.put('mca-county', { match: { id_number: child }, fields });
});
afterAll(() => world.close());

/** Every step: the document that is shown, if one is asked for, and how it was said. */
async function fileAbout({ page }: Tab, act: string, giver: string): Promise<void> {
  await choose(page, 'purpose', 'M1');
  await choose(page, 'act', act);
  await choose(page, 'recipient', 'County press office');
  await type(page, 'text', TEXT);
  await press(page, 'Next');
  await tick(page, 'fields');
  await press(page, 'Next');
  await choose(page, 'giver', giver);
  if (act === 'was notified') {
    await choose(page, 'document', 'resident');
    await type(page, 'number', parent);
  }
  await press(page, 'Next');
  if (act === 'was notified') await choose(page, 'method', 'on a signed');
  // One paper serves one consent.
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'scan.pdf', mimeType: 'application/pdf', buffer: Buffer.from(act) });
  await page.getByText(/^Digest [0-9a-f]{16}…$/).waitFor();
  await press(page, 'Next');
  await type(page, 'reason', REASON);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Filed' }).waitFor();
}

it('a guardian is notified at a desk, and the publisher files its own processing', async () => {
  const desk = await open(world.url, '#/consents');
  await signIn(desk, 'chen.jing');
  await type(desk.page, 'value', child);
  await type(desk.page, 'reason', REASON);
  await desk.page.keyboard.press('Enter');
  await press(desk.page, 'Take a consent');
  await fileAbout(desk, 'was notified', 'The guardian');
  // Locked in the middle of the next one: nothing that was typed stays.
  await press(desk.page, 'Take another');
  await choose(desk.page, 'purpose', 'M1');
  await type(desk.page, 'text', TEXT);
  await desk.page.keyboard.press('Control+Shift+L');
  await desk.page.getByText('Locked. Sign in to continue.').waitFor();
  expect(await heapOf(desk.page, [TEXT])).toEqual([]);
  const own = await open(world.url, '#/consents');
  await signIn(own, 'lu.ming');
  const { page } = own;
  await type(page, 'value', child);
  await page.keyboard.press('Enter');
  await press(page, 'Show what is on file');
  await page.locator('.list-row', { hasText: 'was notified' }).waitFor();
  expect(page.url()).toMatch(/#\/consents\?ref=-$/);
  await speak(page, 'zh');
  expect(foreignWords(await textOf(page))).toEqual([]);
  await speak(page, 'en');
  // The way back from another search leads to no person.
  await press(page, 'Find the person');
  await page.goBack();
  await page.locator('[name=value]').waitFor();
  await type(page, 'value', child);
  await page.keyboard.press('Enter');
  await press(page, 'Show what is on file');
  await press(page, 'Take a consent');
  await fileAbout(own, 'was processed', 'The recipient');
  await press(page, 'To what is on file');
  await page.locator('.list-row', { hasText: 'was processed' }).waitFor();
  await keepsNone(own, [child], { but: ['/v1/consents', '/v1/consents/search'] });
  await page.keyboard.press('Control+Shift+L');
  await page.getByText('Locked. Sign in to continue.').waitFor();
  expect(await heapOf(page, [child])).toEqual([]);
  expect([...desk.faults, ...own.faults]).toEqual([]);
});
