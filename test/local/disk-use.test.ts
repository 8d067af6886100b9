import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { openItems } from '../../infra/local/aws/dynamo/items.ts';
import { openTrail } from '../../infra/local/aws/kms/trail.ts';
import { trailFiles } from '../../infra/local/aws/kms/trail-files.ts';
import { temporaryFolder } from '../support/folder.ts';

const bytesIn = (folder: string) =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);

it('a store grows with its items, not with writes of the same one or with queries that are not read to the end', async () => {
  const folder = temporaryFolder();
  const items = openItems(join(folder, 'store'));
  const part = items.part('a');
  const write = (n: number) =>
    items.atOnce(() => {
      for (let i = 0; i < 100; i++) part.put(`k${i}`, { n, text: 'x'.repeat(4000) }, () => {});
    });
  write(0);
  const sizes: number[] = [];
  for (let n = 1; n <= 300; n++) {
    const rows = part.createValueStream({ gte: '', lt: '~' }) as Readable;
    await new Promise((first) => rows.once('data', first));
    rows.destroy();
    write(n);
    if (n % 100 === 0) sizes.push(bytesIn(folder));
  }
  // 120 MB were written in all. The write-ahead log goes into the file at 32 MB.
  for (const size of sizes) expect(size).toBeLessThan(50_000_000);
  items.close();
});

it('a trail is read from near where it was, and not from the beginning of the day', async () => {
  const folder = temporaryFolder();
  const day = Date.parse('2026-03-10T00:00:00Z');
  const lines = Array.from({ length: 4000 }, (_, n) =>
    JSON.stringify({ eventTime: new Date(day + n * 1000).toISOString(), text: 'x'.repeat(1000) }),
  );
  writeFileSync(join(folder, '2026-03-10.jsonl'), `${lines.join('\n')}\n`);
  const trail = trailFiles(folder, openTrail(null));
  const [file] = await trail.files(day, day + 3600_000);
  const read = async (since?: number) => {
    let records = 0;
    for await (const _ of trail.read(file as never, since)) records += 1;
    return records;
  };
  expect(await read()).toBe(4000);
  const since = day + 3990_000;
  // Of 4 MB at most the last one.
  expect(await read(since)).toBeLessThan(1100);
});
