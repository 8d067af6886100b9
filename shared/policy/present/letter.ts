/** A letter to a person: the pack's text, with what is known of the task, and the digest by which its handing over is proven. */

import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { codeText, inLanguage } from '../../language.ts';
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
  /** Fields that the letter is about. It says them by their kinds. */
  fields: readonly string[];
  /** Only the person is told. */
  alone: boolean;
  /** The person has died. */
  gone: boolean;
  facts: Readonly<Partial<Record<Exclude<Fact, 'fields'>, string>>>;
}

/**
 * @param name of a letter of the pack; what is not known is a dash
 * @returns `null` for no letter of the pack, and for one that goes to no one after a death
 */
export function writeLetter(
  pack: Pick<Pack, 'letters' | 'letterKinds' | 'fields'>,
  name: string,
  lang: string,
  { task, fields, alone, gone, facts }: LetterMatter,
): WrittenLetter | null {
  const known = pack.letters.get(name);
  if (!known || (gone && !known.died)) return null;
  const letter = { ...known, ...(gone && known.died) };
  const kinds = Object.values(pack.letterKinds ?? {});
  const meant = new Set(
    fields.map(
      (field) =>
        kinds.find((kind) => kind.fields.includes(field)) ?? {
          label: pack.fields.get(field)?.label ?? codeText(field),
          fields: [field],
        },
    ),
  );
  // What a kind says of one of its fields it says of all, in an order that does not depend on them.
  const levels = [...meant].flatMap((one) => one.fields.map((field) => pack.fields.get(field)?.level));
  const names = [...meant].map(({ label }) => inLanguage(label, [lang])).sort();
  // Names of kinds hold commas and the word for *and*, so neither may stand between them.
  const list = names.join(lang.startsWith('zh') ? '；' : '; ');
  const said = { ...facts, fields: list };
  const filled = (text: string) => text.replaceAll(/\{(\w+)\}/g, (_, fact: Fact) => said[fact] || '—');
  const written = {
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
        text: filled(inLanguage(text, [lang])),
      })),
  };
  return { ...written, digest: hash('sha256', canonicalize(written) ?? '', 'hex') };
}
