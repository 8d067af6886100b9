/**
 * Whether the compiler itself could have made this compiled pack, whatever its origin: it is turned back into
 * its source, compiled again with all assertions, and compared.
 */
import { type CompiledPack, hashOf, loadPack } from '../pack/load-pack.ts';
import type { Pack } from '../pack/pack.ts';
import type { Programme, Question } from '../pack/parts.ts';
import type { QuestionSource } from '../schema/schema.ts';
import { compileTree } from './compile-tree.ts';

export type Checked =
  | { ok: true; compiled: CompiledPack; pack: Pack }
  /** The parts of a pack, by top-level key, in which the compiler found a fault. */
  | { ok: false; parts: readonly string[] };

export function checkCompiled(given: unknown): Checked {
  const parts = new Set<string>();
  const tree = sourceOf(given);
  const compiled = tree === null ? null : compileTree(tree, ([part]) => parts.add(String(part)));
  const known = [...parts].filter((part) => PARTS.has(part));
  if (!compiled) return { ok: false, parts: known };
  // Any difference, including a wrong hash, means that the compiler did not make it.
  if (hashOf(given as object) !== compiled.hash || (given as CompiledPack).hash !== compiled.hash)
    return { ok: false, parts: ['hash'] };
  return { ok: true, compiled, pack: loadPack(compiled) };
}

/** The parts of a pack, so that no answer repeats a name that a caller invented. */
const PARTS = new Set(
  (
    'collection version languages title bases areaField areasUnder countyDigits grounds departments roles rules articles reasons obligations ' +
    'prohibited givers stopWords calendar comparisons misses stops volume shapes classes fields sealed masks generalisations predicates kinds ' +
    'inputs stage sections verdicts unforeseen evidence purposes tasks approvals cohorts pseudonyms writing stories leaks posting ' +
    'acts catalogue claimed training apart lists retention assessments notices letters letterKinds casework alerts reviews smallestCohort programmes theorems'
  ).split(' '),
);

/** @returns the YAML's content, or `null` if it is not a pack */
function sourceOf(given: unknown): unknown {
  if (!isTable(given) || !isTable(given['purposes']) || !isTable(given['fields'])) return null;
  const { hash: _, actTable: __, proof: ___, programmes, ...rest } = given;
  const fields = Object.keys(given['fields']);
  return {
    ...rest,
    purposes: mapTable(given['purposes'], (purpose) => {
      if (!isTable(purpose) || !isTable(purpose['cells'])) return purpose;
      const { cells, rule } = purpose;
      const silent = fields.filter((field) => !Object.hasOwn(cells, field));
      return { ...purpose, cells: { ...cells, ...asTable(silent.map((field) => [field, `none ${rule}`])) } };
    }),
    ...(isTable(programmes) && { programmes: mapTable(programmes, programmeSource) }),
  };
}

function programmeSource(built: unknown): unknown {
  if (!isTable(built)) return built;
  const { name: _, fields: __, classes: ___, when, ...rest } = built as unknown as Programme;
  return { ...rest, when: isTable(when) ? questionSource(when as Question) : when };
}

/** Compiled questions can be nested to any depth. Anything else fails in the schema. */
function questionSource(question: Question, depth = 0): QuestionSource {
  if (!isTable(question) || depth > 16) return '';
  if ('all' in question && Array.isArray(question.all))
    return { all: question.all.map((part) => questionSource(part, depth + 1)) };
  if ('any' in question && Array.isArray(question.any))
    return { any: question.any.map((part) => questionSource(part, depth + 1)) };
  if ('not' in question) return { not: questionSource(question.not, depth + 1) };
  return 'field' in question ? `${question.predicate} of ${question.field}` : '';
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapTable(table: Record<string, unknown>, make: (value: unknown) => unknown) {
  return asTable(Object.entries(table).map(([name, value]) => [name, make(value)]));
}

/** Keeps a member called `__proto__` as a name, which the schema refuses. */
function asTable(entries: [string, unknown][]): Record<string, unknown> {
  return Object.fromEntries(entries);
}
