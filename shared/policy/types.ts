/**
 * Inputs and results of the policy engine. The engine knows collections, classes, fields, purposes and rules
 * only as data of a compiled pack. `now` is always epoch milliseconds given by the caller.
 */

import type { Statement } from '../contract/casework.ts';
import type { ProblemCode } from '../errors.ts';
import type { ClientId, EntryId } from '../ids.ts';
import type { Text } from '../language.ts';
import type { EngineReason } from './pack/reasons.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** How much of a field a purpose may see. */
export type Form = 'plain' | 'masked' | 'generalised' | 'predicate' | 'token';

/** The calling office as registered. Areas are division-code prefixes (6, 9 or 12 digits). */
export interface Caller {
  clientId: ClientId;
  departments: readonly string[];
  roles: readonly string[];
  areas: readonly string[];
  purposes: readonly string[];
  /** RFC 3339 date until which the caller's training record is valid; absent means not valid. */
  trainedUntil?: string;
  /** Registered activities, each with its last day (RFC 3339 date). */
  activities?: readonly { id: string; ends: string }[];
  /** Its contracts: see `contracts` of the pack. */
  contracts?: readonly { from: string; until: string }[];
  /** The office's institution by its name in records. */
  institution?: string;
}

/** The contents of a request, from the token and the request alone. */
export interface Ask {
  /** A person decided that what the request states is innocent. */
  cleared?: boolean;
  /** Its reason supplements a request whose own reason was looked at. */
  supplies?: boolean;
  /** Digest of the text for publication. */
  text?: string;
  purpose: string;
  collection: string;
  subjects: number;
  /** Absent: every field that the purpose allows. */
  fields?: readonly string[];
  compare?: Readonly<Record<string, Json>>;
  case?: string;
  officer?: string;
  reason?: string;
  instrument?: string;
  activity?: string;
  /** The lawful basis that is relied on, if the purpose allows several. Absent: the first whose ground applies. */
  basis?: string;
  imminentDangerAttested?: boolean;
  /** A person asks at the console, about one person at a time. */
  atPage?: boolean;
  /** The officer has logged in; an office's word for its officer shows less. */
  authenticated?: boolean;
  /** The directory of the officer who has logged in gives the role to ask. */
  appointed?: boolean;
  /** The word of the person who has logged in. */
  person?: string;
  /** A registered key of the caller signs the complete request. */
  signed?: boolean;
  /** The route that serves the request, if it is not the ordinary release. */
  route?: string;
  /** Frozen classes: a release that would open one of them is refused. */
  frozen?: readonly string[];
  /**
   * What KMS opens for no caller at present, whose fields are withheld from every person alike: classes, and as
   * `<department>/<class>` what a department holds by a key of its own.
   */
  closed?: readonly string[];
  /** The answer goes to a key that is not hybrid, or to none: what leaves to a hybrid key alone is withheld from every person alike. */
  classical?: boolean;
  /** The inquirer, if a purpose answers the subject or a representative; a word of the pack. */
  inquirer?: string;
  /** What the inquirer showed, by the field or member that it is compared with. */
  identity?: Readonly<Record<string, string>>;
  /** Id of the request whose approval is relied on. The situation states what it approves. */
  request?: string;
  /** The request that is filed is of an open case, which covers all but the fields of a second person. */
  ofCase?: true;
}

/** Codes of refusals for which a pack has a text. */
export type RefusalCode = Extract<ProblemCode, EngineReason>;

/** A refusal that follows from caller, purpose and request alone. The caller may see it in full. */
export interface Refusal {
  ok: false;
  code: RefusalCode;
  rule: string;
  reason: Text;
  /** Refusals that raise an alert (prohibited purposes, the words of the free-text scan). */
  alert: boolean;
}

/** The reason why one field is not released. The caller sees it only if it does not depend on the subject. */
export interface Withheld {
  code: string;
  rule: string;
  reason: Text;
}

/** The part of a decision that needs no lookup: the maximum that may be released, and the fields to load. */
export interface Screening {
  ok: true;
  /** Decisive fields that this purpose's rules read. Empty: the decision needs no facts. */
  facts: readonly string[];
  /** Requested fields that the purpose allows at most, each with its ceiling. */
  cells: ReadonlyMap<string, Cell>;
  withheld: ReadonlyMap<string, Withheld>;
  /** Those cells that are released only if an approval names the field. */
  needsApproval: ReadonlySet<string>;
  /** Duties that follow from the purpose alone, so the caller may see them. */
  obligations: readonly string[];
}

export interface Cell {
  form: Form;
  rule: string;
  /** Name of the generalisation level or of the predicate, if the form needs one. */
  how?: string;
  /** Needs a second person: beforehand, or within a day if the purpose allows a later review. */
  secondPerson?: true;
  /** Fields that must be opened for this cell; a predicate may read other fields than its own. */
  sources: readonly string[];
}

export type SaidAct = Statement;

