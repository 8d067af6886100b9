import type { Text } from '../../language.ts';
import type { ConditionMap } from '../value/conditions.ts';
import type { MissLimits } from './limits.ts';

/** An article of law. */
export interface Article {
  text: Text;
  /** The languages in which the text is the law's own words. In any other it is a paraphrase. */
  wording: readonly string[];
}

/** Prefixes of codes. */
export interface CodeList extends Labelled {
  version: string;
  source: string;
  codes: readonly string[];
}

/** A condition on facts. If it does not hold, the purpose's duty does not cover the record. */
export interface Requirement extends Labelled {
  rule: string;
  /** Grounds to which it applies. Absent: all of the purpose. */
  kinds?: readonly string[];
  /** Inquirers who need it. Absent: it does not depend on them. */
  inquirers?: readonly string[];
  /** The finding if it does not hold. */
  finding?: string;
  /** Roles of the purpose that are exempt. */
  exempt?: readonly string[];
  /** Alternatives by field name; one must hold. */
  any?: readonly ConditionMap[];
  /** An assignment to the subject must name the officer. */
  assigned?: true;
}

/** The procedure for fields that need an approval. */
export interface ApprovalPolicy {
  /** The kind of task that asks the owner of a field, by the field's level. Its time is the limit for the answer. */
  asks: readonly { levels: readonly string[]; task: string }[];
  /** The kind of task of the requester. Its time is the limit for collection. */
  collect: string;
  /** Roles that decide for their department. */
  deciders: readonly string[];
  /** The most open requests of one agency at one department. */
  open: number;
  /** Roles that answer if the requester's own department is the only owner, unless the purpose names some. */
  standIns: readonly string[];
  /** The review of an emergency access by another person. */
  review?: ReviewPolicy;
  /** Disputes about refusals, and who decides them. */
  disputes?: DisputePolicy;
  material?: MaterialPolicy;
  refusals?: RefusalPolicy;
}

export interface ReviewPolicy {
  /** The obligation that requires the review, and the kind of its task. */
  obligation: string;
  task: string;
  rule: string;
  /** Accesses without a review from which the next one needs a second officer. */
  unreviewed: { agency: number; officer: number };
  /** The kind of task that an overdue review opens, at the superiors of both departments. */
  escalate: { task: string; superiors: Readonly<Record<string, string>>; otherwise: string };
}

/** The superior of each department decides on disputes about its refusals, by a task of this kind. */
export interface DisputePolicy {
  task: string;
  rule: string;
  superiors: Readonly<Record<string, string>>;
  otherwise: string;
}

/** An owner who refuses says why, by one of these words besides its reason. */
interface RefusalPolicy {
  rule: string;
  why: Readonly<Record<string, Labelled>>;
}

/** An owner may ask once for what it lacks; the task of this kind gives the requester its time. */
export interface MaterialPolicy {
  task: string;
  rule: string;
  /** What can be missing, by code. */
  missing: Readonly<Record<string, Labelled>>;
}

/** The class of sharing between departments, and the law under which the field is held. */
export interface Shared {
  sharing: 'unconditional' | 'conditional' | 'none';
  basis: string;
}

/** Retention of fields in years. */
export interface Retention {
  rule: string;
  /** The age from which years are counted. */
  age: number;
  /** Years after that age until the record is erased. */
  record: number;
  /** Events by name: the state that shows each. The last write of its fields is the instant. */
  ended?: Readonly<Record<string, Labelled & { any: readonly ConditionMap[] }>>;
  /** A field ends with the earliest of its times. */
  periods: readonly RetentionPeriod[];
  /** Fields that end with the record. */
  withRecord: readonly string[];
}

export interface RetentionPeriod {
  fields: readonly string[];
  yearsAfterAge?: number;
  yearsAfterWrite?: number;
  /** By event of `ended`. */
  yearsAfterEnd?: Readonly<Record<string, number>>;
}

/** The property of an entry by which a rule counts or remembers. */
export type GroupBy = 'agency' | 'officer' | 'purpose' | 'area';

/** The matching entries. Purposes in `except` are left out. */
export type Look =
  | { look: 'refusal' }
  | { look: 'hours'; opens: string; closes: string; except?: readonly string[] }
  | { look: 'first'; by: readonly GroupBy[]; days: number }
  | { look: 'many'; by: readonly GroupBy[]; at: number; except?: readonly string[] }
  | { look: 'unreviewed'; obligation: string; hours: number }
  | { look: 'decoy' }
  /** Changes of the register of agencies that were made, by the codes of their entries. */
  | { look: 'register'; codes: readonly string[] };

export interface AlertRule extends Labelled {
  rule: string;
  severity: 'low' | 'medium' | 'high';
  /** Absent for an alert that a function raises itself. */
  when?: Look;
}

export interface Dimension extends Labelled {
  field: string;
  /** The generalisation of its values. Absent: the stored values. */
  as?: string;
  /** The parent dimension. Absent: the county. */
  under?: string;
}

