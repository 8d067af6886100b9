/** Which documents are pages, and where each one lies in the site. */

import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The others of the root's documents are in the index alone. */
export const PAGES = globSync(['*.md', 'docs/**/*.md', 'clients/*/README.md'], { cwd: root }).sort();

const OWN = {
  'README.md': 'index.md',
  'README.zh.md': 'zh/index.md',
  'docs/decisions/README.md': 'decisions/index.md',
};

/** @param {string} page path from the root of the repository */
export function addressOf(page) {
  const client = /^clients\/(\w+)\/README\.md$/.exec(page)?.[1];
  return OWN[page] ?? (client ? `clients/${client}.md` : page.replace(/^docs\//, '').toLowerCase());
}
