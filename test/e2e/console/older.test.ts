/**
 * The oldest Chromium for which the console is built, and one of 2024: neither has Ed25519, and the first lacks functions and
 * colours that are newer than it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerCase } from '../../support/cases.ts';
import { BORN, freshNumber } from '../../support/people.ts';
import { makeWorld as makeProofs, type World as Proofs } from '../../verify/world.ts';
import { fileEverything, nameOf, type Pages, PLAIN } from './every-page.ts';
import { startOlder } from './older.ts';
import { goTo, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let proofs: Proofs;
let pages: Pages;
beforeAll(async () => {
  [world, proofs] = await Promise.all([openWorld(1), makeProofs()]);
  pages = await fileEverything(world, PLAIN);
});
afterAll(() => Promise.all([world.close(), proofs.gateway.close()]));

describe.each(['chromium-109', 'chromium-131'])('in %s', (browser) => {
  const { open, signIn } = tabs(undefined, () => startOlder(browser));

  it('has no Ed25519 of its own', async () => {
    const { page } = await open(world.url);
    const algorithm = page.evaluate(() => crypto.subtle.generateKey('Ed25519', false, ['sign']));
    await expect(algorithm).rejects.toThrow(/NotSupportedError|Algorithm/);
  });

  it('every page opens, in colours', async () => {
    const seen = new Set<string>();
    for (const [person, hashes] of Object.entries(pages)) {
      const fresh = hashes.filter((hash) => !seen.has(nameOf(hash)) && seen.add(nameOf(hash)));
      const tab = await open(world.url);
      await signIn(tab, person);
      for (const hash of fresh) {
        await goTo(tab.page, world.url, hash);
        const said = await tab.page.locator('main').innerText();
        const lost = await tab.page.locator('.failure, main [role=alert]').allInnerTexts();
        expect([hash, said.length > 5, lost]).toEqual([hash, true, []]);
      }
      const shade = () => getComputedStyle(document.querySelector('header.top') as Element).backgroundColor;
      expect(await tab.page.evaluate(shade)).toMatch(/^rgb\(/);
      expect(tab.faults).toEqual([]);
      await tab.page.context().close();
    }
  });

  it('an entry and the log hold', async () => {
    const tab = await open(world.url, '#/log?kind=decision');
    const { page } = tab;
    await signIn(tab, 'gao.yuan');
    await page.locator('.list').focus();
    await page.keyboard.press('Enter');
    await page.locator('.proof [role=status]').waitFor();
    expect(await page.locator('.proof li').count()).toBe(9);
    expect(await page.locator('.proof .bad').count()).toBe(0);
    await goTo(page, world.url, 'prove');
    await page
      .getByRole('button', { name: /Verify/ })
      .first()
      .click();
    await page.locator('.state.good, .state.bad').first().waitFor();
    expect(await page.locator('.state.bad, .integrity.broken').count()).toBe(0);
    expect(tab.faults).toEqual([]);
  });

  it('a proof of eligibility is valid', async () => {
    const { url } = proofs.gateway;
    const { page, faults } = await open(world.url);
    const { match } = await proofs.ready();
    await page.goto(`${url}/attestations/check`);
    await page.fill('#proof', (await proofs.ask('charity-sunrise', { match })).json.attestation);
    await page.click('button');
    await page.getByText('Eligible when it was issued').first().waitFor();
    expect(faults).toEqual([]);
  });
});

/** What the answer says, and no other text of the console. */
const NAME = '欧阳朝暮';
const CASE = { purpose: 'S1', case: 'EDU-2026-00556', officer: 'zhang.wei' };

describe.each(['chromium-109', 'chromium-131', 'the Chromium here'])('in %s', (browser) => {
  const older = browser.startsWith('chromium-');
  const { open, signIn } = older ? tabs(undefined, () => startOlder(browser)) : tabs();

  it('an answer that is sealed to a hybrid key of the page opens', async () => {
    const match = { id_number: freshNumber() };
    const fields = { name: NAME, birth_date: BORN, division_code: '990001001001' };
    await world.put('mca-county', { match, fields });
    await registerCase(world, 'edu-county', CASE, [{ match }]);
    const tab = await open(world.url, '#/desk');
    const { page } = tab;
    const isNative = await page.evaluate(() => {
      const made = crypto.subtle.generateKey('ML-KEM-768', false, ['decapsulateBits'] as never);
      return made.then(
        () => true,
        () => false,
      );
    });
    expect(older && isNative).toBe(false);
    await page.addInitScript(() => {
      const { prototype } = SubtleCrypto;
      const own = prototype.generateKey as (...given: unknown[]) => Promise<unknown>;
      const [made, types, ask]: [unknown[], unknown[], typeof fetch] = [[], [], fetch];
      const asked: typeof fetch = async (...given) => {
        const answer = await ask(...given);
        types.push(answer.headers.get('content-type'));
        return answer;
      };
      Object.assign(globalThis, { made, types, fetch: asked });
      prototype.generateKey = async function (this: SubtleCrypto, ...given: unknown[]) {
        const pair = await own.apply(this, given);
        made.push([(given[0] as Algorithm).name, given[1]]);
        return pair;
      } as never;
    });
    const noted = (name: string) => page.evaluate((of) => Reflect.get(globalThis, of) as unknown[], name);
    await signIn(tab, 'zhang.wei');
    const next = () => page.locator('form .button.main').click();
    await page.locator('[name=purpose]').first().check();
    await next();
    await page.locator('[name=value]').fill(match.id_number);
    await next();
    await page.locator('[name=case]').fill(CASE.case);
    await page.locator('[name=reason]').fill('winter subsidy');
    await next();
    await page.locator('[name=name]').check();
    await next();
    await page.getByRole('heading', { name: 'Check and ask', exact: true }).waitFor();
    await next();
    await page.getByRole('heading', { name: 'Given', exact: true }).waitFor();
    expect(await page.locator('.card .value').innerText()).toBe(NAME);
    expect(await noted('types')).toContain('application/fieldgate-sealed');
    // Where the browser has it, nothing can export the page's key.
    const made = await noted('made');
    expect(made).toContainEqual(['ECDSA', false]);
    expect(made.map(String).includes('ML-KEM-768,false')).toBe(isNative);
    expect(tab.faults).toEqual([]);
  });
});
