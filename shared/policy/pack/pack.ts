/**
 * A pack: the law of one collection. The engine reads every name from it and has none of its own. Lookups by
 * name use Maps, so that a caller's text never reaches a prototype. `load-pack.ts` makes a pack from the
 * compiled JSON.
 */

import type { Outcome } from '../../entry-kinds.ts';
import { codeText, type Text } from '../../language.ts';
import type { ActRow } from '../acts/rows.ts';
import type { Cell, FieldDecision, Form, Withheld } from '../types.ts';
import type { StopWords } from '../value/stop-words.ts';
import type { Casework } from './casework.ts';
import type { ConsentPolicy } from './consent-policy.ts';
import type { LeakRules, MissRules, PostingRules, ReviewOrder, StopRules, StoryRules } from './limits.ts';
import type { Notices } from './notices.ts';
import type {
  AlertRule,
  ApprovalPolicy,
  Article,
  Calendar,
  Check,
  CodeList,
  Cohorts,
  Generalisation,
  Labelled,
  Lasting,
  Mask,
  MatterRule,
  MatterWord,
  Predicate,
  Programme,
  Requirement,
  Retention,
  Shape,
  Shared,
} from './parts.ts';
import type { EngineReason } from './reasons.ts';
import type { Writing } from './writing.ts';

export interface FieldDef extends Labelled, Shared {
  name: string;
  /** Absent only for virtual fields. */
  class: string;
  level: string;
  /** Departments that may write it, first one preferred at release. */
  owners: readonly string[];
  rule: string;
  shape?: Shape;
  checks: readonly Check[];
  matchable: boolean;
  virtual: boolean;
  mask?: string;
  media?: 'never';
  /** Another field whose value follows from this one. */
  embeds?: string;
}

export interface ClassDef {
  restricted: boolean;
  /** Holds only fields that decisions read. */
  decisive: boolean;
  /** Purposes that may unwrap the keys of the class. */
  openedBy: readonly string[];
}

export interface Role extends Labelled {
  /** Departments that may hold it; empty: open to bodies outside the departments. */
  departments: readonly string[];
  /** Forms that no purpose may give to this role. */
  never?: readonly Form[];
  /** Works for the media: gets no field that is marked so, and other fields only generalised. */
  media?: boolean;
}

/** The kind of legal ground of a purpose: the first whose condition the request meets. */
export interface KindRule {
  kind: string;
  role?: string;
  attested?: boolean;
  /** The lawful basis of this ground, by its name in the pack. A request that names another is not on this ground. */
  basis?: string;
  /** Further duties that this ground adds. */
  obligations?: readonly string[];
}

/** A limit to the distinct people about whom one officer receives data in a day, by the level of the shown fields. */
export interface VolumeTier {
  name: string;
  levels: readonly string[];
  alert: number;
  stop: number;
}

/** A task with a time limit. */
export interface TaskKind extends Labelled {
  rule: string;
  within: Lasting;
  /** The time from which reminders are sent. */
  remind?: Lasting;
  /** Whether an officer closes it; otherwise an act does. */
  byHand: boolean;
  /** The reason or obligation of a logged decision that opens it. */
  from?: string;
  /** How long further decisions about the same person, agency and purpose open no second task; a day. */
  per?: 'day' | 'month' | 'year';
  ends?: 'purpose' | 'age' | 'duty' | 'consent';
  /** The closing officer names the proof that it is done. */
  proof?: true;
  /** The proof is of a delivery: its kind and day are named as well. */
  delivers?: true;
  /** The closing officer decides between `release` and `refuse`, with effect for so long. */
  decides?: Lasting;
  /** The words that close it. Absent: any. */
  outcomes?: readonly Outcome[];
  /** Addressee: `handler`, `owners`, or a department. */
  to?: string;
  /** Substitute departments if there is no other owner; the first outside the requester's line. */
  orElse?: readonly string[];
}

