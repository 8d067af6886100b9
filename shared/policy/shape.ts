/** Whether a value has the form that a field wants. */
import type { Shape } from './pack/pack.ts';
import type { Json } from './types.ts';
import { parseDay } from './value/age.ts';

const patterns = new Map<string, RegExp>();

export function fits(shape: Shape, value: Json): boolean {
  switch (shape.is) {
    case 'text':
      return (
        isText(value, shape.max) && (shape.pattern === undefined || patternOf(shape.pattern).test(value))
      );
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

/** Closed: members that the shape does not name are refused. */
function isRecord({ members, optional }: Extract<Shape, { is: 'record' }>, value: Json): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const given = Object.keys(value);
  if (
    !given.every((name) => Object.hasOwn(members, name) && fits(members[name] as Shape, value[name] as Json))
  )
    return false;
  return Object.keys(members).every((name) => Object.hasOwn(value, name) || optional.includes(name));
}

/** Text counts in characters, not code units, and must survive an encoding. */
function isText(value: Json, max: number): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.isWellFormed() && [...value].length <= max;
}

function patternOf(source: string): RegExp {
  const known = patterns.get(source) ?? new RegExp(source, 'u');
  patterns.set(source, known);
  return known;
}
