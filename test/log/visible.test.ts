/** Entries that the reader may not know of: neither a page nor a cursor reveals any. */

import { afterAll, expect, test } from 'vitest';
import { readEntries, type StoredEntry } from '../../shared/log/read/read.ts';
import { decision, openLog } from './log.ts';

const log = await openLog();
afterAll(() => log.close());
const writer = log.writer();
const ids: string[] = [];
// Two batches, and single entries before, between and after.
for (const size of [1, 4, 1, 3, 1]) {
  const receipts = await writer.append(Array.from({ length: size }, () => decision()));
  ids.unshift(...receipts.map(({ entry }) => entry).reverse());
  log.clock.now += 1000;
}

/** Pages of those entries that the reader may see. */
async function pagesOf(shown: readonly string[], limit: number): Promise<string[][]> {
  const visible = async (some: readonly StoredEntry[]) => some.filter(({ id }) => shown.includes(id));
  const query = {
    ...{ from: log.clock.now - 86_400_000, to: log.clock.now, filter: { except: ['writer'] } },
    ...{ limit, visible, asked: {} },
  };
  const pages: string[][] = [];
  let cursor: string | null = null;
  do {
    const page = await readEntries(log, { ...query, ...(cursor !== null && { cursor }) });
    pages.push(page.entries.map(({ id }) => id));
    cursor = page.cursor;
  } while (cursor !== null);
  return pages;
}

test.each([1, 2, 4, 9])(
  'a full page has no cursor if only the oldest %i follow, which are hidden',
  async (n) => {
    const shown = ids.slice(0, ids.length - n);
    expect(await pagesOf(shown, shown.length)).toEqual([shown]);
  },
);

test.each([1, 2, 3, 5])(
  'pages of %i lose and repeat nothing that may be seen, and none is empty',
  async (limit) => {
    // All, the oldest hidden, and every second.
    for (const shown of [ids, ids.slice(0, -3), ids.filter((_, i) => i % 2 === 0)]) {
      const pages = await pagesOf(shown, limit);
      expect(pages.flat()).toEqual(shown);
      expect(pages).toHaveLength(Math.ceil(shown.length / limit));
    }
  },
);
