/** An incident as a printable report, for the authority and the file. */

import type { Incident } from '../contract/casework.ts';
import { inLanguage, type Text } from '../language.ts';
import { deadlineIn, instantIn } from '../times.ts';
import { formName, markup, page, type Reader, saidIn, tableOf, wordsIn } from './html.ts';

const WORDS = {
  en: {
    facts: [
      'Number',
      'Opened',
      'Known since',
      'Opened by',
      'Log entry',
      'Kind of operator',
      'Grade',
      'To be reported to',
      'May have leaked between',
      'People concerned',
      'Fields concerned',
      'To be reported by',
      'Record kept at least until',
      'State',
    ],
    states: { open: 'open', confirmed: 'closed: confirmed', unfounded: 'closed: unfounded' },
    scope: 'Recipients of these fields of these people in that time, according to the log',
    heads: ['Recipient', 'Purpose', 'People', 'First and last', 'Fields and forms', 'Officers and entries'],
    nobody: 'According to the log, there was no recipient.',
    counted: (officers: number, entries: number) => `officers: ${officers}, entries: ${entries}`,
    note: 'The log holds officers as commitments, which auditors can open. Eligibility checks give no field and are not listed. To be filled in by hand: the measures taken, and who was informed and when.',
    reports: 'Reports sent',
    sentHeads: ['Report', 'Sent', 'Digest of the report'],
    unsent: 'No report was sent yet.',
    kinds: { first: 'first report', supplement: 'supplement', closing: 'closing report' },
    late: ' (late)',
    measures: ['Measures taken', 'Cause and effects', 'People informed'],
    separator: ', ',
  },
  zh: {
    facts: [
      '编号',
      '登记时间',
      '发现时间',
      '登记单位',
      '日志条目',
      '运营者类别',
      '事件等级',
      '报告对象',
      '可能泄露时段',
      '涉及人数',
      '涉及信息项',
      '报告时限',
      '记录至少保存至',
      '状态',
    ],
    states: { open: '处理中', confirmed: '已办结：属实', unfounded: '已办结：不属实' },
    scope: '日志显示在该时段接收上述信息项的单位',
    heads: ['接收方', '用途', '人数', '首次与末次', '信息项及形式', '经办人与条目'],
    nobody: '日志显示没有接收方。',
    counted: (officers: number, entries: number) => `经办人 ${officers}，条目 ${entries}`,
    note: '经办人信息在日志中以密码方式留痕，由安全审计员核对。资格查询只回答是否，不提供信息项，未列入。以下由人工填写：已采取的措施，告知对象及时间。',
    reports: '已提交的报告',
    sentHeads: ['报告', '提交时间', '报告摘要值'],
    unsent: '尚未提交报告。',
    kinds: { first: '首次报告', supplement: '补充报告', closing: '总结报告' },
    late: '（逾期）',
    measures: ['已采取的措施', '原因及影响', '已告知的个人'],
    separator: '、',
  },
};

/** @returns a complete HTML document; it names no person */
export function incidentPage(incident: Incident, { lang, zone }: Reader, title: Text = {}): string {
  const words = saidIn(WORDS, lang);
  const { labelOf, fieldName } = wordsIn(lang, incident.fields);
  const { id, at, knownAt, entry, from, until, subjects, fields, reportBy, keptUntil, state } = incident;
  const facts = [
    id,
    instantIn(zone, at),
    instantIn(zone, knownAt),
    labelOf(incident.byName),
    entry,
    labelOf(incident.operatorName),
    labelOf(incident.gradeName),
    labelOf(incident.reportsTo),
    `${instantIn(zone, from)} – ${instantIn(zone, until)}`,
    String(subjects),
    Object.keys(fields).map(fieldName).join(words.separator),
    deadlineIn(zone, reportBy),
    deadlineIn(zone, keptUntil),
    words.states[state],
  ];
  const rows = incident.recipients.map((one) => [
    labelOf(one.agency),
    labelOf(one.purpose),
    String(one.subjects),
    markup`${instantIn(zone, one.first)}<br>${instantIn(zone, one.last)}`,
    Object.entries(one.fields)
      .map(([field, forms]) => `${fieldName(field)} (${forms.map((form) => formName(form, lang)).join('/')})`)
      .join(words.separator),
    words.counted(one.officerCount, one.entries.length + one.more),
  ]);
  const sent = incident.reports.map(({ kind, at: when, evidence, late }) => [
    words.kinds[kind] + (late ? words.late : ''),
    instantIn(zone, when),
    evidence,
  ]);
  const body = markup`<table>${facts.map((fact, i) => markup`<tr><th>${words.facts[i] ?? ''}</th><td>${fact}</td></tr>\n`)}</table>
<h2>${words.scope}</h2>
${tableOf(words.heads, rows, words.nobody)}
<h2>${words.reports}</h2>
${tableOf(words.sentHeads, sent, words.unsent)}
<p><small>${words.note}</small></p>
<table>${words.measures.map((line) => markup`<tr><th>${line}</th><td>&nbsp;</td></tr>\n`)}</table>`;
  return page(lang, inLanguage(title, [lang]), body);
}
