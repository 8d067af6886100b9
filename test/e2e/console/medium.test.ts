/** Still pictures, forced colours, a telephone, and the sheets as PDF (A23). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pdfTextOf } from '../pages/pdf-text.ts';
import { pagesOf } from '../pages/print.ts';
import { fileEverything, type Pages, PLAIN } from './every-page.ts';
import { goTo, speak, type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let tab: Tab;
let pages: Pages;
const { open, signIn } = tabs();
beforeAll(async () => {
  world = await openWorld(4);
  pages = await fileEverything(world, PLAIN);
  tab = await open(world.url, '#/settings');
  await signIn(tab, 'wang.fang');
});
afterAll(() => world.close());

it.each(['today', 'flows', 'log?kind=decision&e='])(
  'nothing moves on #/%s if less motion is asked for',
  async (hash) => {
    await tab.page.emulateMedia({ reducedMotion: 'reduce' });
    await goTo(tab.page, world.url, hash);
    const moving = await tab.page.evaluate(
      () =>
        [...document.querySelectorAll('*')].filter((one) => {
          const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(one);
          return (
            animationName !== 'none' ||
            !/^(0s(, )?)+$/.test(transitionDuration) ||
            scrollBehavior === 'smooth'
          );
        }).length,
    );
    expect(moving).toBe(0);
    await tab.page.emulateMedia({ reducedMotion: null });
  },
);

describe('with the colours of the system', () => {
  it('each mark of a picture has an outline', async () => {
    await tab.page.emulateMedia({ forcedColors: 'active' });
    await goTo(tab.page, world.url, 'today');
    const marks = tab.page.locator('svg.bars a :is(.series, .part)');
    await marks.first().waitFor({ state: 'attached' });
    const bare = await marks.evaluateAll(
      (all) => all.filter((one) => getComputedStyle(one).stroke === 'none').length,
    );
    expect(bare).toBe(0);
    // One stop of Tab, from which arrows go on.
    expect(
      await marks
        .locator('..')
        .evaluateAll((all) => all.filter((one) => (one as SVGElement).tabIndex >= 0).length),
    ).toBe(1);
    await tab.page.emulateMedia({ forcedColors: null });
  });
});

it('the selected row is marked in the colours of the system', async () => {
  await tab.page.emulateMedia({ forcedColors: 'active' });
  await goTo(tab.page, world.url, 'log');
  const outline = (row: string) =>
    tab.page
      .locator(`.list-row${row}`)
      .first()
      .evaluate((one) => getComputedStyle(one).outlineStyle);
  expect([await outline('[aria-selected=true]'), await outline('[aria-selected=false]')]).toEqual([
    'solid',
    'none',
  ]);
  await tab.page.emulateMedia({ forcedColors: null });
});

it('the log shows each time in full on a telephone, in either language', async () => {
  const { page } = tab;
  await page.setViewportSize({ width: 390, height: 844 });
  await goTo(page, world.url, 'log');
  const times = page.locator('.list-row .c-time');
  for (const language of ['zh', 'en']) {
    await speak(page, language);
    const clipped = await times.evaluateAll((all) =>
      all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent),
    );
    expect([language, clipped]).toEqual([language, []]);
  }
  expect(await times.count()).toBeGreaterThan(3);
  await page.setViewportSize({ width: 1280, height: 800 });
});

/** The text of each sheet of the page, all of this size in millimetres and with their numbers. */
async function sheetsOf({ page }: Tab, size: [number, number]): Promise<string[]> {
  const pdf = await page.pdf({ preferCSSPageSize: true });
  const sheets = pdfTextOf(pdf);
  const boxes = [...pdf.toString('latin1').matchAll(/\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/g)];
  const points = size.map((side) => Math.round((side / 25.4) * 72));
  expect(boxes.map(([, ...sides]) => sides.map((side) => Math.round(Number(side))))).toEqual(
    boxes.map(() => points),
  );
  expect(sheets.length).toBe(pagesOf(pdf));
  expect(sheets.filter((sheet, at) => !sheet.includes(`${at + 1} / ${sheets.length}`))).toEqual([]);
  return sheets;
}
const A4: [number, number] = [210, 297];
const A3_ACROSS: [number, number] = [420, 297];

