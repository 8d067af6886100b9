/** Sources of an office: what a real run reported, a failure, and silence, in both languages; and a hostile report stays text. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fieldgate, logInAt, putAgency } from '../../cli/run.ts';
import { lacks, type Server, startPostgres } from '../../support/databases.ts';
import { accessibilityFaults, goTo, inEachLook, type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let server: Server | undefined;
const clock = { ahead: 0 };
const { open, signIn } = tabs();

const report = async (body: object) => {
  const run = { source: 'homes', seconds: 2, ...body };
  const { status } = await world.call('mca-county', { actions: ['intake'] }, 'POST', '/v1/sources', run);
  return status;
};
const rows = { read: 5, added: 0, changed: 2, gone: 0, same: 3, failed: 0, left: 0 };

beforeAll(async () => {
  world = await openWorld(0, () => Date.now() + clock.ahead);
  // Two days ago.
  clock.ahead = -48 * 3_600_000;
  await report({ source: 'homes', every: 10, rows });
  clock.ahead = 0;
  await report({ source: 'aid', every: 60, failure: 'DATABASE' });
  if (lacks.postgresql !== null) return;
  server = await startPostgres();
  const folder = join(world.folder, 'office');
  mkdirSync(folder);
  logInAt(folder, world);
  putAgency(folder, world.agency('mca-county'));
  await server.run('CREATE DATABASE county');
  await server.run('CREATE TABLE child (no varchar(12), name varchar(40), born varchar(10))', 'county');
  await server.run(
    "INSERT INTO child VALUES ('C-1', '张三', '2016-01-02'), ('C-2', '李四', '昨天')",
    'county',
  );
  writeFileSync(
    join(folder, 'county.yaml'),
    `database: { kind: postgresql, socket: ${server.socket}, database: county, user: ${server.user} }
sources:
  children:
    query: SELECT no, name, born, '990001001001' AS place FROM child
    key: no
    columns: { name: name, born: birth_date, place: division_code }
`,
  );
  const run = await fieldgate(folder, ['sync', 'county.yaml', '--as', 'mca-county', '--json']);
  expect(run.json(), run.stderr).toMatchObject([{ added: 1, faults: 1 }]);
}, 120_000);
afterAll(async () => {
  await server?.remove();
  await world.close();
});

async function shown(tab: Tab): Promise<string[]> {
  await tab.page.locator('main table').waitFor();
  return tab.page.locator('main tbody tr').allInnerTexts();
}

it('the people of the office see them, what needs a person first, in both languages', async () => {
  const tab = await open(world.url, '#/sources');
  await signIn(tab, 'zhao.min');
  const [silent = '', failed = '', ran = ''] = await shown(tab);
  expect(silent).toMatch(/homes[\s\S]*silent since[\s\S]*every 10 min[\s\S]*read 5 · changed 2/);
  expect(failed).toMatch(/aid[\s\S]*failed: the database gave no answer/);
  if (server)
    expect(ran).toMatch(
      /children[\s\S]*ended well[\s\S]*by hand[\s\S]*read 2 · new 1[\s\S]*1 of another form/,
    );
  await inEachLook(tab.page, async () => expect(await accessibilityFaults(tab.page)).toEqual([]));
  await tab.page.locator('main').focus();
  await tab.page.keyboard.press('l');
  await tab.page.getByText('每 10 分钟').waitFor();
  const [chinese = ''] = await shown(tab);
  expect(chinese).toMatch(/起中断[\s\S]*读取 5 · 变更 2/);
  expect(chinese).not.toMatch(/silent|every|read/);
});

it('auditors see those of all offices; an office that stores nothing has no such page', async () => {
  const tab = await open(world.url, '#/sources');
  await signIn(tab, 'wang.fang');
  expect((await shown(tab))[0]).toContain('homes');
  const desk = await open(world.url, '#/consents');
  await signIn(desk, 'chen.jing');
  await expect.poll(() => desk.page.locator('header nav a').count()).toBeGreaterThan(2);
  expect(await desk.page.locator('header nav a[href="#/sources"]').count()).toBe(0);
});

it('what is no name and no code is not kept, so the page never shows it', async () => {
  expect(await report({ source: '<img src=x onerror=alert(1)>' })).toBe(400);
  expect(await report({ failure: '<script>' })).toBe(400);
  const tab = await open(world.url, '#/sources');
  await signIn(tab, 'wang.fang');
  await goTo(tab.page, world.url, 'sources');
  expect((await shown(tab)).join()).not.toContain('<');
});
