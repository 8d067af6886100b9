/** The differences of two versions of a pack, in words that a steward can check line by line. */

import { actCells } from '../../decide/act-table.ts';
import type { Pack } from '../../pack/pack.ts';
import { cellsOf } from './matrix.ts';

export interface Change {
  /** The place: `W1 / illness`, `consent / Below 14 / 3`, `classes / health-hiv`. */
  what: string;
  before: string;
  after: string;
  /** The change needs new keys or grants before it can be published. */
  needsDeployment: boolean;
}

/** @returns every changed cell, then every other changed rule, each once; empty if only the version differs */
export function diffPacks(before: Pack, after: Pack): Change[] {
  return [...cellChanges(before, after), ...actChanges(before, after), ...otherChanges(before, after)];
}

const BESIDE: ReadonlySet<string> = new Set(['version', 'hash', 'actTable', 'proof']);

function cellChanges(before: Pack, after: Pack): Change[] {
  const cells = (pack: Pack) =>
    new Map(
      [...cellsOf(pack)].map(({ field, purpose, words, rule }) => [
        `${purpose} / ${field}`,
        `${words} (${rule})`,
      ]),
    );
  return changes(cells(before), cells(after), () => false);
}

/** The permitted callers of a row after all its ways were tried. */
function actChanges(before: Pack, after: Pack): Change[] {
  const cells = (pack: Pack) =>
    new Map(
      [...actCells(pack)].map(({ act, of, who, may }) => [
        ['acts', of === '' ? act : `${act} of ${of}`, who === '' ? 'any office' : who].join(' / '),
        may,
      ]),
    );
  return changes(cells(before), cells(after), () => false);
}

/**
 * Everything except cells, value by value. A new class or department, or another class for a purpose, needs a
 * deployment first. A field that changes its class is a move.
 */
function otherChanges(before: Pack, after: Pack): Change[] {
  const leaves = (pack: Pack) => {
    const found = new Map<string, string>();
    for (const [name, value] of Object.entries(pack)) {
      if (!BESIDE.has(name)) collect(value, [name], found);
    }
    return found;
  };
  return changes(leaves(before), leaves(after), (what, was) =>
    was === NOTHING ? DEPLOYED.test(what) : CARRIED_OVER.test(what) || PROTECTS.test(what),
  );
}

/**
 * Stored data was sealed for its collection and its field's class. Counts by other cohorts, together with
 * those already published, would reveal individuals.
 */
const CARRIED_OVER =
  /^(collection|fields \/ [^ ]+ \/ class|cohorts \/ .* \/ (field|as|under)|cohorts \/ (smallest|round))$/;

/**
 * The lists that the compiler's assertions read. A publisher may add to them and remove nothing: otherwise a
 * use removed from the prohibited ones could become a purpose.
 */
const PROTECTS =
  /^(prohibited \/ [^ ]+ \/ rule|(stopWords \/ (words|variants|spelled|digits)|sealed) \/ .*|fields \/ [^ ]+ \/ (media|embeds)|roles \/ [^ ]+ \/ (never \/ .*|media|departments \/ .*)|classes \/ [^ ]+ \/ (restricted|decisive)|purposes \/ [^ ]+ \/ requires \/ .*|apart \/ .*|theorems \/ [^ ]+|smallestCohort)$/;

/** A new role lacks the marks that identify outsiders and media. */
const DEPLOYED = /^((classes|departments|cohorts) \/ .*|roles \/ [^ ]+ \/ (label|departments \/ .*))$/;
const NOTHING = 'nothing';

function changes(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  needsDeployment: (what: string, was: string) => boolean,
): Change[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((what) => {
    const [was, is] = [before.get(what) ?? NOTHING, after.get(what) ?? NOTHING];
    return was === is ? [] : [{ what, before: was, after: is, needsDeployment: needsDeployment(what, was) }];
  });
}

function collect(value: unknown, path: readonly string[], found: Map<string, string>): void {
  if (path[0] === 'purposes' && (path[2] === 'cells' || path[2] === 'withheld')) return;
  if (path[0] === 'acts' && path[2] === 'who') return;
  // A sentence of law is changed or lost as a whole, whatever is added to it.
  if (path[0] === 'theorems' && path.length === 2) {
    const { say, ...claim } = value as Record<string, unknown>;
    collect(say, [...path, 'say'], found);
    found.set(path.join(' / '), JSON.stringify(claim));
    return;
  }
  if (typeof value !== 'object' || value === null) {
    found.set(path.join(' / '), String(value));
    return;
  }
  for (const [name, item] of entriesOf(value)) collect(item, [...path, name], found);
}

/** Members of a list of plain values are listed one by one, so that one more is one change. */
function entriesOf(value: object): (readonly [string, unknown])[] {
  if (value instanceof Map) return [...value];
  if (value instanceof Set) return [...value].map((item) => [String(item), 'listed']);
  if (!Array.isArray(value)) return Object.entries(value);
  return value.map((item, index) =>
    typeof item === 'object' ? [named(item, index), item] : [String(item), 'listed'],
  );
}

function named(item: unknown, index: number): string {
  const title = (item as { title?: unknown } | null)?.title;
  return typeof title === 'string' ? title : String(index + 1);
}
