/** The release matrix of a pack in words: field by purpose. */

import type { Pack } from '../../pack/pack.ts';
import type { Cell } from '../../types.ts';

/** `generalised age-band`, `plain second-person`, `none`. */
export function cellWords(cell: Cell | undefined): string {
  if (!cell) return 'none';
  return [cell.form, cell.how, cell.secondPerson && 'second-person']
    .filter((word) => word !== undefined)
    .join(' ');
}

/** Each cell once, with its article. */
export function* cellsOf(
  pack: Pack,
): Generator<{ field: string; purpose: string; words: string; rule: string }> {
  for (const field of pack.fields.keys()) {
    for (const [purpose, { cells, withheld }] of pack.purposes) {
      const cell = cells.get(field);
      yield { field, purpose, words: cellWords(cell), rule: (cell ?? withheld.get(field))?.rule ?? '' };
    }
  }
}

/** One letter a cell, as the law's own table writes it: P M G B T, `2` for a second person, `-` for none. */
export function cellLetter(cell: Cell | undefined): string {
  if (!cell) return '-';
  return LETTERS[cell.form] + (cell.secondPerson ? '2' : '');
}

const LETTERS = { plain: 'P', masked: 'M', generalised: 'G', predicate: 'B', token: 'T' } as const;
