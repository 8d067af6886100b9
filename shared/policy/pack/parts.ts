import type { Json } from '../types.ts';
import type { ConditionMap } from '../value/conditions.ts';

/** What follows from acts of casework. */
export interface Casework {
  /** On whose behalf a desk objects. */
  objections: { givers: readonly string[] };
  inquiries: {
    rule: string;
    /** Inquirers who may be answered, and those among them who get the proof that nothing was left out. */
    who: readonly string[];
    proof: readonly string[];
    /** Obligations of releases that are shown to nobody, and of those that a redacted answer leaves out. */
    secret: readonly string[];
    deferred: readonly string[];
  };
  incidents: {
    /** Hours in which a leak is reported, by kind of operator. */
    clocks: Readonly<Record<string, number>>;
    keepYears: number;
    /** Department that tells those concerned. */
    tells: string;
  };
}

/** Codes, each of which stands for all that begin with it. */
export interface CodeList extends Labelled {
  version: string;
  source: string;
  codes: readonly string[];
}

/** A condition on facts, without which the duty of a purpose does not reach a record. */
export interface Requirement extends Labelled {
  rule: string;
  /** Grounds on which it is asked for; left out: all of the purpose. */
  kinds?: readonly string[];
  /** Roles of the purpose that it is not asked of. */
  exempt?: readonly string[];
  /** One of these must hold, by the names of fields. */
  any?: readonly ConditionMap[];
  /** The officer must be named by what assigns people to the subject. */
  assigned?: true;
}

/** How long fields are kept, in years. */
export interface Retention {
  rule: string;
  /** The age from which years are counted. */
  age: number;
  /** Years after that age until the whole record is erased. */
  record: number;
  /** A field ends by the first that is over. */
  periods: readonly { fields: readonly string[]; yearsAfterAge?: number; yearsAfterWrite?: number }[];
}

/** What of an entry makes two of them the same for a rule that counts or remembers. */
export type GroupBy = 'agency' | 'officer' | 'purpose' | 'area';

/** What is looked for. Purposes in `except` are left out. */
export type Look =
  | { look: 'refusal' }
  | { look: 'hours'; opens: string; closes: string; except?: readonly string[] }
  | { look: 'first'; by: readonly GroupBy[]; days: number }
  | { look: 'many'; by: readonly GroupBy[]; at: number; except?: readonly string[] }
  | { look: 'unreviewed'; obligation: string; hours: number }
  | { look: 'decoy' };

export interface AlertRule extends Labelled {
  rule: string;
  severity: 'low' | 'medium' | 'high';
  /** Left out for what a function raises by itself. */
  when?: Look;
}

export interface Dimension {
  label: string;
  zh: string;
  field: string;
  /** The generalisation that its values are of; absent: the values as they are held. */
  as?: string;
  /** The dimension that it divides further; absent: it divides a county. */
  under?: string;
}

export interface Cohorts {
  rule: string;
  /** Least people that a count is published of. */
  smallest: number;
  /** Counts are rounded to a multiple of this. */
  round: number;
  dimensions: ReadonlyMap<string, Dimension>;
}

export interface ConsentRow {
  when: ConditionMap;
  verdict: string;
  reason: string;
  rule: string;
}

export interface ConsentInput {
  /** Closed list of values; absent where `type` is `number`. */
  values?: readonly Json[];
  type?: 'number';
  default?: Json;
}

export interface Verdict {
  verdict: string;
  releases: boolean;
  obligations: readonly string[];
  redacts: boolean;
}

/** Where `decide` finds the inputs of the table; every name is one of the pack. */
export interface Evidence {
  kind: string;
  birth?: { field: string; toleranceDays: number; age: string; birthday: string };
  facts: readonly {
    input: string;
    field: string;
    member?: string;
    /** A bare value does not stand for the member. */
    recordOnly?: boolean;
    words?: Readonly<Record<string, Json>>;
    otherwise?: Json;
    absent?: Json;
  }[];
  /** The act of the first of these givers that has one, and where to say whose it was and at what age. */
  acts: readonly {
    input: string;
    givers: readonly string[];
    giver?: string;
    age?: string;
    /** A consent given below this age ends once the anniversary is over. */
    endsAtAge?: number;
  }[];
  /** The word for an act of telling, by who was told; the first listed that took place counts. */
  informed?: { input: string; by: readonly { giver: string; word: Json }[] };
  /** Inputs that acts prove: one act of each list of givers, taken before whatever `before` says. */
  proofs?: readonly {
    input: string;
    act: string;
    by: readonly (readonly string[])[];
    before?: 'consent';
  }[];
  scope?: string;
  conflict?: string;
  requester?: { input: string; department: string; word: string };
  attested?: string;
  inquirer?: string;
  /** What nobody has proven yet, for a decision about a record. */
  unproven: Readonly<Record<string, Json>>;
  /** The longest that a consent lasts, in months. */
  maxMonths: number;
  /** Days for which somebody who refused is not asked again. */
  askAgainDays?: number;
}

