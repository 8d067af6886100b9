import { describe, expect, test } from 'vitest';
import { decideConsent, releases } from '../../shared/policy/decide/consent.ts';
import type { Json } from '../../shared/policy/types.ts';
import { PROFILES } from './profiles.ts';
import { children } from './support.ts';
import { consentTable } from './tables.ts';

const policy = children.consent;
const ask = (input: Record<string, Json>) => decideConsent(policy, input);

describe.each(PROFILES)('the consent table of $name', ({ pack, tables, kinds }) => {
  const { consent } = pack;
  const { defaults, cases } = consentTable(kinds.input, tables);
  test('has every kind of purpose', () => {
    expect(cases.length).toBeGreaterThan(kinds.cases);
    expect(new Set(cases.map(({ input }) => input[kinds.input])).size).toBe(kinds.count);
  });

  test.each(cases)('$title', ({ input, decision, reason }) => {
    expect(decideConsent(consent, input)).toMatchObject({ decision, reason });
    expect(decideConsent(consent, { ...defaults, ...input })).toMatchObject({ decision, reason });
  });

  test('every reason of the table has a sentence', () => {
    for (const { rows } of consent.sections) {
      for (const { reason } of rows) expect(pack.reasons.get(reason), reason).toBeTruthy();
    }
  });

  test('every row of the table decides some case', () => {
    const found = new Set(cases.map(({ reason }) => reason));
    const all = consent.sections.flatMap(({ rows }) => rows.map(({ reason }) => reason));
    // A kind that the law does not know has no section in the cases.
    expect([...new Set(all)].filter((reason) => !found.has(reason))).toEqual(['PURPOSE_UNKNOWN']);
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
