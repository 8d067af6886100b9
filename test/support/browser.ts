/** A browser for tests of pages: the Chromium of the machine, without a window. */
import { existsSync } from 'node:fs';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { onTestFinished } from 'vitest';

const PATHS = [
  process.env['CHROMIUM'] ?? '',
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
];

/** Path of Chromium; `null` without one: then tests of pages are skipped, but not in CI. */
export const CHROMIUM = PATHS.find((path) => path !== '' && existsSync(path)) ?? null;

export interface Tab {
  page: Page;
  context: BrowserContext;
  /** Errors of the page, and refusals of its Content-Security-Policy. */
  faults: string[];
  /** Every address that the page requested. */
  requests: string[];
}

/** For the page: its clock goes as the machine's, so many milliseconds apart. */
const MOVE = `(moved) => {
  const RealDate = Date;
  const now = () => RealDate.now() + moved;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given, made) => Reflect.construct(target, given.length === 0 ? [now()] : given, made),
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  });
}`;

/** A page in a browser of its own, closed at the end of the test. */
export async function openTab(options: { javaScriptEnabled?: boolean; locale?: string } = {}): Promise<Tab> {
  if (CHROMIUM === null) throw new Error('there is no Chromium; name one in CHROMIUM');
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    // In a container there is often neither a sandbox for others than root nor much shared memory.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
  onTestFinished(() => browser.close());
  const context = await browser.newContext(options);
  const page = await context.newPage();
  // The day of the test run, if it is another than the machine's; see `pinned-day.ts`.
  const moved =
    Math.round((Date.now() - performance.timeOrigin - performance.now()) / 86_400_000) * 86_400_000;
  if (moved !== 0) await page.addInitScript(`(${MOVE})(${moved})`);
  const tab: Tab = { page, context, faults: [], requests: [] };
  page.on('pageerror', (error) => tab.faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') tab.faults.push(message.text());
  });
  page.on('request', (request) => tab.requests.push(request.url()));
  return tab;
}
