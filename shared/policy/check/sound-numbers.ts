/** Numbers that a number with one fault may be meant for, by the checks of the fields that are looked for. */

import type { Pack } from '../pack/pack.ts';
import { passesLuhn, passesMod11 } from '../value/check-digits.ts';
import { checkCharacter, LENGTH } from '../value/resident-number.ts';

interface Sound {
  /** Characters of such numbers, least and most. */
  lengths: readonly [number, number];
  passes(number: string): boolean;
}

/** Account numbers are that long; more than one in ten shorter rows of digits passes by chance. */
const ACCOUNT = [16, 19] as const;

const known = new WeakMap<Pack, readonly Sound[]>();

/** The checks of the number fields that a leak check looks for. */
function soundsOf(pack: Pack): readonly Sound[] {
  const found = known.get(pack);
  if (found) return found;
  const names = Object.entries(pack.leaks?.values ?? {}).flatMap(([path, kind]) =>
    kind === 'number' ? [path.split('.')[0] ?? ''] : [],
  );
  const checks = [...new Set(names)].flatMap((name) => pack.fields.get(name)?.checks ?? []);
  const sounds = checks.flatMap((one): Sound[] => {
    switch (one.check) {
      case 'resident-number':
        return [{ lengths: [LENGTH, LENGTH], passes: (text) => checkCharacter(text) === text[LENGTH - 1] }];
      case 'luhn':
        return [{ lengths: ACCOUNT, passes: passesLuhn }];
      case 'mod-11': {
        const { weights = [], ten } = one;
        const length = weights.length + 1;
        return [{ lengths: [length, length], passes: (text) => passesMod11(text, weights, ten) }];
      }
      default:
        return [];
    }
  });
  known.set(pack, sounds);
  return sounds;
}

/**
 * Numbers with a correct check digit that differ by one digit, or by two that changed places, from one without. A number
 * whose own check digit is correct is another person's, and one that has no check digit can't be told from another's.
 */
export function meantBy(pack: Pack, digits: string): string[] {
  const near = soundsOf(pack).filter(
    ({ lengths: [least, most] }) => digits.length >= least - 1 && digits.length <= most + 1,
  );
  const isSound = (number: string) =>
    near.some(
      ({ lengths: [least, most], passes }) =>
        number.length >= least && number.length <= most && passes(number),
    );
  if (near.length === 0 || isSound(digits)) return [];
  const all: string[] = [];
  for (let at = 0; at <= digits.length; at++) {
    const [before, after] = [digits.slice(0, at), digits.slice(at + 1)];
    if (at < digits.length) all.push(before + after);
    for (const digit of '0123456789X') {
      if (digit === 'X' && at < digits.length - 1) continue;
      all.push(before + digit + digits.slice(at), before + digit + after);
    }
    if (at + 1 < digits.length) all.push(before + digits[at + 1] + digits[at] + digits.slice(at + 2));
  }
  return [...new Set(all)].filter((one) => one !== digits && isSound(one));
}
