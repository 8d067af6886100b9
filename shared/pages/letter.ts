/** A letter to hand over, as a page to print. */
import type { Letter } from '../contract/casework.ts';
import { objectionPageTexts } from '../messages/objection-page.ts';
import { wordsFor } from '../messages/texts.ts';
import { factsOf, markup, page, stampOf } from './html.ts';

/** @returns a complete HTML document */
export function letterPage(letter: Letter, office: string): string {
  const words = wordsFor(objectionPageTexts, letter.lang);
  const body = markup`${factsOf([
    [words.to, letter.to],
    [words.desk, office],
    [words.number, letter.task],
  ])}
${letter.parts.map(({ heading, text }) => markup`<h2>${heading}</h2><p>${text}</p>`)}
<p><small>${words.rule} ${letter.rule} · ${words.digest} <span class="digest">${letter.digest}</span></small></p>
${stampOf([words.stampOffice, words.stampOfficer, words.stampReceived])}`;
  return page(letter.lang, letter.title, body);
}
