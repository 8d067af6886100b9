import { describe, expect, test } from 'vitest';
import { decideConsent, releases } from '../../shared/policy/decide/consent.ts';
import type { Json } from '../../shared/policy/types.ts';
import { children } from './support.ts';
import { consentTable } from './tables.ts';

const policy = children.consent;
const ask = (input: Record<string, Json>) => decideConsent(policy, input);

describe('the consent table', () => {
  const { defaults, cases } = consentTable();
  test('has every kind of purpose', () => {
    expect(cases.length).toBeGreaterThan(60);
    expect(new Set(cases.map(({ input }) => input['purposeKind'])).size).toBe(6);
  });

  test.each(cases)('$title', ({ input, decision, reason }) => {
    expect(ask(input)).toMatchObject({ decision, reason });
    expect(ask({ ...defaults, ...input })).toMatchObject({ decision, reason });
  });
});

test('an input or a value unknown to the table never releases', () => {
  const research = { purposeKind: 'research', ageYears: 10, guardianConsent: 'given' };
  expect(ask(research)).toMatchObject({ decision: 'DENY', reason: 'PURPOSE_UNKNOWN' });
  const allowed = { ageYears: 10, guardianConsent: 'given' };
  expect(releases(policy, ask(allowed).decision)).toBe(true);
  for (const extra of [
    { guardianship: 'unheard-of' },
    { consentExpired: true },
    { ageYears: '10' },
    { childConsent: null },
  ]) {
    expect(ask({ ...allowed, ...extra } as Record<string, Json>).decision).toBe('DENY');
  }
  expect(ask(JSON.parse('{"ageYears":10,"guardianConsent":"given","__proto__":{"x":1}}')).decision).toBe(
    'DENY',
  );
});

test('every reason of the table has a sentence', () => {
  for (const { rows } of policy.sections) {
    for (const { reason } of rows) expect(children.reasons.get(reason), reason).toBeTruthy();
  }
});
