/** From the checked YAML to the compiled pack; what refers to nothing is reported where it stands. */
import type { ConsentPolicy } from '../consent.ts';
import type { CompiledPack, Shape } from '../pack.ts';
import { foldText } from '../stop-words.ts';
import type { Cell, Withheld } from '../types.ts';
import { parseCell } from './cells.ts';
import { buildProgrammes } from './programmes.ts';
import type { PackSource, ShapeSource } from './schema.ts';
import type { Path } from './source.ts';

export type Report = (path: Path, message: string) => void;

type Built = Omit<CompiledPack, 'hash'>;

export function build(source: PackSource, report: Report): Built {
  const fields = mapValues(source.fields, (field, name) => ({
    ...field,
    name,
    class: field.class ?? '',
    checks: field.checks ?? [],
    matchable: field.matchable ?? false,
    virtual: field.virtual ?? false,
    ...(field.shape === undefined
      ? {}
      : { shape: resolve(source, field.shape, ['fields', name, 'shape'], report) }),
  }));
  const purposes = mapValues(source.purposes, (purpose, code) => {
    const cells: Record<string, Cell> = {};
    const withheld: Record<string, Withheld> = {};
    for (const [field, text] of Object.entries(purpose.cells)) {
      const cell = parseCell(source, field, text);
      const path = ['purposes', code, 'cells', field];
      if (typeof cell === 'string') report(path, cell);
      else if (!Object.hasOwn(source.fields, field)) report(path, `there is no field "${field}"`);
      else if (cell.form === 'none') withheld[field] = notNeeded(source, cell.rule);
      else cells[field] = cell;
      if (typeof cell !== 'string' && !Object.hasOwn(source.rules, cell.rule))
        report(path, `there is no rule "${cell.rule}"`);
    }
    for (const field of Object.keys(source.fields)) {
      if (!Object.hasOwn(purpose.cells, field))
        report(['purposes', code, 'cells'], `field "${field}" has no cell`);
    }
    return {
      ...purpose,
      code,
      area: purpose.area ?? 'own',
      disputed: purpose.disputed ?? false,
      redacts: purpose.redacts ?? [],
      cells,
      withheld,
    };
  });
  const {
    shapes,
    sealed,
    definitions,
    kinds,
    inputs,
    stage,
    sections,
    verdicts,
    unforeseen,
    evidence,
    ...kept
  } = source;
  const classes = mapValues(source.classes, ({ restricted = false, decisive = false }, name) => ({
    restricted,
    decisive,
    openedBy: Object.values(purposes)
      .filter((purpose) => opens(source, purpose).has(name))
      .map(({ code }) => code),
  }));
  return {
    ...kept,
    stopWords: { ...source.stopWords, words: source.stopWords.words.map(foldText) },
    classes,
    fields: fields as CompiledPack['fields'],
    purposes: purposes as CompiledPack['purposes'],
    predicates: mapValues(source.predicates, (predicate) => ({
      ...predicate,
      outward: predicate.outward ?? false,
    })),
    programmes: buildProgrammes(source, purposes, report),
    consent: { kinds, inputs, stage, sections, verdicts, unforeseen, evidence } as unknown as ConsentPolicy,
  } as unknown as Built;
}

interface Opening {
  cells: Record<string, Cell>;
  kinds: readonly { kind: string }[];
  area: 'own' | 'any';
}

/** The classes that a purpose may have to unwrap; none, when no cell opens anything. */
export function opens(source: PackSource, { cells, kinds, area }: Opening): Set<string> {
  const shown = Object.values(cells).flatMap((cell) => cell.sources);
  if (shown.length === 0) return new Set();
  const facts = kinds.flatMap(({ kind }) =>
    Object.hasOwn(source.kinds, kind) ? (source.kinds[kind]?.facts ?? []) : [],
  );
  const fields = [...shown, ...facts, ...(area === 'own' ? [source.areaField] : [])];
  return new Set(fields.map((field) => source.fields[field]?.class ?? ''));
}

function notNeeded(source: PackSource, rule: string): Withheld {
  return { code: 'FIELD_NOT_IN_PURPOSE', rule, reason: source.rules[rule] ?? '' };
}

function resolve(source: PackSource, shape: ShapeSource, path: Path, report: Report): Shape {
  if (typeof shape === 'string') {
    const named = Object.hasOwn(source.shapes, shape) ? source.shapes[shape] : undefined;
    if (named === undefined) report(path, `there is no shape "${shape}"`);
    return named === undefined ? { is: 'boolean' } : resolve(source, named, ['shapes', shape], report);
  }
  if (shape.is === 'list') return { ...shape, of: resolve(source, shape.of, [...path, 'of'], report) };
  if (shape.is === 'either')
    return {
      ...shape,
      of: shape.of.map((option, index) => resolve(source, option, [...path, 'of', index], report)),
    };
  if (shape.is !== 'record') return shape as Shape;
  const members = mapValues(shape.members, (member, name) =>
    resolve(source, member, [...path, 'members', name], report),
  );
  return { is: 'record', members, optional: shape.optional ?? [] };
}

function mapValues<In, Out>(
  object: Record<string, In>,
  make: (value: In, name: string) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, make(value, name)]));
}
