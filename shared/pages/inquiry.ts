/** The answer to an inquiry as a page for the person or who decides for it. */
import { alike } from '../contract/alike.ts';
import type { Labelled } from '../contract/common.ts';
import type { InquiryAnswer } from '../contract/release.ts';
import { codeText, inLanguage, type Text } from '../language.ts';
import { inquiryPageTexts } from '../messages/inquiry-page.ts';
import { wordsFor } from '../messages/texts.ts';
import { inWords, type Saying } from '../messages/value-words.ts';
import { deadlineIn, instantIn } from '../times.ts';
import {
  formName,
  type Language,
  type Markup,
  marksIn,
  markup,
  momentIn,
  nameIn,
  page,
  type Reader,
  stampOf,
  tableOf,
  wordsIn,
} from './html.ts';

/** The part of an answer that the page uses. */
export type InquiryToPrint = Pick<
  InquiryAnswer,
  | 'inquiry'
  | 'at'
  | 'held'
  | 'uses'
  | 'checks'
  | 'labels'
  | 'writes'
  | 'watermark'
  | 'part'
  | 'cursor'
  | 'unavailable'
>;

/** The answering office, as the head of the page names it. */
export interface DeskToPrint {
  office: Text;
  case?: string | undefined;
  officer?: string | undefined;
}

interface RefusalToPrint {
  inquiry: string;
  at: string;
  /** Reasons that may be shown. Omitted if they depend on the record. */
  reason?: string;
}

/** The pack's words: for members, and for codes by field. */
interface WordsToPrint {
  /** Fields masked by a number that is none of their own digits, which a reader would take for theirs. */
  numbered?: ReadonlySet<string>;
  /** Of programmes, by name. */
  programmes?: ReadonlyMap<string, Labelled>;
  members: Readonly<Record<string, Text>>;
  values: Readonly<Record<string, WordsToPrint['members']>>;
}

function sayingOf({ members, values }: WordsToPrint, lang: Language, field: string): Saying {
  const find = (words: WordsToPrint['members'], name: string) =>
    Object.hasOwn(words, name) ? inLanguage(words[name] ?? codeText(name), [lang]) : name;
  const codes = Object.hasOwn(values, field) ? (values[field] ?? {}) : {};
  return { lang, member: (name) => find(members, name), code: (code) => find(codes, code) };
}

/** @returns a complete HTML document; it holds no id by which the log could be searched for the person */
export function inquiryPage(
  answer: InquiryToPrint,
  { lang, zone }: Reader,
  said: WordsToPrint = { members: {}, values: {} },
  { rights = {}, desk }: { rights?: Text | undefined; desk?: DeskToPrint } = {},
): string {
  const words = wordsFor(inquiryPageTexts, lang);
  const { aside, colon } = marksIn(lang);
  const { labelOf, fieldName } = wordsIn(lang, answer.labels);
  const held = Object.entries(answer.held).map(([name, field]) => [
    labelOf(field),
    markup`<span>${isNumbered(said, name, field.value) ? words.hidden : inWords(field.value, sayingOf(said, lang, name))}</span>${field.disputed ? markup` <small>${aside(words.disputed).trim()}</small>` : ''}`,
    nameIn(labelOf(field.owner)),
    momentIn(zone, field.asOf),
  ]);
  const uses = alike(answer.uses).map(({ times, agency, purpose, fields }) => [
    markup`${momentIn(zone, times[0] ?? '')}${times.length > 1 ? markup`<br><small>${words.times(times.length)}, ${momentIn(zone, times.at(-1) ?? '')}</small>` : ''}`,
    nameIn(labelOf(agency)),
    nameIn(labelOf(purpose)),
    Object.entries(fields)
      .map(([field, form]) => fieldName(field) + aside(formName(form, lang)))
      .join(words.separator),
  ]);
  const checks = answer.checks.map(({ agency, programme, until, outcome, unconfirmed = [] }) => [
    labelOf(agency),
    programmeName(said, programme, lang),
    `${outcome ? words[outcome] : ''}${unconfirmed.length > 0 ? aside(words.unconfirmed + colon + unconfirmed.map(labelOf).join(words.separator)) : ''}`,
    deadlineIn(zone, until),
  ]);
  const writes = answer.writes.map(({ time, agency, fields }) => [
    momentIn(zone, time),
    nameIn(labelOf(agency)),
    fields.map(fieldName).join(words.separator),
  ]);
  const { part = 1, cursor, unavailable = [] } = answer;
  const body = markup`<p>${headOf(words, desk, lang)}${words.asked}${colon}${instantIn(zone, answer.at)}<br>${words.number}${colon}${answer.inquiry}</p>
${part > 1 ? markup`<p>${words.part(part)}</p>` : ''}${cursor === undefined ? '' : markup`<p>${words.follows(part + 1)}</p>`}
<h2>${words.held}</h2>
${held.length === 0 && unavailable.length > 0 ? '' : tableOf([words.field, words.value, words.department, words.asOf], held, words.nothing)}
${unavailable.length > 0 ? markup`<p>${words.unavailable}${colon}${unavailable.map(fieldName).join(words.separator)}</p>` : ''}
<h2>${words.uses}</h2>
${tableOf([words.when, words.who, words.what, words.inForm], uses, words.unused)}
<h2>${words.checks}</h2>
${tableOf([words.checker, words.programme, words.answer, words.answerUntil], checks, words.unchecked)}
<h2>${words.writes}</h2>
${tableOf([words.when, words.writer, words.written], writes, words.unwritten)}
<p>${inLanguage(rights, [lang])}</p>
${stampOf([words.stampOffice, words.stampOfficer, words.stampReceived])}
<div class="watermark">${answer.watermark.replace(answer.at, instantIn(zone, answer.at))}</div>`;
  return page(lang, words.title, body);
}

function isNumbered({ numbered }: WordsToPrint, field: string, value: unknown): boolean {
  return numbered?.has(field) === true && String(value).startsWith('*');
}

function headOf(
  words: Record<'office' | 'case' | 'officer', string>,
  desk: DeskToPrint | undefined,
  lang: Language,
): Markup {
  if (!desk) return markup``;
  const { office, case: number, officer } = desk;
  const line = (name: string, value: string | undefined) =>
    value ? markup`${name}${marksIn(lang).colon}${value}<br>` : markup``;
  return markup`${line(words.office, inLanguage(office, [lang]))}${line(words.case, number)}${line(words.officer, officer)}`;
}

function programmeName({ programmes }: WordsToPrint, name: string, lang: Language): string {
  const known = programmes?.get(name);
  return known ? inLanguage(known.label, [lang]) : name;
}

/** The refusal of an inquiry in writing. @param refused what the pack says if no reason may be shown */
export function refusalPage(
  { inquiry, at, reason }: RefusalToPrint,
  { lang, zone }: Reader,
  refused: Text = {},
): string {
  const words = wordsFor(inquiryPageTexts, lang);
  const { colon } = marksIn(lang);
  const why = reason === undefined ? inLanguage(refused, [lang]) : `${words.because} ${reason}`;
  const body = markup`<p>${why}</p>
<p>${words.asked}${colon}${instantIn(zone, at)}<br>${words.number}${colon}${inquiry}</p>`;
  return page(lang, words.refused, body);
}
