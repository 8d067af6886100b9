/** Releases of which the purpose, not a consent alone, decides: statutory, emergency, publication, prohibited, access. */
import { expect, test } from 'vitest';
import { decideConsent } from '../../shared/policy/decide/consent.ts';
import type { Json } from '../../shared/policy/types.ts';
import { children } from './support.ts';

const TABLE: [string, Record<string, Json>, string, string][] = [
  [
    'statutory, whatever was refused',
    { purposeKind: 'statutory', ageYears: 16, childConsent: 'refused', guardianConsent: 'refused' },
    'ALLOW_NOTIFY',
    'STATUTORY_PIPL13_3',
  ],
  [
    'statutory, a revoked guardian gets no notice',
    { purposeKind: 'statutory', ageYears: 9, guardianship: 'revoked' },
    'ALLOW_DEFER',
    'STATUTORY_NOTICE_SUBSTITUTE',
  ],
  [
    'danger is attested',
    { purposeKind: 'emergency', ageYears: 12, imminentDangerAttested: true },
    'ALLOW_DEFER',
    'EMERGENCY_PIPL13_4',
  ],
  [
    'publication without notice',
    {
      purposeKind: 'publication',
      ageYears: 15,
      childConsent: 'given',
      guardianConsent: 'given',
      priorNotice: false,
    },
    'DENY',
    'NO_PRIOR_NOTICE',
  ],
  [
    'publication without notice, for another recipient: scope is looked at first',
    {
      ...{ purposeKind: 'publication', ageYears: 15, childConsent: 'given', guardianConsent: 'given' },
      ...{ priorNotice: false, consentScopeMatches: false },
    },
    'DENY',
    'SCOPE_CHANGED_RECONSENT',
  ],
  [
    'publication without notice, a guardian in conflict: so is who gave the consent',
    {
      ...{ purposeKind: 'publication', ageYears: 15, childConsent: 'given', guardianConsent: 'given' },
      ...{ priorNotice: false, guardianConflict: true },
    },
    'DENY',
    'GUARDIAN_CONFLICT',
  ],
  [
    'publication past 18 without processing',
    { purposeKind: 'publication', ageYears: 18, childConsent: 'given', technicalProcessing: false },
    'DENY',
    'NO_TECHNICAL_PROCESSING',
  ],
  [
    'publication, the state is guardian and another department asks',
    {
      ...{ purposeKind: 'publication', ageYears: 12, childConsent: 'given', guardianConsent: 'given' },
      ...{ guardianKind: 'state', requester: 'other-department' },
    },
    'ALLOW',
    'BOTH_CONSENTS_A13',
  ],
  [
    'publication, the child withdrew',
    { purposeKind: 'publication', ageYears: 15, childConsent: 'withdrawn', guardianConsent: 'given' },
    'DENY',
    'CHILD_WITHDRAWN',
  ],
  [
    'publication, a guardian in conflict',
    {
      purposeKind: 'publication',
      ageYears: 15,
      childConsent: 'given',
      guardianConsent: 'given',
      guardianConflict: true,
    },
    'DENY',
    'GUARDIAN_CONFLICT',
  ],
  [
    'publication at 7 with both',
    { purposeKind: 'publication', ageYears: 7, childConsent: 'given', guardianConsent: 'given' },
    'HOLD',
    'CHILD_CANNOT_CONSENT_PUBLICATION',
  ],
  [
    'publication past 18',
    { purposeKind: 'publication', ageYears: 18, childConsent: 'given' },
    'ALLOW',
    'ADULT_SELF_CONSENT',
  ],
  [
    'prohibited, at any age',
    { purposeKind: 'prohibited', ageYears: 10, guardianConsent: 'given' },
    'DENY_ALERT',
    'PROHIBITED_A15',
  ],
  [
    'a kind that does not exist',
    { purposeKind: 'research', ageYears: 10, guardianConsent: 'given' },
    'DENY',
    'PURPOSE_UNKNOWN',
  ],
  [
    'the guardian inquires',
    { purposeKind: 'subject-access', ageYears: 9, inquirer: 'guardian' },
    'ALLOW',
    'SUBJECT_GUARDIAN',
  ],
  [
    'the guardian of an adult inquires',
    { purposeKind: 'subject-access', ageYears: 18, inquirer: 'guardian' },
    'DENY',
    'NOT_SUBJECT_OR_GUARDIAN',
  ],
  [
    'the carer inquires',
    { purposeKind: 'subject-access', ageYears: 9, inquirer: 'carer' },
    'DENY',
    'NOT_SUBJECT_OR_GUARDIAN',
  ],
];

test.each(TABLE)('%s', (_, input, decision, reason) => {
  expect(decideConsent(children.consent, input)).toMatchObject({ decision, reason });
});