/**
 * An act concerning a consent. One that is `waiting` for a confirmation says nothing yet. `given` to `objects` are acts of the giver. `informed` and `notified` mean
 * that the giver was informed, of a consent or of a planned publication and its meaning. `processed` means
 * that the recipient made the material unidentifiable. `able` and `unable` are a practitioner's judgement whether the
 * person can decide on this very use. A consent is `withdrawn`, a refusal `retracted`, by its giver;
 * a consent has `ended` with what it rested on.
 */
export interface ConsentArtefact {
  id: string;
  version: number;
  purpose: string;
  recipient: string;
  fields: readonly string[];
  /** The strongest form of a field that the consent covers, if weaker than the purpose's. */
  forms?: Readonly<Record<string, Form>>;
  /** The giver, as a word of the pack's evidence. */
  giver: string;
  /** The giver's relation to the person: it tells several people of one kind of giver apart. */
  relation?: string;
  /** People at the recipient to whom it is given. Absent: it names none. */
  officers?: readonly string[];
  /** The people whom these names mean, as far as they were known when it was filed: see `CaseRecord`. */
  known?: Readonly<Record<string, readonly string[]>>;
  /** Digest of the one text for publication that it is about. */
  text?: string;
  act: SaidAct | 'withdrawn' | 'retracted' | 'ended' | 'waiting';
  /** RFC 3339 instants. */
  from: string;
  until: string;
  at: string;
  /** Its acts, the first at the instant of the statement. */
  history?: readonly { act: string; at: string }[];
  /** Keyed digest of the document that the giver showed, good for this artefact alone. */
  document?: string;
  /** When the document was compared with the record, or the act was filed without one. */
  filed?: string;
}

/** The owners' current approvals for this caller, purpose, case and subject. */
export interface Approval {
  /** Field to the log entry of its approval. */
  fields: ReadonlyMap<string, string>;
}

/** What a department decided about a release that was on hold. */
export interface Lift {
  agency: string;
  purpose: string;
  /** The reason of the hold. */
  reason: string;
  outcome: 'release' | 'refuse';
  /** Departments whose fields it is about. */
  departments: readonly string[];
  /** RFC 3339. */
  until: string;
  /** Its log entry. */
  entry: EntryId;
}

/** The facts about one subject that the decision may use. Facts absent from the record are absent here. */
export interface Situation {
  /** County part of the division code, stored in clear with the head; `null` if unknown. */
  county: string | null;
  facts: Readonly<Record<string, Json>>;
  /** Differing values of the same facts that further owners hold. The strictest outcome decides. */
  others?: Readonly<Record<string, readonly Json[]>>;
  consents: readonly ConsentArtefact[];
  /**
   * The consents of those who decide for the person that still rest on the record, each with a name of its giver. Absent:
   * the case is made up, and has no record.
   */
  rests?: ReadonlyMap<string, string>;
  frozen: boolean;
  /** Two people have ended the help for the person. */
  helpEnded?: boolean;
  /** A representative's interests conflict with the subject's. Set by authorised bodies; a fact may state it too. */
  conflict: boolean;
  disputed: readonly string[];
  /** Absent: nothing is approved. */
  approval?: Approval;
  /** Decisions about releases on hold. */
  lifts?: readonly Lift[];
  /** The subject belongs to the case of the request, which is open and assigned to its officer. */
  assigned?: boolean;
}

/** What looks to the person who inquires as if no office had written it. */
export interface Veil {
  /** Of all fields of the pack. */
  fields: ReadonlySet<string>;
  /** Field to its only member that the inquirer gets. */
  members: ReadonlyMap<string, string>;
  /** Fields that the inquirer gets in part: one whose value has nothing for it looks as if no office had written it. */
  partial: ReadonlySet<string>;
  /** The subject's safety comes before what the inquirer may know: only what the pack lists is shown. */
  endangered: boolean;
}

export interface FieldDecision {
  cell: Cell;
  disputed: boolean;
}

/** One for each subject. `fields` is empty unless `outcome` is `release`. */
export interface Decision {
  outcome: 'release' | 'refused';
  /** The decision word (`ALLOW`, `ALLOW_NOTIFY`, `HOLD`, …), its reason code and rule: for log and owner. */
  verdict: string;
  reason: string;
  rule: string;
  fields: ReadonlyMap<string, FieldDecision>;
  /** Fields withheld for a reason that depends on the subject: logged, never shown to the caller. */
  heldBack: ReadonlyMap<string, Withheld>;
  /** Of an answer to a person who inquires. */
  veil?: Veil;
  obligations: readonly string[];
  consents: readonly string[];
  /** Log entries of the approvals that the decision relies on. */
  approvals: readonly string[];
}

/** One released field as the contract shows it; `owner` and `asOf` are added for `plain` by the caller. */
export interface Presented {
  form: Form;
  value: Json;
  level?: string;
  predicate?: string;
  /** What `level` or `predicate` is called. */
  way?: Text;
}

export interface PresentContext {
  now: number;
  caller: Caller;
  ask: Ask;
  /** Opened source fields by name; a field not held is absent. */
  values: ReadonlyMap<string, Json>;
  /** The pseudonym of the subject for this recipient and purpose. */
  token: string;
}
