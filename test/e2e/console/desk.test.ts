import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerCase } from '../../support/cases.ts';
import { BORN, freshNumber } from '../../support/people.ts';
import { pdfTextOf } from '../pages/pdf-text.ts';
import { foreignWords, textOf } from './foreign.ts';
import { heapOf, keepsNone } from './keeps.ts';
import { accessibilityFaults, type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
const { open, signIn } = tabs();
const CASE = 'EDU-2026-00555';
const child = { id_number: freshNumber() };
/** What the answer says, and no other text of the console. */
const NAME = '欧阳朝暮';
/** What a page may show as text only. */
const HOSTILE = 'subsidy <img src=x onerror=alert(1)> \u202egpj';

beforeAll(async () => {
  world = await openWorld(1);
  const fields = { name: NAME, birth_date: BORN, division_code: '990001001001' };
  await world.put('mca-county', { match: child, fields });
  const words = { purpose: 'S1', case: CASE, officer: 'zhang.wei' };
  await registerCase(world, 'edu-county', words, [{ match: child }]);
  await world.grow();
});
afterAll(() => world.close());

/** Goes on with the keyboard alone. @returns the key presses without those of text */
async function askByKeys({ page }: Tab, number: string): Promise<number> {
  let presses = 0;
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
    presses += keys.length;
  };
  const focusOf = () => page.evaluate(() => document.activeElement?.getAttribute('name') ?? '');
  const tabTo = async (name: string) => {
    for (let step = 0; (await focusOf()) !== name; step++) {
      if (step > 20) throw new Error(`no way to ${name}`);
      await press('Tab');
    }
  };
  const heading = (text: string) => page.getByRole('heading', { name: text, exact: true }).waitFor();
  await heading('What is it for?');
  await tabTo('purpose');
  await press('Space', 'Enter');
  await heading('Who is it about?');
  await tabTo('value');
  await page.keyboard.type(number);
  await press('Enter');
  await heading('Which case, and why?');
  await tabTo('case');
  await page.keyboard.type(CASE);
  await tabTo('reason');
  await page.keyboard.type(HOSTILE);
  // Next comes first, and "Back" after it.
  await press('Tab', 'Tab', 'Enter');
  await heading('Who is it about?');
  await tabTo('value');
  await press('Enter');
  await heading('Which case, and why?');
  await tabTo('reason');
  await press('Tab', 'Enter');
  await heading('Which fields?');
  await tabTo('name');
  await press('Space', 'Enter');
  await heading('Check and ask');
  await page.getByText('onerror=alert(1)> ⟨202E⟩gpj').waitFor();
  await page.getByText('This will stand in the log in your name.').waitFor();
  // After the links that change what was typed.
  const isAsk = () => page.evaluate(() => document.activeElement?.getAttribute('type') === 'submit');
  for (let step = 0; !(await isAsk()); step++) {
    if (step > 8) throw new Error('no way to the button that asks');
    await press('Tab');
  }
  await press('Enter');
  return presses;
}