export interface Purpose extends Labelled {
  code: string;
  kinds: readonly KindRule[];
  who: readonly string[];
  /** The prohibited use that a request of any other body points at. It raises an alert. */
  unlisted?: string;
  basis: string;
  rule: string;
  approval: 'none' | 'role' | 'case' | 'four-eyes' | 'afterwards';
  /** A registered case, assigned to the officer, or an owner's approval. */
  case?: 'registered';
  /** Roles that answer if the requester's own department is a field's only owner. */
  approvers?: readonly string[];
  /** Approved fields are collected once. Absent: any number of times within the limit. */
  collects?: 'once';
  demands: readonly ('case' | 'officer' | 'reason' | 'instrument' | 'activity' | 'signature')[];
  batch: number;
  /** The word for its release in the log. Absent: `provide`. */
  operation?: 'provide' | 'transmit' | 'disclose';
  /** The route that serves it, if it is not the ordinary release. */
  route?: string;
  validity: Text;
  /** How long the recipient may keep and use the data, if limited. */
  lasts?: Lasting;
  /**
   * When the recipient deletes what it received. `duty`: a condition of `requires` no longer holds. `person`: given to
   * the person itself. `counts`: about no person.
   */
  kept?: readonly ('time' | 'activity' | 'case' | 'duty' | 'age' | 'person' | 'counts')[];
  /** The maximum time of a consent to it, if shorter than the policy's. */
  consentLasts?: Lasting;
  /** Released even beyond the day's limits, which still count it. */
  volume?: 'alert';
  /** The limit that all requests for one case share. */
  matter?: MatterRule;
  /** Open only for registered activities, until this long after their last day. */
  activity?: Lasting;
  /** The article that requires shown values to fit the smallest cohort. */
  fits?: string;
  area: 'own' | 'any';
  /** Roles for which it is open outside their areas, if the request states this word. Only if `area` is `own`. */
  elsewhere?: { roles: readonly string[]; states: MatterWord };
  /** The reach of the duty. */
  requires: readonly Requirement[];
  disputed: boolean;
  obligations: readonly string[];
  /** Releases need no notice. Absent: the decision determines it. */
  notice?: 'none';
  cells: ReadonlyMap<string, Cell>;
  withheld: ReadonlyMap<string, Withheld>;
}

