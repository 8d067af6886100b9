/**
 * Reads the built pages as a browser would: every link, picture and script lies in the site, every place that a link names
 * exists, nothing is loaded from elsewhere, and something leads to each page. Prints what does not hold, and counts what does.
 */

import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

const dist = join(import.meta.dirname, 'dist');
const pages = globSync('**/*.html', { cwd: dist }).filter((page) => page !== '404.html');
const texts = new Map(pages.map((page) => [page, readFileSync(join(dist, page), 'utf8')]));
const places = new Map(
  [...texts].map(([page, text]) => [page, new Set([...text.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id))]),
);

const faults = [];
const reached = new Set(['index.html']);
let links = 0;
for (const [page, text] of texts) {
  for (const [, tag, attribute, raw] of text.matchAll(/<(\w+)\b[^>]*?\s(href|src)="([^"]*)"/g)) {
    const fault = faultOf(page, tag, raw.replaceAll('&amp;', '&'));
    if (fault) faults.push(`${page}: ${tag} ${attribute}="${raw}" ${fault}`);
    links += 1;
  }
}
for (const page of pages) if (!reached.has(page)) faults.push(`${page} is linked from nowhere`);
const languages = ['index.html', 'zh/index.html'].filter((page) => texts.has(page)).length;
if (languages !== 2) faults.push('a language has no first page');
for (const fault of faults) console.error(fault);
console.log(`${pages.length} pages in ${languages} languages, ${links} links, ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;

function faultOf(page, tag, link) {
  if (/^(mailto:|data:)/.test(link)) return null;
  if (/^(https?:)?\/\//.test(link)) return tag === 'a' ? null : 'is loaded from elsewhere';
  const [path, place] = link.split('#');
  const at = path === '' ? page : posix.join(path.startsWith('/') ? '' : posix.dirname(page), path);
  const file = /(^|\/)$/.test(at) ? `${at}index.html` : at;
  const name = file.replace(/^\//, '');
  if (!existsSync(join(dist, decodeURIComponent(name)))) return 'leads nowhere';
  reached.add(name);
  if (place && texts.has(name) && !places.get(name).has(decodeURIComponent(place))) return 'names no place';
  return null;
}
