/**
 * The forms under which values are recognised in found texts, and the forms that a found text may hold. A value has one
 * to three forms; a text is cut into many. `near` forms are of a text that may be meant for the value: a number with
 * one wrong digit, a name by its sound, an address without its town.
 */

import type { Pack } from '../pack/pack.ts';
import type { Json } from '../types.ts';
import { passesLuhn } from '../value/check-digits.ts';
import { memberOf } from '../value/conditions.ts';
import { checkCharacter, normaliseNumber } from '../value/resident-number.ts';
import { foldText } from '../value/stop-words.ts';
import { spellingsOf } from './pinyin.ts';

export interface LeakForm {
  kind: 'number' | 'name' | 'sound' | 'place' | 'spot';
  form: string;
}

export interface FoundForm extends LeakForm {
  near: boolean;
}

/** Digits of the shortest and longest number. */
const [SHORTEST, LONGEST] = [7, 20];
const NAME = { least: 2, most: 4 };
/** An address of fewer characters, or without a number, is that of many people. */
const PLACE = { least: 5, most: 30 };

/** @returns none for a field that the policy does not look for */
export function formsOf(pack: Pack, field: string, value: Json): LeakForm[] {
  const looked = Object.entries(pack.leaks?.values ?? {});
  return looked.flatMap(([path, kind]) => {
    const [name = '', ...members] = path.split('.');
    if (name !== field || value === null) return [];
    const held = members.length === 0 ? value : memberOf(value, members.join('.'));
    const text = typeof held === 'string' ? held : memberOf(held ?? null, 'text');
    return typeof text === 'string' ? formsOfText(pack, kind, text) : [];
  });
}

function formsOfText(pack: Pack, kind: 'number' | 'name' | 'place', text: string): LeakForm[] {
  if (kind === 'number') {
    const form = digitsOf(text);
    return form.length < SHORTEST ? [] : [{ kind, form: normaliseNumber(form) ?? form }];
  }
  const folded = foldText(text, pack.stopWords.variants);
  if (kind === 'name') {
    const sounds = pack.stories ? spellingsOf(pack.stories, folded) : [];
    return [
      ...([...folded].length >= NAME.least ? [{ kind, form: folded }] : []),
      ...sounds.slice(0, 1).map((form) => ({ kind: 'sound' as const, form })),
    ];
  }
  const place = placeOf(folded);
  const spot = spotOf(place);
  return [
    ...(isPlace(place) ? [{ kind, form: place }] : []),
    ...(spot !== place && isPlace(spot) ? [{ kind: 'spot' as const, form: spot }] : []),
  ];
}

/** Forms in a found text. @returns each at most once, the exact before the near ones */
export function formsWithin(pack: Pack, text: string): FoundForm[] {
  const segments = text
    .normalize('NFKC')
    .split(/[^\p{L}\p{N}\p{M}·•・‧-]+/u)
    .filter((segment) => segment !== '');
  const all = [
    ...numbersWithin(text, pack.leaks?.lengths ?? []),
    ...segments.flatMap((segment) => namesWithin(pack, segment)),
    ...spacedNames(pack, segments),
    ...soundsWithin(text),
    ...placesWithin(foldText(text, pack.stopWords.variants)),
  ];
  const exact = all.filter(({ near }) => !near);
  const known = new Map([...exact, ...all].reverse().map((one) => [`${one.kind} ${one.form}`, one]));
  return [...known.values()].reverse();
}

function digitsOf(text: string): string {
  const folded = text.normalize('NFKC').toUpperCase();
  return folded.replace(/[^\dX]/g, '').replace(/X(?=.)/g, '');
}

/** Every number in the text, however it is grouped and whatever stands around it; and those that it may be meant for. */
function numbersWithin(text: string, lengths: readonly number[]): FoundForm[] {
  const folded = text.normalize('NFKC').toUpperCase();
  const runs = folded.match(/\d(?:[\s\-·.]?\d)*(?:[\s\-·.]?X)?/g) ?? [];
  return runs.flatMap((run) => {
    const digits = run.replace(/[\s\-·.]/g, '');
    const isWhole = digits.length >= SHORTEST && digits.length <= LONGEST;
    const within = lengths.flatMap((size) => windows([...digits], size, size));
    const exact = [...(isWhole ? [normaliseNumber(digits) ?? digits] : []), ...within];
    return [
      ...exact.map((form) => ({ kind: 'number' as const, form, near: false })),
      ...(isWhole ? meantBy(digits) : []).map((form) => ({ kind: 'number' as const, form, near: true })),
    ];
  });
}

/**
 * Numbers with a correct check digit that differ by one digit, or by two that changed places, from one without. A number
 * whose own check digit is correct is another person's, and one that has no check digit can't be told from another's.
 */