export interface ConsentPolicy {
  kinds: Readonly<
    Record<
      string,
      {
        facts: readonly string[];
        needsConsent: boolean;
        /** Kind of the task that a withdrawal makes at whoever received something. */
        withdrawn?: string;
      }
    >
  >;
  inputs: Readonly<Record<string, ConsentInput>>;
  /** A derived input: the first stage whose conditions hold. */
  stage: { input: string; cases: readonly { when: ConditionMap; value: string }[]; otherwise: string };
  sections: readonly { title: string; when: ConditionMap; rows: readonly ConsentRow[] }[];
  /** Verdicts in order of strictness, the mildest first. */
  verdicts: readonly Verdict[];
  unforeseen: { verdict: string; reason: string; rule: string };
  evidence: Evidence;
}

export interface Labelled {
  label: string;
  zh: string;
}

/** The form of a stored value. `either` takes the first that fits. */
export type Shape =
  | { is: 'text'; max: number; pattern?: string }
  | { is: 'one of'; values: readonly (string | number)[] }
  | { is: 'date' | 'month' | 'boolean' }
  | { is: 'number'; min: number; max: number }
  | { is: 'record'; members: Readonly<Record<string, Shape>>; optional: readonly string[] }
  | { is: 'list'; of: Shape; max: number }
  | { is: 'either'; of: readonly Shape[] };

/** An advisory check on a well-formed value; a failure is stored and flagged as `code`. */
export interface Check {
  check: 'resident-number' | 'pattern' | 'luhn' | 'past-date' | 'agrees';
  code: string;
  /** `agrees`: the other field, which part of its number is compared, and how with this value. */
  with?: string;
  part?: 'birth' | 'parity' | 'whole';
  member?: string;
  /** `pattern`: what the text must match. */
  pattern?: string;
  /** Values that do not match this pattern are not compared. */
  only?: string;
}

/** `yearEnds` is the last day, `MM-DD`, of the year that something is for. */
export type Lasting = { hours: number } | { days: number } | { workingDays: number } | { yearEnds: string };

export type Mask =
  | { mask: 'surname'; compounds: readonly string[] }
  | { mask: 'keep'; first?: number; last?: number; stars: number }
  | { mask: 'display number'; digits: number; stars: number }
  | { mask: 'members'; members: Readonly<Record<string, string>> };

export type Generalisation =
  | { by: 'age'; bands?: readonly number[]; yearStarts?: string }
  | { by: 'prefix'; digits: number; member?: string; unit?: 'character' }
  | { by: 'cases'; cases: readonly { when: ConditionMap; value: string }[] }
  | { by: 'each'; words: Readonly<Record<string, string>>; member?: string }
  | { by: 'count' };

export interface Predicate extends Labelled {
  /** May be answered to bodies outside the departments. */
  outward: boolean;
  /** True when one of the alternatives holds. */
  any: readonly ConditionMap[];
}

export interface Calendar {
  utcOffsetMinutes: number;
  /** The last day of which holidays were published, ISO; left out: it has no holidays that change. */
  until?: string;
  weekend: readonly number[];
  /** ISO dates off, and weekend dates worked. */
  holidays: ReadonlySet<string>;
  makeUpDays: ReadonlySet<string>;
}

/** A predicate about one field, or a combination of such. */
export type Question =
  | { readonly predicate: string; readonly field: string }
  | { readonly all: readonly Question[] }
  | { readonly any: readonly Question[] }
  | { readonly not: Question };

export interface Programme extends Labelled {
  name: string;
  purpose: string;
  /** How a check begins: with the name of a subject, or with a one-time code. */
  start: 'name' | 'code';
  /** Roles that may ask; among those of the purpose. */
  who: readonly string[];
  /** Division-code prefixes. */
  areas: readonly string[];
  /** ISO days in the pack's time zone, both included. */
  from: string;
  until: string;
  /** How long a confirmed eligibility is good for. */
  proofDays: number;
  when: Question;
  /** Every field that the predicates read. A consent must name them all. */
  fields: readonly string[];
  /** The classes that these fields and the decisive ones are of. */
  classes: readonly string[];
  budgets: Budgets;
}

/** Limits of one recipient and day. */
export interface Budgets {
  /** Checks of one subject. */
  subject: number;
  /** Checks of the programme. */
  day: number;
  /** Answers that confirm nothing: when to raise an alert, to answer later and later, and to stop. */
  misses: { alert: number; slow: number; stop: number };
}

/** The word of a request that names what several are for. */
export type MatterWord = 'case' | 'instrument' | 'activity';

/**
 * What requests of an agency share that name the same case, instrument or activity. It lasts as long as the purpose
 * says, from the first of whom somebody was told of.
 */
export interface MatterRule {
  named: MatterWord;
  /** Most distinct people of all its requests together. */
  people?: number;
  /** A case may be an incident: then it lasts as long as that is open. */
  incident?: true;
}
