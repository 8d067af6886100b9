/** Reviews by keys alone (A13), with an undo (A14). */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { goTo, type Tab, tabs } from './pages.ts';
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

it('a verdict is about the entry that is shown, or about those that are marked in the table of the others', async () => {
  const { page } = tab;
  const verdict = page.getByRole('button', { name: /× justified/ });
  await page
    .locator('.list-row', { hasText: `${ALIKE} alike` })
    .first()
    .click();
  await page
    .locator('.alike tbody tr')
    .nth(ALIKE - 1)
    .waitFor();
  expect(await verdict.textContent()).toMatch(/^1 ×/);
  for (const [key, count] of [
    ['x', 1],
    ['J', 2],
    ['*', ALIKE],
    ['*', 1],
  ] as const) {
    await page.keyboard.press(key === 'J' ? 'Shift+J' : key);
    expect([key, await verdict.textContent()]).toEqual([key, expect.stringMatching(`^${count} ×`)]);
  }
  await page.locator('.alike input').nth(1).check();
  await page.locator('.alike input').nth(2).check();
  expect(await verdict.textContent()).toMatch(/^2 ×/);
  await page.keyboard.press('1');
  await page.locator('.list-row', { hasText: `${ALIKE - 2} alike` }).waitFor();
  await page.keyboard.press('u');
  await expect.poll(() => page.locator('.list-row', { hasText: `${ALIKE - 2} alike` }).count()).toBe(0);
  expect(sent()).toEqual([]);
});

it('a box marks its own entry if the gateway leaves out another one', async () => {
  const { page } = tab;
  await page.route('**/v1/log/entries?*view=row*', async (route) => {
    const response = await route.fetch();
    const { entries, ...rest } = await response.json();
    entries.splice(1, 1);
    return route.fulfill({ response, json: { ...rest, entries } });
  });
  await goTo(page, world.url, 'today');
  await goTo(page, world.url, 'review');
  await page
    .locator('.list-row', { hasText: `${ALIKE} alike` })
    .first()
    .click();
  await expect.poll(() => page.locator('.alike tbody tr').count()).toBe(ALIKE - 1);
  await page.locator('.alike input').nth(1).check();
  expect(await page.locator('.alike :checked').count()).toBe(1);
  await page.keyboard.press('x');
  await page.unrouteAll();
});

it('an undo within ten seconds keeps the verdict from the gateway, and the group comes back', async () => {
  const { page } = tab;
  const before = await page.locator('.list-row').count();
  await page.keyboard.press('*');
  await page.keyboard.press('1');
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  expect(await page.locator('.list-row').count()).toBe(before - 1);
  await page.keyboard.press('u');
  await expect.poll(() => page.locator('.list-row').count()).toBe(before);
  expect(sent()).toEqual([]);
  await page.reload();
  // The issuer remembers the person, so its page does not ask again.
  await page.locator('.button.main').click();
  await page.locator('.list-row').first().waitFor();
  expect(await page.locator('.list-row').count()).toBe(before);
});

it('all entries are reviewed by keys alone: two keys a group, one request a batch, every receipt checked', async () => {
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
    await press('*');
    await press('1');
    // Not before the group is gone: a person sees what comes next.
    await expect.poll(() => page.locator('.list-row').count()).toBeLessThan(left);
  }
  await page.getByText('Nothing waits.').waitFor();
  await expect.poll(() => sent().length, { timeout: 25_000 }).toBe(groups);
  // The key of the writer of the verdicts gets into the tree.
  await world.grow();
  await page.getByText('each receipt is checked').waitFor({ timeout: 25_000 });
  expect(presses).toBe(2 * groups);
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
    await page.getByRole('button', { name: 'Undo' }).first().waitFor();
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

it('a second look hides the first verdict until the second is in the log', async () => {
  const audit = { actions: ['audit'], officer: 'wang.fang' };
  const queueOf = async (officer: string) =>
    (await world.call('audit-office', { ...audit, officer }, 'GET', '/v1/log/reviews/queue')).json;
  // One verdict in twenty is looked at again, so a few entries more may be needed until there is one.
  const looks = async () => (await queueOf('gao.yuan')).groups.filter((one: { second?: true }) => one.second);
  for (let more = 0; more < 200 && (await looks()).length === 0; more += 20) {
    for (let n = 0; n < 20; n++) await world.release(world.ids[0] as string);
    const { groups } = await queueOf('wang.fang');
    const verdicts = groups.flatMap(({ ids, kind }: { ids: string[]; kind: string }) =>
      kind === 'alert' ? [] : ids.slice(0, 20).map((about) => ({ about, verdict: 'justified' })),
    );
    await world.call('audit-office', audit, 'POST', '/v1/log/reviews', { verdicts: verdicts.slice(0, 100) });
  }
  await world.grow();
  const other = await open(world.url, '#/review');
  await signIn(other, 'gao.yuan');
  const { page } = other;
  await page.locator('.list-row', { hasText: 'second look' }).first().click();
  await page.getByText('Another person has given a verdict').waitFor();
  await page.locator('.proof li').nth(8).waitFor();
  expect(await page.locator('.pane').innerText()).not.toContain('wang.fang');
  // No test above leaves a violation as the last verdict on any entry, so the two differ whichever entry was picked.
  await page.keyboard.press('3');
  await page.getByLabel('Note').fill('which case was this for?');
  await page.keyboard.press('Control+Enter');
  expect(await page.getByText('Second look: you').count()).toBe(0);
  await world.grow();
  await page.getByText(/Second look: you violation, wang.fang \w+; they differ/).waitFor({ timeout: 30_000 });
});

it('an open alert is counted on every page and in its title, and leads to what may follow from it', async () => {
  const why = { actions: ['release'], purpose: 'PX3', officer: 'some.one', reason: 'a fundraiser of ours' };
  const body = {
    collection: 'children',
    subjects: [{ match: { id_number: world.ids[0] } }],
    fields: ['name'],
  };
  await world.call('league-county', why, 'POST', '/v1/releases', body);
  const other = await open(world.url, '#/prove');
  await signIn(other, 'gao.yuan');
  const { page } = other;
  const count = page.locator('header .alerts');
  await count.waitFor();
  expect(await page.title()).toMatch(/^\(\d+\) Prove · /);
  // The menu leads to what was decided and stands out, and one link from there to all entries.
  const kinds = async () => [...new Set(await page.locator('.list-row .c-kind').allInnerTexts())].sort();
  await page.locator('header nav').getByRole('link', { name: 'Log', exact: true }).click();
  await expect.poll(kinds).toEqual(['alert', 'decision', 'prohibited use']);
  await page.getByRole('link', { name: 'Everything' }).click();
  await expect.poll(kinds).toContain('reading of the log');
  await count.click();
  await page.getByRole('link', { name: 'Freeze this officer' }).click();
  await expect.poll(() => page.url()).toMatch(/freezes\?agency=league-county&officer=some\.one/);
  await page.context().close();
});
