/** The whole log in the worker: it can pause, and the next time only the new part is read (A10, A11). No times. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writerKeyOf } from '../../../infra/local/settings.ts';
import { WRITER_KINDS } from '../../../shared/entry-kinds.ts';
import { kmsSign } from '../../../shared/keys/sign.ts';
import { LogWriter } from '../../../shared/log/write/writer.ts';
import { decision } from '../../log/log.ts';
import { goTo, type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let tab: Tab;
let log: LogWriter;
const { open, signIn } = tabs();
const AT_ONCE = 60;

async function append(entries: number): Promise<void> {
  for (let n = 0; n < entries; n += AT_ONCE)
    await log.append(Array.from({ length: AT_ONCE }, () => decision()));
  while ((await world.sequencer.step()).sequenced > 0);
}

beforeAll(async () => {
  process.env['CRYPTOGRAPHY'] = 'national';
  world = await openWorld(1).finally(() => delete process.env['CRYPTOGRAPHY']);
  const { dynamo, env, kms } = world;
  log = new LogWriter({
    ...{ dynamo, table: env.logTable, wordsTable: env.wordsTable, treeTable: env.treeTable },
    sign: (message) => kmsSign(kms, writerKeyOf(env, 'release'), 'ED25519_SHA_512', message),
    ...{ now: Date.now, name: 'release', kinds: WRITER_KINDS.release },
  });
  await append(3000);
  const { fetch } = world.app;
  world.app.fetch = (request: Request, ...more: unknown[]) => {
    if (new URL(request.url).pathname.startsWith('/log/tile/entries/')) read += 1;
    return (fetch as (request: Request, ...more: unknown[]) => Response | Promise<Response>)(
      request,
      ...more,
    );
  };
  tab = await open(world.url, '#/prove');
  await signIn(tab, 'wang.fang');
}, 120_000);
afterAll(() => world.close());

/** Bundles that the gateway was asked for: the requests of a worker are not those of its page. */
let read = 0;
const bundles = () => read;
const good = () => tab.page.locator('.state.good').waitFor({ timeout: 60_000 });

it('pauses and goes on to the same end', async () => {
  const { page } = tab;
  await page.getByRole('button', { name: 'Verify the log' }).click();
  const pause = page.getByRole('button', { name: 'Pause' });
  await pause.click();
  await page.getByRole('button', { name: 'Go on' }).click();
  await good();
  expect(bundles()).toBe(Math.ceil((await world.sequencer.step()).checkpoint.size / 256));
});

it('reads the new part alone the next time', async () => {
  const before = bundles();
  await append(300);
  await tab.page.reload();
  await tab.page.locator('.button.main').click();
  await tab.page.locator('header.top').waitFor();
  await tab.page
    .getByRole('button', { name: /Verify/ })
    .first()
    .click();
  await good();
  await expect.poll(() => bundles() - before).toBeGreaterThan(0);
  expect(bundles() - before).toBeLessThanOrEqual(3);
  expect(tab.faults).toEqual([]);
});

it('says of an entry that it does not check the tree by SM3, which the log has', async () => {
  await goTo(tab.page, world.url, 'log?kind=decision');
  await tab.page.locator('.list-row').first().click();
  await tab.page.locator('.proof li').nth(8).waitFor();
  const said = await tab.page.locator('.proof').innerText();
  expect(said).toContain('SM3');
  expect(said).toContain('does not check');
});
