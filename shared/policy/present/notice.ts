/** The text of a notice: what a child or guardian learns about a purpose, in both languages under one hash. */

import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Pack, Purpose, Word } from '../pack/pack.ts';
import type { Lasting } from '../pack/parts.ts';
import type { Form } from '../types.ts';

export interface Notice {
  purpose: string;
  /** SHA-256, in hexadecimal, of the canonical JSON (RFC 8785) of `texts`. */
  hash: string;
  texts: { en: string; zh: string };
}

const made = new WeakMap<Pack, ReadonlyMap<string, Notice>>();

/** @returns the pack's notices by purpose; empty if it has none */
export function noticesOf(pack: Pack): ReadonlyMap<string, Notice> {
  let all = made.get(pack);
  if (!all) {
    all = new Map(
      Object.keys(pack.notices?.purposes ?? {}).flatMap((code) => {
        const purpose = pack.purposes.get(code);
        return purpose ? [[code, noticeFor(pack, purpose)] as const] : [];
      }),
    );
    made.set(pack, all);
  }
  return all;
}

function noticeFor(pack: Pack, purpose: Purpose): Notice {
  const texts = { en: textOf(pack, purpose, 0), zh: textOf(pack, purpose, 1) };
  const hash = createHash('sha256')
    .update(canonicalize(texts) ?? '')
    .digest('hex');
  return { purpose: purpose.code, hash, texts };
}

type Language = 0 | 1;

const HEADINGS = {
  who: ['Recipients', '接收方'],
  controller: ['Responsible', '处理者'],
  contact: ['Contact', '联系方式'],
  purpose: ['Purpose', '处理目的'],
  fields: ['Which information', '信息种类'],
  retention: ['How long it is kept', '保存期限'],
  necessity: ['Why it is necessary', '必要性'],
  impact: ['What it may mean for you', '对个人权益的影响'],
  rights: ['Your rights', '您的权利'],
} as const satisfies Record<string, Word>;

function textOf(pack: Pack, purpose: Purpose, language: Language): string {
  const { notices, roles } = pack;
  const own = notices?.purposes[purpose.code];
  if (!notices || !own) throw new Error(`${purpose.code} has no notice`);
  const word = ({ label, zh }: { label: string; zh: string }) => (language === 0 ? label : zh);
  const kept = [
    ...(purpose.lasts ? [lastingWord(purpose.lasts)[language]] : []),
    ...(own.retention ? [own.retention[language]] : []),
  ];
  const stop = language === 0 ? '. ' : '。';
  const parts: Record<keyof typeof HEADINGS, string> = {
    who: list(purpose.who.flatMap((role) => roles.get(role) ?? []).map(word), language),
    controller: notices.controller[language],
    contact: notices.contact[language],
    purpose: `${word(purpose)} (${purpose.basis})`,
    fields: list(fieldsOf(pack, purpose, word, language), language),
    retention: kept.join(stop),
    necessity: own.necessity[language],
    impact: own.impact[language],
    rights: notices.rights[language],
  };
  const title = [`Notice: ${purpose.label}`, `告知书：${purpose.zh}`][language];
  const colon = language === 0 ? ': ' : '：';
  const lines = Object.entries(parts).map(
    ([name, text]) => `${HEADINGS[name as keyof typeof HEADINGS][language]}${colon}${text}`,
  );
  return `${[title, ...lines].join('\n')}\n`;
}

const FORMS: Readonly<Partial<Record<Form, Word>>> = {
  masked: [' (partly hidden)', '（部分隐去）'],
  generalised: [' (roughly)', '（概略）'],
  predicate: [' (yes or no)', '（仅“是”或“否”）'],
};

function fieldsOf(
  { fields }: Pack,
  { cells }: Purpose,
  word: (named: { label: string; zh: string }) => string,
  language: Language,
): string[] {
  return [...cells].flatMap(([name, { form }]) => {
    const field = fields.get(name);
    return field && !field.virtual ? [`${word(field)}${FORMS[form]?.[language] ?? ''}`] : [];
  });
}

const list = (items: readonly string[], language: Language) => items.join([', ', '、'][language]);

function lastingWord(lasts: Lasting): Word {
  if ('hours' in lasts) return [`${lasts.hours} hours`, `${lasts.hours}小时`];
  if ('days' in lasts) return [`${lasts.days} days`, `${lasts.days}日`];
  if ('workingDays' in lasts) return [`${lasts.workingDays} working days`, `${lasts.workingDays}个工作日`];
  const [month = 1, day = 1] = lasts.yearEnds.split('-').map(Number);
  const date = new Date(Date.UTC(2024, month - 1, day));
  const en = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' });
  return [`until the next ${en}`, `至下一个${month}月${day}日`];
}
