/** For each sentence of a pack, a change of its data that breaks it: a path in the compiled pack, and what stands there then. */
import { expect } from 'vitest';

export type Change = readonly [path: string, value: unknown];
export type Mutants = Readonly<Record<string, readonly Change[]>>;

type Tree = { [name: string]: unknown };

/** The compiled pack with other data, which the compiler need not accept. */
export function mutant(compiled: object, changes: readonly Change[]): Tree {
  const tree = structuredClone(compiled) as Tree;
  for (const [path, value] of changes) {
    const [, title, reason] = /^sections\.(.*)\.(\w+)$/.exec(path) ?? [];
    if (title !== undefined) {
      const sections = tree['sections'] as { title: string; rows: Tree[] }[];
      const rows = sections.flatMap((one) => (one.title === title ? one.rows : []));
      const found = rows.filter((row) => row['reason'] === reason);
      expect([path, found.length > 0]).toEqual([path, true]);
      for (const row of found) row['verdict'] = value;
      continue;
    }
    const names = path.split('.');
    const last = names.pop() as string;
    const at = names.reduce<Tree>((one, name) => one[name] as Tree, tree);
    if (value === undefined) delete at[last];
    else at[last] = value;
  }
  return tree;
}

const rowsOf = (section: string, reason: string, verdict = 'ALLOW'): Change => [
  `sections.${section}.${reason}`,
  verdict,
];

export const CHILDREN: Mutants = {
  'strangers-learn-no-place': [['purposes.C1.cells.placement_site', 'masked A7.2']],
  'answers-for-charities': [['purposes.C1.cells.sex', 'plain A7.2']],
  'coarse-values-for-media': [['purposes.M1.cells.benefits', 'predicate receives_benefit A13.3']],
  'media-identify-no-person': [['purposes.M1.cells.illness', 'predicate serious_illness_on_list A14.1']],
  'no-pictures-outside': [['purposes.F1.cells.photo', 'masked A10.1']],
  'counts-only-for-statistics': [['purposes.A1.cells.name', 'plain A3.2']],
  'leak-checks-give-no-value': [['purposes.N1.cells.name', 'masked A5.1']],
  'hiv-readers': [['purposes.E1.cells.hiv_status', 'plain second-person A9.2']],
  'hiv-no-child-at-the-desk': [['casework.inquiries.never.child', []]],
  'hiv-two-people': [['purposes.W1.cells.hiv_status', 'plain A9.2']],
  'hiv-keys': [['purposes.S1.cells.hiv_status', 'plain A9.2']],
  'restricted-two-people': [['purposes.W4.cells.illness', 'plain A7.1']],
  'restricted-logged-in': [['claimed.levels', ['L1', 'L2', 'L3', 'L4']]],
  'appointed-officers': [['purposes.S1.requires.0.appointed', undefined]],
  'harm-readers': [['purposes.W3.cells.harm_incident', 'plain second-person A7.1']],
  'reporter-keys': [['classes.harm-reporter.opens', ['R1', 'W1']]],
  'adoption-secret': [['purposes.W1.cells.adoption_info', 'plain second-person A7.1']],
  'bank-account': [['purposes.W1.cells.bank_account', 'masked A7.1']],
  'full-number': [['purposes.S1.cells.id_number', 'plain A8.1']],
  'school-no-details': [['purposes.S1.cells.mental_health', 'plain A8.1']],
  'school-own-pupils': [['purposes.S1.requires.0.exempt', ['county-education', 'school']]],
  'care-masked': [['purposes.F1.cells.name', 'plain A10.1']],
  'own-area': [['purposes.W1.area', 'any']],
  'danger-beyond-area': [['purposes.E1.elsewhere.roles', ['police', 'hospital']]],
  'own-case': [['purposes.W3.case', undefined]],
  'owners-approve': [['purposes.W2.approval', 'case']],
  'frozen-stops': [['purposes.W1.approval', 'afterwards']],
  'help-ended-stops': [['retention.help.purposes', ['W2', 'W3', 'F1', 'D1', 'C1', 'C2']]],
  'death-ends-help': [['purposes.W1.requires.0.any', [{ birth_date: { held: true } }]]],
  'disputed-stops': [['purposes.S1.disputed', true]],
  'state-care-only': [['purposes.W4.requires.2.any', [{ name: { held: false } }]]],
  'own-institution': [['purposes.W4.requires.3.exempt', ['county-civil-affairs', 'rescue-institution']]],
  'children-only': [['purposes.R1.requires.0.any.1.birth_date', { ageBelow: 21 }]],
  'guardian-below-14': [rowsOf('Below 14', 'GUARDIAN_CONSENT_MISSING')],
  'own-word-from-14': [rowsOf('From 14', 'CHILD_CONSENT_MISSING')],
  'both-on-the-birthday': [rowsOf('On the 14th birthday itself', 'BIRTHDAY_14_NEEDS_BOTH')],
  'child-says-no': [rowsOf('Below 14', 'CHILD_OBJECTS_BEST_INTEREST')],
  'guardian-says-no': [rowsOf('From 14', 'GUARDIAN_OBJECTION_A17')],
  'conflict-decides-nothing': [
    rowsOf('Validity of the giver, below 14 or without ability to express will', 'GUARDIAN_CONFLICT'),
  ],
  'revoked-decides-nothing': [
    rowsOf('Validity of the giver, below 14 or without ability to express will', 'GUARDIANSHIP_UNKNOWN'),
  ],
  'consent-is-for-its-use': [
    ['kinds.consent.needsConsent', false],
    ['evidence.scope', undefined],
    rowsOf('Below 14', 'GUARDIAN_CONSENT_MISSING'),
  ],
  'consent-names-fields': [
    ['kinds.consent.needsConsent', false],
    rowsOf('Below 14', 'GUARDIAN_CONSENT_MISSING'),
  ],
  'both-for-platforms': [rowsOf('From 14, where both must consent', 'GUARDIAN_CONSENT_MISSING')],
  'publication-needs-all': [rowsOf('Publication, what comes before consent', 'NO_TECHNICAL_PROCESSING')],
  'danger-never-waits': [['purposes.E1.disputed', false]],
  'danger-is-attested': [['purposes.E1.kinds', [{ kind: 'statutory' }]]],
  'conflict-gets-no-notice': [rowsOf('Statutory duty', 'STATUTORY_NOTICE_SUPPRESSED', 'ALLOW_NOTIFY')],
  'harm-gives-no-notice': [['purposes.R1.notice', undefined]],
  'endangered-like-a-stranger': [
    ['casework.inquiries.guarded.shows.fields', ['record_token', 'name', 'school_name']],
  ],
  'nothing-to-learn': [['verdicts.4.obligations', ['ASSIST']]],
  'guardian-learns-no-harm': [['casework.inquiries.never.guardian', []]],
  'revoked-learns-nothing': [rowsOf('Inquiry by the child or the guardian', 'GUARDIAN_REVOKED')],
  'stranger-learns-nothing': [['purposes.X1.requires', []]],
  'parents-secret': [['casework.inquiries.own', {}]],
  'parents-infection': [['casework.inquiries.only.hiv_status', ['infected', 'affected']]],
};

