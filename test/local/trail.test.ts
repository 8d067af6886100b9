import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTrail, type TrailRecord } from '../../infra/local/aws/kms/trail.ts';
import { temporaryFolder } from '../support/folder.ts';

const recordOf = (eventID: string, eventTime = '2026-11-25T08:00:00Z') =>
  ({ eventID, eventTime }) as unknown as TrailRecord;
const linesOf = (folder: string, day: string) =>
  readFileSync(join(folder, `${day}.jsonl`), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).eventID);

test('a call is answered once its record is in the file, with those of concurrent calls in order', async () => {
  const folder = temporaryFolder();
  const trail = openTrail(folder);
  const calls = ['a', 'b', 'c'].map(async (id) => {
    await trail.append(recordOf(id));
    return linesOf(folder, '2026-11-25');
  });
  expect(await Promise.all(calls)).toEqual([1, 2, 3].map(() => ['a', 'b', 'c']));
  await trail.append(recordOf('d'));
  expect(linesOf(folder, '2026-11-25')).toEqual(['a', 'b', 'c', 'd']);
  trail.close();
});

test('each record is in the file of its day', async () => {
  const folder = temporaryFolder();
  const trail = openTrail(folder);
  const days = ['2026-11-25', '2026-11-26', '2026-11-25'];
  await Promise.all(days.map((day, i) => trail.append(recordOf(String(i), `${day}T23:59:59Z`))));
  expect(readdirSync(folder).sort()).toEqual(['2026-11-25.jsonl', '2026-11-26.jsonl']);
  expect(days.slice(0, 2).map((day) => linesOf(folder, day))).toEqual([['0', '2'], ['1']]);
  trail.close();
});

test('no call whose record cannot be written is answered, and later ones are', async () => {
  const folder = temporaryFolder();
  const trail = openTrail(folder);
  mkdirSync(join(folder, '2026-11-24.jsonl'));
  const lost = ['a', 'b'].map((id) => trail.append(recordOf(id, '2026-11-24T08:00:00Z')));
  const ends = await Promise.allSettled(lost);
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await trail.append(recordOf('c'));
  expect(linesOf(folder, '2026-11-25')).toEqual(['c']);
  trail.close();
});
