/** Two stewards publish a pack: each gives the file, sees the difference and a reason; then old entries keep their rules. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import compiled from '#pack/pack.json' with { type: 'json' };
import { temporaryFolder } from '../../support/folder.ts';
import { ecKey } from '../../support/jws.ts';
import { changedPack } from './changed-pack.ts';
import { type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
const { open, signIn } = tabs();
beforeAll(async () => {
  world = await openWorld(1);
});
afterAll(() => world.close());

async function give(tab: Tab, text: string): Promise<void> {
  const file = { name: 'pack.json', mimeType: 'application/json', buffer: Buffer.from(text) };
  await tab.page.locator('input[type=file]').setInputFiles(file);
}

it('an office is registered with public keys alone, and a change is shown before it is sent', async () => {
  const tab = await open(world.url, '#/agencies');
  await signIn(tab, 'li.na');
  const { page } = tab;
  const form = page.locator('form.act').first();
  const { privateKey, jwk } = ecKey();
  const keys = (key: object) => JSON.stringify({ keys: [{ ...key, kid: 'k1', use: 'sig' }] });
  await form.locator('[name=clientId]').fill('new-school');
  await form.locator('[name="name.en"]').fill('New school');
  for (const [name, text] of Object.entries({
    departments: 'EDU',
    roles: 'county-education',
    areas: '990001',
  }))
    await form.locator(`[name=${name}]`).fill(text);
  await form.locator('[name=purposes]').fill('S1');
  await form.locator('[name=actions]').fill('intake');
  await form
    .locator('[name=trainedUntil]')
    .fill(new Date(Date.now() + 200 * 86_400_000).toISOString().slice(0, 10));
  await form.locator('[name=jwks]').fill(keys(privateKey.export({ format: 'jwk' })));
  await form.locator('[name=reason]').fill('a school joins');
  await form.locator('button[type=submit]').click();
  await form.getByText('This is a private key. Do not send it to anyone.').first().waitFor();
  expect(tab.requests.filter(({ method, url }) => method === 'POST' && url.endsWith('/v1/agencies'))).toEqual(
    [],
  );
  await form.locator('[name=jwks]').fill(keys(jwk));
  await form.locator('button[type=submit]').click();
  await page.getByText('A second person has to do the same').waitFor();
  await page.locator('.list').focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  const change = page.locator('.pane form.act', { hasText: 'Change rights' });
  const purposes = await change.locator('[name=purposes]').inputValue();
  await change.locator('[name=purposes]').fill(`${purposes}, X9`);
  await change.getByText('+ X9').waitFor();
  expect(tab.faults).toEqual([]);
  await page.context().close();
});

it('the second steward confirms the office by its key', async () => {
  const tab = await open(world.url, '#/second');
  await signIn(tab, 'chen.jie');
  const { page } = tab;
  const button = page.getByRole('button', { name: 'Confirm' });
  await button.waitFor();
  expect(await button.getAttribute('aria-keyshortcuts')).toBe('2');
  await page.keyboard.press('2');
  await page.keyboard.type('read and right');
  await page.keyboard.press('Enter');
  await page.getByText('Nothing waits for you.').waitFor();
  const { json } = await world.call('steward-office', { actions: ['steward'] }, 'GET', '/v1/agencies');
  expect(json.waiting).toEqual([]);
  expect(tab.faults).toEqual([]);
  await page.context().close();
});

it('a broken file is told, and a pack in force is refused before anything is sent on', async () => {
  const tab = await open(world.url, '#/policy?tab=versions');
  await signIn(tab, 'li.na');
  await give(tab, '{ not json');
  await tab.page.getByText('This file is not JSON.').waitFor();
  await give(tab, JSON.stringify(compiled));
  await tab.page.locator('.publish .failure').waitFor();
  expect(await tab.page.locator('.publish form').count()).toBe(0);
  await tab.page.context().close();
});

it('each sentence of law is shown with what its proof looked at, and a pack that breaks one with a case against it', async () => {
  const tab = await open(world.url, '#/policy?tab=sentences');
  await signIn(tab, 'li.na');
  const { page } = tab;
  const sentences = page.locator('main table tr');
  await sentences.nth(24).waitFor();
  expect(await sentences.locator('td.bad').count()).toBe(0);
  expect(await sentences.locator('td.good').count()).toBe(await sentences.count());
  await page.goto(page.url().replace('tab=sentences', 'tab=versions'));
  const folder = temporaryFolder();
  cpSync('shared/packs/disadvantaged-children', folder, { recursive: true });
  appendFileSync(join(folder, 'purposes/S1.yaml'), 'disputed: true\n');
  const named = readFileSync(join(folder, 'pack.yaml'), 'utf8').replace(
    /^version: .*$/m,
    'version: "2026.broken"',
  );
  writeFileSync(join(folder, 'pack.yaml'), named);
  const check = spawnSync(process.execPath, ['infra/cli/fieldgate.mjs', 'pack', 'check', '--write', folder]);
  expect(check.status).toBe(1);
  await give(tab, readFileSync(join(folder, 'compiled/pack.json'), 'utf8'));
  const broken = page.locator('.publish td.bad');
  await broken.first().waitFor();
  expect(await broken.count()).toBe(1);
  // It is the first of the list, and no form sends the file.
  expect(await page.locator('.publish details table tr').first().locator('td.bad').count()).toBe(1);
  expect(await page.locator('.publish form').count()).toBe(0);
  await broken.locator('summary').click();
  // A request as `pack explain` takes it.
  const against = JSON.parse((await broken.locator('pre').textContent()) ?? '');
  expect(against).toMatchObject({ caller: expect.anything(), ask: expect.anything() });
  expect(tab.faults).toEqual([]);
  await page.context().close();
});

it('the first steward proposes, the second completes, and the new version is in force', async () => {
  const { text, version } = changedPack();
  for (const [person, said] of [
    ['li.na', 'second person'],
    ['chen.jie', 'log'],
  ] as const) {
    const tab = await open(world.url, person === 'li.na' ? '#/policy?tab=versions' : '#/second');
    await signIn(tab, person);
    // The second one finds that it waits, by whom and why.
    if (person !== 'li.na') {
      await tab.page.getByRole('heading', { name: `Publish a policy: ${version}` }).waitFor();
      await tab.page.getByText('li.na: the text of the rule is clearer').waitFor();
      await tab.page.getByRole('link', { name: 'Give the same file' }).click();
    }
    await give(tab, text);
    await tab.page.getByText(`Version ${version}, compared with`, { exact: false }).waitFor();
    await tab.page.locator('.publish td .bad').first().waitFor();
    await tab.page.getByText('0 cells widen, 1 narrows, 1 rule changes.').waitFor();
    await tab.page.locator('.publish input[name=reason]').fill('the text of the rule is clearer');
    await tab.page.locator('.publish button[type=submit]').click();
    const done = tab.page.locator('.publish .bar.good');
    await done.waitFor();
    expect((await done.textContent())?.toLowerCase()).toContain(said);
    await tab.page.context().close();
  }
  const { versions } = await world.audit('/v1/policy/versions');
  expect(versions.find(({ inForce }: { inForce: boolean }) => inForce)).toMatchObject({ version });
});

it('any two versions are compared, in either direction', async () => {
  const tab = await open(world.url, '#/policy?tab=versions');
  await signIn(tab, 'li.na');
  const { page } = tab;
  const { version } = changedPack();
  await page.getByLabel('After').waitFor();
  // A comparison that could not be read says so, and is read again.
  await page.route('**/diff/*', (route) => route.fulfill({ status: 404, json: { code: 'NOT_FOUND' } }));
  await page.getByRole('row', { name: compiled.version }).getByRole('button', { name: 'Compare' }).click();
  await page.getByRole('button', { name: 'Look again' }).waitFor();
  await page.unrouteAll();
  expect(tab.faults.splice(0)).toEqual([expect.stringContaining('404')]);
  await page.getByRole('button', { name: 'Look again' }).click();
  await page.getByText('0 cells widen, 1 narrows, 1 rule changes.').waitFor();
  await page.getByLabel('After').selectOption(compiled.hash);
  await page.getByRole('row', { name: version }).getByRole('button', { name: 'Compare' }).click();
  await page.getByText('1 cell widens, 0 narrow, 1 rule changes.').waitFor();
  expect(tab.faults).toEqual([]);
  await page.context().close();
});

it('an entry says which version decided it, and that it is not in force any more', async () => {
  const tab = await open(world.url, '#/log?kind=decision');
  await signIn(tab, 'wang.fang');
  await tab.page.locator('.list-row').first().click();
  await tab.page.getByText(`Decided by the policy ${compiled.version}`, { exact: false }).waitFor();
  await tab.page.getByText('not in force now', { exact: false }).waitFor();
  expect(tab.faults).toEqual([]);
});
