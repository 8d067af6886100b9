/**
 * What the policy engine takes and gives. The engine knows collections, classes, fields, purposes and
 * rules only as data of a compiled pack; `now` is always epoch milliseconds handed in by the caller.
 */
import type { ProblemCode } from '../errors.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** How much of a field a purpose may see. */
export type Form = 'plain' | 'masked' | 'generalised' | 'predicate' | 'token';

/** The office that calls, as registered. Areas are division-code prefixes (6, 9 or 12 digits). */
export interface Caller {
  clientId: string;
  departments: readonly string[];
  roles: readonly string[];
  areas: readonly string[];
  purposes: readonly string[];
  /** RFC 3339 date until which the caller's training record is valid; absent means not valid. */
  trainedUntil?: string;
  /** Registered activities, each with its last day (RFC 3339 date). */
  activities?: readonly { id: string; ends: string }[];
  /** The school, home or hospital that the office is, as records name it. */
  institution?: string;
}

/** What a caller asks for, from the token and the request alone. */
export interface Ask {
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
  imminentDangerAttested?: boolean;
  /** The request as a whole is signed by a registered key of the caller. */
  signed?: boolean;
  /** The route that serves the request, where that is not the ordinary release. */
  route?: string;
  /** Classes that are frozen: nothing that would open one of them is given. */
  frozen?: readonly string[];
  /** Who asks, where a purpose answers the subject or those who act for it; a word of the pack. */
  inquirer?: string;
  /** Id of the request whose approval is relied on. What it is worth, the situation says. */
  request?: string;
}

/** A refusal that follows from caller, purpose and request alone, and may be told in full. */
export interface Refusal {
  ok: false;
  code: ProblemCode;
  rule: string;
  reason: string;
  /** Refusals that raise an alert (prohibited purposes, the words of the free-text scan). */
  alert: boolean;
}

/** Why one field is not released; told to the caller only where it does not depend on the subject. */
export interface Withheld {
  code: string;
  rule: string;
  reason: string;
}

/** The part of a decision that needs no look-up: what may be asked at most, and what must be loaded. */
export interface Screening {
  ok: true;
  /** Decisive fields that this purpose's rules read; empty means the decision needs no facts. */
  facts: readonly string[];
  /** Requested fields that the purpose allows at most, with the ceiling of each. */
  cells: ReadonlyMap<string, Cell>;
  withheld: ReadonlyMap<string, Withheld>;
  /** Those of the cells that are released only where an approval names the field. */
  needsApproval: ReadonlySet<string>;
  /** Duties that follow from the purpose alone, so that the caller may be told. */
  obligations: readonly string[];
}

export interface Cell {
  form: Form;
  rule: string;
  /** Name of the generalisation level or of the predicate, where the form needs one. */
  how?: string;
  /** Needs a second person: beforehand, or within a day where the purpose allows a review afterwards. */
  secondPerson?: true;
  /** Fields that must be opened to produce this cell; a predicate may read others than its own. */
  sources: readonly string[];
}

/**
 * Something that was said or done about a consent. `given` to `objects` are acts of the giver; `informed` and
 * `notified` tell that the giver was told (of a consent, or beforehand of a publication and what it means);
 * `processed` that the recipient made the material unidentifiable.
 */
export interface ConsentArtefact {
  id: string;
  version: number;
  purpose: string;
  recipient: string;
  fields: readonly string[];
  /** The strongest form of a field that is consented to, where that is less than the purpose's. */
  forms?: Readonly<Record<string, Form>>;
  /** A word of the pack: who it was, as its evidence names givers. */
  giver: string;
  /** People at the recipient to whom it is given; left out: it names none. */
  officers?: readonly string[];
  act: 'given' | 'refused' | 'withdrawn' | 'objects' | 'informed' | 'notified' | 'processed';
  /** RFC 3339 instants. */
  from: string;
  until: string;
  at: string;
}

/** What owners have approved for this caller, purpose, case and subject, and stands now. */
export interface Approval {
  /** Field to the log entry of its approval. */
  fields: ReadonlyMap<string, string>;
}

/** What the decision may know about one subject. Facts absent from the record are absent here. */
export interface Situation {
  /** County part of the division code, in clear beside the head; `null` when unknown. */
  county: string | null;
  facts: Readonly<Record<string, Json>>;
  /** Values of the same facts that further owners hold and that differ: the strictest outcome decides. */
  others?: Readonly<Record<string, readonly Json[]>>;
  consents: readonly ConsentArtefact[];
  frozen: boolean;
  /** Whoever acts for the subject is in conflict with it: set by the bodies that may; a fact may say so too. */
  conflict: boolean;
  disputed: readonly string[];
  /** Left out: nothing is approved. */
  approval?: Approval;
}

export interface FieldDecision {
  cell: Cell;
  disputed: boolean;
}

/** Per subject. `fields` is empty unless `outcome` is `release`. */
export interface Decision {
  outcome: 'release' | 'refused';
  /** The decision word (`ALLOW`, `ALLOW_NOTIFY`, `HOLD`, …), its reason code and rule: for log and owner. */
  verdict: string;
  reason: string;
  rule: string;
  fields: ReadonlyMap<string, FieldDecision>;
  /** Fields held back for a reason that depends on the subject: logged, never told to the caller. */
  heldBack: ReadonlyMap<string, Withheld>;
  obligations: readonly string[];
  consents: readonly string[];
  /** Log entries of the approvals relied on. */
  approvals: readonly string[];
}

/** One released field as the contract shows it; `owner` and `asOf` are added for `plain` by the caller. */
export interface Presented {
  form: Form;
  value: Json;
  level?: string;
  predicate?: string;
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
