/**
 * What the answers of two programmes reveal together. Each programme mixes its predicates, so that YES says none of them
 * alone; but a recipient that asks about one person under two programmes learns what makes the answers differ.
 */

import type { Programme, Question } from '../../pack/parts.ts';
import type { PackSource, Report } from '../../schema/schema.ts';

/** Predicates of two programmes at most: their combinations are tried one by one. */
const MOST = 12;

/** Reports every pair of programmes of one recipient, and every programme, that answers a `mixed` predicate alone. */
export function differences(
  source: PackSource,
  programmes: Readonly<Record<string, Programme>>,
  report: Report,
): void {
  const all = Object.values(programmes);
  for (const [i, one] of all.entries()) {
    for (const other of all.slice(i)) {
      if (!shareRecipient(one, other)) continue;
      const path = ['programmes', other.name, 'when'];
      const names = [...new Set([one, other].flatMap(({ when }) => leavesOf(when)))];
      if (names.length > MOST) {
        report(path, `with "${one.name}" it has more than ${MOST} predicates`);
        continue;
      }
      for (const name of revealed(one.when, other.when, names)) {
        if (source.predicates[predicateOf(name)]?.mixed !== true) continue;
        const by = one === other ? 'it' : `its difference from "${one.name}"`;
        report(path, `${by} reveals "${predicateOf(name)}", which is answered only mixed with others`);
      }
    }
  }
}

/** Recipients that are not listed are all of a role. */
function shareRecipient(one: Programme, other: Programme): boolean {
  if (one === other) return true;
  if (!one.who.some((role) => other.who.includes(role))) return false;
  const listed = one.recipients;
  return !listed || !other.recipients || listed.some((agency) => other.recipients?.includes(agency));
}

/**
 * The predicates that must be true if the programmes answer so, and at least one of them YES. That a predicate is false
 * follows from no answer: NOT_CONFIRMED has many reasons, such as a missing consent.
 */
function revealed(one: Question, other: Question, names: readonly string[]): Set<string> {
  const seen = new Map<string, Map<string, Set<boolean>>>();
  for (let bits = 0; bits < 2 ** names.length; bits++) {
    const truth = new Map(names.map((name, i) => [name, (bits >> i) % 2 === 1]));
    const [a, b] = [holds(one, truth), holds(other, truth)];
    if (!a && !b) continue;
    const answers = `${a} ${b}`;
    const values = seen.get(answers) ?? new Map<string, Set<boolean>>();
    for (const [name, value] of truth) values.set(name, (values.get(name) ?? new Set()).add(value));
    seen.set(answers, values);
  }
  const found = new Set<string>();
  for (const values of seen.values())
    for (const [name, possible] of values) if (!possible.has(false)) found.add(name);
  return found;
}

function holds(question: Question, truth: ReadonlyMap<string, boolean>): boolean {
  if ('all' in question) return question.all.every((part) => holds(part, truth));
  if ('any' in question) return question.any.some((part) => holds(part, truth));
  if ('not' in question) return !holds(question.not, truth);
  return truth.get(nameOf(question)) ?? false;
}

type Leaf = Extract<Question, { field: string }>;

function leavesOf(question: Question): string[] {
  if ('all' in question) return question.all.flatMap(leavesOf);
  if ('any' in question) return question.any.flatMap(leavesOf);
  return 'not' in question ? leavesOf(question.not) : [nameOf(question)];
}

/** A predicate of two fields is two questions. Neither name has a space. */
const nameOf = ({ predicate, field }: Leaf) => `${predicate} ${field}`;
const predicateOf = (name: string) => name.split(' ')[0] ?? '';
