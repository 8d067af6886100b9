/** The page that checks a proof: in a browser, served by the gateway and as a file. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCheckPage } from '../../infra/package/check-page.ts';
import { checkPage } from '../../shared/attestation/page.ts';
import { fieldgate } from '../cli/run.ts';
import { CHROMIUM, openTab, type Tab } from '../support/browser.ts';
import { freshNumber } from '../support/people.ts';
import { untilNextMonth } from '../verify/proofs.ts';
import { type Child, makeWorld, type World } from '../verify/world.ts';
import { issue } from './issuer.ts';

let world: World;
let folder: string;
let child: Child;
beforeAll(async () => {
  world = await makeWorld();
  folder = mkdtempSync(join(tmpdir(), 'fieldgate-'));
  child = await world.ready();
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await world.gateway.close();
});

const DAY = 86_400_000;

const proofOf = async (match: object): Promise<string> =>
  (await world.ask('charity-sunrise', { match })).json.attestation;

async function verdict({ page }: Tab, proof: string): Promise<string> {
  await page.fill('#proof', proof);
  await page.click('button');
  const result = page.locator('#result:not(:has-text("Checking"))');
  await result.waitFor();
  return (await result.textContent()) ?? '';
}

it('is built from its sources', async () => {
  const file = join(import.meta.dirname, '../../shared/attestation/check.page.json');
  expect(readFileSync(file, 'utf8')).toBe(await makeCheckPage());
}, 30_000);

it('shows its issuer as text, whatever it contains', () => {
  const { html, policy } = checkPage('https://gate.example/a"><script>alert(1)</script>');
  expect(html).not.toContain('<script>alert');
  expect(html).toContain('content="https://gate.example/a&quot;>&lt;script>');
  expect(policy).toContain('connect-src https://gate.example;');
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
});

it('is served with its policy, and forbids frames', async () => {
  const response = await fetch(`${world.gateway.url}/attestations/check`);
  expect(response.headers.get('content-type')).toMatch(/^text\/html/);
  expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
  expect(await response.text()).toContain(`content="${world.gateway.url}"`);
});

describe.skipIf(CHROMIUM === null && !process.env['CI'])('in a browser (skipped without Chromium)', () => {
  it('reports a valid proof in two languages, and fetches keys and status only from the issuer', async () => {
    const tab = await openTab();
    const { url } = world.gateway;
    await tab.page.goto(`${url}/attestations/check`);
    const text = await verdict(tab, await proofOf(child.match));
    expect(text).toContain('what ended since then is in no list yet');
    expect(text).toContain('此后的终止尚未列入任何名单');
    expect(text).toContain('spring-bud');
    expect(text).toContain('charity-sunrise');
    expect(text).toContain('签发者签名');
    const month = new Date().toISOString().slice(0, 7);
    expect(tab.requests.slice(1).filter((one) => !one.endsWith('/favicon.ico'))).toEqual([
      `${url}/.well-known/jwt-vc-issuer`,
      `${url}/v1/status/${month}`,
    ]);
    expect(tab.faults).toEqual([]);
  }, 60_000);

  it('reports the fault of every other proof, and also accepts a complete answer', async () => {
    const tab = await openTab();
    await tab.page.goto(`${world.gateway.url}/attestations/check`);
    const proof = await proofOf(child.match);
    const at = proof.indexOf('.') + 30;
    const changed = proof.slice(0, at) + (proof[at] === 'A' ? 'B' : 'A') + proof.slice(at + 1);
    expect(await verdict(tab, changed)).toMatch(/Not valid: (SIGNATURE|MALFORMED)[\s\S]*无效/);
    expect(await verdict(tab, 'nonsense')).toContain('Not valid: MALFORMED');
    expect(await verdict(tab, '{"attestation":7}')).toContain('Not valid: MALFORMED');
    expect(await verdict(tab, '<img src=x onerror=alert(1)>')).toContain('Not valid');
    expect(await verdict(tab, await issue())).toContain('Not valid: SIGNATURE');
    const unknown = await proofOf({ id_number: freshNumber() });
    expect(await verdict(tab, unknown)).toContain('该证明未确认任何资格');
    expect(await verdict(tab, JSON.stringify({ outcome: 'NO', attestation: proof }))).toContain('Eligible');
    expect(tab.faults).toEqual([]);
  }, 60_000);

  it('works as a local file, reports a revocation, and reports if the status is unknown', async () => {
    const written = await fieldgate(folder, [
      'attest',
      'page',
      '--issuer',
      world.gateway.url,
      '--out',
      'check.html',
    ]);
    expect([written.code, written.stderr]).toEqual([0, '']);
    const gone = await world.ready();
    const proof = await proofOf(gone.match);
    const tab = await openTab();
    await tab.page.goto(pathToFileURL(join(folder, 'check.html')).href);
    expect(await verdict(tab, proof)).toContain('Eligible');
    await world.erase(gone);
    const own = await openTab();
    await own.page.goto(`${world.gateway.url}/attestations/check`);
    expect(await verdict(own, proof)).toContain('in no list yet');
    world.later(DAY);
    await own.page.clock.setFixedTime(world.now());
    await own.page.getByRole('button', { name: /Ask the gateway/ }).click();
    await own.page.getByText('已被撤销').waitFor();
    expect(await tab.page.getByRole('button', { name: /Ask the gateway/ }).count()).toBe(0);
    // The list shows it from the next month on.
    world.later(untilNextMonth(world.now()));
    await tab.page.clock.setFixedTime(world.now());
    expect(await verdict(tab, proof)).toContain('已被撤销');
    await tab.context.setOffline(true);
    expect(await verdict(tab, proof)).toContain('Could not be checked');
  }, 60_000);
});
