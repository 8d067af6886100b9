/**
 * The form of a value for people and programs: as JSON Schema, as an example, and as the faults of a value that has
 * another form. All three follow from the shape that intake checks. None of them reads a record.
 */
import type { Shape } from '../pack/parts.ts';
import type { Json } from '../types.ts';
import { parseDay } from '../value/age.ts';
import { fits } from './validate.ts';

/** JSON Schema 2020-12. */
export type FieldSchema = { readonly [keyword: string]: Json };

export function jsonSchemaOf(shape: Shape): FieldSchema {
  switch (shape.is) {
    case 'text':
      return {
        type: 'string',
        minLength: 1,
        maxLength: shape.max,
        ...(shape.pattern !== undefined && { pattern: shape.pattern }),
        ...(shape.example !== undefined && { examples: [shape.example] }),
      };
    case 'one of':
      return { enum: [...shape.values] };
    case 'date':
      return { type: 'string', format: 'date' };
    case 'month':
      return { type: 'string', pattern: '^\\d{4}-(0[1-9]|1[0-2])$' };
    case 'boolean':
      return { type: 'boolean' };
    case 'number':
      return { type: 'number', minimum: shape.min, maximum: shape.max };
    case 'list':
      return { type: 'array', maxItems: shape.max, items: jsonSchemaOf(shape.of) };
    case 'either':
      return { anyOf: shape.of.map(jsonSchemaOf) };
    case 'record':
      return {
        type: 'object',
        properties: Object.fromEntries(
          Object.entries(shape.members).map(([name, one]) => [name, jsonSchemaOf(one)]),
        ),
        required: Object.keys(shape.members).filter((name) => !shape.optional.includes(name)),
        additionalProperties: false,
      };
  }
}

/** Values that have the form: one of each alternative. None if the pack names no example of a text with a pattern. */
export function examplesOf(shape: Shape): Json[] {
  const options = shape.is === 'either' ? shape.of : [shape];
  return options.map(exampleOf).filter((value) => value !== null && fits(shape, value));
}

const DAY = '2014-05-06';

function exampleOf(shape: Shape): Json {
  switch (shape.is) {
    case 'text':
      return shape.example ?? (shape.pattern === undefined ? 'text' : null);
    case 'one of':
      return shape.values[0] ?? null;
    case 'date':
      return DAY;
    case 'month':
      return DAY.slice(0, 7);
    case 'boolean':
      return true;
    case 'number':
      return Math.max(shape.min, Math.min(shape.max, 1));
    case 'list':
      return [exampleOf(shape.of)];
    case 'either':
      return shape.of.map(exampleOf).find((value) => value !== null) ?? null;
    case 'record':
      return Object.fromEntries(Object.entries(shape.members).map(([name, one]) => [name, exampleOf(one)]));
  }
}

/** What is wrong at a place of a value. Nothing of the value is in it: `path` names members of the shape alone. */
interface FormFault {
  /** JSON Pointer within the value; empty for the value itself. A member that the shape does not name is `*`. */
  path: string;
  fault: 'type' | 'blank' | 'long' | 'pattern' | 'values' | 'day' | 'range' | 'many' | 'missing' | 'unknown';
  /** The shape that was expected there. */
  wants: Shape;
}

/** @returns the faults of a value that does not have the form, at most as many as `most`; none if it has it */
export function faultsIn(shape: Shape, value: Json, most = 10): FormFault[] {
  return faultsAt(shape, value, '').slice(0, most);
}

function faultsAt(shape: Shape, value: Json, path: string): FormFault[] {
  if (fits(shape, value)) return [];
  const here = (fault: FormFault['fault']): FormFault[] => [{ path, fault, wants: shape }];
  switch (shape.is) {
    case 'text': {
      if (typeof value !== 'string') return here('type');
      if (value.trim() === '' || !value.isWellFormed()) return here('blank');
      return here([...value].length > shape.max ? 'long' : 'pattern');
    }
    case 'one of':
      return here('values');
    case 'date':
    case 'month': {
      const whole = shape.is === 'date' ? value : `${String(value)}-01`;
      return here(typeof value === 'string' && parseDay(whole) === null ? 'day' : 'type');
    }
    case 'boolean':
      return here('type');
    case 'number':
      return here(typeof value === 'number' ? 'range' : 'type');
    case 'list': {
      if (!Array.isArray(value)) return here('type');
      if (value.length > shape.max) return here('many');
      return value.flatMap((item, at) => faultsAt(shape.of, item, `${path}/${at}`));
    }
    case 'either': {
      // The alternative of the same type as the value is the one that was meant.
      const meant = shape.of
        .map((one) => faultsAt(one, value, path))
        .find(([first]) => first?.fault !== 'type');
      return meant ?? here('type');
    }
    case 'record':
      return recordFaults(shape, value, path);
  }
}

function recordFaults(shape: Extract<Shape, { is: 'record' }>, value: Json, path: string): FormFault[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return [{ path, fault: 'type', wants: shape }];
  const known = Object.entries(shape.members).flatMap(([name, member]): FormFault[] => {
    const at = `${path}/${name}`;
    if (Object.hasOwn(value, name)) return faultsAt(member, value[name] as Json, at);
    return shape.optional.includes(name) ? [] : [{ path: at, fault: 'missing', wants: member }];
  });
  const others = Object.keys(value).some((name) => !Object.hasOwn(shape.members, name));
  return [...known, ...(others ? [{ path: `${path}/*`, fault: 'unknown', wants: shape } as const] : [])];
}
