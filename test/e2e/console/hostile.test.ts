/** Officers, cases, reasons, notes, relations and names of offices that want to be more than text, on every page. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileEverything, type Pages, type Words } from './every-page.ts';
import { accessibilityFaults, goTo, type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

const MARKUP = `<img src=x onerror="document.title='taken'">{{7*7}}`;
/** Reverses what follows, and hides a letter. */
const REVERSED = 'wang\u202Egnaf\u200B.exe';
const LONG = 'W'.repeat(110);
const ALL = `${MARKUP} ${REVERSED} ${LONG}`;
const HOSTILE: Words = {
  ...{ office: ALL, officer: `${MARKUP} ${REVERSED}`, case: `${MARKUP}${REVERSED}`, reason: ALL },
  relation: 'W'.repeat(60),
};

let world: World;
let pages: Pages;
const { open, signIn } = tabs();

beforeAll(async () => {
  world = await openWorld(1);
  for (const [officer, number, reason] of [
    [MARKUP, 'EDU-1', REVERSED],
    [REVERSED, 'EDU-2', LONG],
    [LONG, 'EDU-3', MARKUP],
  ] as const) {
    // After one that the purpose lists: else nothing is released.
    const stated = `Winter subsidy: ${reason}`;
    const details = { actions: ['release'], purpose: 'S1', case: number, officer, reason: stated };
    const subjects = [{ match: { id_number: world.ids[0] as string } }];
    const body = { collection: 'children', subjects, fields: ['name'] };
    const answer = await world.call('edu-county', details, 'POST', '/v1/releases', body);
    if (answer.status !== 200) throw new Error(answer.text);
  }
  const [{ id }] = (await read('kind=decision')).entries;
  const verdict = { verdict: 'questioned', note: ALL };
  await world.call('audit-office', { actions: ['audit'] }, 'POST', `/v1/log/entries/${id}/reviews`, verdict);
  pages = await fileEverything(world, HOSTILE);
});
afterAll(() => world.close());

const read = (query: string) => world.audit(`/v1/log/entries?${query}`);

/** Every office has such a name, and not only the new one. */
async function withHostileNames({ page }: Tab): Promise<void> {
  await page.route('**/v1/directory', async (route) => {
    const answer = await route.fetch();
    const { agencies } = await answer.json();
    const names = [MARKUP, REVERSED, LONG];
    const changed = agencies.map((one: object, at: number) => ({
      ...one,
      name: { en: names[at % 3], zh: names[at % 3] },
    }));
    await route.fulfill({ response: answer, json: { agencies: changed } });
  });
}

/** What is on the page although it came as text, and characters that steer how text is read. */
async function harm({ page, faults }: Tab) {
  return {
    ...(await page.evaluate(() => ({
      images: document.querySelectorAll('img, script:not([type=module]), iframe, [onerror]').length,
      steering:
        /.{0,40}[\u202A-\u202E\u2066-\u2069\u200B-\u200F]/.exec(document.documentElement.innerHTML)?.[0] ??
        '',
      title: document.title.includes('taken'),
      sideways: Math.max(0, document.documentElement.scrollWidth - innerWidth),
    }))),
    faults,
  };
}
const NO_HARM = { images: 0, steering: '', title: false, sideways: 0, faults: [] };

const PEOPLE = ['wang.fang', 'zhao.min', 'zhou.qin', 'chen.jing', 'zhang.wei', 'shen.yi', 'li.na'];

describe.each([
  ['en-GB', 1280],
  ['zh-CN', 390],
] as const)('in %s at %i px', (locale, width) => {
  let seen = 0;
  it.each(PEOPLE)(
    'hostile text stays text on every page of %s, and no page scrolls sideways for it',
    async (person) => {
      const tab = await open(world.url, '', { locale, viewport: { width, height: 844 } });
      await withHostileNames(tab);
      await signIn(tab, person);
      for (const hash of pages[person] as readonly string[]) {
        await goTo(tab.page, world.url, hash);
        expect([hash, await harm(tab)]).toEqual([hash, NO_HARM]);
        if ((await tab.page.locator('main').innerText()).includes('onerror=')) seen += 1;
      }
      await tab.page.unrouteAll();
    },
  );

  it('it is there to be read, of all people with pages', () => {
    expect(Object.keys(pages)).toEqual(PEOPLE);
    expect(seen).toBeGreaterThan(15);
  });

  it('hostile text stays text in the pane of an entry, and is shown with its steering characters', async () => {
    const tab = await open(world.url, '', { locale, viewport: { width, height: 844 } });
    await signIn(tab, 'wang.fang');
    let shown = 0;
    for (const { id } of (await read('kind=decision&agency=edu-county&limit=4')).entries) {
      await tab.page.goto(`${world.url}/console/#/log?e=${id}`);
      await tab.page.locator('.proof li').nth(8).waitFor();
      expect(await harm(tab)).toEqual(NO_HARM);
      const text = await tab.page.locator('.pane').innerText();
      if (text.includes('gnaf')) {
        expect(text).toContain('wang⟨202E⟩gnaf⟨200B⟩.exe');
        shown += 1;
      }
    }
    expect(shown).toBeGreaterThan(0);
    expect(await accessibilityFaults(tab.page)).toEqual([]);
  });
});
