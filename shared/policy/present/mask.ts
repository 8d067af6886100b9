/** Masks with a fixed number of stars, so that the length of a value is hidden. */

import { createHash } from 'node:crypto';
import type { Pack } from '../pack/pack.ts';
import type { Mask } from '../pack/parts.ts';
import type { Json } from '../types.ts';
import { isOfScript } from '../value/scripts.ts';

/**
 * @param seed determines the digits of a display number: stable for one field, recipient and purpose, and
 * unrelated to the value
 * @returns the masked value, or `undefined` if nothing of it may be shown
 */
export function mask(pack: Pack, name: string, value: Json, seed: string): Json | undefined {
  const rule = pack.masks.get(name);
  if (!rule) return undefined;
  if (Array.isArray(value)) {
    return value.map((item) => mask(pack, name, item, seed)).filter((item) => item !== undefined);
  }
  if (rule.mask === 'members') return maskMembers(pack, rule.members, value, seed);
  // What keeps nothing shows that there is a value, whatever it is, such as a file.
  if (rule.mask === 'keep' && !rule.first && !rule.last) return stars(rule.stars);
  if (typeof value !== 'string') return undefined;
  if (rule.mask === 'surname') return surname(value, rule);
  if (rule.mask === 'initials') return initials(value);
  if (rule.mask === 'display number') return stars(rule.stars) + displayDigits(seed, rule.digits);
  return keep(value, rule);
}

/** Members that the rule does not name are dropped. */
function maskMembers(
  pack: Pack,
  members: Readonly<Record<string, string>>,
  value: Json,
  seed: string,
): Json | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const shown: { [member: string]: Json } = {};
  for (const member in members) {
    const item = Object.hasOwn(value, member) ? value[member] : undefined;
    const masked =
      item === undefined ? undefined : mask(pack, members[member] as string, item, `${member}:${seed}`);
    if (masked !== undefined) shown[member] = masked;
  }
  return shown;
}

type Surname = Extract<Mask, { mask: 'surname' }>;

/**
 * The surname is shown only if surname and given name can be told apart. Otherwise everything becomes stars: longer names are
 * given names in another language, spelt in characters.
 */
function surname(value: string, { script, longest, compounds }: Surname): string {
  const name = value.normalize('NFC').trim();
  const characters = [...name];
  if (characters.length < 2 || characters.length > longest || !isOfScript(script, name)) return stars(3);
  const compound = compounds.find((prefix) => name.startsWith(prefix) && name.length > prefix.length);
  return (compound ?? characters[0]) + stars(2);
}

/** `J. S.` of John Paul Smith. A single word is hidden: it would be all of the name. */
function initials(value: string): string {
  const words = value.normalize('NFC').match(/\p{L}[\p{L}\p{M}'’-]*/gu) ?? [];
  const [first, last] = [words[0], words.at(-1)];
  if (words.length < 2 || first === undefined || last === undefined) return stars(3);
  return [first, last].map((word) => `${[...word][0]}.`).join(' ');
}

function keep(value: string, { first = 0, last = 0, stars: count }: Extract<Mask, { mask: 'keep' }>): string {
  const characters = [...value.normalize('NFKC').trim()];
  const short = characters.length <= first + last;
  const tail = last === 0 || short ? [] : characters.slice(-last);
  return (short ? [] : characters.slice(0, first)).join('') + stars(count) + tail.join('');
}

function displayDigits(seed: string, digits: number): string {
  const number = createHash('sha256').update(seed).digest().readUInt32BE(0) % 10 ** digits;
  return String(number).padStart(digits, '0');
}

function stars(count: number): string {
  return '*'.repeat(count);
}
