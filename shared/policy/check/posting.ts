/** Which columns of a list may not be posted. It depends on the list alone: no person is looked up. */

import type { Pack } from '../pack/pack.ts';
import { foldText } from '../value/stop-words.ts';
import { namesAKind } from './labels.ts';

export interface Finding {
  /** A kind of the policy. */
  kind: string;
  by: 'heading' | 'values';
  /** Values of the column in which it was found. */
  values: number;
}

/** @param values of the column, in any order. @returns none if the column may be posted, as far as its form says */
export function columnFindings(pack: Pack, heading: string, values: readonly string[]): Finding[] {
  const fold = (one: string) => foldText(one, pack.stopWords.variants);
  const head = fold(heading);
  const words: string[] =
    heading
      .normalize('NFKC')
      .toLowerCase()
      .match(/[a-z]+?(?=s?(?![a-z]))/gu) ?? [];
  return Object.entries(pack.posting?.never ?? {}).flatMap(
    ([kind, { heads, unless = [], value, labels }]): Finding[] => {
      const form = value === undefined ? null : new RegExp(value, 'u');
      const found = values.filter(
        (one) => form?.test(normal(one)) === true || (labels === true && namesAKind(pack, one)),
      ).length;
      if (found > 0) return [{ kind, by: 'values', values: found }];
      const left = unless.reduce((rest, phrase) => rest.replaceAll(fold(phrase), '|'), head);
      const named = heads.some(
        (word) => left.includes(fold(word)) && (!isShort(word) || words.includes(word)),
      );
      return named || (labels === true && namesAKind(pack, heading))
        ? [{ kind, by: 'heading', values: 0 }]
        : [];
    },
  );
}

/** Many words begin with so few letters: a heading has them as a word. */
const isShort = (word: string) => /^[a-z]{1,4}$/.test(word);

/** Width, case, and what groups digits do not matter. */
function normal(value: string): string {
  return value
    .normalize('NFKC')
    .toUpperCase()
    .replace(/(?<=\d)[\s·](?=[\dX])/gu, '')
    .replace(/(?<=\d{3})-(?=\d{4})/gu, '')
    .trim();
}
