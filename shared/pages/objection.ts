/** The written answer to an objection or to a request for a right, with its number, as a page to hand over. */
import type { Objection } from '../contract/casework.ts';
import type { Labelled } from '../contract/common.ts';
import { inLanguage, type Text } from '../language.ts';
import { objectionPageTexts } from '../messages/objection-page.ts';
import { wordsFor } from '../messages/texts.ts';
import { deadlineIn, instantIn } from '../times.ts';
import { markup, page, type Reader } from './html.ts';

/** The part of an objection that the page uses, with its names. */
export type ObjectionToPrint = Pick<Objection, 'id' | 'state' | 'at' | 'due' | 'answer' | 'resolved'> & {
  what: Labelled;
  about: Labelled;
  office: Labelled;
};

/** @returns a complete HTML document */
export function objectionPage(one: ObjectionToPrint, { lang, zone }: Reader, complaint: Text = {}): string {
  const words = wordsFor(objectionPageTexts, lang);
  const labelOf = ({ label }: Labelled) => inLanguage(label, [lang]);
  const state = words[one.state];
  const when =
    one.state === 'open' ? deadlineIn(zone, one.due) : instantIn(zone, one.resolved?.at ?? one.due);
  const body = markup`<p>${words.number}: ${one.id}</p>
<p>${words.what}: ${labelOf(one.what)}<br>${words.about}: ${labelOf(one.about)}<br>${words.office}: ${labelOf(one.office)}<br>${words.at}: ${instantIn(zone, one.at)}</p>
<h2>${state} (${when})</h2>
${one.answer === undefined ? '' : markup`<h2>${words.reasons}</h2><p>${one.answer}</p>`}
<p>${inLanguage(complaint, [lang])}</p>`;
  return page(lang, words.title, body);
}
