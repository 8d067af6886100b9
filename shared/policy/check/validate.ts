/**
 * The form of values at intake. A value of the wrong form is refused. A value that contradicts another one or
 * fails its check digit is stored and flagged, because objections can correct it.
 */

import type { Pack } from '../pack/pack.ts';
import type { Check, Shape } from '../pack/parts.ts';
import type { Json } from '../types.ts';
import { dayOf, parseDay } from '../value/age.ts';
import { foldNumber, passesLuhn, passesMod11 } from '../value/check-digits.ts';
import { memberOf } from '../value/conditions.ts';
import { birthIn, isResidentNumber, normaliseNumber, numbersIn, parityIn } from '../value/resident-number.ts';

export interface Validation {
  malformed: boolean;
  /** Codes of the failed checks. */
  warnings: string[];
}

interface ValidationContext {
  /** The other values of the same record. */
  other: ReadonlyMap<string, Json>;
  now: number;
}

export function validateField(
  pack: Pack,
  field: string,
  value: Json,
  context: ValidationContext,
): Validation {
  const def = pack.fields.get(field);
  if (def?.files && fileIn(value) !== null) return { malformed: false, warnings: [] };
  if (!def?.shape || !fits(def.shape, value)) return { malformed: true, warnings: [] };
  const today = dayOf(context.now, pack.calendar.utcOffsetMinutes);
  const failed = def.checks.filter((check) => !passes(check, value, context.other, today));
  return { malformed: false, warnings: failed.map(({ code }) => code) };
}

/** @returns the id of the file that was uploaded to be this value; `null` for any other value */
export function fileIn(value: Json): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const { file, ...more } = value;
  return typeof file === 'string' && /^[\w-]{22}$/.test(file) && Object.keys(more).length === 0 ? file : null;
}

/**
 * @returns the normal form under which equal values of a matchable field are found, or `null` if the value
 * can't be a key. A key under any other name is a source's own key, which is only trimmed and composed.
 */
export function normaliseKey(pack: Pack, field: string, value: Json): string | null {
  if (typeof value !== 'string') return null;
  const def = pack.fields.get(field);
  if (!def) return ownKey(value);
  if (!def.matchable) return null;
  const has = (name: Check['check']) => def.checks.some(({ check }) => check === name);
  if (has('resident-number')) return normaliseNumber(value);
  return ownKey(has('mod-11') ? foldNumber(value) : value);
}

export const FORM = 'FORM';

/** @returns `FORM`, or the code of the first check of the field that a key fails, of those that read it alone */
export function faultOfKey(pack: Pack, field: string, key: string, now: number): string | null {
  const { shape, checks = [] } = pack.fields.get(field) ?? {};
  if (shape?.is === 'text' && !isOfText(shape, key)) return FORM;
  const today = dayOf(now, pack.calendar.utcOffsetMinutes);
  return checks.find((check) => passesAlone(check, key, today) === false)?.code ?? null;
}

/**
 * Possible keys in a text: the complete text, and each number that it contains.
 * @param today the current day
 */
export function keysWithin(pack: Pack, field: string, text: string, today: number): string[] {
  const def = pack.fields.get(field);
  if (!def?.matchable) return [];
  const whole = normaliseKey(pack, field, text);
  const within = def.checks.some(({ check }) => check === 'resident-number') ? numbersIn(text, today) : [];
  return [...new Set([...(whole === null ? [] : [whole]), ...within])];
}

function ownKey(value: string): string | null {
  const key = value.normalize('NFC').trim();
  return key === '' || key.length > 200 || !key.isWellFormed() ? null : key;
}

function passes(check: Check, value: Json, other: ReadonlyMap<string, Json>, today: number): boolean {
  const text = check.member === undefined ? value : memberOf(value, check.member);
  if (typeof text !== 'string') return true;
  const alone = passesAlone(check, text, today);
  if (alone !== null) return alone;
  const number = other.get(check.with ?? '');
  return typeof number !== 'string' || agrees(check.part, text, number);
}

/** @returns `null` for a check that compares with another field */
function passesAlone(check: Check, text: string, today: number): boolean | null {
  if (check.only && !patternOf(check.only).test(text)) return true;
  if (check.check === 'pattern') return patternOf(check.pattern ?? '').test(text);
  if (check.check === 'mod-11') return passesMod11(text, check.weights ?? [], check.ten);
  if (check.check === 'luhn') return passesLuhn(text);
  if (check.check === 'past-date') return (parseDay(text) ?? Infinity) <= today;
  return check.check === 'resident-number' ? isResidentNumber(text, today) : null;
}

/** Compares with a resident number. Members that hold no number are skipped. */
function agrees(part: Check['part'], text: string, given: string): boolean {
  const number = normaliseNumber(given);
  if (number === null) return true;
  if (part === 'birth') return birthIn(number) === text;
  if (part === 'whole') return !/\d{17}[\dX]/i.test(text) || text.toUpperCase().includes(number);
  return (text !== '1' && text !== '2') || parityIn(number) === Number(text) % 2;
}

/* Whether a value has the form required by the field. */

const patterns = new Map<string, RegExp>();

export function fits(shape: Shape, value: Json): boolean {
  switch (shape.is) {
    case 'text':
      return isOfText(shape, value);
    case 'one of':
      return (typeof value === 'string' || typeof value === 'number') && shape.values.includes(value);
    case 'date':
      return parseDay(value) !== null;
    case 'month':
      return typeof value === 'string' && parseDay(`${value}-01`) !== null;
    case 'boolean':
      return typeof value === 'boolean';
    case 'number':
      return typeof value === 'number' && value >= shape.min && value <= shape.max;
    case 'list':
      return Array.isArray(value) && value.length <= shape.max && value.every((item) => fits(shape.of, item));
    case 'either':
      return shape.of.some((option) => fits(option, value));
    case 'record':
      return isRecord(shape, value);
  }
}

/** Members that the shape does not name are refused. */
function isRecord({ members, optional }: Extract<Shape, { is: 'record' }>, value: Json): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const given = Object.keys(value);
  if (
    !given.every((name) => Object.hasOwn(members, name) && fits(members[name] as Shape, value[name] as Json))
  )
    return false;
  return Object.keys(members).every((name) => Object.hasOwn(value, name) || optional.includes(name));
}

function isOfText({ max, pattern }: Extract<Shape, { is: 'text' }>, value: Json): boolean {
  return isText(value, max) && (pattern === undefined || patternOf(pattern).test(value));
}

/** Length counts characters, not code units. The text must be well-formed Unicode. */
function isText(value: Json, max: number): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.isWellFormed() && [...value].length <= max;
}

function patternOf(source: string): RegExp {
  const known = patterns.get(source) ?? new RegExp(source, 'u');
  patterns.set(source, known);
  return known;
}
