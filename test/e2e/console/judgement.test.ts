/** A practitioner says at the console whether a child is able to decide; the English pack asks for it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import type { SampleAgency, SamplePerson } from '../../../infra/local/sample/parties.ts';
import { FOLDER } from '../../gateway/packs/uk-pack.ts';
import { type TestGateway, testGateway } from '../../support/gateway.ts';
import { choose, press, tick, type } from './keyboard.ts';
import { accessibilityFaults, tabs } from './pages.ts';

vi.mock('#pack/shipped.ts', async () => (await import('../../gateway/packs/uk-pack.ts')).shippedUk());
vi.mock('#pack/codes.ts', async (original) =>
  (await import('../../gateway/packs/uk-pack.ts')).codesUk(await original<object>()),
);

const SAMPLE = join(FOLDER, 'sample');
const { offices, people } = parse(readFileSync(join(SAMPLE, 'offices.yaml'), 'utf8')) as {
  offices: (Omit<SampleAgency, 'clientId' | 'name'> & { id: string; name: string })[];
  people: (Omit<SamplePerson, 'name'> & { name: string })[];
};
/** Of twelve years. */
const [, , twelve] = readFileSync(join(SAMPLE, 'la-children.ndjson'), 'utf8')
  .split('\n', 3)
  .map((line) => JSON.parse(line));
const number: string = twelve.match.nhs_number;

let gateway: TestGateway;
const { open, signIn } = tabs();
beforeAll(async () => {
  gateway = await testGateway({
    agencies: offices.map(({ id, name, ...rest }) => ({ ...rest, clientId: id, name: { en: name } })),
    people: true,
    persons: people.map(({ name, ...rest }) => ({ ...rest, name: { en: name } })),
  });
  await gateway.put('la-children', twelve);
});
afterAll(() => gateway.close());

it('judges the child able and then unable, each with its proof', async () => {
  const tab = await open(gateway.url, '#/consents');
  await signIn(tab, 'jo.visitor');
  const { page } = tab;
  await type(page, 'value', number);
  await type(page, 'reason', 'a talk at school');
  await page.keyboard.press('Enter');
  for (const act of ['is able', 'is not able']) {
    await press(page, 'Take a consent');
    await choose(page, 'purpose', 'CIN');
    await choose(page, 'act', act);
    await choose(page, 'recipient', "Children's services");
    await press(page, 'Next');
    await tick(page, 'fields');
    await press(page, 'Next');
    await page.locator('[name=giver]').waitFor();
    // It is about the person itself, and needs no document.
    expect(await page.locator('[name=giver] option[value]:not([value=""])').count()).toBe(1);
    expect(await page.locator('[name=document]').count()).toBe(0);
    await choose(page, 'giver', 'The child');
    await press(page, 'Next');
    const scan = { name: 'record.pdf', mimeType: 'application/pdf', buffer: Buffer.from(act) };
    await page.locator('input[type=file]').setInputFiles(scan);
    await page.getByText(/^Digest [0-9a-f]{16}…$/).waitFor();
    await press(page, 'Next');
    await type(page, 'reason', 'talked with the child');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Filed' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await press(page, 'To what is on file');
  }
  await page.locator('.list-row', { hasText: 'is not able to say what it wants' }).waitFor();
  expect(tab.faults).toEqual([]);
});
