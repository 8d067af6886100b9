import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { proof as english } from '../../../functions/console/web/messages/en/proof.ts';
import { goTo, type Tab, tabs } from './pages.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let tab: Tab;
let older: string;
const { open, signIn } = tabs();
const file = (pattern: string) =>
  `${world.folder}/log/${
    globSync(pattern, { cwd: `${world.folder}/log` })
      .sort()
      .at(-1) as string
  }`;

beforeAll(async () => {
  world = await openWorld(8);
  older = readFileSync(file('checkpoint'), 'utf8');
  await world.release(world.ids[0] as string);
  await world.grow();
  tab = await open(world.url, '#/prove');
  await signIn(tab, 'wang.fang');
  await tab.page.getByRole('button', { name: 'Verify the log' }).click();
  await tab.page.getByText('No fault in the log').waitFor();
});
afterAll(() => world.close());

async function verifyAll(): Promise<string> {
  const { page } = tab;
  await page
    .getByRole('button', { name: /Verify (everything|the log)/ })
    .last()
    .click();
  await page.locator('.state.bad, .state.good').waitFor();
  await page.locator('progress').waitFor({ state: 'detached' });
  return page.locator('.state').innerText();
}

/** Puts the bytes of a file back after what is done with others in their place. */
async function withBytes<Result>(path: string, bytes: Buffer | string, work: () => Promise<Result>) {
  const before = readFileSync(path);
  writeFileSync(path, bytes);
  try {
    return await work();
  } finally {
    writeFileSync(path, before);
  }
}

/** Changes a file, verifies, and puts the bytes back. */
const withFile = (path: string, change: (bytes: Buffer) => Buffer | string) =>
  withBytes(path, change(readFileSync(path)), verifyAll);

const flipped = (at: number) => (bytes: Buffer) => {
  const place = at < 0 ? bytes.length + at : at;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  return bytes;
};

describe('the browser finds', () => {
  it('a changed entry', async () => {
    const text = await withFile(file('tile/entries/000.p/*'), (bytes) => {
      const at = bytes.indexOf('"committed":"') + 40;
      bytes.write(bytes.toString('latin1', at, at + 1) === 'A' ? 'B' : 'A', at);
      return bytes;
    });
    expect(text).toMatch(/differs from the signed one|do not lead to the root/);
    expect(await tab.page.locator('.integrity.broken').count()).toBe(1);
    await tab.page.getByText('At entry number').waitFor();
  });

  it('a changed signature, and names the entry', async () => {
    expect(await withFile(file('signatures/000.p/*'), flipped(10))).toContain('differs from the signed one');
    await tab.page.locator('.failure a[href*="e="]').waitFor();
  });

  it('a changed checkpoint', async () => {
    expect(await withFile(file('checkpoint'), flipped(40))).toContain('checkpoint is missing, or not signed');
  });

  it('the bytes as they were as good again', async () => {
    expect(await verifyAll()).toContain('No fault in the log');
  });

  it('an older checkpoint that was put back, by what it remembers', async () => {
    const { page } = tab;
    await page.getByRole('button', { name: /Verify new entries/ }).waitFor();
    await withBytes(file('checkpoint'), older, async () => {
      await page.getByRole('button', { name: /Verify new entries/ }).click();
      await page.getByText('The log shows two histories').waitFor();
    });
  });

  it('a changed tile, by the proof of an entry', async () => {
    const { page } = tab;
    const tile = file('tile/0/000.p/*');
    await withBytes(tile, flipped(5)(readFileSync(tile)), async () => {
      await page.goto(`${world.url}/console/#/log?kind=decision`);
      await page.locator('.list-row').first().click();
      await page.getByText('This entry is not what was signed.').waitFor();
    });
  });

  it('another field than was given, by the proof of the entry', async () => {
    const { page } = tab;
    await page.route('**/v1/log/entries/*', async (route) => {
      const response = await route.fetch();
      const entry = await response.json();
      return route.fulfill({ response, json: { ...entry, fields: { MPS: { birth_date: 'plain' } } } });
    });
    await goTo(page, world.url, 'log?kind=decision');
    await page.locator('.list-row').first().click();
    await page.getByText('The displayed values differ from the commitments of the entry.').waitFor();
    await page.unrouteAll();
  });

  it('nothing at an entry of any kind that is as it was signed', async () => {
    const { page } = tab;
    const details = {
      actions: ['release'],
      purpose: 'PX3',
      officer: 'zhang.wei',
      reason: 'a fund is raised',
    };
    const body = {
      collection: 'children',
      subjects: [{ match: { id_number: world.ids[0] } }],
      fields: ['name'],
    };
    const { status } = await world.call('edu-county', details, 'POST', '/v1/releases', body);
    expect(status).toBe(403);
    await world.grow();
    const { entries } = await world.audit('/v1/log/entries?limit=200');
    const kinds = new Map((entries as { kind: string; id: string }[]).map(({ kind, id }) => [kind, id]));
    expect([...kinds.keys()]).toEqual(expect.arrayContaining(['alert', 'decision', 'prohibited', 'writer']));
    for (const [kind, id] of kinds) {
      await goTo(page, world.url, `log?e=${id}`);
      const { holds, fails } = english;
      await page.getByText(holds).or(page.getByText(fails)).waitFor();
      expect([kind, await page.locator('.proof [role=status]').innerText()]).toEqual([kind, `✓ ${holds}`]);
    }
  });
});
