/**
 * A state folder of each layout. FIELDGATE_RECORD=layout records the folder of the present one again; do that for a new layout
 * alone: the recorded folder is what a user of an earlier day has.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startGateway } from '../../infra/local/gateway.ts';
import { makeChild } from '../maintenance/rig.ts';
import { temporaryFolder } from '../support/folder.ts';
import { callers, shortSteps, type TestGateway } from '../support/gateway.ts';

shortSteps();
const LAYOUT = 7;
const recorded = join(import.meta.dirname, `layout-${LAYOUT}.tar.gz`);
/** When the folder was recorded, so that nothing in it has ended. */
const DAY = Date.parse('2026-12-03T08:00:00Z');

async function start(folder: string): Promise<TestGateway> {
  const options = { folder, port: 0, faults: false, people: 'tokens', sequenceEvery: null } as const;
  const gateway = await startGateway({ ...options, now: () => DAY });
  return { ...gateway, trail: [], ...callers(gateway, () => DAY) };
}

const marked = (folder: string, layout: number) =>
  writeFileSync(join(folder, 'store/opened.json'), `{"layout":${layout}}\n`);
const files = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^tables\.sqlite-/.test(entry.name))
    .map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), 'hex')]);

it.skipIf(process.env['FIELDGATE_RECORD'] !== 'layout')('records a folder', async () => {
  const folder = temporaryFolder();
  const gateway = await start(folder);
  const { match } = await makeChild(gateway);
  writeFileSync(join(folder, 'child.json'), JSON.stringify(match));
  await gateway.sequencer.step();
  await gateway.close();
  execFileSync('tar', ['-czf', recorded, '-C', folder, '.']);
});

it.each([6, 7])(
  'a folder of layout %i opens: its record is released, and its log goes on',
  async (layout) => {
    const folder = temporaryFolder();
    execFileSync('tar', ['-xzf', recorded, '-C', folder]);
    marked(folder, layout);
    const size = () => Number(readFileSync(join(folder, 'log/checkpoint'), 'utf8').split('\n')[1]);
    const before = size();
    const gateway = await start(folder);
    try {
      expect(before).toBeGreaterThan(0);
      const match: unknown = JSON.parse(readFileSync(join(folder, 'child.json'), 'utf8'));
      const why = {
        actions: ['release'],
        purpose: 'E1',
        officer: 'li.na',
        reason: 'child missing since noon',
      };
      const body = {
        ...{ collection: 'children', subjects: [{ match }], fields: ['name'] },
        context: { imminentDangerAttested: true },
      };
      const { json } = await gateway.call('mps-county', why, 'POST', '/v1/releases', body);
      expect(json.results?.[0].fields?.name, JSON.stringify(json)).toMatchObject({ value: '欧阳娜娜' });
      await gateway.sequencer.step();
      expect(size()).toBeGreaterThan(before);
      expect(readFileSync(join(folder, 'store/opened.json'), 'utf8')).toBe(`{"layout":${LAYOUT}}\n`);
    } finally {
      await gateway.close();
    }
  },
);

it.each([1, 2, 3, 4, 5, 6, 8])(
  'layout %i is refused in one line, and nothing in the folder changes',
  async (layout) => {
    const folder = temporaryFolder();
    execFileSync('tar', ['-xzf', recorded, '-C', folder]);
    // As a log of layout 6 began until the writers of each function had a key of their own.
    const note = 'fieldgate writer key v1\nfieldgate.local/log\n';
    if (layout === 6) writeFileSync(join(folder, 'log/writer-key'), note);
    marked(folder, layout);
    const before = files(folder);
    await expect(start(folder)).rejects.toThrow(
      layout > LAYOUT
        ? /newer version \(layout 8; this one writes 7\)/
        : /earlier version .*can't go on.*--fresh/,
    );
    expect(files(folder)).toEqual(before);
  },
);
