/**
 * A pack: the law of one collection. The engine reads every name from it and knows none itself. Look-ups by
 * name are Maps, so that a caller's text never reaches a prototype. `load-pack.ts` makes it of the compiled
 * JSON.
 */

import type { ActRow } from '../acts/rows.ts';
import type { Cell, FieldDecision, Form, Withheld } from '../types.ts';
import type { StopWords } from '../value/stop-words.ts';
import type {
  AlertRule,
  Calendar,
  Casework,
  Check,
  CodeList,
  Cohorts,
  ConsentPolicy,
  Generalisation,
  Labelled,
  Lasting,
  Mask,
  MatterRule,
  Predicate,
  Programme,
  Requirement,
  Retention,
  Shape,
} from './parts.ts';

export interface FieldDef extends Labelled {
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
  /** Another field whose value can be read off this one. */
  embeds?: string;
}

export interface ClassDef {
  restricted: boolean;
  /** Holds what decisions read, and nothing else. */
  decisive: boolean;
  /** Purposes that may unwrap its keys. */
  openedBy: readonly string[];
}

export interface Role extends Labelled {
  /** Departments that may hold it; empty: open to bodies outside the departments. */
  departments: readonly string[];
  /** Forms that no purpose may give it. */
  never?: readonly Form[];
  /** Works for the media: gets nothing that is marked so, and the rest only generalised. */
  media?: boolean;
}

/** Which kind of legal ground a purpose stands on: the first whose condition the request meets. */
export interface KindRule {
  kind: string;
  role?: string;
  attested?: boolean;
  /** Further duties that come with this ground. */
  obligations?: readonly string[];
}

/** A limit to the distinct people of whom one person is told in a day, by the level of what is shown. */
export interface VolumeTier {
  name: string;
  levels: readonly string[];
  alert: number;
  stop: number;
}

/** In English and in Chinese. */
export type Word = readonly [en: string, zh: string];

/** Something that must be done within a time. */
export interface TaskKind extends Labelled {
  rule: string;
  within: Lasting;
  /** From when on it is reminded of. */
  remind?: Lasting;
  /** Whether an officer closes it; if not, an act does. */
  byHand: boolean;
  /** The reason or the obligation of a logged decision that opens it. */
  from?: string;
  /** How long further decisions about the same person, agency and purpose make no other task; a day. */
  per?: 'day' | 'month' | 'year';
  /** Opened at whoever received something, once the time is over for which the purpose lets it be kept. */
  ends?: 'purpose';
  /** Whoever closes it names what proves that it is done. */
  proof?: true;
  /** At whom it is opened: `handler`, `owners`, or a department. */
  to?: string;
  /** Departments of which the first that is not the requester's own stands in where no owner is left. */
  orElse?: readonly string[];
}

/** How what needs an approval is asked for. */
export interface ApprovalPolicy {
  /** The kind of task by which the owner of a field is asked, by the field's level: its time is the limit. */
  asks: readonly { levels: readonly string[]; task: string }[];
  /** The kind of task of whoever asked: its time is the limit to collect. */
  collect: string;
  /** Roles that answer where the requester's own department is the only owner, unless the purpose names some. */
  standIns: readonly string[];
  /** The obligation after which somebody else reviews, and the kind of task of that; until then it stops the next. */
  review?: { obligation: string; task: string; rule: string };
}

export interface Purpose extends Labelled {
  code: string;
  kinds: readonly KindRule[];
  who: readonly string[];
  basis: string;
  rule: string;
  approval: 'none' | 'role' | 'case' | 'four-eyes' | 'afterwards';
  /** Roles that answer where the requester's own department is a field's only owner. */
  approvers?: readonly string[];
  /** What was approved is collected once; left out: as often as needed within its time. */
  collects?: 'once';
  demands: readonly ('case' | 'officer' | 'reason' | 'instrument' | 'activity' | 'signature')[];
  batch: number;
  /** What a release for it is called in the log; left out: `provide`. */
  operation?: 'provide' | 'transmit' | 'disclose';
  /** Route that serves it, where that is not the ordinary release. */
  route?: string;
  validity: string;
  /** How long what was released may be kept and used, where that is a time. */
  lasts?: Lasting;
  /** How long a consent to it holds at most, where it is over before the policy's longest time. */
  consentLasts?: Lasting;
  /** Released beyond the day's limits too, which are told of all the same. */
  volume?: 'alert';
  /** What all requests for one case share, so that it can end or be full. */
  matter?: MatterRule;
  /** Open for registered activities alone, until so long after their last day. */
  activity?: Lasting;
  /** The article by which what is shown must fit as many people as the smallest cohort has. */
  fits?: string;
  area: 'own' | 'any';
  /** How far the duty reaches. */
  requires: readonly Requirement[];
  disputed: boolean;
  obligations: readonly string[];
  /** Fields dropped, where the decision says that the answer is redacted. */
  redacts: readonly string[];
  cells: ReadonlyMap<string, Cell>;
  withheld: ReadonlyMap<string, Withheld>;
}

