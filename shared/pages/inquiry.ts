/** The answer to an inquiry as a page for the person or who decides for it. */
import type { Labelled } from '../contract/common.ts';
import type { InquiryAnswer } from '../contract/release.ts';
import { codeText, inLanguage, type Text } from '../language.ts';
import { deadlineIn, instantIn } from '../times.ts';
import {
  formName,
  inWords,
  type Language,
  type Markup,
  markup,
  momentIn,
  page,
  type Reader,
  type Saying,
  saidIn,
  stampOf,
  tableOf,
  wordsIn,
} from './html.ts';

/** The part of an answer that the page uses. */
export type InquiryToPrint = Pick<
  InquiryAnswer,
  'inquiry' | 'at' | 'held' | 'uses' | 'checks' | 'labels' | 'writes' | 'watermark'
>;

/** The answering office, as the head of the page names it. */
export interface DeskToPrint {
  office: Text;
  case?: string | undefined;
  officer?: string | undefined;
}

export interface RefusalToPrint {
  inquiry: string;
  at: string;
  /** Reasons that may be shown. Omitted if they depend on the record. */
  reason?: string;
}

const WORDS = {
  en: {
    title: 'What is held, and who received it',
    asked: 'Answered',
    office: 'Office',
    case: 'Case',
    officer: 'Officer',
    times: (n: number) => `${n} times`,
    stamp: ['Stamp of the office', 'Signature of the officer', 'Received by, and day'],
    number: 'Number of this answer',
    held: 'What is held',
    heldHeads: ['Field', 'Value', 'Department', 'As of'],
    nothing: 'Nothing is held.',
    uses: 'Who received it',
    usesHeads: ['When', 'Who', 'For what', 'Which fields, in which form'],
    unused: 'There was no recipient.',
    checks: 'Who learned whether a programme is open to you (yes, or not confirmed; no detail)',
    checksHeads: ['Who', 'Programme', 'Answer', 'Answer valid until'],
    outcomes: { YES: 'yes', NOT_CONFIRMED: 'not confirmed' },
    unconfirmed: 'the record does not confirm',
    unchecked: 'No check is on record.',
    writes: 'Where it comes from',
    writesHeads: ['When', 'Who wrote', 'Which fields'],
    unwritten: 'No entry.',
    disputed: 'an objection is open',
    refused: 'Your inquiry',
    because: 'The inquiry is refused. Reason:',
    separator: ', ',
  },
  zh: {
    title: '个人信息保存及提供情况',
    asked: '答复时间',
    office: '答复单位',
    case: '案号',
    officer: '经办人',
    times: (n: number) => `共 ${n} 次`,
    stamp: ['单位盖章', '经办人签名', '领取人签名及日期'],
    number: '答复编号',
    held: '保存的信息',
    heldHeads: ['信息项', '内容', '负责部门', '截至'],
    nothing: '未保存任何信息。',
    uses: '提供情况',
    usesHeads: ['时间', '接收方', '用途', '信息项及提供形式'],
    unused: '没有向任何单位提供。',
    checks: '曾查询您是否符合项目条件的组织（仅回答“是”或“未确认”，不提供细节）',
    checksHeads: ['组织', '项目', '答复', '答复有效期至'],
    outcomes: { YES: '是', NOT_CONFIRMED: '未确认' },
    unconfirmed: '档案目前不能确认',
    unchecked: '没有记录。',
    writes: '信息来源',
    writesHeads: ['时间', '填报单位', '信息项'],
    unwritten: '没有记录。',
    disputed: '异议处理中',
    refused: '您的查询',
    because: '不予答复。理由：',
    separator: '、',
  },
};

/** The pack's words: for members, and for codes by field. */
export interface WordsToPrint {
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
  const words = saidIn(WORDS, lang);
  const { labelOf, fieldName } = wordsIn(lang, answer.labels);
  const held = Object.entries(answer.held).map(([name, field]) => [
    labelOf(field),
    markup`<span>${inWords(field.value, sayingOf(said, lang, name))}</span>${field.disputed ? markup` <small>(${words.disputed})</small>` : ''}`,
    labelOf(field.owner),
    momentIn(zone, field.asOf),
  ]);
  const uses = alike(answer.uses).map(({ times, agency, purpose, fields }) => [
    markup`${momentIn(zone, times[0] ?? '')}${times.length > 1 ? markup`<br><small>${words.times(times.length)}, ${momentIn(zone, times.at(-1) ?? '')}</small>` : ''}`,
    labelOf(agency),
    labelOf(purpose),
    Object.entries(fields)
      .map(([field, form]) => `${fieldName(field)} (${formName(form, lang)})`)
      .join(words.separator),
  ]);
  const checks = answer.checks.map(({ agency, programme, until, outcome, unconfirmed = [] }) => [
    labelOf(agency),
    programmeName(said, programme, lang),
    `${outcome ? words.outcomes[outcome] : ''}${unconfirmed.length > 0 ? ` (${words.unconfirmed}: ${unconfirmed.map(labelOf).join(words.separator)})` : ''}`,
    deadlineIn(zone, until),
  ]);
  const writes = answer.writes.map(({ time, agency, fields }) => [
    momentIn(zone, time),
    labelOf(agency),
    fields.map(fieldName).join(words.separator),
  ]);
  const body = markup`<p>${headOf(words, desk, lang)}${words.asked}: ${instantIn(zone, answer.at)}<br>${words.number}: ${answer.inquiry}</p>
<h2>${words.held}</h2>
${tableOf(words.heldHeads, held, words.nothing)}
<h2>${words.uses}</h2>
${tableOf(words.usesHeads, uses, words.unused)}
<h2>${words.checks}</h2>
${tableOf(words.checksHeads, checks, words.unchecked)}
<h2>${words.writes}</h2>
${tableOf(words.writesHeads, writes, words.unwritten)}
<p>${inLanguage(rights, [lang])}</p>
${stampOf(words.stamp)}
<div class="watermark">${answer.watermark}</div>`;
  return page(lang, words.title, body);
}

type Use = InquiryAnswer['uses'][number];

/** Uses that differ in time alone are one row. @returns the newest first, as they came */
function alike(uses: readonly Use[]): (Use & { times: string[] })[] {
  const rows = new Map<string, Use & { times: string[] }>();
  for (const use of uses) {
    const key = JSON.stringify([use.agency.id, use.purpose.code, use.fields]);
    const row = rows.get(key);
    if (row) row.times.push(use.time);
    else rows.set(key, { ...use, times: [use.time] });
  }
  return [...rows.values()];
}

function headOf(words: (typeof WORDS)['en'], desk: DeskToPrint | undefined, lang: Language): Markup {
  if (!desk) return markup``;
  const { office, case: number, officer } = desk;
  const line = (name: string, value: string | undefined) =>
    value ? markup`${name}: ${value}<br>` : markup``;
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
  const words = saidIn(WORDS, lang);
  const why = reason === undefined ? inLanguage(refused, [lang]) : `${words.because} ${reason}`;
  const body = markup`<p>${why}</p>
<p>${words.asked}: ${instantIn(zone, at)}<br>${words.number}: ${inquiry}</p>`;
  return page(lang, words.refused, body);
}
