/** A letter to a person: the pack's text, with what is known of the task, and the digest by which its handing over is proven. */

import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { inLanguage } from '../../language.ts';
import type { Pack } from '../pack/pack.ts';
import type { Fact } from '../schema/letter-schema.ts';

/** A letter in one language, as it is handed over. `digest`: SHA-256, in hexadecimal, of all the rest. */
export interface WrittenLetter {
  name: string;
  lang: string;
  title: string;
  rule: string;
  /** Id of the task with which it goes. */
  task: string;
  to: string;
  parts: { heading: string; text: string }[];
  digest: string;
}

export interface LetterMatter {
  /** Id of the task. */
  task: string;
  /** Fields that the letter is about. */
  fields: readonly string[];
  /** Only the person is told. */
  alone: boolean;
  facts: Readonly<Partial<Record<Fact, string>>>;
}

/** @param name of a letter of the pack; what is not known is a dash */
export function writeLetter(
  pack: Pick<Pack, 'letters' | 'fields'>,
  name: string,
  lang: string,
  { task, fields, alone, facts }: LetterMatter,
): WrittenLetter | null {
  const letter = pack.letters.get(name);
  if (!letter) return null;
  const levels = fields.map((field) => pack.fields.get(field)?.level ?? '');
  const known = (text: string) => text.replaceAll(/\{(\w+)\}/g, (_, fact: Fact) => facts[fact] || '—');
  const said = {
    name,
    lang,
    rule: letter.rule,
    task,
    title: inLanguage(letter.label, [lang]),
    to: inLanguage((alone && letter.alone) || letter.to, [lang]),
    parts: letter.parts
      .filter((part) => part.levels === undefined || part.levels.some((level) => levels.includes(level)))
      .map(({ heading, text }) => ({
        heading: inLanguage(heading, [lang]),
        text: known(inLanguage(text, [lang])),
      })),
  };
  return { ...said, digest: hash('sha256', canonicalize(said) ?? '', 'hex') };
}
