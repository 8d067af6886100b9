/** Where a page could keep a value. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Tab } from './pages.ts';

/** Those of the values that a string reachable from the page holds, after a collection. */
export async function heapOf(page: Page, values: readonly string[]): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  const { strings } = JSON.parse(chunks.join('')) as { strings: string[] };
  return values.filter((value) => strings.some((text) => text.includes(value)));
}

/** No value is in storage, address, title, history, page or a request, but for those that ask. */
export async function keepsNone(
  { page, requests, faults }: Tab,
  values: readonly string[],
  { but }: { but: string | readonly string[] },
): Promise<void> {
  const kept = await page.evaluate(async () => {
    const databases = await indexedDB.databases();
    return JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      databases.map(({ name }) => name),
      await caches.keys(),
      document.cookie,
      document.title,
      location.href,
      history.state,
      document.documentElement.outerHTML,
    ]);
  });
  const asked = requests
    .filter(({ url }) => ![but].flat().some((end) => url.endsWith(end)))
    .map(({ url, body }) => url + body);
  const urls = requests.map(({ url }) => url);
  for (const value of values)
    for (const place of [kept, decodeURIComponent(urls.join(' ')), ...asked, ...faults])
      expect(place.includes(value), `a planted value in ${place.slice(0, 60)}`).toBe(false);
}
