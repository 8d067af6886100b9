import type { Language } from '../../languages.ts';
import type { NoticeFrame } from '../schema/notice-schema.ts';

const en = {
  title: 'Notice: ',
  headings: {
    who: 'Recipients',
    controller: 'Responsible',
    contact: 'Contact',
    purpose: 'Purpose',
    fields: 'Which information',
    retention: 'How long it is kept',
    necessity: 'Why it is necessary',
    impact: 'What it may mean for you',
    rights: 'Your rights',
  },
  forms: { masked: ' (partly hidden)', generalised: ' (roughly)', predicate: ' (yes or no)' },
  colon: ': ',
  comma: ', ',
  stop: '. ',
  hours: (count: number) => `${count} hours`,
  days: (count: number) => `${count} days`,
  workingDays: (count: number) => `${count} working days`,
  yearEnds: (month: number, day: number) => {
    const date = new Date(Date.UTC(2024, month - 1, day));
    return `until the next ${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' })}`;
  },
};

export type Said = typeof en;

const zh: Said = {
  title: '告知书：',
  headings: {
    who: '接收方',
    controller: '处理者',
    contact: '联系方式',
    purpose: '处理目的',
    fields: '信息种类',
    retention: '保存期限',
    necessity: '必要性',
    impact: '对个人权益的影响',
    rights: '您的权利',
  },
  forms: { masked: '（部分隐去）', generalised: '（概略）', predicate: '（仅“是”或“否”）' },
  colon: '：',
  comma: '、',
  stop: '。',
  hours: (count: number) => `${count}小时`,
  days: (count: number) => `${count}日`,
  workingDays: (count: number) => `${count}个工作日`,
  yearEnds: (month: number, day: number) => `至下一个${month}月${day}日`,
};

/**
 * What the engine itself says in a notice. These words count under a notice's hash: a language that comes to this list
 * changes the notices of packs that had it already, and a changed word those of every pack.
 */
const WORDS: Readonly<Partial<Record<Language, Said>>> = { en, zh };

/** Whether the engine has no words in a language of a pack, so that the pack must bring them. */
export const lacksNoticeWords = (tag: string): boolean => !Object.hasOwn(WORDS, primaryOf(tag));

/** The members of a frame, as they are written in a pack. */
export const frameMembers = (of: object = en): string =>
  Object.entries(of)
    .map(([name, one]) => `${name}: ${typeof one === 'object' ? `{ ${frameMembers(one)} }` : '…'}`)
    .join(', ');

/** @param own the pack's words in this language */
export function noticeWordsIn(tag: string, own?: NoticeFrame): Said {
  return own ? saidWith(own) : (WORDS[primaryOf(tag) as Language] ?? en);
}

const primaryOf = (tag: string) => tag.toLowerCase().split('-')[0] ?? '';

function saidWith(own: NoticeFrame): Said {
  const count = (text: string) => (n: number) => text.replace('{n}', String(n));
  return {
    ...own,
    hours: count(own.hours),
    days: count(own.days),
    workingDays: count(own.workingDays),
    yearEnds: (month, day) => own.yearEnds.replace('{month}', String(month)).replace('{day}', String(day)),
  };
}