export interface Pack {
  collection: string;
  title: Labelled;
  version: string;
  hash: string;
  bases: readonly string[];
  areaField: string;
  /** Digits of a division code that stand in clear. */
  countyDigits: number;
  rules: ReadonlyMap<string, string>;
  reasons: ReadonlyMap<string, string>;
  obligations: ReadonlyMap<string, string>;
  departments: ReadonlyMap<string, Labelled>;
  roles: ReadonlyMap<string, Role>;
  classes: ReadonlyMap<string, ClassDef>;
  fields: ReadonlyMap<string, FieldDef>;
  purposes: ReadonlyMap<string, Purpose>;
  prohibited: ReadonlyMap<string, Labelled & { rule: string }>;
  /** Words that stop a stated reason. */
  stopWords: StopWords;
  /** The articles behind the refusals that no purpose states itself. */
  grounds: Readonly<
    Record<
      'unknownPurpose' | 'unknownField' | 'notOwner' | 'training' | 'frozen' | 'outOfArea' | 'disputed',
      string
    >
  >;
  consent: ConsentPolicy;
  masks: ReadonlyMap<string, Mask>;
  generalisations: ReadonlyMap<string, Generalisation>;
  /** Lists of codes that conditions look up. */
  lists: ReadonlyMap<string, CodeList>;
  predicates: ReadonlyMap<string, Predicate>;
  programmes: ReadonlyMap<string, Programme>;
  /** Least number of people that a programme must fit, in all of its areas together. */
  smallestCohort?: number;
  /** What people are counted by, for statistics and for the size of cohorts. */
  cohorts?: Cohorts;
  /** Names that stand for people in cards. */
  pseudonyms: readonly string[];
  calendar: Calendar;
  /** How often a day an agency may compare what it knows of one person. */
  comparisons?: { rule: string; day: number };
  /** Tiers from the strictest to the mildest. */
  volume?: { rule: string; tiers: readonly VolumeTier[] };
  /** Left out: what needs an approval is refused. */
  approvals?: ApprovalPolicy;
  tasks: ReadonlyMap<string, TaskKind>;
  /** What an act needs and tells, by its name. */
  acts: ReadonlyMap<string, ActRow>;
  casework?: Casework;
  /** Left out: nothing is erased without being asked for. */
  retention?: Retention;
  /** What stands for members and codes on a page for people, the codes by field. */
  words?: {
    members: Readonly<Record<string, Word>>;
    values: Readonly<Record<string, Readonly<Record<string, Word>>>>;
  };
  /** By code. */
  alerts: ReadonlyMap<string, AlertRule>;
  /** Names that no field may have. */
  sealed: readonly string[];
}

/** Whether an answer with these fields must be encrypted to the caller: it holds a value of a restricted class. */
export function mustSeal(pack: Pack, fields: ReadonlyMap<string, Pick<FieldDecision, 'cell'>>): boolean {
  for (const [name, { cell }] of fields) {
    if (!OPEN_FORMS.has(cell.form)) continue;
    const field = pack.fields.get(name);
    if (field && pack.classes.get(field.class)?.restricted) return true;
  }
  return false;
}

/**
 * Whether whoever is told something for this purpose gets a reference to the subject, which is a field made at
 * release.
 */
export function givesReference({ fields }: Pack, { cells }: Purpose): boolean {
  return [...cells.keys()].some((field) => fields.get(field)?.virtual);
}

/** The sentence for a reason code, or the code itself. */
export function reasonText(pack: Pack, code: string): string {
  return pack.reasons.get(code) ?? code;
}

/** Forms that show a value, or a part of it. */
export const OPEN_FORMS: ReadonlySet<Form> = new Set<Form>(['plain', 'masked', 'generalised']);

/** Departments that own any of these fields, sorted. A name that the pack does not know has no owner. */
export function ownersOf(pack: Pack, fields: Iterable<string>): string[] {
  return [...new Set([...fields].flatMap((field) => pack.fields.get(field)?.owners ?? []))].sort();
}

/** Departments that own any field: for entries about a subject that may not exist. */
export function allOwners(pack: Pack): string[] {
  return ownersOf(pack, pack.fields.keys());
}
