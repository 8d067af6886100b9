/**
 * From the compiled JSON to the pack that the engine uses. Every function contains the JSON, so it repeats
 * nothing: cells are text, shapes have names, and derived values are computed here. Validation is the
 * compiler's task.
 */

import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { codeText } from '../../language.ts';
import type { ActRow } from '../acts/rows.ts';
import type { PackSource, ShapeSource } from '../schema/schema.ts';
import type { Cell, Withheld } from '../types.ts';
import { factsOf } from '../value/conditions.ts';
import { parseCell } from './cells.ts';
import type { ClassDef, FieldDef, Pack, Proved, Purpose } from './pack.ts';
import type { Cohorts, Programme, Shape } from './parts.ts';

/** A pack as the compiler writes it: its checked YAML with stop words folded and programmes resolved. */
export type CompiledPack = Omit<PackSource, 'programmes' | 'definitions'> & {
  programmes: Record<string, Programme>;
  /** Digest of the complete table of acts, computed when first used. */
  actTable: string;
  hash: string;
  proof?: Proved;
};

/**
 * @param compiled JSON made by the compiler
 * @returns the pack, ready for `screen`, `decide`, `present` and intake. Load it once for each instance.
 * @throws Error for a shape that the compiler would have refused; for a cell, when its purpose is first used
 */
export function loadPack(compiled: unknown): Pack {
  const source = compiled as CompiledPack;
  const { givers, kinds, inputs, stage, sections, verdicts, unforeseen, evidence, ...rest } = source;
  const { cohorts } = source;
  let opened: Opened | undefined;
  const openings = (): Opened => {
    opened ??= [...pack.purposes.values()].map((purpose) => [purpose.code, opens(source, purpose)] as const);
    return opened;
  };
  const pack: Pack = lazily<Pack>(rest as object as Pack, {
    rules: () => mapOf(source.rules, same),
    reasons: () => mapOf(source.reasons, same),
    obligations: () => mapOf(source.obligations, same),
    departments: () => mapOf(source.departments, same),
    roles: () => mapOf(source.roles, same),
    classes: () => mapOf(source.classes, (item, name) => classOf(openings, name, item)),
    fields: () => mapOf(source.fields, (field, name) => fieldOf(source, name, field)),
    purposes: () => mapOf(source.purposes, (purpose, code) => purposeOf(source, code, purpose)),
    prohibited: () => mapOf(source.prohibited, same),
    masks: () => mapOf(source.masks, same),
    generalisations: () => mapOf(source.generalisations, same),
    lists: () => mapOf(source.lists ?? {}, same),
    predicates: () => mapOf(source.predicates, ({ outward = false, ...rest }) => ({ ...rest, outward })),
    programmes: () => mapOf(source.programmes, same),
    acts: () => mapOf(source.acts, rowOf),
    alerts: () => mapOf(source.alerts ?? {}, same),
    tasks: () => mapOf(source.tasks ?? {}, same),
    letters: () => mapOf(source.letters ?? {}, same),
    ...(cohorts && { cohorts: () => cohortsOf(cohorts) }),
    pseudonyms: () => source.pseudonyms ?? [],
    consent: () => ({ givers, kinds, inputs, stage, sections, verdicts, unforeseen, evidence }),
    calendar: () => ({
      ...source.calendar,
      holidays: new Set(source.calendar.holidays),
      makeUpDays: new Set(source.calendar.makeUpDays),
    }),
  });
  return Object.freeze(pack);
}

function rowOf({ who, person, refuses, tells, limits, entry, ...row }: PackSource['acts'][string]): ActRow {
  return {
    ...row,
    who: who.map(({ actions = [], needs = [], ...way }) => ({ ...way, actions, needs })),
    person: person ?? 'none',
    refuses: refuses ?? 'ROLE_REQUIRED',
    tells: tells ?? [],
    limits: limits ?? [],
    entry: entry ?? 'none',
  };
}

function cohortsOf(cohorts: NonNullable<PackSource['cohorts']>): Cohorts {
  return { ...cohorts, dimensions: mapOf(cohorts.dimensions, same) };
}

/** Computes a value when it is first used: a starting function needs only a part of its pack. */
function lazily<T extends object>(plain: T, makers: { [Name in keyof T]?: () => T[Name] }): T {
  const made = { ...plain };
  for (const name of Object.keys(makers) as (keyof T)[]) {
    let value: { is: unknown } | undefined;
    const get = () => {
      value ??= { is: makers[name]?.() };
      return value.is;
    };
    Object.defineProperty(made, name, { get, enumerable: true, configurable: true });
  }
  return made;
}

