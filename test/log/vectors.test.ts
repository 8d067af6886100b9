import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import canonicalize from 'canonicalize';
import { describe, expect, test } from 'vitest';
import { leafHash } from '../../shared/log/entry/leaf.ts';
import { commitment, opens } from '../../shared/log/entry/words.ts';

const file = `${process.env['FIELDGATE_VECTORS'] ?? '../shared/vectors'}/jcs/cyberphone.json`;

describe.skipIf(!existsSync(file))('RFC 8785 vectors (skipped where they are absent)', () => {
  const vectors: Record<string, { input: string; canonical_hex: string }> = existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : {};
  test.each(Object.entries(vectors))('%s', (_, { input, canonical_hex }) => {
    expect(Buffer.from(canonicalize(JSON.parse(input)) ?? '').toString('hex')).toBe(canonical_hex);
  });
});

test('a leaf hash is RFC 6962: the empty leaf', () => {
  expect(leafHash('').toString('hex')).toBe(
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  );
});

describe('a commitment', () => {
  const salt = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');

  test('is the bytes that the format page says', () => {
    const bytes = Buffer.concat([
      Buffer.from('fieldgate word v1\n'),
      salt,
      Buffer.of(7),
      Buffer.from('officer张三'),
    ]);
    expect(commitment({ kind: 'officer', salt, word: '张三' })).toBe(hash('sha256', bytes, 'base64'));
  });

  test('opens with its own salt, kind and word only', () => {
    const opening = { kind: 'case', salt, word: 'A' } as const;
    const committed = commitment(opening);
    expect(opens(committed, opening)).toBe(true);
    expect(opens(committed, { ...opening, word: 'B' })).toBe(false);
    expect(opens(committed, { ...opening, kind: 'reason' })).toBe(false);
    expect(opens(committed, { ...opening, salt: Buffer.alloc(16) })).toBe(false);
    // A salt of another length could shift bytes between salt, kind and word.
    expect(opens(committed, { ...opening, salt: salt.subarray(1) })).toBe(false);
  });
});
