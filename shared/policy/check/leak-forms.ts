/**
 * The forms under which values are recognised in found texts, and the forms that a found text may hold. A value has one
 * to three forms; a text is cut into many. `near` forms are of a text that may be meant for the value: a number with
 * one wrong digit, a name by its sound, an address without its town.
 */

import type { Pack } from '../pack/pack.ts';
import type { Writing } from '../pack/parts.ts';
import type { Json } from '../types.ts';
import { memberOf } from '../value/conditions.ts';
import { normaliseNumber } from '../value/resident-number.ts';
import { isOfScript } from '../value/scripts.ts';
import { foldText } from '../value/stop-words.ts';
import { spellingsOf } from './pinyin.ts';
import { meantBy } from './sound-numbers.ts';

interface LeakForm {
  kind: 'number' | 'name' | 'sound' | 'place' | 'spot';
  form: string;
}

interface FoundForm extends LeakForm {
  near: boolean;
}

/** Digits of the shortest and longest number. */
const [SHORTEST, LONGEST] = [7, 20];
/** Characters of a name in a script with spaces. */
const LEAST_NAME = 2;
/** An address of fewer characters, or without a number, is that of many people. */
const PLACE = { least: 5, most: 30 };

/** @returns none for a field that the policy does not look for */
export function formsOf(pack: Pack, field: string, value: Json): LeakForm[] {
  const looked = Object.entries(pack.leaks?.values ?? {});
  return looked.flatMap(([path, kind]) => {
    const [name = '', ...members] = path.split('.');
    if (name !== field || value === null) return [];
    // Both parents, each account: a list is several values.
    return (Array.isArray(value) ? value : [value]).flatMap((one) => {
      const held = members.length === 0 ? one : memberOf(one, members.join('.'));
      const text = typeof held === 'string' ? held : memberOf(held ?? null, 'text');
      return typeof text === 'string' ? formsOfText(pack, kind, text) : [];
    });
  });
}

function formsOfText(pack: Pack, kind: 'number' | 'name' | 'place', text: string): LeakForm[] {
  if (kind === 'number') {
    const form = digitsOf(text);
    return form.length < SHORTEST ? [] : [{ kind, form: normaliseNumber(form) ?? form }];
  }
  const folded = foldText(text, pack.stopWords.variants);
  if (kind === 'name') {
    const sounds = spellingsOf(pack.writing?.sounds, folded);
    return [
      ...([...folded].length >= LEAST_NAME ? [{ kind, form: folded }] : []),
      ...sounds.slice(0, 1).map((form) => ({ kind: 'sound' as const, form })),
    ];
  }
  const { writing } = pack;
  const place = placeOf(folded, writing);
  const spot = without(place, writing?.places?.town);
  return [
    ...(isPlace(place, writing) ? [{ kind, form: place }] : []),
    ...(spot !== place && isPlace(spot, writing) ? [{ kind: 'spot' as const, form: spot }] : []),
  ];
}