/** Cells are parsed when first used, because a request is about one purpose. */
function purposeOf(source: CompiledPack, code: string, purpose: PackSource['purposes'][string]): Purpose {
  const { cells: texts, ...rest } = purpose;
  let read: Pick<Purpose, 'cells' | 'withheld'> | undefined;
  const parsed = () => {
    read ??= readCells(source, code, purpose.rule, texts);
    return read;
  };
  return {
    ...rest,
    code,
    area: purpose.area ?? 'own',
    requires: purpose.requires ?? [],
    disputed: purpose.disputed ?? false,
    get cells() {
      return parsed().cells;
    },
    get withheld() {
      return parsed().withheld;
    },
  };
}

function readCells(
  source: CompiledPack,
  code: string,
  own: string,
  texts: Readonly<Record<string, string>>,
): Pick<Purpose, 'cells' | 'withheld'> {
  const cells = new Map<string, Cell>();
  const withheld = new Map<string, Withheld>();
  for (const field of Object.keys(source.fields)) {
    const text = Object.hasOwn(texts, field) ? texts[field] : undefined;
    const cell = parseCell(source, field, text ?? `none ${own}`);
    if (typeof cell === 'string') throw new Error(`${code} has an invalid cell, of "${field}"`);
    const { form, rule } = cell;
    if (form !== 'none') cells.set(field, cell);
    else
      withheld.set(field, {
        code: 'FIELD_NOT_IN_PURPOSE',
        rule,
        reason: source.rules[rule] ?? codeText(rule),
      });
  }
  return { cells, withheld };
}

function fieldOf(source: CompiledPack, name: string, field: PackSource['fields'][string]): FieldDef {
  const { shape, ...rest } = field;
  const def: FieldDef = {
    ...rest,
    name,
    class: field.class ?? '',
    checks: field.checks ?? [],
    matchable: field.matchable ?? false,
    virtual: field.virtual ?? false,
  };
  return shape === undefined ? def : lazily<FieldDef>(def, { shape: () => shapeOf(source, shape) });
}

type Opened = readonly (readonly [string, ReadonlySet<string>])[];

function classOf(
  opened: () => Opened,
  name: string,
  { restricted = false, decisive = false, sealing, opens: by = [] }: PackSource['classes'][string],
): ClassDef {
  return {
    restricted,
    decisive,
    hybrid: sealing === 'hybrid',
    get openedBy() {
      return opened().flatMap(([code, classes]) => (classes.has(name) || by.includes(code) ? [code] : []));
    },
  };
}

/** The classes that a purpose may have to unwrap; empty if no cell opens anything. */
export function opens(
  source: Pick<PackSource, 'kinds' | 'areaField' | 'fields'>,
  { cells, kinds, area, requires }: Pick<Purpose, 'cells' | 'kinds' | 'area' | 'requires'>,
): Set<string> {
  const shown = [...cells.values()].flatMap((cell) => cell.sources);
  if (shown.length === 0) return new Set();
  const facts = kinds.flatMap(({ kind }) =>
    Object.hasOwn(source.kinds, kind) ? (source.kinds[kind]?.facts ?? []) : [],
  );
  const fields = [...shown, ...facts, ...factsOf(requires), ...(area === 'own' ? [source.areaField] : [])];
  return new Set(fields.map((field) => source.fields[field]?.class ?? ''));
}

/** The shape with every name resolved. @throws Error for a name that the pack does not define */
export function shapeOf(source: Pick<PackSource, 'shapes'>, shape: ShapeSource): Shape {
  if (typeof shape === 'string') {
    const named = Object.hasOwn(source.shapes, shape) ? source.shapes[shape] : undefined;
    if (named === undefined) throw new Error(`there is no shape "${shape}"`);
    return shapeOf(source, named);
  }
  if (shape.is === 'list') return { ...shape, of: shapeOf(source, shape.of) };
  if (shape.is === 'either') return { ...shape, of: shape.of.map((option) => shapeOf(source, option)) };
  if (shape.is !== 'record') return shape as Shape;
  const members = Object.entries(shape.members).map(([name, member]) => [name, shapeOf(source, member)]);
  return { is: 'record', members: Object.fromEntries(members), optional: shape.optional ?? [] };
}

const same = <Value>(value: Value): Value => value;

function mapOf<In, Out>(
  object: Record<string, In>,
  make: (value: In, name: string) => Out,
): ReadonlyMap<string, Out> {
  return new Map(Object.entries(object).map(([name, value]) => [name, make(value, name)]));
}

/** SHA-256, in hex, of the canonical JSON (RFC 8785) of a compiled pack without its hash and proof. */
export function hashOf(pack: object): string {
  const { hash: _, proof: __, ...rest } = pack as { hash?: string; proof?: Proved };
  return hash('sha256', canonicalize(rest) ?? '');
}
