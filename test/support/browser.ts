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
  const tab: Tab = { page, context, faults: [], requests: [] };
  page.on('pageerror', (error) => tab.faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') tab.faults.push(message.text());
  });
  page.on('request', (request) => tab.requests.push(request.url()));
  return tab;
}
