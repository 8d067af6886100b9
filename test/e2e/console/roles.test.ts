/** Each address with each role: the page, or the sentence; and the API refuses what is not shown (A19). */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { shell } from '../../../functions/console/web/messages/en/shell.ts';
import { pages as callsOf } from '../../support/page-session.ts';
import { goTo, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
const { open, signIn } = tabs();
beforeAll(async () => {
  world = await openWorld(2);
});
afterAll(() => world.close());

const ALL = ['prove', 'policy', 'acts', 'settings'];
/** Of an office that takes consents and holds data. */
const CLERK = ['inbox', 'requests', 'cases', 'consents', 'objections', 'incidents', 'freezes', 'second'];
/** The pages of each person; every other address tells whom it is for. */
const OPEN: Readonly<Record<string, readonly string[]>> = {
  'wang.fang': [
    ...ALL,
    'today',
    'log',
    'cases',
    'review',
    'flows',
    'inquiry',
    'writers',
    'incidents',
    'freezes',
    'sources',
    'second',
  ],
  'li.na': [...ALL, 'agencies', 'incidents', 'freezes', 'second'],
  'zhao.min': [...ALL, ...CLERK, 'usage', 'sources'],
  'zhou.qin': [...ALL, ...CLERK, 'usage', 'sources', 'counts'],
  // A desk speaks for no department: it freezes no person and sees no use of fields.
  'chen.jing': [...ALL, ...CLERK.filter((name) => name !== 'freezes'), 'window'],
  'zhang.wei': [...ALL, ...CLERK, 'desk', 'usage', 'sources'],
  'shen.yi': [...ALL, 'inbox', 'requests', 'cases', 'objections', 'incidents', 'second', 'verify'],
};
/** Of every page: the count of tasks in the menu; and, open to any token, what the policy says, names of offices, the own rights, proofs, the log's signed head. */
const FOR_ALL =
  /^\/v1\/(policy|directory|whoami|catalogue|programmes|tasks\/counts|log\/(?:proofs|checkpoint|policy|witnessed))\b/;
/** What a role may read although its page is of another: an auditor knows the register, and an office without sources its own, which are none. */
const MORE: Readonly<Record<string, readonly string[]>> = {
  'wang.fang': ['/v1/agencies'],
  'chen.jing': ['/v1/sources?limit=1000'],
  'shen.yi': ['/v1/sources?limit=1000'],
};
const NAMES = Object.keys(shell.pages);
/** Calls of a page by its name, of every person who has it. */
const calls = new Map<string, Set<string>>();
const callsBy = new Map<string, Set<string>>();

it.each(Object.keys(OPEN))(
  '%s has the pages of the table, and each other address tells whom it is for',
  async (person) => {
    const tab = await open(world.url, '#/settings');
    await signIn(tab, person);
    const shown: string[] = [];
    const own = new Set<string>();
    for (const name of NAMES) {
      const before = tab.requests.length;
      await goTo(tab.page, world.url, name);
      const told = await tab.page.getByText(/^This page is (for|not for) /).count();
      if (told === 0) shown.push(name);
      const made = tab.requests
        .slice(before)
        .filter(({ url, method }) => method === 'GET' && /\/v1\/(?!sessions)/.test(url))
        .map(({ url }) => url.slice(world.url.length))
        .filter((path) => !FOR_ALL.test(path));
      if (told > 0) expect([name, made]).toEqual([name, []]);
      for (const call of made) own.add(call.split('?')[0] as string);
      if (told === 0) calls.set(name, new Set([...(calls.get(name) ?? []), ...made]));
    }
    callsBy.set(person, own);
    expect(shown.sort()).toEqual([...(OPEN[person] ?? [])].sort());
    // The menu leads to each of them and to no other.
    const links = await tab.page
      .locator('header.top nav a')
      .evaluateAll((all) => all.map((one) => one.getAttribute('href')));
    // The log opens on a part of it.
    expect(links.map((href) => href?.slice(2).split('?')[0]).sort()).toEqual(
      [...(OPEN[person] ?? [])].sort(),
    );
    expect(tab.faults).toEqual([]);
  },
);

it.each(Object.keys(OPEN))('the API refuses to %s the calls of the other pages', async (person) => {
  const page = await callsOf(world);
  const { access_token } = await page.signIn(person);
  const refused: string[] = [];
  for (const [name, paths] of calls) {
    if (OPEN[person]?.includes(name)) continue;
    for (const path of paths) {
      // Some calls are of a page that the person has, too.
      if (callsBy.get(person)?.has(path.split('?')[0] as string)) continue;
      const { status } = await page.call(access_token, 'GET', path);
      const mayRead = MORE[person]?.includes(path) === true;
      expect([name, path, status]).toEqual([name, path, mayRead ? 200 : 403]);
      refused.push(path);
    }
  }
  expect(refused.length).toBeGreaterThan(2);
});
