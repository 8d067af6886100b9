/** The work on lists in the local gateway: one that a stopped process left goes on with the next, without its caller. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openListFolder } from '../../infra/local/aws/list-folder.ts';
import { asClientId } from '../../shared/ids.ts';
import { headOf, pathOf, startOf } from '../../shared/records/list-files.ts';

const LIST = pathOf(asClientId('charity-sunrise'), 'a'.repeat(22));

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'fieldgate-lists-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** Works on each marker in one lane, in as many runs as are asked for. */
function counting(runs: number) {
  const begun: string[] = [];
  let left = runs;
  return {
    begun,
    lanes: async (marker: string) => {
      begun.push(marker);
      return [marker];
    },
    work: async () => ({ again: --left > 0 }),
    left: () => left,
  };
}

it('a list that was started before goes on, in as many runs as it needs', async () => {
  const path = folder();
  const before = openListFolder(path);
  await before.put(headOf(LIST), Buffer.from('sealed'));
  await before.put(startOf(LIST), Buffer.of());
  const work = counting(3);
  const stop = openListFolder(path).workHere(work);
  await expect.poll(work.left).toBe(0);
  await stop();
  expect(work.begun).toEqual([startOf(LIST)]);
});

it('a list that is started later is worked on once, and none after the stop', async () => {
  const lists = openListFolder(folder());
  const work = counting(1);
  const stop = lists.workHere(work);
  expect(work.begun).toEqual([]);
  await lists.put(headOf(LIST), Buffer.from('sealed'));
  await lists.put(startOf(LIST), Buffer.of());
  await stop();
  await lists.put(startOf(LIST), Buffer.of());
  expect(work.begun).toEqual([startOf(LIST)]);
});