export interface Cohorts {
  rule: string;
  /** Minimum number of people for a published count. */
  smallest: number;
  /** Counts are rounded to a multiple of this. */
  round: number;
  dimensions: ReadonlyMap<string, Dimension>;
}

export interface Labelled {
  label: Text;
}

/** The form of a stored value. `either` takes the first that fits. */
export type Shape =
  | { is: 'text'; max: number; pattern?: string; example?: string }
  | { is: 'one of'; values: readonly (string | number)[] }
  | { is: 'date' | 'month' | 'boolean' }
  | { is: 'number'; min: number; max: number }
  | { is: 'record'; members: Readonly<Record<string, Shape>>; optional: readonly string[] }
  | { is: 'list'; of: Shape; max: number }
  | { is: 'either'; of: readonly Shape[] };

/** An advisory check on a well-formed value; a failure is stored and flagged as `code`. */
export interface Check {
  check: 'resident-number' | 'mod-11' | 'pattern' | 'luhn' | 'past-date' | 'agrees';
  code: string;
  /** `agrees`: the other field, which part of its number is compared, and how with this value. */
  with?: string;
  part?: 'birth' | 'parity' | 'whole';
  member?: string;
  /** `mod-11`: what each digit before the last is multiplied by, and the character that stands for ten. */
  weights?: readonly number[];
  ten?: string;
  /** `pattern`: the pattern that the text must match. */
  pattern?: string;
  /** Values that do not match this pattern are not compared. */
  only?: string;
}

/** `yearEnds` is the last day, `MM-DD`, of the year of an entitlement. */
export type Lasting = { hours: number } | { days: number } | { workingDays: number } | { yearEnds: string };

export type Mask =
  /** The surname stands first, of one character or a listed one; of names of this script with at most so many characters. */
  | { mask: 'surname'; script: string; longest: number; compounds: readonly string[] }
  /** The first letters of the first and the last word. */
  | { mask: 'initials' }
  | { mask: 'keep'; first?: number; last?: number; stars: number }
  | { mask: 'display number'; digits: number; stars: number }
  | { mask: 'members'; members: Readonly<Record<string, string>> };

export type Generalisation = Labelled & Coarser;

type Coarser =
  | { by: 'age'; bands?: readonly number[]; yearStarts?: string }
  | { by: 'prefix'; digits: number; member?: string; unit?: 'character' }
  | { by: 'cases'; cases: readonly { when: ConditionMap; value: string }[]; says: Says }
  | { by: 'each'; words: Readonly<Record<string, string>>; says: Says; member?: string }
  | { by: 'count' };

/** The words for coarser values. */
type Says = Readonly<Record<string, Text>>;

export interface Predicate extends Labelled {
  /** May be answered to outside bodies. */
  outward: boolean;
  /** No answer, and no difference of two answers, may reveal this predicate alone. */
  mixed?: boolean;
  /** True if one of the alternatives holds. */
  any: readonly ConditionMap[];
}

export interface Calendar {
  utcOffsetMinutes: number;
  /** The last day with published holidays, ISO. Absent: no holidays that change. */
  until?: string;
  weekend: readonly number[];
  /** ISO dates that are holidays, and weekend dates that are working days. */
  holidays: ReadonlySet<string>;
  makeUpDays: ReadonlySet<string>;
}

/** A predicate about one field, or a combination of predicates. */
export type Question =
  | { readonly predicate: string; readonly field: string }
  | { readonly all: readonly Question[] }
  | { readonly any: readonly Question[] }
  | { readonly not: Question };

export interface Programme extends Labelled {
  name: string;
  purpose: string;
  /** How a check starts: with the name of a subject, or with a one-time code. */
  start: 'name' | 'code';
  /** Roles that may check; roles of the purpose. */
  who: readonly string[];
  /** Client ids of the bodies that may check; without it, all of these roles. */
  recipients?: readonly string[] | undefined;
  /** Division-code prefixes. */
  areas: readonly string[];
  /** ISO days in the pack's time zone, both inclusive. */
  from: string;
  until: string;
  /** How long a confirmed eligibility is valid. */
  proofDays: number;
  when: Question;
  /** Every field that the predicates read. A consent must name them all. */
  fields: readonly string[];
  /** The classes of these fields and of the decisive ones. */
  classes: readonly string[];
  budgets: Budgets;
}

/** Limits of one recipient and day. */
export interface Budgets {
  /** Checks of one subject. */
  subject: number;
  /** Checks of the programme. */
  day: number;
  /** Answers without a confirmation. */
  misses: MissLimits;
}

/** The member of a request that names the shared property. */
export type MatterWord = 'case' | 'instrument' | 'activity';

/**
 * The limit that an agency's requests share if they name the same case, instrument or activity. It starts
 * with the first person whose data was released and lasts as long as the purpose states.
 */
export interface MatterRule {
  named: MatterWord;
  /** Maximum number of distinct people of all its requests together. */
  people?: number;
  /** A case may be an incident: then the limit lasts as long as the incident is open. */
  incident?: true;
}
