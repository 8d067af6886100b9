/** An owner opens one use of its fields by its link, and the page checks it against the log. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityFaults, goTo, inEachLook, type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let tab: Tab;
const { open, signIn } = tabs();

beforeAll(async () => {
  world = await openWorld(2);
  tab = await open(world.url, '#/usage');
  await signIn(tab, 'zhao.min');
});
afterAll(() => world.close());

const rows = () => tab.page.locator('a[data-use]');

it('by keys: a row leads to it, its address opens it again, and the focus comes back', async () => {
  const { page } = tab;
  await rows().first().focus();
  await page.keyboard.press('Enter');
  await page
    .locator('.pane')
    .getByText(/^✓ It is entry \d+ of the \d+ in the log/)
    .waitFor();
  const text = await page.locator('.pane').innerText();
  for (const words of ['County education bureau', 'S1 ', 'Name', 'plain', 'This look is itself an entry'])
    expect(text).toContain(words);
  expect(text).not.toContain('zhang.wei');
  await inEachLook(page, async () => expect(await accessibilityFaults(page)).toEqual([]));
  const { hash } = new URL(page.url());
  expect(hash).toMatch(/^#\/usage\?u=[\w-]+$/);
  await page.keyboard.press('Escape');
  await page.locator('.pane').waitFor({ state: 'detached' });
  await expect
    .poll(() => page.evaluate(() => (document.activeElement as HTMLElement).dataset['use']))
    .toBeTruthy();
  await goTo(page, world.url, hash.slice(2));
  await page.locator('.pane .good').waitFor();
  // It was an entry about the person, whom the auditor's list finds.
  const audit = { actions: ['audit'], officer: 'wang.fang' };
  const { json } = await world.call(
    'audit-office',
    audit,
    'GET',
    '/v1/log/entries?kind=reading&agency=mca-county',
  );
  expect(json.entries.map(({ about }: { about: string }) => about)).toContain(hash.split('u=')[1]);
});

it.each([
  ['another purpose', { purpose: 'C1' }, 'differs from the entry'],
  [
    'the proof of another log',
    { inclusion: { index: 0, size: 1, checkpoint: 'x', proof: [] } },
    'does not lead to',
  ],
  ['no proof', { inclusion: undefined }, 'not in the tree yet'],
])('a gateway that shows %s is found out', async (_, change, said) => {
  const { page } = tab;
  await goTo(page, world.url, 'usage');
  await page.route('**/v1/usage/*', async (asked) => {
    const answer = await asked.fetch();
    await asked.fulfill({ response: answer, json: { ...(await answer.json()), ...change } });
  });
  await rows().last().click();
  await page.locator('.pane').getByText(said).waitFor();
  await page.unroute('**/v1/usage/*');
});

it('an id that the list does not show is no use', async () => {
  const { page } = tab;
  await page.keyboard.press('Escape');
  const audit = { actions: ['audit'], officer: 'wang.fang' };
  const { json } = await world.call('audit-office', audit, 'GET', '/v1/log/entries?kind=reading&limit=1');
  await page.goto(`${world.url}/console/#/usage?u=${json.entries[0].id}`);
  await page.locator('.pane .failure').waitFor();
  expect(tab.faults.filter((fault) => !fault.includes('404'))).toEqual([]);
});
