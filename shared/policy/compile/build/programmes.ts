/** Programmes: the purpose must answer each predicate for its field. */

import { areasWithin } from '../../decide/areas.ts';
import type { Programme, Question } from '../../pack/parts.ts';
import type { PackSource, QuestionSource, Report } from '../../schema/schema.ts';
import type { Path } from '../../schema/source.ts';
import type { Cell } from '../../types.ts';
import { differences } from './differences.ts';

interface BuiltPurpose {
  cells: Record<string, Cell>;
  kinds: readonly { kind: string }[];
  who: readonly string[];
  route?: string | undefined;
  area: 'own' | 'any';
}

/** Names occur in log entries, keys and proofs. */
const NAME = /^[a-z][a-z0-9-]{0,47}$/;

export function buildProgrammes(
  source: PackSource,
  purposes: Readonly<Record<string, BuiltPurpose>>,
  report: Report,
): Record<string, Programme> {
  const built: Record<string, Programme> = {};
  for (const [name, item] of Object.entries(source.programmes ?? {})) {
    const path = ['programmes', name];
    const purpose = Object.hasOwn(purposes, item.purpose) ? purposes[item.purpose] : undefined;
    if (!NAME.test(name)) report(path, 'a programme is named in small letters, digits and hyphens');
    if (!purpose) {
      report([...path, 'purpose'], `there is no purpose "${item.purpose}"`);
      continue;
    }
    checkTerms(source, path, item, purpose, report);
    const when = questionOf(source, purpose, item.when, [...path, 'when'], report);
    const fields = [...new Set(when ? leaves(when).flatMap((leaf) => sourcesOf(purpose, leaf)) : [])].sort();
    for (const field of fields) {
      if (purpose.cells[field]?.form !== 'predicate')
        report([...path, 'when'], `${item.purpose} never reads "${field}"`);
    }
    const facts = purpose.kinds.flatMap(({ kind }) => source.kinds[kind]?.facts ?? []);
    const read = [...fields, ...facts, ...(purpose.area === 'own' ? [source.areaField] : [])];
    built[name] = {
      ...item,
      areas: [...areasWithin(source, item.areas)],
      name,
      start: item.start ?? 'name',
      who: item.who ?? purpose.who,
      when: when ?? { any: [] },
      fields,
      classes: [...new Set(read.map((field) => source.fields[field]?.class ?? ''))].sort(),
    };
  }
  differences(source, built, report);
  return built;
}

function checkTerms(
  source: PackSource,
  path: Path,
  item: NonNullable<PackSource['programmes']>[string],
  purpose: BuiltPurpose,
  report: Report,
): void {
  const { alert, slow, stop } = item.budgets.misses;
  if (purpose.route === undefined) report([...path, 'purpose'], `${item.purpose} is released, not verified`);
  for (const { kind } of purpose.kinds) {
    // Outside bodies learn nothing without a consent, so a programme can have no other ground.
    if (source.kinds[kind]?.needsConsent !== true)
      report([...path, 'purpose'], `${item.purpose} needs no consent`);
  }
  for (const role of item.who ?? []) {
    if (!purpose.who.includes(role)) report([...path, 'who'], `"${role}" may not ask for ${item.purpose}`);
  }
  if (item.until !== undefined && item.until < item.from)
    report([...path, 'until'], 'it ends before it begins');
  if (item.areas.some((area) => area.length < source.countyDigits))
    report([...path, 'areas'], `an area has at least ${source.countyDigits} digits`);
  if (!(alert <= slow && slow <= stop && stop <= item.budgets.day))
    report([...path, 'budgets'], 'misses alert first, then slow down, then stop, within the day');
}

function questionOf(
  source: PackSource,
  purpose: BuiltPurpose,
  given: QuestionSource,
  path: Path,
  report: Report,
): Question | null {
  if (typeof given === 'string') return leafOf(source, purpose, given, path, report);
  const [[word, inner]] = Object.entries(given) as [[string, QuestionSource | QuestionSource[]]];
  if (word === 'not') {
    const negated = questionOf(source, purpose, inner as QuestionSource, [...path, word], report);
    return negated && { not: negated };
  }
  const parts = (inner as QuestionSource[]).map((part, i) =>
    questionOf(source, purpose, part, [...path, word, i], report),
  );
  const whole = parts.filter((part) => part !== null);
  return word === 'all' ? { all: whole } : { any: whole };
}

/** The field may be omitted if the predicate itself names its fields. */
function leafOf(
  source: PackSource,
  purpose: BuiltPurpose,
  text: string,
  path: Path,
  report: Report,
): Question | null {
  const [predicate = '', named, ...rest] = text.split(' of ');
  const known = Object.hasOwn(source.predicates, predicate) ? source.predicates[predicate] : undefined;
  if (!known || rest.length > 0) {
    report(path, `there is no predicate "${predicate}"`);
    return null;
  }
  if (!known.outward) report(path, `the predicate "${predicate}" is not answered outside`);
  const fits = Object.entries(purpose.cells).filter(
    ([field, cell]) => cell.how === predicate && (named === undefined || field === named),
  );
  const [field] = fits.find(([name, cell]) => named !== undefined || cell.sources.includes(name)) ?? [];
  const ambiguous =
    named === undefined && fits.filter(([name, { sources }]) => ownOnly(name, sources)).length > 1;
  if (field === undefined || ambiguous) {
    report(path, ambiguous ? `name the field: "${predicate} of …"` : `the purpose answers no "${text}"`);
    return null;
  }
  return { predicate, field };
}

function ownOnly(name: string, sources: readonly string[]): boolean {
  return sources.length === 1 && sources[0] === name;
}

type Leaf = Extract<Question, { field: string }>;

function leaves(question: Question): Leaf[] {
  if ('all' in question) return question.all.flatMap(leaves);
  if ('any' in question) return question.any.flatMap(leaves);
  return 'not' in question ? leaves(question.not) : [question];
}

function sourcesOf(purpose: BuiltPurpose, { field }: Leaf): readonly string[] {
  return purpose.cells[field]?.sources ?? [];
}
