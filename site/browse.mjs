/** Reads the built site in a browser as wide as a phone, offline: pages fit, and each language finds its words. */

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromium } from 'playwright-core';

const dist = join(import.meta.dirname, 'dist');
const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.png': 'image/png',
  '.json': 'application/json',
};
const PAGES = [
  '/',
  '/start.html',
  '/policy.html',
  '/integrate/sidecar.html',
  '/operate/deploy.html',
  '/law.html',
  '/zh/',
  '/zh/officer.html',
];
const SEARCHES = [
  ['/', 'sidecar container', '/integrate/sidecar'],
  ['/', 'private_key_jwt', '/integrate/auth'],
  ['/zh/', '监护人', '/zh/'],
  ['/zh/', '服务窗口', '/zh/desk'],
];

const server = createServer(({ url }, response) => {
  const path = decodeURI(new URL(url, 'http://site').pathname);
  try {
    const file = join(dist, path.endsWith('/') ? `${path}index.html` : path);
    response
      .writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' })
      .end(readFileSync(file));
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({ executablePath: process.argv[2], args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
const faults = [];
page.on('request', (request) => {
  if (!/^(data:|blob:)/.test(request.url()) && !request.url().startsWith(origin))
    faults.push(`asks ${request.url()}`);
});
page.on('pageerror', (error) => faults.push(String(error)));

for (const path of PAGES) {
  await page.goto(origin + path);
  await page.waitForSelector('.VPContent h1');
  const fits = () => document.documentElement.scrollWidth <= 390;
  await page.waitForFunction(fits, null, { timeout: 3000 }).catch(() => faults.push(`${path} is too wide`));
}
for (const [from, words, wanted] of SEARCHES) {
  await page.goto(origin + from);
  await page.click('#local-search button');
  await page.fill('#localsearch-input', words);
  const found = await page.waitForSelector(`.results a[href^="${wanted}"]`, { timeout: 10_000 }).then(
    () => true,
    () => false,
  );
  if (!found) faults.push(`a search for ${words} does not find ${wanted}`);
}
await page.fill('#localsearch-input', 'zzzqqqxxx');
await page.waitForSelector('.no-results');
await browser.close();
server.close();
for (const fault of faults) console.error(fault);
console.log(`${PAGES.length} pages fit 390 px, ${SEARCHES.length} searches, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
