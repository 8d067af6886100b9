/** What is lawful, written from the articles: whose word opens which purpose for a child of which age. */

export const AGES = ['10', 'the 14th birthday', '16', '19', 'unknown'] as const;
export type Age = (typeof AGES)[number];

/** What was said of a use by consent, as `giver act`; of a child in state care nothing was. */
export const SAID = {
  nothing: [],
  'in state care': [],
  'guardian consents': ['guardian given'],
  'child consents': ['child given'],
  'both consent': ['child given', 'guardian given'],
  'child consents, guardian is told': ['child given', 'guardian informed'],
  'guardian consents, child refuses': ['guardian given', 'child refused'],
  'both refuse': ['child refused', 'guardian refused'],
} as const;
export type Said = keyof typeof SAID;

export interface State {
  age: Age;
  flagged: boolean;
  said: Said;
}
export interface Asking {
  purpose: string;
  agency: string;
  context?: object;
  lawful(state: State): boolean;
}

const always = () => true;
/** The duties of the Measures end at eighteen; who has no date of birth counts as a child (A2.3). */
const whileChild = ({ age }: State) => age !== '19';
/** A12: whose word opens a use by consent. */
export function byConsent({ age, flagged, said }: State): boolean {
  switch (age) {
    // No age says whose word decides.
    case 'unknown':
      return false;
    // The person's own word, whatever the parents say.
    case '19':
      return ['child consents', 'both consent', 'child consents, guardian is told'].includes(said);
    // The child, and a guardian who knows; one in conflict with it counts for nothing (Civil Code 35).
    case '16':
      return !flagged && ['both consent', 'child consents, guardian is told'].includes(said);
    case 'the 14th birthday':
      return !flagged && said === 'both consent';
    // The guardian; if the child says no, a person decides first.
    case '10':
      return !flagged && ['guardian consents', 'both consent'].includes(said);
  }
}

export const ASKINGS: Record<string, Asking> = {
  W1: { purpose: 'W1', agency: 'mca-county', lawful: whileChild },
  W2: { purpose: 'W2', agency: 'mca-county', lawful: always },
  W3: { purpose: 'W3', agency: 'mca-county', lawful: whileChild },
  W4: {
    purpose: 'W4',
    agency: 'mca-county',
    lawful: (state) => state.said === 'in state care' && whileChild(state),
  },
  E1: { purpose: 'E1', agency: 'mps-county', context: { imminentDangerAttested: true }, lawful: always },
  R1: { purpose: 'R1', agency: 'mps-county', lawful: whileChild },
  J1: { purpose: 'J1', agency: 'court-county', context: { instrument: 'WRIT-1' }, lawful: always },
  J2: {
    purpose: 'J2',
    agency: 'procuratorate-county',
    context: { instrument: 'WRIT-1' },
    lawful: byConsent,
  },
  'J2, appointed': {
    purpose: 'J2',
    agency: 'audit-office',
    context: { instrument: 'WRIT-1' },
    lawful: always,
  },
  K1: { purpose: 'K1', agency: 'archive-county', lawful: always },
  S1: { purpose: 'S1', agency: 'edu-county', lawful: always },
  'S1, kindergarten': { purpose: 'S1', agency: 'charity-harbour', lawful: byConsent },
  H1: { purpose: 'H1', agency: 'health-hospital', lawful: byConsent },
  'H1, urgent': {
    purpose: 'H1',
    agency: 'health-hospital',
    context: { imminentDangerAttested: true },
    lawful: always,
  },
  D1: { purpose: 'D1', agency: 'cdpf-county', lawful: byConsent },
  F1: {
    purpose: 'F1',
    agency: 'league-county',
    context: { activity: 'ACT-2026-SUMMER' },
    lawful: byConsent,
  },
};
