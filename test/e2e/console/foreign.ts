/** English words on Chinese pages. */

import type { Page } from 'playwright-core';
import { en } from '../../../functions/console/web/languages/en.ts';
import { zh } from '../../../functions/console/web/languages/zh.ts';

const WORD = /[A-Za-z]{4,}/g;

/** All words of texts, also of those that are functions of numbers and names. */
function wordsOf(texts: unknown, words = new Set<string>()): Set<string> {
  if (typeof texts === 'string') for (const [word] of texts.matchAll(WORD)) words.add(word.toLowerCase());
  if (typeof texts === 'function') {
    const given = Array.from({ length: texts.length }, () => '1');
    try {
      wordsOf(texts(...given), words);
    } catch {
      // It wants more than a text; its words stand in others, too.
    }
  }
  if (texts !== null && typeof texts === 'object')
    for (const one of Object.values(texts)) wordsOf(one, words);
  return words;
}

const chinese = wordsOf(zh);
/** Words that the console says in English and not in Chinese. */
const ENGLISH = new Set([...wordsOf(en)].filter((word) => !chinese.has(word)));

/** Ids, names and codes: of people, offices, fields, and the log. */
const CODE = /[\w-]*[\d_@][\w.@-]*|\b[a-z]+[.-][\w.-]+|[A-Za-z0-9+/]{16,}=*/g;

/** What is to be read on the page, without codes and keys, and without a notice that is read in every language. */
export function textOf(page: Page): Promise<string> {
  return page.evaluate(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts: string[] = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const within = node.parentElement;
      if (within?.checkVisibility() && !within.closest('.mono, kbd, pre, script, .card [lang]'))
        texts.push(node.textContent ?? '');
    }
    const named = document.querySelectorAll('[aria-label], [title], [placeholder]');
    for (const one of named)
      for (const name of ['aria-label', 'title', 'placeholder']) texts.push(one.getAttribute(name) ?? '');
    return texts.join('\n');
  });
}

export function foreignWords(text: string): string[] {
  const words = text.replace(CODE, ' ').match(WORD) ?? [];
  return [...new Set(words.filter((word) => ENGLISH.has(word.toLowerCase())))];
}
