/** The written answer to an objection or to a request for a right, with its number, as a page to hand over. */
import type { Objection } from '../contract/casework.ts';
import type { Labelled } from '../contract/common.ts';
import { inLanguage, type Text } from '../language.ts';
import { deadlineIn, instantIn } from '../times.ts';
import { markup, page, type Reader, saidIn } from './html.ts';

/** The part of an objection that the page uses, with its names. */
export type ObjectionToPrint = Pick<Objection, 'id' | 'state' | 'at' | 'due' | 'answer' | 'resolved'> & {
  what: Labelled;
  about: Labelled;
  office: Labelled;
};

const WORDS = {
  en: {
    title: 'Answer to your request',
    number: 'Number',
    what: 'You asked for',
    about: 'About',
    office: 'Answered by',
    at: 'Requested',
    states: { open: 'Not answered yet; due by', upheld: 'Granted', rejected: 'Refused' },
    reasons: 'The answer in writing',
  },
  zh: {
    title: '办理答复书',
    number: '编号',
    what: '申请事项',
    about: '所涉信息项',
    office: '答复部门',
    at: '申请时间',
    states: { open: '尚未答复，期限', upheld: '予以办理', rejected: '不予办理' },
    reasons: '书面答复及理由',
  },
};

/** @returns a complete HTML document */
export function objectionPage(one: ObjectionToPrint, { lang, zone }: Reader, complaint: Text = {}): string {
  const words = saidIn(WORDS, lang);
  const labelOf = ({ label }: Labelled) => inLanguage(label, [lang]);
  const state = words.states[one.state];
  const when =
    one.state === 'open' ? deadlineIn(zone, one.due) : instantIn(zone, one.resolved?.at ?? one.due);
  const body = markup`<p>${words.number}: ${one.id}</p>
<p>${words.what}: ${labelOf(one.what)}<br>${words.about}: ${labelOf(one.about)}<br>${words.office}: ${labelOf(one.office)}<br>${words.at}: ${instantIn(zone, one.at)}</p>
<h2>${state} (${when})</h2>
${one.answer === undefined ? '' : markup`<h2>${words.reasons}</h2><p>${one.answer}</p>`}
<p>${inLanguage(complaint, [lang])}</p>`;
  return page(lang, words.title, body);
}
