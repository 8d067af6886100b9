/** Witnesses in the console: by whose list it speaks, and a policy that is pinned in the browser and never taken from the gateway. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nameWitnesses } from '../../witness/named.ts';
import { speak, type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let tab: Tab;
let named: Awaited<ReturnType<typeof nameWitnesses>>;
let ahead = 0;
const { open, signIn } = tabs();

beforeAll(async () => {
  world = await openWorld(1, () => Date.now() + ahead);
  await world.grow();
  named = await nameWitnesses(world, {
    types: [4, 4, 4],
    now: () => Date.now() + ahead,
    pass: () => {
      ahead += 61_000;
    },
  });
  await named.round(0, 1, 2);
  tab = await open(world.url, '#/prove');
  await signIn(tab, 'wang.fang');
}, 120_000);
afterAll(() => world.close());

const frame = () => tab.page.locator('header.top .integrity small');
const pin = async (policy: string) => {
  await tab.page.getByLabel('A policy of your own').fill(policy);
  await tab.page.getByRole('button', { name: 'Pin this policy' }).click();
};

it('speaks by the list of the gateway until a policy is pinned, and says so', async () => {
  await frame()
    .getByText(/cosigned by 3 of 3, .* \(by the list of the gateway\)/)
    .waitFor();
  await tab.page.getByText('which proves nothing').waitFor();
});

it('refuses a policy that is none, demands nothing, or names another log', async () => {
  await pin('log nothing\n');
  await tab.page.getByText('Line 1 is not one of a policy.').waitFor();
  await pin(named.policy.replace('quorum enough', 'quorum none'));
  await tab.page.getByText('demands no quorum').waitFor();
  await tab.page.getByText('which proves nothing').waitFor();
});

it('keeps the policy of the reader, shows where the gateway differs, and counts by the reader’s', async () => {
  await pin(named.policy);
  await frame()
    .getByText(/^cosigned by 3 of 3, [^(]*$/)
    .waitFor();
  const two = named.policy.replace(/^witness w2 .*\n/m, '').replace(' w2', '');
  await world.tree.policy.swap(await world.tree.policy.read(), two);
  await tab.page.reload();
  await signIn(tab, 'wang.fang');
  await tab.page.getByText('is another one').waitFor();
  expect(await tab.page.locator('pre', { hasText: '- witness w2' }).count()).toBe(1);
  await frame()
    .getByText(/^cosigned by 3 of 3/)
    .waitFor();
  expect(tab.faults).toEqual([]);
});

it('says in both languages that a witness is away, that the log is shown frozen, and that all are back', async () => {
  const pass = (ms: number) => {
    ahead += ms;
  };
  const says = async (english: RegExp, chinese: RegExp) => {
    await frame().getByText(english).waitFor();
    await speak(tab.page, 'zh');
    await frame().getByText(chinese).waitFor();
    await speak(tab.page, 'en');
  };
  await world.tree.policy.swap(await world.tree.policy.read(), named.policy);
  pass(61_000);
  await world.release(world.ids[0] ?? '');
  await world.grow();
  await named.round(0, 1);
  pass(61_000);
  await named.round();
  const again = async () => {
    await tab.page.reload();
    await signIn(tab, 'wang.fang');
  };
  await again();
  await says(/^cosigned by 2 of 3, /, /^3个见证方中2个已联署，/);
  pass(11 * 60_000);
  await again();
  await says(/^enough witnesses saw it last 1[0-9] min/, /^足数的见证方最近一次看到它是1[0-9]分钟前/);
  expect(await tab.page.locator('header.top .integrity').getAttribute('class')).toContain('stale');
  await world.release(world.ids[0] ?? '');
  await world.grow();
  await named.round();
  await named.round(0, 1, 2);
  // The page asks when it is opened; by itself it does so every 20 seconds.
  const policy = tab.page.locator('textarea');
  await tab.page.evaluate(() => location.replace('#/today'));
  await policy.waitFor({ state: 'detached' });
  await tab.page.evaluate(() => location.replace('#/prove'));
  await says(/^cosigned by 3 of 3, /, /^3个见证方中3个已联署，/);
  expect(tab.faults).toEqual([]);
});
