import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import canonicalize from 'canonicalize';
import { describe, expect, test } from 'vitest';
import { leafHash } from '../../shared/log/entry/leaf.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { COMMITTED_BYTES, commitment, MEMBERS, opens } from '../../shared/tree/commitments.ts';

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

  test('equals the bytes of the format page', () => {
    const bytes = Buffer.concat([
      Buffer.from('fieldgate member v2\n'),
      salt,
      Buffer.of(7),
      Buffer.from('officer"张三"'),
    ]);
    const made = commitment(sha256, 'officer', salt, '"张三"');
    expect(Buffer.from(made).toString('base64')).toBe(hash('sha256', bytes, 'base64'));
  });

  test('opens with its own salt, member and text only', () => {
    const committed = Buffer.alloc(COMMITTED_BYTES);
    committed.set(commitment(sha256, 'case', salt, '"A"'), 32 * MEMBERS.indexOf('case'));
    const opening = { salt: salt.toString('base64'), text: '"A"' };
    const open = (name: string, changed: object) =>
      opens(sha256, committed, name, { ...opening, ...changed });
    expect(open('case', {})).toBe(true);
    expect(open('case', { text: '"B"' })).toBe(false);
    expect(open('reason', {})).toBe(false);
    expect(open('none', {})).toBe(false);
    expect(open('case', { salt: Buffer.alloc(16).toString('base64') })).toBe(false);
    // A salt of another length could shift bytes between salt, member and text.
    expect(open('case', { salt: salt.subarray(1).toString('base64') })).toBe(false);
  });
});
