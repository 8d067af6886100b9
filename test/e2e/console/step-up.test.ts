/** A new login in a second window, for an act that demands a recent one (S4, A18). */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TestGateway, testGateway } from '../../support/gateway.ts';
import { BORN, freshNumber } from '../../support/people.ts';
import { foreignWords } from './foreign.ts';
import { accessibilityFaults, type Tab, tabs } from './pages.ts';

let ahead = 0;
let gateway: TestGateway;
const { open, signIn } = tabs();
beforeAll(async () => {
  gateway = await testGateway({ people: true, now: () => Date.now() + ahead });
});
afterAll(() => gateway.close());
beforeEach(() => {
  ahead = 0;
});

const REASON = 'the look into it is over';
const BUTTON = 'Sign in again to do this';

/**
 * Signs in a person whom the issuer still knows from a login of five minutes ago. The first attempt ends at the gateway,
 * whose clock is moved.
 */
async function signInLongAgo(tab: Tab, person: string): Promise<void> {
  const { page } = tab;
  ahead = -301_000;
  await page.locator('.button.main').click();
  await page.locator(`button[value="${person}"]`).click();
  await page.locator('.signin .bar').waitFor();
  ahead = 0;
  await signIn(tab, person);
}

/** The freezes of the tests, one each, by the reason. */
let freezes = -1;
const why = () => `a look into it, the ${freezes}. one`;
async function freeze(): Promise<void> {
  freezes++;
  const target = { purpose: ['H1', 'D1', 'F1', 'W1', 'C1', 'R1'][freezes] };
  // Two people, because one may freeze five times in a day.
  const details = { actions: ['audit'], officer: freezes % 2 === 0 ? 'wang.fang' : 'sun.lei' };
  const { status, text } = await gateway.call('audit-office', details, 'POST', '/v1/freezes', {
    target,
    reason: why(),
  });
  if (status !== 200) throw new Error(text);
}

/** A steward with such a login at a freeze to lift. */
async function atFreeze(options: object = {}): Promise<Tab> {
  await freeze();
  const tab = await open(gateway.url, '#/freezes', options);
  await signInLongAgo(tab, 'li.na');
  return tab;
}

const form = (page: Page) => page.locator('section', { hasText: why() }).locator('form.act');
async function lift(page: Page): Promise<void> {
  await form(page).locator('[name=reason]').fill(REASON);
  await page.keyboard.press('Enter');
}
/** The second window that the page opens; the person logs in there. */
async function logIn(
  page: Page,
  person: string,
  by = page.getByRole('button', { name: BUTTON }),
): Promise<Page> {
  const [second] = await Promise.all([page.context().waitForEvent('page'), by.click()]);
  await second.locator(`button[value="${person}"]`).click();
  return second;
}
// 409: an entry whose place the page asks for is not in the tree yet.
const refusals = ({ faults }: Tab) => faults.filter((text) => !/status of (401|403|409)/.test(text));
const lifts = ({ requests }: Tab) => requests.filter(({ method }) => method === 'DELETE');
const done = ({ page }: Tab) => page.locator('.bar.good').waitFor();

