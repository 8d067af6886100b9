/** A page for people has no code and no member of a value without a word of its own. */
import { describe, expect, test } from 'vitest';
import type { Shape } from '../../shared/policy/pack/parts.ts';
import { children } from './support.ts';

const { members = {}, values = {} } = children.words ?? {};
const fields = [...children.fields.values()].filter(({ virtual }) => !virtual);

/** Every shape within a shape, itself included. */
function parts(shape: Shape | undefined): Shape[] {
  if (!shape) return [];
  if (shape.is === 'list') return [shape, ...parts(shape.of)];
  if (shape.is === 'either') return [shape, ...shape.of.flatMap(parts)];
  if (shape.is === 'record') return [shape, ...Object.values(shape.members).flatMap(parts)];
  return [shape];
}

describe.each(fields)('$name', ({ name, shape }) => {
  test('has a word for every code', () => {
    const codes = parts(shape).flatMap((part) => (part.is === 'one of' ? part.values : []));
    expect(Object.keys(values[name] ?? {})).toEqual(expect.arrayContaining(codes.map(String)));
  });
  test('has a word for every member', () => {
    const names = parts(shape).flatMap((part) => (part.is === 'record' ? Object.keys(part.members) : []));
    expect(Object.keys(members)).toEqual(expect.arrayContaining(names));
  });
});
