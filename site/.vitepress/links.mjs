/** Links between pages lead to their addresses in the site; links to other files of the repository become their names. */

import { join, posix } from 'node:path';
import { addressOf, PAGES } from './pages.mjs';

const known = new Set(PAGES);

/** @param {import('markdown-it').default} md */
export function linksBetweenPages(md) {
  md.core.ruler.push('links-between-pages', ({ tokens, env }) => {
    for (const { type, children } of tokens) if (type === 'inline' && children) rewrite(children, env);
  });
  // An example in angle brackets or braces is text, also outside of code.
  md.set({ html: false });
  const fence = md.renderer.rules.code_inline;
  md.renderer.rules.code_inline = (...given) => fence(...given).replace('<code', '<code v-pre');
}

function rewrite(children, env) {
  let file = false;
  for (const token of children) {
    if (token.type === 'link_open') {
      const href = token.attrGet('href') ?? '';
      const target = inSite(href, env.realPath ?? env.path);
      file = target === null;
      if (file) [token.tag, token.attrs] = ['span', [['class', 'repository-file']]];
      else if (target !== href) token.attrSet('href', target);
    } else if (token.type === 'link_close' && file) {
      token.tag = 'span';
      file = false;
    }
  }
}

/** @returns the address; `null` for a file of the repository that is no page */
function inSite(href, from) {
  if (/^([a-z]+:|#)/.test(href)) return href;
  const [path = '', anchor] = href.split('#');
  const page = posix.join(posix.dirname(pathOf(from)), decodeURI(path));
  if (!known.has(page)) return null;
  const address = addressOf(page)
    .replace(/\.md$/, '.html')
    .replace(/(^|\/)index\.html$/, '$1');
  return `/${address}${anchor === undefined ? '' : `#${anchor}`}`;
}

const root = join(import.meta.dirname, '../..');
const pathOf = (file) => posix.relative(root, file);