export const UK: Mutants = {
  'hub-no-protected-value': [['purposes.EHP.cells.concern', 'plain WT3']],
  'hub-no-safeguarding-keys': [['purposes.EHP.cells.health_summary', 'plain WT3']],
  'school-no-history': [['purposes.SCH.cells.concern', 'plain KCSIE2']],
  'school-own-roll': [['purposes.SCH.requires', []]],
  'offences-by-authority': [['purposes.LAC.cells.youth_justice', 'plain GDPR10']],
  'police-records-two-people': [['purposes.S47.cells.police_incidents', 'plain CA47']],
  'own-area': [['purposes.CIN.area', 'any']],
  'own-case': [['purposes.YJS.case', undefined]],
  'frozen-stops': [['purposes.S47.approval', 'afterwards']],
  'looked-after-only': [['purposes.LAC.requires', []]],
  'child-judged-able': [rowsOf('The people with parental responsibility', 'JUDGEMENT_MISSING')],
  'young-person-decides': [rowsOf("The person's own word, where it decides", 'CHILD_CONSENT_MISSING')],
  'consent-is-for-its-use': [
    ['kinds.consent.needsConsent', false],
    ['evidence.scope', undefined],
    rowsOf('The people with parental responsibility', 'HOLDER_CONSENT_MISSING'),
  ],
  'risk-gets-no-notice': [rowsOf('Duties and public tasks', 'DUTY_NOTICE_DEFERRED', 'ALLOW_NOTIFY')],
  'holder-at-risk-like-a-stranger': [rowsOf('Subject access', 'HOLDER_RISK_REDACT')],
  'danger-never-waits': [['purposes.EMG.disputed', false]],
};

export const STARTER: Mutants = {
  'teachers-no-number': [['purposes.TRIP.cells.reader_no', 'plain LIB2']],
  'teachers-no-full-name': [['purposes.TRIP.cells.name', 'plain LIB2']],
  'reader-decides': [['kinds.consent.needsConsent', false], rowsOf("With the reader's word", 'NOT_AGREED')],
  'consent-is-for-its-use': [
    ['kinds.consent.needsConsent', false],
    rowsOf("With the reader's word", 'NOT_AGREED'),
  ],
  'own-district': [['purposes.LEND.area', 'any']],
  'frozen-stops': [['purposes.LEND.approval', 'afterwards']],
};