function meantBy(digits: string): string[] {
  const isResident = (one: string) => /^\d{17}[\dX]$/.test(one) && checkCharacter(one) === one[17];
  const isAccount = (one: string) => one.length >= 16 && one.length <= 19 && passesLuhn(one);
  const isSound = (one: string) => isResident(one) || isAccount(one);
  if (digits.length < 16 || digits.length > 20 || isSound(digits)) return [];
  const near: string[] = [];
  for (let at = 0; at <= digits.length; at++) {
    const [before, after] = [digits.slice(0, at), digits.slice(at + 1)];
    if (at < digits.length) near.push(before + after);
    for (const digit of '0123456789X') {
      if (digit === 'X' && at < digits.length - 1) continue;
      near.push(before + digit + digits.slice(at), before + digit + after);
    }
    if (at + 1 < digits.length) near.push(before + digits[at + 1] + digits[at] + digits.slice(at + 2));
  }
  return [...new Set(near)].filter((one) => one !== digits && isSound(one));
}

/** Names among Han characters: any part of a few characters, because a text has no spaces. */
function namesWithin({ stopWords, stories }: Pack, segment: string): FoundForm[] {
  const folded = foldText(segment, stopWords.variants);
  const parts = folded.match(/\p{Script=Han}+/gu) ?? [];
  const names = parts.flatMap((part) => windows([...part], NAME.least, NAME.most));
  const alone = /^\p{Script=Han}{2,4}$/u.test(folded) && stories ? spellingsOf(stories, folded) : [];
  return [
    ...[folded, ...names].map((form) => ({ kind: 'name' as const, form, near: false })),
    ...alone.map((form) => ({ kind: 'sound' as const, form, near: true })),
  ];
}

/** Names of several words, of scripts with spaces: up to four words in a row. */
function spacedNames({ stopWords }: Pack, segments: readonly string[]): FoundForm[] {
  const words = segments.map((segment) => foldText(segment, stopWords.variants));
  return windows(words, 2, 4).map((form) => ({ kind: 'name', form, near: false }));
}

/** Names in Latin letters: up to four words in a row. */
function soundsWithin(text: string): FoundForm[] {
  const letters = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = letters.match(/[a-z]+/g) ?? [];
  return windows(words, 1, 4)
    .filter((form) => form.length >= 4 && form.length <= 24)
    .map((form) => ({ kind: 'sound' as const, form, near: true }));
}

/** Addresses in a text: from a boundary of areas, or its begin, to a number, or its end. */
function placesWithin(folded: string): FoundForm[] {
  const text = [...numerals(folded)];
  const starts = [0, ...text.flatMap((one, at) => (/[省市县区旗镇乡道址]/u.test(one) ? [at + 1] : []))];
  const ends = [text.length, ...text.flatMap((one, at) => (/[\d号室户组栋幢]/u.test(one) ? [at + 1] : []))];
  return starts.flatMap((start) =>
    ends
      .map((end) => text.slice(start, end).join(''))
      .filter((form) => isPlace(form) && [...form].length <= PLACE.most)
      .flatMap((form): FoundForm[] => [
        { kind: 'place', form, near: false },
        { kind: 'spot', form, near: true },
      ]),
  );
}

/** An address without the areas down to the county. */
function placeOf(folded: string): string {
  return numerals(folded).replace(/^(?:[^省市县区旗镇乡村]{1,10}?(?:省|自治区|自治州|市|县|区|旗))+/u, '');
}

/** Also without the town. */
function spotOf(place: string): string {
  return place.replace(/^[^镇乡村]{1,8}?(?:镇|乡|街道)/u, '');
}

function isPlace(form: string): boolean {
  return [...form].length >= PLACE.least && /\d/.test(form) && /\p{Script=Han}/u.test(form);
}

/** Chinese numerals as digits, one by one, and 十 between them left out. */
function numerals(text: string): string {
  const tens = text
    .replace(/(?<![一二三四五六七八九])十(?=[一二三四五六七八九])/gu, '1')
    .replace(/(?<![一二三四五六七八九])十/gu, '10')
    .replace(/(?<=[一二三四五六七八九])十(?=[一二三四五六七八九])/gu, '')
    .replace(/(?<=[一二三四五六七八九])十/gu, '0');
  return tens.replace(/[零一二三四五六七八九]/gu, (one) => String('零一二三四五六七八九'.indexOf(one)));
}

function windows(all: readonly string[], least: number, most: number): string[] {
  return all.flatMap((_, at) =>
    Array.from({ length: most - least + 1 }, (__, more) => at + least + more)
      .filter((end) => end <= all.length)
      .map((end) => all.slice(at, end).join('')),
  );
}
