/** Still pictures, forced colours, and the sheets as PDF (A23). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pdfTextOf } from '../pages/pdf-text.ts';
import { pagesOf } from '../pages/print.ts';
import { goTo, type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let tab: Tab;
const { open, signIn } = tabs();
beforeAll(async () => {
  world = await openWorld(4);
  tab = await open(world.url, '#/settings');
  await signIn(tab, 'wang.fang');
});
afterAll(() => world.close());

const PICTURES = { today: 'svg.bars a *', flows: 'svg.flows a *', 'log?kind=decision&e=': 'svg.path rect' };

it.each(Object.keys(PICTURES))('nothing moves on #/%s if less motion is asked for', async (hash) => {
  await tab.page.emulateMedia({ reducedMotion: 'reduce' });
  await goTo(tab.page, world.url, hash);
  const moving = await tab.page.evaluate(
    () =>
      [...document.querySelectorAll('*')].filter((one) => {
        const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(one);
        return (
          animationName !== 'none' || !/^(0s(, )?)+$/.test(transitionDuration) || scrollBehavior === 'smooth'
        );
      }).length,
  );
  expect(moving).toBe(0);
  await tab.page.emulateMedia({ reducedMotion: null });
});

describe('with the colours of the system', () => {
  it.each(['today', 'flows'] as const)('each mark of #/%s has an outline', async (hash) => {
    await tab.page.emulateMedia({ forcedColors: 'active' });
    await goTo(tab.page, world.url, hash);
    const marks = tab.page.locator(`${PICTURES[hash].split(' ')[0]} a :is(.series, .part)`);
    await marks.first().waitFor({ state: 'attached' });
    const bare = await marks.evaluateAll(
      (all) => all.filter((one) => getComputedStyle(one).stroke === 'none').length,
    );
    expect(bare).toBe(0);
    await tab.page.emulateMedia({ forcedColors: null });
  });
});

it('an entry becomes sheets of A4 with page numbers, its proof and its bytes, and no frame', async () => {
  const [entry] = (await world.audit('/v1/log/entries?kind=decision&limit=1')).entries;
  await goTo(tab.page, world.url, `log?e=${entry.id}`);
  await tab.page.locator('.proof li').nth(8).waitFor();
  const pdf = await tab.page.pdf({ preferCSSPageSize: true });
  const text = pdf.toString('latin1');
  expect(pagesOf(pdf)).toBeGreaterThan(1);
  // 210 by 297 mm in points.
  const [, width, height] = /\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/.exec(text) ?? [];
  expect([Math.round(Number(width)), Math.round(Number(height))]).toEqual([595, 842]);
  const sheets = pdfTextOf(pdf);
  expect(sheets.map((sheet, at) => sheet.includes(`${at + 1} / ${sheets.length}`))).toEqual(
    sheets.map(() => true),
  );
  expect(sheets.length).toBe(pagesOf(pdf));
  for (const words of ['wang.fang, audit-office', entry.id]) expect(sheets.join('')).toContain(words);
  await tab.page.emulateMedia({ media: 'print' });
  expect(await tab.page.locator('header.top').isVisible()).toBe(false);
  await tab.page.emulateMedia({ media: null });
});
