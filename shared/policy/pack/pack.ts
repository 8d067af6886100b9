/**
 * A pack: the law of one collection. The engine reads every name from it and has none of its own. Lookups by
 * name use Maps, so that a caller's text never reaches a prototype. `load-pack.ts` makes a pack from the
 * compiled JSON.
 */

import type { Json } from '../../json.ts';
import { codeText, type Text } from '../../language.ts';
import type { ActRow } from '../acts/rows.ts';
import type { PackSource } from '../schema/schema.ts';
import type { Cell, FieldDecision, Form, Withheld } from '../types.ts';
import type {
  AlertRule,
  Calendar,
  Chapter,
  Check,
  CodeList,
  Cohorts,
  ConsentPolicy,
  Generalisation,
  Labelled,
  Mask,
  Programme,
  Requirement,
  Shape,
} from './parts.ts';
import type { EngineReason } from './reasons.ts';

export interface FieldDef extends Omit<PackSource['fields'][string], 'shape'> {
  name: string;
  /** Absent only for virtual fields. */
  class: string;
  shape?: Shape;
  checks: readonly Check[];
  matchable: boolean;
  virtual: boolean;
}

export interface ClassDef {
  restricted: boolean;
  decisive: boolean;
  /** Its values leave sealed to a hybrid key alone. */
  hybrid: boolean;
  /** Purposes that may unwrap the keys of the class. */
  openedBy: readonly string[];
}

export interface Predicate extends Omit<PackSource['predicates'][string], 'outward'> {
  outward: boolean;
}

export type Role = PackSource['roles'][string];
export type KindRule = Purpose['kinds'][number];
export type VolumeTier = NonNullable<Pack['volume']>['tiers'][number];
export type TaskKind = NonNullable<PackSource['tasks']>[string];
/** A letter to a person and to those who decide for it. */
export type Letter = NonNullable<PackSource['letters']>[string];

export interface Purpose extends Omit<PackSource['purposes'][string], 'cells'> {
  code: string;
  area: 'own' | 'any';
  requires: readonly Requirement[];
  disputed: boolean;
  cells: ReadonlyMap<string, Cell>;
  withheld: ReadonlyMap<string, Withheld>;
}

/** What the compiler's machine found of the sentences of law of this pack. No part of its hash. */
export interface Proved {
  /** Of the pack of which it speaks. */
  hash: string;
  sentences: Readonly<Record<string, Verdict>>;
}

export interface Verdict {
  /** Cells of the matrix by role, or uses of a class, of which the sentence speaks; and decisions that were made. */
  cells: number;
  cases: number;
  holds: boolean;
  /** A case in which it does not hold; what is wrong there: a field with its form, or a duty. */
  against?: { purpose: string; role: string; what: string; request?: { [name: string]: Json } };
}

/** What the engine does not read as the YAML has it. */
interface Made {
  hash: string;
  proof?: Proved;
  rules: ReadonlyMap<string, Text>;
  reasons: ReadonlyMap<string, Text>;
  obligations: ReadonlyMap<string, Text>;
  departments: ReadonlyMap<string, Labelled>;
  roles: ReadonlyMap<string, Role>;
  classes: ReadonlyMap<string, ClassDef>;
  fields: ReadonlyMap<string, FieldDef>;
  purposes: ReadonlyMap<string, Purpose>;
  prohibited: ReadonlyMap<string, PackSource['prohibited'][string]>;
  consent: ConsentPolicy;
  masks: ReadonlyMap<string, Mask>;
  generalisations: ReadonlyMap<string, Generalisation>;
  lists: ReadonlyMap<string, CodeList>;
  predicates: ReadonlyMap<string, Predicate>;
  programmes: ReadonlyMap<string, Programme>;
  cohorts?: Cohorts;
  pseudonyms: readonly string[];
  calendar: Calendar;
  tasks: ReadonlyMap<string, TaskKind>;
  letters: ReadonlyMap<string, Letter>;
  acts: ReadonlyMap<string, ActRow>;
  alerts: ReadonlyMap<string, AlertRule>;
}

export interface Pack
  extends Omit<PackSource, keyof Made | Chapter | 'shapes' | 'assessments' | 'definitions'>,
    Made {}

/** Whether an answer with these fields must be encrypted to the caller: it holds a value of a class that demands it. */
export function mustSeal(pack: Pack, fields: ReadonlyMap<string, Pick<FieldDecision, 'cell'>>): boolean {
  return [...fields].some(([name, { cell }]) => mustSealField(pack, name, cell));
}

export function mustSealField(
  { classes, fields }: Pack,
  name: string,
  { form }: Pick<Cell, 'form'>,
): boolean {
  const field = fields.get(name);
  const { restricted, hybrid } = classes.get(field?.class ?? '') ?? {};
  // The key of a file is in the answer.
  if (field?.files && form === 'plain') return true;
  return OPEN_FORMS.has(form) && (restricted === true || hybrid === true);
}

/** Whether this form of the field leaves sealed to a hybrid key alone. */
export function mustSealHybrid(
  { classes, fields }: Pack,
  name: string,
  { form }: Pick<Cell, 'form'>,
): boolean {
  return OPEN_FORMS.has(form) && classes.get(fields.get(name)?.class ?? '')?.hybrid === true;
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

/** The kind of task for this end of what someone may keep; `undefined` if the pack has none. */
export function taskAtEnd({ tasks }: Pack, end: NonNullable<TaskKind['ends']>): string | undefined {
  return [...tasks].find(([, { ends }]) => ends === end)?.[0];
}

/** Departments that own any field, for entries about a subject that may not exist. */
export function allOwners(pack: Pack): string[] {
  return ownersOf(pack, pack.fields.keys());
}
