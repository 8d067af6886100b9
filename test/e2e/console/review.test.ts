/** Reviews by keys alone (A13), with an undo (A14). */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

/** Groups of entries alike, and entries of each. */
const GROUPS = 8;
const ALIKE = 5;
let world: World;
let tab: Tab;
const { open, signIn } = tabs();
const sent = () =>
  tab.requests.filter(({ url, method }) => method === 'POST' && url.endsWith('/v1/log/reviews'));

beforeAll(async () => {
  world = await openWorld(1);
  for (let group = 0; group < GROUPS; group++) {
    for (let at = 0; at < ALIKE; at++) {
      const details = { actions: ['release'], purpose: 'S1', case: 'EDU-1', officer: `officer.${group}` };
      const body = {
        collection: 'children',
        subjects: [{ match: { id_number: world.ids[0] as string } }],
        fields: ['name'],
      };
      const reason = { ...details, reason: 'winter subsidy, grade 5' };
      const { status, text } = await world.call('edu-county', reason, 'POST', '/v1/releases', body);
      if (status !== 200) throw new Error(text);
    }
  }
  await world.grow();
  tab = await open(world.url, '#/review');
  await signIn(tab, 'wang.fang');
  await tab.page.locator('.list-row').first().waitFor();
});
afterAll(() => world.close());

it('an undo within ten seconds keeps the verdict from the gateway, and the group comes back', async () => {
  const { page } = tab;
  const before = await page.locator('.list-row').count();
  await page.keyboard.press('1');
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  expect(await page.locator('.list-row').count()).toBe(before - 1);
  await page.keyboard.press('u');
  await expect.poll(() => page.locator('.list-row').count(), { timeout: 20_000 }).toBe(before);
  expect(sent()).toEqual([]);
  await page.reload();
  // The issuer remembers the person, so its page does not ask again.
  await page.locator('.button.main').click();
  await page.locator('.list-row').first().waitFor();
  expect(await page.locator('.list-row').count()).toBe(before);
});

it('all entries are reviewed by keys alone: one key a group, one request a batch, every receipt checked', async () => {
  const { page } = tab;
  let presses = 0;
  const press = async (key: string) => {
    presses += 1;
    await page.keyboard.press(key);
  };
  await page.getByText('Reviewed 0 of').waitFor();
  const groups = await page.locator('.list-row').count();
  expect(groups).toBeGreaterThanOrEqual(GROUPS);
  for (let left = groups; left > 0; left--) {
    await press('1');
    // Not before the group is gone: a person sees what comes next.
    await expect.poll(() => page.locator('.list-row').count(), { timeout: 20_000 }).toBeLessThan(left);
  }
  await page.getByText('Nothing waits.').waitFor();
  await expect.poll(() => sent().length, { timeout: 25_000 }).toBe(groups);
  // The key of the writer of the verdicts gets into the tree.
  await world.grow();
  await page.getByText('each receipt is checked').waitFor({ timeout: 25_000 });
  expect(presses).toBe(groups);
  const given = sent().map(({ body }) => JSON.parse(body).verdicts.length as number);
  expect(given.reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(GROUPS * ALIKE);
  // The keyboard stays where keys work.
  expect(await page.evaluate(() => document.activeElement !== document.body)).toBe(true);
  await page.keyboard.press('f');
  await page.locator('svg.bars a').first().waitFor();
  await page.getByText('100%').first().waitFor();
  // 409: the writer of the verdicts was not in the tree yet.
  expect(tab.faults.filter((one) => !one.includes('409'))).toEqual([]);
});

it('an entry of the log takes a verdict where it is shown, and a later one replaces it', async () => {
  const { page } = tab;
  // The clock of the ten seconds is passed by leaving the page, which sends at once.
  const give = async (verdict: () => Promise<void>) => {
    await page.goto(`${world.url}/console/#/log?kind=decision`);
    await page.locator('.list-row').first().click();
    await page.getByRole('button', { name: 'Justified' }).waitFor();
    await verdict();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    // The last group of the review may still be on its way.
    const answer = page.waitForResponse(
      (one) => one.url().endsWith('/v1/log/reviews') && one.request().postDataJSON().verdicts.length === 1,
    );
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await answer;
    await world.grow();
    return JSON.parse(sent().at(-1)?.body ?? '').verdicts[0];
  };
  const judge = (key: string) => async () => {
    await page.keyboard.press(key);
    await page.getByLabel('Note').fill('the case was closed before');
    await page.keyboard.press('Enter');
  };
  // In the review above it was justified.
  const first = await give(judge('3'));
  expect(first).toMatchObject({ verdict: 'violation', supersedes: expect.any(String) });
  const second = await give(judge('2'));
  expect(second).toMatchObject({ about: first.about, verdict: 'questioned' });
  expect(second.supersedes).not.toBe(first.supersedes);
  await page.goto(`${world.url}/console/#/log?kind=decision&e=${first.about}`);
  await page.getByText('(replaced)').nth(1).waitFor();
  expect(tab.faults.filter((one) => !one.includes('409'))).toEqual([]);
});