describe('an act that demands a recent login', () => {
  it('keeps what was typed, opens a second window, and goes on by itself', async () => {
    const tab = await atFreeze();
    const { page } = tab;
    await lift(page);
    const dialog = page.getByRole('dialog');
    await dialog.getByText('What you typed stays here', { exact: false }).waitFor();
    await page.getByRole('button', { name: BUTTON }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Sign in again to do this');
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(await form(page).locator('[name=reason]').inputValue()).toBe(REASON);
    const second = await logIn(page, 'li.na');
    await done(tab);
    expect(lifts(tab).map(({ body }) => JSON.parse(body).reason)).toEqual([REASON, REASON]);
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement === document.body)).toBe(false);
    // The same handle and key go on; the code is in no address, and nothing is kept.
    expect(tab.requests.filter(({ url }) => url.endsWith('/v1/sessions')).length).toBe(4);
    expect(second.isClosed() || !/code=|state=/.test(second.url())).toBe(true);
    const kept = await page.evaluate(() => ({ ...sessionStorage, ...localStorage, at: location.href }));
    expect(kept).toEqual({ at: `${gateway.url}/console/#/freezes` });
    expect(refusals(tab)).toEqual([]);
    await page.context().close();
  });

  it('goes on by keyboard and by the link of a browser that opens no window, in Chinese', async () => {
    const tab = await atFreeze({
      locale: 'zh-CN',
      viewport: { width: 390, height: 844 },
      colorScheme: 'dark',
    });
    const { page } = tab;
    await page.evaluate(() => {
      window.open = () => null;
    });
    await lift(page);
    await page.getByRole('button', { name: '重新登录以继续' }).waitFor();
    expect(foreignWords(await page.getByRole('dialog').innerText())).toEqual([]);
    await page.keyboard.press('Enter');
    const link = page.getByRole('link', { name: '没有出现窗口时，请由此打开登录页面' });
    await link.waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const [second] = await Promise.all([page.context().waitForEvent('page'), page.keyboard.press('Enter')]);
    await second.locator('button[value="li.na"]').click();
    await done(tab);
    expect(refusals(tab)).toEqual([]);
    await page.context().close();
  });

  it('is not done by another person, nor after it was given up or locked', async () => {
    const tab = await atFreeze();
    const { page } = tab;
    await lift(page);
    const other = await logIn(page, 'chen.jie');
    await page.getByText('Another person signed in', { exact: false }).waitFor();
    expect(await page.locator('header.top .who').textContent()).toContain('li.na');
    expect(lifts(tab).length).toBe(1);
    await other.close().catch(() => {});
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('.failure').waitFor();
    expect(await form(page).locator('[name=reason]').inputValue()).toBe(REASON);
    // A window that comes back to a locked console hands over nothing.
    await page.keyboard.press('Tab');
    await lift(page);
    const [late] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('button', { name: BUTTON }).click(),
    ]);
    await page.keyboard.press('Control+Shift+L');
    await page.getByText('Locked. Sign in to continue.').waitFor();
    await late.locator('button[value="li.na"]').click();
    await late.getByText('is gone or locked', { exact: false }).waitFor();
    expect(late.url()).toBe(`${gateway.url}/console/`);
    expect(await page.locator('header.top').count()).toBe(0);
    expect(lifts(tab).length).toBe(2);
    expect(refusals(tab)).toEqual([]);
    await page.context().close();
  });

  it('is done in the tab that asked, if two tabs ask', async () => {
    const tab = await atFreeze();
    const { page } = tab;
    const twin = await page.context().newPage();
    await twin.goto(`${gateway.url}/console/#/freezes`);
    await twin.locator('.button.main').click();
    await twin.locator('header.top').waitFor();
    for (const one of [page, twin]) {
      await lift(one);
      await one.getByRole('button', { name: BUTTON }).waitFor();
    }
    await logIn(page, 'li.na');
    await done(tab);
    expect(await twin.getByRole('dialog').count()).toBe(1);
    expect(await twin.locator('.bar.good').count()).toBe(0);
    await page.context().close();
  });

  it('waits while the gateway is away, and asks once more', async () => {
    const tab = await atFreeze();
    const { page } = tab;
    await lift(page);
    await page.getByRole('button', { name: BUTTON }).waitFor();
    await page.route('**/v1/sessions/renew', (route) => route.abort());
    const second = await logIn(page, 'li.na');
    await page.getByText('cannot be reached', { exact: false }).waitFor();
    await second.close().catch(() => {});
    await page.unroute('**/v1/sessions/renew');
    await logIn(page, 'li.na');
    await done(tab);
    await page.context().close();
  });

  it('asks no person who signed in a minute ago', async () => {
    await freeze();
    const tab = await open(gateway.url, '#/freezes');
    await signIn(tab, 'gao.yuan');
    await lift(tab.page);
    await done(tab);
    expect(tab.faults).toEqual([]);
    await tab.page.context().close();
  });
});

it('an officer signs in again before asking for a restricted class, and then asks', async () => {
  const child = { id_number: freshNumber() };
  const born = { name: '李某某', birth_date: BORN, division_code: '990001001001' };
  await gateway.put('mca-county', { match: child, fields: born });
  await gateway.put('edu-county', { match: child, fields: { edu_assessment: 'ordinary class' } });
  const act = async (agency: string, officer: string, path: string, body: object) => {
    const details = { actions: ['casework'], officer };
    const { status, json, text } = await gateway.call(agency, details, 'POST', path, body);
    if (status > 202) throw new Error(text);
    return json;
  };
  const fields = ['name', 'edu_assessment'];
  const context = { officer: 'zhang.wei', case: 'EDU-9', reason: 'enrolment in a class' };
  const filing = { purpose: 'S1', subjects: [{ match: child }], fields, context };
  const { id } = await act('edu-county', 'zhang.wei', '/v1/requests', filing);
  await act('cdpf-county', 'xu.jing', `/v1/requests/${id}/approve`, { reason: 'for the enrolment' });

  const tab = await open(gateway.url, `#/desk?request=${id}`);
  await signInLongAgo(tab, 'zhang.wei');
  const { page } = tab;
  const next = () => page.getByRole('button', { name: 'Next' }).click();
  await page.locator('[name=value]').fill(child.id_number);
  await next();
  await next();
  await next();
  await page.getByText('A restricted class of data needs a sign-in', { exact: false }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: BUTTON }).click();
  await logIn(page, 'zhang.wei', page.getByRole('dialog').getByRole('button', { name: BUTTON }));
  const ask = page.getByRole('button', { name: 'Ask', exact: true });
  await ask.waitFor();
  expect(tab.requests.filter(({ url }) => url.endsWith('/v1/releases'))).toEqual([]);
  await ask.click();
  await page.getByText('ordinary class').waitFor();
  expect(refusals(tab)).toEqual([]);
  await page.context().close();
});
