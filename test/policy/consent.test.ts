import { describe, expect, test } from 'vitest';
import { decideConsent, releases } from '../../shared/policy/decide/consent.ts';
import type { Json } from '../../shared/policy/types.ts';
import { children, sharedJson } from './support.ts';

const policy = children.consent;
const ask = (input: Record<string, Json>) => decideConsent(policy, input);

interface CaseFile {
  defaults: Record<string, Json>;
  cases: { id: string; desc: string; input: Record<string, Json>; decision: string; reason: string }[];
}

const file = sharedJson('rules/consent-cases.json') as CaseFile | null;

describe.skipIf(file === null)('the consent cases of the rules (skipped where the rules are absent)', () => {
  test.each(file?.cases ?? [])('$id $desc', ({ input, decision, reason }) => {
    expect(ask({ ...file?.defaults, ...input })).toMatchObject({ decision, reason });
    expect(ask(input)).toMatchObject({ decision, reason });
  });
});

describe('cases of the same kind', () => {
  const table: [string, Record<string, Json>, string, string][] = [
    [
      'the state as temporary guardian consents',
      { ageYears: 9, guardianConsent: 'given', guardianKind: 'state', guardianship: 'temporary' },
      'ALLOW',
      'GUARDIAN_CONSENT_U14',
    ],
    [
      'the state consents after the parents were revoked',
      { ageYears: 7, guardianConsent: 'given', guardianKind: 'state', guardianship: 'revoked' },
      'ALLOW',
      'GUARDIAN_CONSENT_U14',
    ],
    [
      'a substitute consents where the guardian is in conflict',
      { ageYears: 8, guardianConsent: 'given', guardianConflict: true, consentGivenBy: 'substitute' },
      'ALLOW',
      'GUARDIAN_CONSENT_U14',
    ],
    [
      'a substitute cannot pass by a guardian in office',
      { ageYears: 8, guardianConsent: 'given', consentGivenBy: 'substitute' },
      'DENY',
      'GIVER_NOT_GUARDIAN',
    ],
    [
      'the guardian refuses, whatever the child says',
      { ageYears: 11, guardianConsent: 'refused', childConsent: 'given' },
      'DENY',
      'GUARDIAN_REFUSED',
    ],
    [
      'someone else signs',
      { ageYears: 9, guardianConsent: 'given', consentGivenBy: 'other' },
      'DENY',
      'GIVER_NOT_GUARDIAN',
    ],
    [
      'the guardian cannot act',
      { ageYears: 9, guardianConsent: 'given', guardianship: 'unable' },
      'DENY',
      'GUARDIAN_UNABLE',
    ],
    [
      'nobody is guardian',
      { ageYears: 9, guardianConsent: 'given', guardianship: 'none' },
      'DENY',
      'GUARDIANSHIP_UNKNOWN',
    ],
    [
      'the other parent withdrew',
      { ageYears: 12, guardianConsent: 'given', otherParent: 'withdrawn' },
      'HOLD',
      'PARENTS_DISAGREE',
    ],
    ['the age is not known', { ageYears: null, guardianConsent: 'given' }, 'DENY', 'AGE_UNKNOWN'],
    [
      'statutory, the age is not known',
      { purposeKind: 'statutory', ageYears: null },
      'ALLOW_NOTIFY',
      'STATUTORY_PIPL13_3',
    ],
    ['the age is unknown', { guardianConsent: 'given', childConsent: 'given' }, 'DENY', 'AGE_UNKNOWN'],
    [
      'at 14 nobody told the guardian',
      { ageYears: 14, childConsent: 'given' },
      'DENY',
      'GUARDIAN_NOT_INFORMED_A12',
    ],
    [
      'at 15 both consented',
      { ageYears: 15, childConsent: 'given', guardianConsent: 'given' },
      'ALLOW',
      'CHILD_CONSENT_GUARDIAN_INFORMED',
    ],
    [
      'at 15 the guardian alone consented',
      { ageYears: 15, guardianConsent: 'given', consentGivenAtAge: 15 },
      'DENY',
      'CHILD_CONSENT_MISSING',
    ],
    [
      'at 15 only the guardian in conflict was told',
      { ageYears: 15, childConsent: 'given', guardianConflict: true, guardianInformed: true },
      'DENY',
      'GUARDIAN_CONFLICT',
    ],
    [
      'at 15 nobody was told of a conflict',
      { ageYears: 15, childConsent: 'given', guardianConflict: true },
      'DENY',
      'GUARDIAN_NOT_INFORMED_A12',
    ],
    [
      'at 16 the guardian refuses',
      { ageYears: 16, childConsent: 'given', guardianConsent: 'refused', guardianInformed: true },
      'HOLD',
      'GUARDIAN_OBJECTION_A17',
    ],
    [
      'at 16 without ability, no guardian consent',
      { ageYears: 16, ableToExpressWill: false, childConsent: 'given' },
      'DENY',
      'GUARDIAN_CONSENT_MISSING',
    ],
    [
      'at 16 without ability, the carer consents',
      { ageYears: 16, ableToExpressWill: false, guardianConsent: 'given', consentGivenBy: 'carer' },
      'DENY',
      'GIVER_NOT_GUARDIAN',
    ],
    [
      'at 17 and 364 days the child rule holds',
      { ageYears: 17, childConsent: 'given' },
      'DENY',
      'GUARDIAN_NOT_INFORMED_A12',
    ],
    [
      'past 18 the guardian has no say',
      { ageYears: 18, guardianConsent: 'given', consentGivenAtAge: 15 },
      'DENY',
      'ADULT_SELF_CONSENT_MISSING',
    ],
    [
      'past 18 the scope still counts',
      { ageYears: 19, childConsent: 'given', consentScopeMatches: false },
      'DENY',
      'SCOPE_CHANGED_RECONSENT',
    ],
    [
      'past 18 what the child said at 17 has ended',
      { ageYears: 18, childConsent: 'given', consentGivenAtAge: 17 },
      'DENY',
      'TURNED_18_RECONSENT',
    ],
    [
      'on the 18th birthday it has not',
      {
        ageYears: 18,
        isBirthday: true,
        childConsent: 'given',
        consentGivenAtAge: 17,
        guardianInformed: true,
      },
      'ALLOW',
      'CHILD_CONSENT_GUARDIAN_INFORMED',
    ],
    [
      'past 18 without ability',
      { ageYears: 20, ableToExpressWill: false, childConsent: 'given' },
      'HOLD',
      'ADULT_WITHOUT_CAPACITY',
    ],
    [
      'on the 14th birthday both consent',
      { ageYears: 14, isBirthday: true, childConsent: 'given', guardianConsent: 'given' },
      'ALLOW',
      'BIRTHDAY_14_BOTH_CONSENTS',
    ],
    [
      'on the 18th birthday with the guardian told',
      { ageYears: 18, isBirthday: true, childConsent: 'given', guardianInformed: true },
      'ALLOW',
      'CHILD_CONSENT_GUARDIAN_INFORMED',
    ],
    [
      'a birthday that decides nothing',
      { ageYears: 16, isBirthday: true, childConsent: 'given', guardianInformed: true },
      'ALLOW',
      'CHILD_CONSENT_GUARDIAN_INFORMED',
    ],
  ];
  test.each(table)('%s', (_, input, decision, reason) => {
    expect(ask(input)).toMatchObject({ decision, reason });
  });
});

test('an input or a value that the table does not know never releases', () => {
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