/** Forms in a found text. @returns each at most once, the exact before the near ones */
export function formsWithin(pack: Pack, text: string): FoundForm[] {
  const segments = text
    .normalize('NFKC')
    .split(/[^\p{L}\p{N}\p{M}·•・‧-]+/u)
    .filter((segment) => segment !== '');
  const all = [
    ...numbersWithin(pack, text),
    ...segments.flatMap((segment) => namesWithin(pack, segment)),
    ...spacedNames(pack, segments),
    ...soundsWithin(text),
    ...placesWithin(foldText(text, pack.stopWords.variants), pack.writing),
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
function numbersWithin(pack: Pack, text: string): FoundForm[] {
  const lengths = pack.leaks?.lengths ?? [];
  const folded = text.normalize('NFKC').toUpperCase();
  const runs = folded.match(/\d(?:[\s\-·.]?\d)*(?:[\s\-·.]?X)?/g) ?? [];
  return runs.flatMap((run) => {
    const digits = run.replace(/[\s\-·.]/g, '');
    const isWhole = digits.length >= SHORTEST && digits.length <= LONGEST;
    // One number that is written in one piece holds no other.
    const cut = run === digits && lengths.includes(run.length) ? [] : lengths;
    const within = cut.flatMap((size) => windows([...digits], size, size));
    const exact = [...(isWhole ? [normaliseNumber(digits) ?? digits] : []), ...within];
    return [
      ...exact.map((form) => ({ kind: 'number' as const, form, near: false })),
      ...(isWhole ? meantBy(pack, digits) : []).map((form) => ({
        kind: 'number' as const,
        form,
        near: true,
      })),
    ];
  });
}

/** Names in a script without spaces: any part of a few characters. */
function namesWithin({ stopWords, writing }: Pack, segment: string): FoundForm[] {
  const folded = foldText(segment, stopWords.variants);
  const { script, names, sounds } = writing ?? {};
  const runs = script === undefined ? [] : (folded.match(new RegExp(`\\p{Script=${script}}+`, 'gu')) ?? []);
  const within = names ? runs.flatMap((run) => windows([...run], names.least, names.most)) : [];
  const isName = names && within.includes(folded);
  return [
    ...[folded, ...within].map((form) => ({ kind: 'name' as const, form, near: false })),
    ...(isName ? spellingsOf(sounds, folded) : []).map((form) => ({
      kind: 'sound' as const,
      form,
      near: true,
    })),
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
function placesWithin(folded: string, writing: Writing | undefined): FoundForm[] {
  const { begins = '', ends = '' } = writing?.places ?? {};
  const text = [...numerals(folded, writing)];
  const after = (is: (one: string) => boolean) => text.flatMap((one, at) => (is(one) ? [at + 1] : []));
  const starts = [0, ...after((one) => begins.includes(one))];
  const stops = [text.length, ...after((one) => /\d/.test(one) || ends.includes(one))];
  return starts.flatMap((start) =>
    stops
      .map((end) => text.slice(start, end).join(''))
      .filter((form) => isPlace(form, writing) && [...form].length <= PLACE.most)
      .flatMap((form): FoundForm[] => [
        { kind: 'place', form, near: false },
        { kind: 'spot', form, near: true },
      ]),
  );
}

/** An address without the areas that it may lack. */
function placeOf(folded: string, writing: Writing | undefined): string {
  return without(numerals(folded, writing), writing?.places?.areas);
}

function without(text: string, beginning: string | undefined): string {
  return beginning === undefined ? text : text.replace(new RegExp(`^(?:${beginning})`, 'u'), '');
}

function isPlace(form: string, writing: Writing | undefined): boolean {
  const { script } = writing ?? {};
  const isWritten = (one: string) => (script === undefined ? /\p{L}/u.test(one) : isOfScript(script, one));
  return [...form].length >= PLACE.least && /\d/.test(form) && [...form].some(isWritten);
}

/** Numerals of the script as digits, one by one, and the sign for ten between them left out. */
export function numerals(text: string, writing: Writing | undefined): string {
  if (!writing?.numerals) return text;
  const { digits, ten } = writing.numerals;
  const all = [...digits];
  const isOne = (character: string | undefined) => character !== undefined && all.indexOf(character) > 0;
  const characters = [...text];
  return characters
    .map((one, at) => {
      if (one === ten) {
        const [before, after] = [isOne(characters[at - 1]), isOne(characters[at + 1])];
        return `${before ? '' : '1'}${after ? '' : '0'}`;
      }
      const digit = all.indexOf(one);
      return digit < 0 ? one : String(digit);
    })
    .join('');
}

function windows(all: readonly string[], least: number, most: number): string[] {
  return all.flatMap((_, at) =>
    Array.from({ length: most - least + 1 }, (__, more) => at + least + more)
      .filter((end) => end <= all.length)
      .map((end) => all.slice(at, end).join('')),
  );
}
