/** Every page while the gateway fails: it says so, loses nothing, goes on by itself, and stays accessible (A5, A24). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileEverything, nameOf, type Pages, PLAIN } from './every-page.ts';
import { accessibilityFaults, goTo, inEachLook, isIdle, type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let pages: Pages;
const { open, signIn } = tabs();
beforeAll(async () => {
  world = await openWorld(2);
  const all = await fileEverything(world, PLAIN);
  // Each page once, with a pane if it has one.
  const taken = new Set<string>();
  const once = (hashes: readonly string[]) => {
    const last = new Map(hashes.map((hash) => [nameOf(hash), hash]));
    return [...last].filter(([name]) => !taken.has(name) && taken.add(name)).map(([, hash]) => hash);
  };
  pages = Object.fromEntries(Object.entries(all).map(([person, hashes]) => [person, once(hashes)]));
});
afterAll(() => world.close());

const PEOPLE = ['wang.fang', 'zhao.min', 'zhou.qin', 'chen.jing', 'zhang.wei', 'shen.yi', 'li.na'];
const CALLS = /\/v1\/(?!sessions)|\/log\//;
/** What a browser itself says about a failed call. */
const OF_THE_BROWSER = /Failed to load resource|net::ERR/;

const CODES: Record<number, string> = { 409: 'CONFLICT', 429: 'RATE_LIMITED', 503: 'LOG_UNAVAILABLE' };

/** Answers each call of the page in this way, until it is told to stop. @returns the number of calls so far */
async function failing({ page }: Tab, how: 'stopped' | { status: number }): Promise<() => number> {
  let calls = 0;
  await page.route(CALLS, async (route) => {
    calls += 1;
    // A gateway that stops is away first, and its load balancer answers for it then.
    if (how === 'stopped' && calls % 2 === 1) return route.abort();
    const { status } = how === 'stopped' ? { status: 503 } : how;
    const problem = {
      type: 'about:blank',
      title: 'refused',
      status,
      code: CODES[status],
    };
    const headers = { 'retry-after': status === 409 ? '' : '1', 'content-type': 'application/problem+json' };
    return route.fulfill({ status, headers, body: JSON.stringify(problem) });
  });
  return () => calls;
}

/** Opens an address as if it was the first: what was read before is forgotten by the page. */
async function leaveAndOpen({ page }: Tab, hash: string): Promise<void> {
  await page.goto(`${world.url}/console/#/${hash}`);
  await page.locator('main h1').waitFor();
}

/** Pages that said that they wait. */
const told = new Set<string>();

describe.each(PEOPLE)('the pages of %s', (person) => {
  it.each([
    [
      'a gateway that is stopped or answers 503',
      'stopped',
      'The gateway does not answer. Nothing you did is lost',
    ],
    ['too many requests', { status: 429 }, 'Too many requests; going on in'],
  ] as const)('say that there is %s, and go on by themselves', async (_, how, says) => {
    const tab = await open(world.url, '#/settings');
    await signIn(tab, person);
    for (const hash of pages[person] as readonly string[]) {
      await goTo(tab.page, world.url, 'settings');
      await failing(tab, how);
      await leaveAndOpen(tab, hash);
      // What a page has already read, such as the policy, it shows as it is.
      const bar = tab.page.getByText(says);
      const waits = async () => (await tab.page.locator('main .skeleton').count()) > 0;
      await expect
        .poll(async () => (await bar.count()) > 0 || !(await waits()), { message: hash })
        .toBe(true);
      if (await bar.count()) told.add(nameOf(hash));
      expect([hash, await tab.page.locator('main .failure').allTextContents()]).toEqual([hash, []]);
      await tab.page.unrouteAll();
      await expect.poll(() => tab.page.locator('#app > .bar.warn').count(), { timeout: 40_000 }).toBe(0);
      await goTo(tab.page, world.url, hash);
      expect([hash, await tab.page.locator('main .failure').allTextContents()]).toEqual([hash, []]);
    }
    expect(tab.faults.filter((one) => !OF_THE_BROWSER.test(one))).toEqual([]);
  });

  it('say what changed meanwhile, accessibly, and "Look again" looks again', async () => {
    const tab = await open(world.url, '#/settings');
    await signIn(tab, person);
    for (const hash of pages[person] as readonly string[]) {
      await goTo(tab.page, world.url, 'settings');
      const calls = await failing(tab, { status: 409 });
      await goTo(tab.page, world.url, hash);
      const failed = tab.page.locator('main .failure');
      if (calls() > 0 && (await failed.count()) > 0) {
        expect([hash, await failed.first().innerText()]).toEqual([
          hash,
          expect.stringContaining('changed meanwhile'),
        ]);
        await inEachLook(tab.page, async () =>
          expect([hash, await accessibilityFaults(tab.page)]).toEqual([hash, []]),
        );
      }
      await tab.page.unrouteAll();
      const again = tab.page.getByRole('button', { name: 'Look again' });
      for (let left = await failed.count(); left > 0; left = await failed.count()) {
        expect([hash, await again.count()]).toEqual([hash, left]);
        await again.first().click();
        await expect.poll(() => failed.count(), { message: hash }).toBeLessThan(left);
      }
      await isIdle(tab.page);
    }
    expect(tab.faults.filter((one) => !OF_THE_BROWSER.test(one))).toEqual([]);
  });

  it('show that they load while an answer is late, and what it says once it is there', async () => {
    const tab = await open(world.url, '#/settings');
    await signIn(tab, person);
    for (const hash of pages[person] as readonly string[]) {
      await goTo(tab.page, world.url, 'settings');
      let calls = 0;
      const held: (() => void)[] = [];
      await tab.page.route(CALLS, async (route) => {
        calls += 1;
        await new Promise<void>((go) => held.push(go));
        // The page may have been left.
        await route.continue().catch(() => {});
      });
      await leaveAndOpen(tab, hash);
      await tab.page.waitForTimeout(100);
      if (calls > 0)
        await tab.page.locator('main [aria-busy=true], main form, main .empty, main p').first().waitFor();
      await tab.page.unroute(CALLS);
      for (const go of held) go();
      await goTo(tab.page, world.url, hash);
      expect([hash, await tab.page.locator('main .failure').allTextContents()]).toEqual([hash, []]);
    }
    expect(tab.faults).toEqual([]);
  });
});

it('most pages read something when they open, and so had something to say', () => {
  expect([...told].sort()).toEqual(expect.arrayContaining(['inbox', 'log', 'review', 'today']));
  expect(told.size).toBeGreaterThan(12);
});
