/** A question that the owners approve first, from the officer who asks to the answer; and counts. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BORN, freshNumber, turning } from '../../support/people.ts';
import { keepsNone } from './keeps.ts';
import { choose, isFocusKept, press, tick, type } from './keyboard.ts';
import { accessibilityFaults, goTo, type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
const { open, signIn } = tabs();
const child = freshNumber();
const ASSESSED = 'ordinary class with support';
/** In each of the policy's bands of age more than the smallest count, or a small rest would be revealed. */
const BIRTHS = [1, 4, 7, 10, 13, 15, 17].map((age) => turning(age));
const EACH = 12;

beforeAll(async () => {
  world = await openWorld(1);
  const born = { name: '李某某', birth_date: BORN, division_code: '990001001001' };
  await world.put('mca-county', { match: { id_number: child }, fields: born });
  await world.put('edu-county', { match: { id_number: child }, fields: { edu_assessment: ASSESSED } });
  const others = BIRTHS.flatMap((birth_date) =>
    Array.from({ length: EACH }, () => ({
      match: { id_number: freshNumber() },
      fields: { ...born, birth_date },
    })),
  );
  await world.put('mca-county', ...others);
  await world.grow();
});
afterAll(() => world.close());

const heading = ({ page }: Tab, text: string) =>
  page.getByRole('heading', { name: text, exact: true }).waitFor();

it('an officer asks, the owners approve by keyboard, and "Ask now" collects it (A16)', async () => {
  const officer = await open(world.url, '#/desk');
  await signIn(officer, 'zhang.wei');
  const { page } = officer;
  await heading(officer, 'What is it for?');
  await tick(page, 'purpose');
  await press(page, 'Next');
  await type(page, 'value', child);
  await page.keyboard.press('Enter');
  await heading(officer, 'Which case, and why?');
  await type(page, 'reason', 'enrolment in a class');
  await press(page, 'Next');
  await heading(officer, 'Which fields?');
  await tick(page, 'edu_assessment');
  await press(page, 'Next');
  await heading(officer, 'Check and ask');
  await press(page, 'Ask');
  await page.getByText('Nothing was released: the owners have to approve it first.').waitFor();
  await goTo(page, world.url, 'second');
  await page.getByRole('link', { name: /Approval by the owners: S1/ }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);

  const owner = await open(world.url, '#/requests');
  await signIn(owner, 'xu.jing');
  await owner.page.locator('.list-row', { hasText: '1 field waits for you' }).waitFor();
  await owner.page.keyboard.press('Enter');
  await owner.page.getByRole('heading', { name: 'Approve what waits for you' }).waitFor();
  // `x` goes to the field and takes it out of the answer; an answer is about one field at least.
  await owner.page.keyboard.press('x');
  await owner.page.keyboard.press('x');
  expect(await owner.page.locator('[name=answered]').isChecked()).toBe(false);
  await owner.page.keyboard.press('a');
  await owner.page.keyboard.type('needed for the enrolment');
  await owner.page.keyboard.press('Enter');
  await owner.page.getByText('Choose a field at least.').first().waitFor();
  await owner.page.keyboard.press('Escape');
  // A pane that is opened again before it is gone keeps what was chosen in it.
  await owner.page.locator('.pane').waitFor({ state: 'detached' });
  await owner.page.locator('.list').focus();
  await owner.page.keyboard.press('Enter');
  await owner.page.getByText('You stand outside the line of the requester: yes.').waitFor();
  expect(await accessibilityFaults(owner.page)).toEqual([]);
  await type(owner.page, 'reason', 'needed for the enrolment');
  await owner.page.keyboard.press('Enter');
  await owner.page.getByText('Nothing here is pending for your office.').waitFor();
  expect(await isFocusKept(owner.page)).toBe(true);

  await goTo(page, world.url, 'requests?box=sent');
  await page.locator('.list-row').first().waitFor();
  expect(await page.getByText('waits for you').count()).toBe(0);
  await page.keyboard.press('Enter');
  await press(page, 'Ask now');
  await page.getByText('It names no person: say again who it is about.').waitFor();
  await type(page, 'value', child);
  await page.keyboard.press('Enter');
  await heading(officer, 'Which case, and why?');
  await press(page, 'Next');
  await heading(officer, 'Which fields?');
  await press(page, 'Next');
  await page.getByText('enrolment in a class').waitFor();
  await press(page, 'Ask');
  await heading(officer, 'Given');
  await page.getByText(ASSESSED).waitFor();
  await press(page, 'Clear');
  await page.getByText('The answer is cleared.').waitFor();
  await keepsNone(officer, [ASSESSED, child], { but: '/v1/releases' });
  expect([...officer.faults, ...owner.faults]).toEqual([]);
});

it('people are counted, and no small count is shown', async () => {
  const why = { officer: 'li.na', reason: 'the counts of the month' };
  const begun = await world.call(
    'steward-office',
    { actions: ['steward'], ...why },
    'POST',
    '/v1/keys/cohorts',
    why,
  );
  expect(begun.status).toBe(202);
  const job = async () =>
    (await world.call('steward-office', { actions: ['steward'] }, 'GET', `/v1/jobs/${begun.json.id}`)).json
      .state;
  await expect.poll(job, { timeout: 30_000 }).toBe('done');
  const tab = await open(world.url, '#/counts');
  await signIn(tab, 'zhou.qin');
  const { page } = tab;
  await choose(page, 'by', 'Age');
  await type(page, 'reason', 'the counts of the month');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Area 990001' }).waitFor();
  const counts = await page.locator('td.number').allInnerTexts();
  expect(counts.length).toBeGreaterThan(0);
  for (const text of counts) expect(Number(text)).toBeGreaterThanOrEqual(10);
  expect(await page.locator('td meter').count()).toBe(counts.length);
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(tab.faults).toEqual([]);
});
