import { expect, it } from 'vitest';
import { shapeOf } from '../../functions/steward/docs/reference.ts';

it('writes a schema down as members with types and limits', () => {
  const shape = shapeOf({
    type: 'object',
    properties: {
      ref: { type: 'string', pattern: '^[a-z]$' },
      kind: { enum: ['one', 'two'] },
      list: {
        type: 'array',
        minItems: 1,
        maxItems: 9,
        items: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      },
      by: { type: 'object', additionalProperties: { type: 'number', minimum: 0 } },
      deep: { type: 'object', properties: { a: { const: 1 } }, required: ['a'] },
    },
    required: ['ref'],
  });
  expect(shape).toBe(
    [
      '{',
      '  ref: string /^[a-z]$/',
      '  kind?: "one" | "two"',
      '  list?: (string | null)[] (1–9)',
      '  by?: {',
      '    [name]: number (0–)',
      '  }',
      '  deep?: {',
      '    a: 1',
      '  }',
      '}',
    ].join('\n'),
  );
});