export interface Pack {
  collection: string;
  title: Labelled;
  version: string;
  hash: string;
  bases: readonly string[];
  /** The lawful bases of grounds, by name. Absent: grounds name none. */
  lawfulBases?: Readonly<Record<string, Labelled & { rule: string }>>;
  areaField: string;
  /** Codes that do not begin with the code of the area that holds them, by that area. */
  areasUnder?: Readonly<Record<string, readonly string[]>>;
  /** Digits of a division code that are stored in clear. */
  countyDigits: number;
  /** Of every text; the first is shown if a reader wants none of them. */
  languages: readonly string[];
  rules: ReadonlyMap<string, Text>;
  articles?: Readonly<Record<string, Article>>;
  reasons: ReadonlyMap<string, Text>;
  obligations: ReadonlyMap<string, Text>;
  departments: ReadonlyMap<string, Labelled>;
  roles: ReadonlyMap<string, Role>;
  /** How long a training record counts at most, from its registration. */
  training: { rule: string; longest: Lasting };
  /** Two sides of roles and departments; no agency has one of each. */
  apart?: readonly { rule: string; one: readonly string[]; other: readonly string[] }[];
  classes: ReadonlyMap<string, ClassDef>;
  fields: ReadonlyMap<string, FieldDef>;
  purposes: ReadonlyMap<string, Purpose>;
  prohibited: ReadonlyMap<string, Labelled & { rule: string }>;
  /** Words that stop a stated reason. */
  stopWords: StopWords;
  /** The articles behind refusals that do not follow from the purpose. */
  grounds: Readonly<
    Record<
      'unknownPurpose' | 'unknownField' | 'notOwner' | 'training' | 'frozen' | 'outOfArea' | 'disputed',
      string
    >
  >;
  consent: ConsentPolicy;
  masks: ReadonlyMap<string, Mask>;
  generalisations: ReadonlyMap<string, Generalisation>;
  /** Lists of codes for conditions. */
  lists: ReadonlyMap<string, CodeList>;
  predicates: ReadonlyMap<string, Predicate>;
  programmes: ReadonlyMap<string, Programme>;
  /** Minimum number of people that a programme must fit, in all its areas together. */
  smallestCohort?: number;
  /** The dimensions by which people are counted, for statistics and for the size of cohorts. */
  cohorts?: Cohorts;
  /** Names that replace people's names on cards. */
  pseudonyms: readonly string[];
  writing?: Writing;
  stories?: StoryRules;
  calendar: Calendar;
  /** How often in a day an agency may compare values with one person's record. */
  comparisons?: { rule: string; day: number };
  posting?: PostingRules;
  leaks?: LeakRules;
  misses?: MissRules;
  stops?: StopRules;
  /** Tiers from the strictest to the mildest. */
  volume?: { rule: string; tiers: readonly VolumeTier[] };
  /** Absent: a field that needs an approval is refused. */
  approvals?: ApprovalPolicy;
  tasks: ReadonlyMap<string, TaskKind>;
  /** Levels of fields that are shown to an officer who has not logged in. */
  claimed: { rule: string; levels: readonly string[] };
  /** The requirements and answers of each act, by its name. */
  acts: ReadonlyMap<string, ActRow>;
  casework?: Casework;
  /** Absent: nothing is erased without a request. */
  retention?: Retention;
  /** Absent: consents name no notice. */
  notices?: Notices;
  /** Words for members and codes on a page for people; the codes by field. */
  words?: {
    members: Readonly<Record<string, Text>>;
    values: Readonly<Record<string, Readonly<Record<string, Text>>>>;
  };
  /** By code. */
  alerts: ReadonlyMap<string, AlertRule>;
  reviews: ReviewOrder;
  /** Names that no field may have. */
  sealed: readonly string[];
}

/** Whether an answer with these fields must be encrypted to the caller: it holds a value of a restricted class. */
export function mustSeal(pack: Pack, fields: ReadonlyMap<string, Pick<FieldDecision, 'cell'>>): boolean {
  return [...fields].some(([name, { cell }]) => mustSealField(pack, name, cell));
}

export function mustSealField(
  { classes, fields }: Pack,
  name: string,
  { form }: Pick<Cell, 'form'>,
): boolean {
  return OPEN_FORMS.has(form) && classes.get(fields.get(name)?.class ?? '')?.restricted === true;
}

/** Whether a recipient of this purpose gets a reference to the subject. The reference is a field made at release. */
export function givesReference({ fields }: Pack, { cells }: Purpose): boolean {
  return [...cells.keys()].some((field) => fields.get(field)?.virtual);
}

/** The sentence for a reason that the engine gives. The compiler demands one. */
export function reasonText(pack: Pack, code: EngineReason): Text {
  return textOfCode(pack, code);
}

/** The sentence for a reason that a decision or an entry names; the code itself if the pack has none. */
export function textOfCode(pack: Pack, code: string): Text {
  return pack.reasons.get(code) ?? codeText(code);
}

/** Forms that show a value or a part of it. */
export const OPEN_FORMS: ReadonlySet<Form> = new Set<Form>(['plain', 'masked', 'generalised']);

/** Departments that own any of these fields, sorted. An unknown name has no owner. */
export function ownersOf(pack: Pack, fields: Iterable<string>): string[] {
  return [...new Set([...fields].flatMap((field) => pack.fields.get(field)?.owners ?? []))].sort();
}

/** Departments that own any field, for entries about a subject that may not exist. */
export function allOwners(pack: Pack): string[] {
  return ownersOf(pack, pack.fields.keys());
}
