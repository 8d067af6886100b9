/** From the checked YAML to the compiled pack. A name without a definition is reported at its place. */

import { fits } from '../../check/validate.ts';
import { parseCell } from '../../pack/cells.ts';
import { type CompiledPack, opens } from '../../pack/load-pack.ts';
import type { Shape } from '../../pack/parts.ts';
import type { PackSource, Report, ShapeSource } from '../../schema/schema.ts';
import type { Path } from '../../schema/source.ts';
import type { Cell } from '../../types.ts';
import { foldText } from '../../value/stop-words.ts';
import { buildProgrammes } from './programmes.ts';

export interface Built {
  pack: Omit<CompiledPack, 'hash' | 'actTable'>;
  /** Purpose to field to cell; withheld cells are left out. */
  cells: Readonly<Record<string, Readonly<Record<string, Cell>>>>;
}

export function build(source: PackSource, report: Report): Built {
  for (const [name, { shape }] of Object.entries(source.fields)) {
    if (shape !== undefined) checkShape(source, shape, ['fields', name, 'shape'], report);
  }
  for (const [name, shape] of Object.entries(source.shapes)) {
    checkShape(source, shape, ['shapes', name], report, [name]);
  }
  const cells = mapValues(source.purposes, ({ cells }, code) => cellsOf(source, code, cells, report));
  const purposes = mapValues(source.purposes, (purpose, code) => ({
    ...purpose,
    area: purpose.area ?? ('own' as const),
    cells: cells[code] ?? {},
  }));
  const { definitions: _, ...kept } = source;
  return {
    pack: {
      ...kept,
      stopWords: {
        ...source.stopWords,
        words: source.stopWords.words.map((word) => foldText(word, source.stopWords.variants)),
        ...(source.stopWords.innocent && {
          innocent: source.stopWords.innocent.map((phrase) => foldText(phrase, source.stopWords.variants)),
        }),
        ...(source.stopWords.spelled && { spelled: source.stopWords.spelled.map((word) => foldText(word)) }),
      },
      purposes: mapValues(source.purposes, (purpose) => ({ ...purpose, cells: statedCells(purpose) })),
      programmes: buildProgrammes(source, purposes, report),
    },
    cells,
  };
}

/** If the purpose's own article withholds a field, there is no cell for it. */
function statedCells({ cells, rule }: PackSource['purposes'][string]): Record<string, string> {
  return Object.fromEntries(Object.entries(cells).filter(([, text]) => text !== `none ${rule}`));
}

function cellsOf(
  source: PackSource,
  code: string,
  texts: Record<string, string>,
  report: Report,
): Record<string, Cell> {
  const cells: Record<string, Cell> = {};
  for (const [field, text] of Object.entries(texts)) {
    const cell = parseCell(source, field, text);
    const path = ['purposes', code, 'cells', field];
    if (typeof cell === 'string') report(path, cell);
    else if (!Object.hasOwn(source.fields, field)) report(path, `there is no field "${field}"`);
    else if (cell.form !== 'none') cells[field] = cell;
    if (typeof cell !== 'string' && !Object.hasOwn(source.rules, cell.rule))
      report(path, `there is no rule "${cell.rule}"`);
  }
  for (const field of Object.keys(source.fields)) {
    if (!Object.hasOwn(texts, field))
      report(['purposes', code, 'cells'], `field "${field}" has no cell: add \`${field}: none <rule>\``);
  }
  return cells;
}

/** The classes that a purpose in YAML may have to unwrap. */
export function opensFrom(source: PackSource, code: string, cells: Record<string, Cell>): Set<string> {
  const { kinds = [], area = 'own', requires = [] } = source.purposes[code] ?? {};
  return opens(source, { cells: new Map(Object.entries(cells)), kinds, area, requires });
}

/** @param inside enclosing shapes; a shape that contains itself is an error */
function checkShape(
  source: PackSource,
  shape: ShapeSource,
  path: Path,
  report: Report,
  inside: readonly string[] = [],
): void {
  if (typeof shape === 'string') {
    const named = Object.hasOwn(source.shapes, shape) ? source.shapes[shape] : undefined;
    if (named === undefined) report(path, `there is no shape "${shape}"`);
    else if (inside.includes(shape)) report(path, `the shape "${shape}" holds itself`);
    else checkShape(source, named, ['shapes', shape], report, [...inside, shape]);
  } else if (shape.is === 'list') checkShape(source, shape.of, [...path, 'of'], report, inside);
  else if (shape.is === 'either') {
    for (const [index, option] of shape.of.entries())
      checkShape(source, option, [...path, 'of', index], report, inside);
  } else if (shape.is === 'text') {
    if (shape.example !== undefined && !fits(shape as Shape, shape.example))
      report([...path, 'example'], 'the example does not have this form');
  } else if (shape.is === 'record') {
    for (const [name, member] of Object.entries(shape.members))
      checkShape(source, member, [...path, 'members', name], report, inside);
  }
}

function mapValues<In, Out>(
  object: Record<string, In>,
  make: (value: In, name: string) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, make(value, name)]));
}
