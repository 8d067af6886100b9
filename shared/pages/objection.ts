/** An objection or a request for a right, with its number, as a page to hand over: the receipt, and later the answer in writing. */
import type { Objection } from '../contract/casework.ts';
import type { Labelled } from '../contract/common.ts';
import { inLanguage, type Text } from '../language.ts';
import { objectionPageTexts } from '../messages/objection-page.ts';
import { wordsFor } from '../messages/texts.ts';
import { deadlineIn, instantIn } from '../times.ts';
import { factsOf, markup, page, type Reader, stampOf } from './html.ts';

/** The part of an objection that the page uses, with its names. */
export type ObjectionToPrint = Pick<Objection, 'id' | 'state' | 'at' | 'due' | 'answer' | 'resolved'> & {
  what: Labelled;
  about: Labelled;
  /** The office that answered; before that the department that must. */
  office: Labelled;
  /** The office that hands the page over. */
  desk: Labelled;
};

/** @returns a complete HTML document */
export function objectionPage(one: ObjectionToPrint, { lang, zone }: Reader, complaint: Text = {}): string {
  const words = wordsFor(objectionPageTexts, lang);
  const labelOf = ({ label }: Labelled) => inLanguage(label, [lang]);
  const when: [string, string] =
    one.state === 'open'
      ? [words.due, deadlineIn(zone, one.due)]
      : [words.answered, instantIn(zone, one.resolved?.at ?? one.due)];
  const facts: [string, string][] = [
    [words.number, one.id],
    [words.what, labelOf(one.what)],
    [words.about, labelOf(one.about)],
    [words.at, instantIn(zone, one.at)],
    [words.office, labelOf(one.office)],
    when,
    [words.desk, labelOf(one.desk)],
  ];
  const body = markup`${factsOf(facts)}
<h2>${words[one.state]}</h2>
${one.answer === undefined ? '' : markup`<h2>${words.reasons}</h2><p>${one.answer}</p>`}
${one.state === 'open' ? '' : markup`<p>${inLanguage(complaint, [lang])}</p>`}
${stampOf([words.stampOffice, words.stampOfficer, words.stampReceived])}`;
  return page(lang, one.state === 'open' ? words.receipt : words.title, body);
}
