import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
const { open, signIn } = tabs();
beforeAll(async () => {
  world = await openWorld(6);
});
afterAll(() => world.close());

const PAGES = {
  'wang.fang': [
    'today',
    'log',
    'review',
    'flows',
    'flows?view=matrix',
    'inquiry',
    'writers',
    'prove',
    'policy',
    'policy?tab=purposes',
    'policy?tab=versions',
    'freezes',
    'settings',
  ],
  'zhao.min': ['inbox', 'requests', 'requests?box=sent', 'freezes', 'second', 'usage', 'incidents?i=new'],
  'zhou.qin': ['counts'],
  'chen.jing': ['consents', 'window', 'objections', 'objections?i=new', 'incidents'],
  'zhang.wei': ['desk'],
  'shen.yi': ['verify'],
  'li.na': ['agencies', 'second', 'policy?field=name&purpose=S1'],
} as const;
const LOOKS = [
  ['en-GB', 'light', 1280],
  ['zh-CN', 'dark', 390],
  ['zh-CN', 'light', 1280],
  ['en-GB', 'dark', 320],
] as const;

describe.each(LOOKS)('in %s, %s, at %i px', (locale, colorScheme, width) => {
  it.each(Object.entries(PAGES))(
    'every page of %s is accessible, keeps the policy and scrolls one way',
    async (person, pages) => {
      const tab = await open(world.url, '', { locale, colorScheme, viewport: { width, height: 844 } });
      await signIn(tab, person);
      for (const name of pages) {
        await tab.page.goto(`${world.url}/console/#/${name}`);
        await tab.page.locator('main h1').waitFor();
        await tab.page.waitForLoadState('networkidle');
        expect([name, await accessibilityFaults(tab.page)]).toEqual([name, []]);
        const wide = await tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect([name, Math.max(0, wide)]).toEqual([name, 0]);
      }
      expect(tab.faults).toEqual([]);
    },
  );
});

it('Chinese pages contain no English except names and codes', async () => {
  const PAGES_OF = {
    'wang.fang': ['log', 'review', 'flows', 'inquiry', 'writers', 'prove', 'settings'],
    'chen.jing': ['consents', 'window', 'objections?i=new', 'incidents?i=new', 'usage', 'second'],
    'zhou.qin': ['counts'],
  };
  for (const [person, pages] of Object.entries(PAGES_OF)) {
    const tab = await open(world.url, '#/settings', { locale: 'zh-CN' });
    await signIn(tab, person);
    for (const name of pages) {
      await tab.page.goto(`${world.url}/console/#/${name}`);
      await tab.page.waitForLoadState('networkidle');
      const text = await tab.page.locator('body').innerText();
      expect([name, text.match(/\b(the|and|entry|entries|verify|reason|all|open|with|not)\b/gi)]).toEqual([
        name,
        null,
      ]);
    }
  }
});