describe('an officer', () => {
  it('asks and clears by keyboard, and nothing of it is kept anywhere (A15, A17)', async () => {
    const tab = await open(world.url, '#/desk');
    await signIn(tab, 'zhang.wei');
    const { page } = tab;
    const presses = await askByKeys(tab, child.id_number);
    await page.getByRole('heading', { name: 'Given', exact: true }).waitFor();
    expect(await page.locator('.card .value').innerText()).toBe(NAME);
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByText('verified here').waitFor();
    expect(await heapOf(page, [NAME])).toEqual([NAME]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByText('The answer is cleared.').waitFor();
    expect(presses + 2).toBeLessThanOrEqual(60);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H2');
    await keepsNone(tab, [NAME], { but: '/v1/releases' });
    await keepsNone(tab, [child.id_number], { but: '/v1/releases' });
    expect(await heapOf(page, [NAME, child.id_number])).toEqual([]);
    await page.keyboard.press('Control+Shift+L');
    await page.getByText('Locked. Sign in to continue.').waitFor();
    expect(await heapOf(page, [NAME, child.id_number])).toEqual([]);
    expect(tab.faults).toEqual([]);
  });

  it('is asked again for a number whose check fails, and keeps the rest', async () => {
    const tab = await open(world.url, '#/desk');
    await signIn(tab, 'zhang.wei');
    const { page } = tab;
    const last = Number(child.id_number.at(-1)) || 0;
    await askByKeys(tab, `${child.id_number.slice(0, -1)}${(last + 1) % 10}`);
    await page.getByRole('heading', { name: 'Who is it about?', exact: true }).waitFor();
    await page.getByRole('alert').getByText('Resident ID number: CHECK_DIGIT').waitFor();
    expect(await page.locator('[name=value]').inputValue()).toBe('');
    await page.locator('[name=value]').fill(child.id_number);
    const next = () => page.locator('form .button.main').click();
    await next();
    await page.getByRole('heading', { name: 'Which case, and why?', exact: true }).waitFor();
    // The browser's own Back goes one step, and what was typed stays.
    await page.goBack();
    await page.getByRole('heading', { name: 'Who is it about?', exact: true }).waitFor();
    expect(await page.locator('[name=value]').inputValue()).toBe(child.id_number);
    await page.goForward();
    await page.getByRole('heading', { name: 'Which case, and why?', exact: true }).waitFor();
    await next();
    // A word narrows the fields, and what is chosen stays.
    await page.getByLabel('Find a field').fill('division');
    await page.locator('[name=household_profile]').waitFor({ state: 'detached' });
    await page.locator('[name=division_code]').check();
    await page.getByLabel('Find a field').fill('');
    await page.locator('[name=household_profile]').check();
    await next();
    // Each line leads back to where it was typed.
    await page.getByRole('button', { name: 'Change: Case number', exact: true }).click();
    await page.getByRole('heading', { name: 'Which case, and why?', exact: true }).waitFor();
    for (let step = 0; step < 2; step++) await next();
    await page.getByRole('heading', { name: 'Check and ask', exact: true }).waitFor();
    await next();
    await page.getByRole('heading', { name: 'Given', exact: true }).waitFor();
    // Forms in the words of the policy, and an answer of yes or no in those of the page.
    await page.locator('.card', { hasText: 'generalised (County)' }).waitFor();
    const question = page.locator('.card', { hasText: 'Household below the low-income line' });
    expect(await question.locator('.value').innerText()).toBe('not confirmed');
    expect(tab.faults.filter((one) => !/status of 400/.test(one))).toEqual([]);
  });

  it('is told in Chinese at each step what is missing, keeps what was typed, and reads the answer (A20)', async () => {
    const tab = await open(world.url, '#/desk', { locale: 'zh-CN', viewport: { width: 390, height: 844 } });
    await signIn(tab, 'zhang.wei');
    const { page } = tab;
    const next = page.getByRole('button', { name: '下一步' });
    const looksRight = async () => {
      const step = await page.locator('main h2').first().innerText();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      const found = [await accessibilityFaults(page), Math.max(0, wide), foreignWords(await textOf(page))];
      expect([step, found]).toEqual([step, [[], 0, []]]);
    };
    const step = async (missing: string, fill: () => Promise<void>) => {
      await next.click();
      await page.getByText(missing).first().waitFor();
      await looksRight();
      await fill();
      await next.click();
      await page.getByText(missing).waitFor({ state: 'detached' });
    };
    await step('请选择用途。', () => page.getByRole('radio').first().check());
    await step('号码或代码: ', () => page.getByLabel('号码或代码').fill(child.id_number));
    await step('理由: 不少于10个字符。', async () => {
      await page.locator('[name=case]').fill(CASE);
      await page.locator('[name=matter]').selectOption('subsidy');
      const reason = page.locator('[name=reason]');
      expect(await reason.inputValue()).toBe('冬季补助: ');
      await reason.fill('冬季补助: 核对申请材料');
      await page.getByRole('button', { name: '上一步' }).click();
      expect(await page.getByLabel('号码或代码').inputValue()).toBe(child.id_number);
      await next.click();
    });
    await step('请至少选择', () => page.locator('[name=name]').check());
    await page.getByText(child.id_number).waitFor();
    await looksRight();
    expect(tab.requests.filter(({ url }) => url.endsWith('/v1/releases'))).toEqual([]);
    await page.locator('form .button.main').click();
    await page.getByText(NAME).waitFor();
    await looksRight();
    expect(tab.faults).toEqual([]);
  });

  it('reads no more than that no answer can be given, and prints who asked', async () => {
    const tab = await open(world.url, '#/desk');
    await signIn(tab, 'zhang.wei');
    await askByKeys(tab, freshNumber());
    await tab.page.getByRole('heading', { name: 'No answer can be given.' }).waitFor();
    await tab.page.getByText('If you ask about it, quote').waitFor();
    await tab.page.emulateMedia({ media: 'print' });
    expect(await tab.page.locator('.watermark').isVisible()).toBe(true);
    for (const sheet of pdfTextOf(await tab.page.pdf({ preferCSSPageSize: true })))
      expect(sheet).toContain(`zhang.wei · County education bureau · ${CASE}`);
    expect(await tab.page.locator('header.top').isVisible()).toBe(false);
    expect(tab.faults).toEqual([]);
  });
});

describe('each address', () => {
  it.each([
    ['zhao.min', 'desk'],
    ['zhang.wei', 'verify'],
    ['wang.fang', 'desk'],
  ])('says to %s whom #/%s is for (A19)', async (who, name) => {
    const tab = await open(world.url, `#/${name}`);
    await signIn(tab, who);
    await tab.page.getByText('This page is for').waitFor();
    expect(tab.requests.filter(({ url }) => /catalogue|programmes/.test(url))).toEqual([]);
  });
});

describe('a verifier', () => {
  it('gets an answer that says nothing more than "not confirmed", and keeps nothing', async () => {
    const tab = await open(world.url, '#/verify');
    await signIn(tab, 'shen.yi');
    const { page } = tab;
    await page.getByLabel('Programme').selectOption({ index: 1 });
    await page.getByLabel('Number or code').fill(child.id_number);
    await page.getByLabel('Case number').fill('GRANT-7');
    await page.getByLabel('Reason').fill('grant for the autumn');
    await page.getByRole('button', { name: 'Ask' }).click();
    await page.getByRole('heading', { name: 'Not confirmed' }).waitFor();
    await page.getByText('This says nothing about why').waitFor();
    // The proof is saved, and checked in place as another office would.
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save the proof' }).click();
    await page.getByLabel('Its file').setInputFiles(await (await saved).path());
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByText('The proof does not confirm anything').waitFor();
    await page.getByLabel('Or the text of the proof').fill('eyJ.changed.proof');
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByText('Not valid: MALFORMED').waitFor();
    // The next person: the programme stays, and the answer about the last one goes with the first key.
    const first = page.locator('form.act').first();
    expect(await first.locator('[name=programme]').inputValue()).not.toBe('');
    expect(await first.locator('[name=value]').inputValue()).toBe('');
    await first.locator('[name=value]').fill('9');
    await page.getByRole('heading', { name: 'Not confirmed' }).waitFor({ state: 'detached' });
    await first.locator('[name=value]').fill('');
    // A list: each row is answered under the office's own number, and no result names a person.
    await page.getByText('A list of people').click();
    const list = page.locator('details', { hasText: 'A list of people' });
    await list.getByLabel('Programme').selectOption({ index: 1 });
    const buffer = Buffer.from(`A-1,${child.id_number}\r\nA-2,${freshNumber()}\r\nA-3,no number\r\n`);
    await list.getByLabel('Table (CSV)').setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer });
    await list.getByLabel('Case number').fill('GRANT-7');
    await list.getByLabel('Reason').fill('grants, as applied for');
    // Paused and sent again before the first answer: no row is asked about twice.
    const asked = () => tab.requests.filter(({ url }) => url.endsWith('/v1/verifications')).length;
    const before = asked();
    let answer = () => {};
    const held = new Promise<void>((go) => {
      answer = go;
    });
    await page.route('**/v1/verifications', (route) => held.then(() => route.continue()));
    await list.getByRole('button', { name: 'Ask' }).click();
    await list.getByText('0 of 3 checked').waitFor();
    await list.getByRole('button', { name: 'Pause' }).click();
    expect(await list.getByRole('button', { name: 'Go on' }).count()).toBe(0);
    await list.getByLabel('Table (CSV)').setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer });
    await list.getByRole('button', { name: 'Ask' }).click();
    await list.getByText('A list is being checked').first().waitFor();
    // The browser's driver holds on to the field of the file.
    await list.getByLabel('Table (CSV)').setInputFiles([]);
    answer();
    await list.getByText('3 of 3 checked').waitFor();
    expect(asked() - before).toBe(3);
    expect(await list.locator('tbody tr').allInnerTexts()).toEqual([
      expect.stringMatching(/A-1\s+Not confirmed/),
      expect.stringMatching(/A-2\s+Not confirmed/),
      expect.stringMatching(/A-3\s+not a number or code/),
    ]);
    expect(await accessibilityFaults(page)).toEqual([]);
    await keepsNone(tab, [child.id_number], { but: '/v1/verifications' });
    await page.keyboard.press('Control+Shift+L');
    await page.getByText('Locked. Sign in to continue.').waitFor();
    expect(await heapOf(page, [child.id_number])).toEqual([]);
    // The browser itself reports the row that was refused, and a receipt whose entry is not in the tree yet.
    expect(tab.faults.filter((one) => !/status of (400|409)/.test(one))).toEqual([]);
  });
});
