/** The text of a notice: what a person or representative learns about a purpose, in every language under one hash. */

import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { inLanguage, type Text } from '../../language.ts';
import type { Pack, Purpose } from '../pack/pack.ts';
import type { Lasting } from '../pack/parts.ts';
import type { Form } from '../types.ts';
import { noticeWordsIn, type Said } from './notice-words.ts';

export interface Notice {
  purpose: string;
  /** SHA-256, in hexadecimal, of the canonical JSON (RFC 8785) of `texts`. */
  hash: string;
  texts: Text;
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
  const texts = Object.fromEntries(pack.languages.map((tag) => [tag, textOf(pack, purpose, tag)]));
  const hash = createHash('sha256')
    .update(canonicalize(texts) ?? '')
    .digest('hex');
  return { purpose: purpose.code, hash, texts };
}

function textOf(pack: Pack, purpose: Purpose, tag: string): string {
  const { notices, roles } = pack;
  const own = notices?.purposes[purpose.code];
  if (!notices || !own) throw new Error(`${purpose.code} has no notice`);
  const said = noticeWordsIn(tag, notices.frame?.[tag]);
  const word = (text: Text) => inLanguage(text, [tag]);
  const kept = [
    ...(purpose.lasts ? [lastingText(purpose.lasts, said)] : []),
    ...(own.retention ? [word(own.retention)] : []),
  ];
  const who = purpose.who.flatMap((role) => roles.get(role) ?? []);
  const parts: Record<keyof Said['headings'], string> = {
    who: who.map(({ label }) => word(label)).join(said.comma),
    controller: word(notices.controller),
    contact: word(notices.contact),
    purpose: `${word(purpose.label)} (${purpose.basis})`,
    fields: fieldsOf(pack, purpose, word, said).join(said.comma),
    retention: kept.join(said.stop),
    necessity: word(own.necessity),
    impact: word(own.impact),
    rights: word(notices.rights),
  };
  const lines = Object.entries(parts).map(
    ([name, text]) => `${said.headings[name as keyof Said['headings']]}${said.colon}${text}`,
  );
  if (notices.special)
    lines.push(`${word(notices.special.heading)}${said.colon}${word(notices.special.text)}`);
  return `${[`${titleOf(said)}${word(purpose.label)}`, ...lines].join('\n')}\n`;
}

function fieldsOf(
  { fields }: Pack,
  { cells }: Purpose,
  word: (text: Text) => string,
  { forms }: Said,
): string[] {
  return [...cells].flatMap(([name, { form }]) => {
    const field = fields.get(name);
    const how: Partial<Record<Form, string>> = forms;
    return field && !field.virtual ? [`${word(field.label)}${inBrackets(how[form] ?? '')}`] : [];
  });
}

/* A pack's own frame may have plain words where the engine's have their signs. */

const titleOf = ({ title, colon }: Said) => (/\p{L}$/u.test(title) ? title + colon : title);
const inBrackets = (form: string) => (/^\p{L}/u.test(form) ? ` (${form})` : form);

function lastingText(lasts: Lasting, said: Said): string {
  if ('hours' in lasts) return said.hours(lasts.hours);
  if ('days' in lasts) return said.days(lasts.days);
  if ('workingDays' in lasts) return said.workingDays(lasts.workingDays);
  const [month = 1, day = 1] = lasts.yearEnds.split('-').map(Number);
  return said.yearEnds(month, day);
}
