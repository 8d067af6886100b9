/**
 * What the suites of acts and of silence must know of a pack beyond its tables: offices, people and numbers of its
 * sample, and what its offices can begin. The suites take the scene of the pack that the process has loaded.
 */
import { pack } from '../../../functions/session/policy.ts';
import type { SampleAgency } from '../../../infra/local/sample/parties.ts';
import { CHILDREN } from './children.ts';
import { UK } from './uk.ts';

/** The person lives in the county of most offices, or in its neighbour. */
export type Whose = 'own' | 'foreign';

export interface Scene {
  agencies: readonly SampleAgency[];
  /** An agency that makes no calls: stewards may stop it. */
  bystander: string;
  /** The field by whose value a person is found. */
  number: string;
  /** A number of which no record exists, of a person of that county. */
  fresh(whose: Whose): string;
  county: Record<Whose, string>;
  /** Whether the office's areas hold the county. */
  near(agency: SampleAgency, whose: Whose): boolean;
  /** The department for which an office speaks, written down here without the pack; others speak for none. */
  speaks: Readonly<Record<string, string>>;
  /** Departments that hold something of every person there. */
  holders: Record<Whose, readonly string[]>;
  /** Their sheets. */
  sheets: readonly { agency: string; whose: Whose; fields: object }[];
  /** The first actor for a person of each county. */
  desk: Record<Whose, string>;
  consent: { purpose: string; recipient: string; fields: readonly string[]; words: object };
  /** The field that is objected to, the department that answers, and its office. */
  objected: Record<Whose, { field: string; answers: string; office: string }>;
  leak: { fields: readonly string[]; owner: string; operator: string };
  /** Of which a freeze stops nothing that other calls do. */
  frozen: string;
  /** The office that sets legal holds. */
  holder: string;
  request: {
    agency: string;
    purpose: string;
    fields: readonly string[];
    context: object;
    /** Offices of the owner that decide on it. */
    deciders: readonly string[];
    /** Offices of the requester's line, which the gateway tells so: it, and those that decide for its department. */
    line: readonly string[];
    /** What a refusal says besides. */
    refusal: object;
  };
  /** The office that has a case about a person of each county. */
  cases: Record<Whose, string> & { purpose: string; department: string };
  /** A purpose that its recipients can declare met. */
  met: string;
  /** A programme that starts with a code, and one who may check it. */
  coded: { programme: string; recipient: string } | null;
  /** The office that reports harm, and the department that receives the report. */
  harm: Record<Whose, { reporter: string; to: string }> | null;
  /** People and callers of the suite of silence. */
  silence: Silence;
  /** The office that publishes cards, its purpose, and a further decider on what a card shows. */
  cards: { agency: string; purpose: string; decider: string } | null;
}

export interface Silence {
  /** What is held of everyone of the county, with the number as a field if its sheet is numbered. */
  sheets: readonly { agency: string; fields: object; numbered?: true }[];
  /** What is held elsewhere, of a person there. */
  away: { agency: string; fields: object };
  /** A field that the first sheet holds of one person alone. */
  extra: { field: string; value: string };
  holders: readonly string[];
  /** Purposes and agencies for whom everyone but the unwilling one has a consent to some fields. */
  consented: readonly (readonly [purpose: string, agency: string])[];
  consentedFields: readonly string[];
  /** What an office of a department can write. */
  own: Readonly<Record<string, object>>;
  emergency: string;
  /** An inquirer for a person, and what endangers the person. */
  guarded: Guarded;
  /** Offices that read the uses of their department's fields and also receive them. */
  readers: readonly string[];
  /** A caller whom no filed document concerns, and how it asks to open a report of harm. */
  stranger: { agency: string; opens: object };
  /** The offices that filed the documents of the rows, and the departments that answer them. */
  filed: { requester: string; case: string; incident: string; leaks: string; answers: string; tasks: string };
  /** Offices that no other's act concerns, each with what it may do. */
  bystanders: Readonly<Record<string, readonly string[]>>;
}

export interface Guarded {
  inquirer: string;
  identity: { name: string; number: string };
  /** Values in place of the pack's examples. `bare`: of a record that holds nothing else than a stranger may know. */
  values(bare: boolean): Readonly<Record<string, unknown>>;
  /** A field that everyone may know and one that not, of one purpose; and a purpose that a stranger does not learn. */
  used: Record<'agency' | 'purpose' | 'open' | 'closed', string> & {
    elsewhere?: Record<'agency' | 'purpose', string>;
  };
  /** What departments write instead, by what it says. */
  endangered: Readonly<Record<string, Readonly<Record<string, object>>>>;
  /**
   * Facts that no inquiry shows, and that decide: how many departments hold one is metered, so the bare record has them too.
   */
  metered: readonly string[];
  /** Those of them who defer the notice of every use. */
  deferred: readonly string[];
}

const scenes = [CHILDREN, UK];
const found = scenes.find(({ number }) => pack.fields.has(number));
if (!found) throw new Error('no scene of the loaded pack');

export const SCENE: Scene = found;