it('an entry becomes sheets of A4 with page numbers, its proof and its bytes, and no frame', async () => {
  const [entry] = (await world.audit('/v1/log/entries?kind=decision&limit=1')).entries;
  await goTo(tab.page, world.url, `log?e=${entry.id}`);
  await tab.page.locator('.proof li').nth(8).waitFor();
  const sheets = await sheetsOf(tab, A4);
  expect(sheets.length).toBeGreaterThan(1);
  for (const words of ['wang.fang, County data security office', entry.id])
    expect(sheets.join('')).toContain(words);
  await tab.page.emulateMedia({ media: 'print' });
  expect(await tab.page.locator('header.top').isVisible()).toBe(false);
  await tab.page.emulateMedia({ media: null });
});

it('the matrix of the policy becomes sheets of A3 across, with its version and every purpose', async () => {
  await goTo(tab.page, world.url, 'policy');
  const [first = ''] = await sheetsOf(tab, A3_ACROSS);
  const { version, hash, matrix } = (
    await world.call('audit-office', { actions: ['audit'] }, 'GET', '/v1/policy')
  ).json;
  const purposes = Object.values(matrix as object).flatMap((row) => Object.keys(row));
  for (const words of [version, hash.slice(0, 12), ...purposes]) expect(first).toContain(words);
});

it('the report of a period becomes sheets with its entry, its digest and lines for two signatures', async () => {
  await goTo(tab.page, world.url, 'prove');
  await tab.page.getByRole('button', { name: 'Verify the log' }).click();
  await tab.page.getByText('No fault in the log').waitFor();
  await goTo(tab.page, world.url, 'review');
  await tab.page.keyboard.press('f');
  await tab.page.getByRole('button', { name: 'Make a report' }).click();
  await tab.page.locator('.report article').waitFor();
  await world.grow();
  await tab.page.getByText('The digest is that of these figures').waitFor();
  const text = (await sheetsOf(tab, A4)).join('');
  const entry = await tab.page.locator('article dd a.mono').innerText();
  // The sheet alone has the signatures of the receipt and of the tree.
  expect(text.replaceAll(/\s/g, '')).toMatch(/leafHash[\w+/]{43}=.*signature[\w+/]{86}==/);
  const note = await tab.page.locator('.report pre').last().innerText();
  expect(note).toMatch(/^— /m);
  for (const words of [
    entry,
    note.split('\n')[2] ?? '?',
    'wang.fang, County data security office',
    'Second officer',
  ])
    expect(text).toContain(words);
});

describe.each([
  ['chen.jing', 'consents?ref=', ['Signature', 'Sunrise charity foundation', 'chen.jing, Service desk']],
  ['chen.jing', 'objections?i=', ['chen.jing, Service desk']],
  ['zhao.min', 'incidents?i=', ['Report to', 'zhao.min, County civil affairs bureau']],
  ['zhao.min', 'usage', ['zhao.min, County civil affairs bureau']],
] as const)('%s', (person, start, words) => {
  it(`prints ${start} as sheets of A4, without the list and the forms`, async () => {
    const other = await open(world.url, '#/settings');
    await signIn(other, person);
    const own = Object.values(pages).flat();
    const hash = own.find((one) => one.startsWith(start) && !/=new|take=/.test(one)) ?? start;
    await goTo(other.page, world.url, hash);
    const text = (await sheetsOf(other, A4)).join('');
    for (const one of words) expect(text).toContain(one);
    await other.page.emulateMedia({ media: 'print' });
    expect(await other.page.locator('form:visible, .split > .left:visible').count()).toBe(0);
    expect(other.faults).toEqual([]);
  });
});
