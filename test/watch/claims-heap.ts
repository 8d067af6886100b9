/** Reads a busy span in the heap that Node is started with: `node --max-old-space-size=… claims-heap.ts <entries>`. */
import { itemsIn } from '../../functions/watch/claims.ts';
import type { StoredEntry } from '../../shared/log/read/read.ts';
import { decision } from '../log/log.ts';

const PAGE = 1000;
const entries = Number(process.argv[2]);

async function* pages(): AsyncGenerator<StoredEntry[]> {
  for (let at = 0; at < entries; at += PAGE)
    yield Array.from({ length: PAGE }, (_, i) => {
      // Words of an entry, each its own text.
      const reason = Buffer.alloc(2000, `${at + i} `).toString('latin1');
      const entry = { ...decision(), time: '2026-11-25T02:00:00.000Z', keys: [`key-${at + i}`] };
      return { id: `writer-${at + i}-0`, entry, words: { reason }, leaves: 1 } as unknown as StoredEntry;
    });
}

const items = await itemsIn(pages());
const whole = [...items.values()].filter(({ left, claims }) => left === 0 && claims.length === 1).length;
process.stdout.write(String(whole));
