/** The part of a pack's YAML that its schema takes, for the stages that come after the schema. */

import * as v from 'valibot';
import { type PackSource, packSchema } from '../schema/schema.ts';
import type { Path } from '../schema/source.ts';
import { type Stages, UNKNOWN } from './stages.ts';

type Issue = v.BaseIssue<unknown>;

/**
 * Reports what the schema refuses. A wrong or missing value gets another of its type, so that the part around it stays and
 * names of it are found. Where none helps the part is left out, and a part of the whole pack may then be missing.
 * @param broken files have faults already, so what is missing may stand in one of them
 */
export function soundPart(tree: unknown, stages: Stages, broken: boolean): PackSource {
  let checked = v.safeParse(packSchema, tree);
  if (checked.success) return checked.output as PackSource;
  for (const { at, what, message } of checked.issues.map((issue) => deepest(issue))) {
    const isPart = at.length === 1 && isMissing(what);
    if (isPart) stages.lose(at);
    if (!(isPart && broken)) stages.report(at, message);
  }
  // Of its own: two places may share a part by an alias.
  const left = JSON.parse(JSON.stringify(tree ?? null));
  const tried = new Map<string, number>();
  while (!checked.success) {
    const out: Path[] = [];
    let filled = false;
    for (const { at, what } of checked.issues.map((issue) => deepest(issue))) {
      const id = JSON.stringify(at);
      const times = tried.get(id) ?? 0;
      tried.set(id, times + 1);
      const other = times < TRIES && at.length > 1 ? otherFor(what) : undefined;
      if (other === undefined || !put(left, at, other)) out.push(nearest(left, at));
      else {
        filled = true;
        if (times === 0) stages.place(at);
      }
    }
    const places = [...new Map(out.map((path) => [JSON.stringify(path), path])).values()];
    const paths = places.filter((path) => path.length > 0 && !places.some((one) => isWithin(path, one)));
    for (const path of paths) stages.lose(path);
    // From the end, so that the places of the others stay.
    const gone = paths.toReversed().filter((path) => takeOut(left, path));
    if (gone.length === 0 && !filled) break;
    stages.shift(gone.toReversed());
    checked = v.safeParse(packSchema, left);
  }
  return (checked.output ?? {}) as PackSource;
}

/** A value that is missing is first a text, and then what is expected instead. */
const TRIES = 2;

function otherFor(issue: Issue): unknown {
  if (isUnknown(issue)) return undefined;
  if (isMissing(issue)) return UNKNOWN;
  const [, word] = /^\(?"([^"]+)"/.exec(issue.expected ?? '') ?? [];
  return word ?? (issue.expected === null ? undefined : BY_TYPE[issue.expected]);
}

const BY_TYPE: Readonly<Record<string, unknown>> = {
  string: UNKNOWN,
  number: 100,
  boolean: false,
  Array: [],
  Object: {},
};

function put(tree: unknown, path: Path, value: unknown): boolean {
  const holder = path.slice(0, -1).reduce(memberOf, tree);
  if (typeof holder !== 'object' || holder === null) return false;
  (holder as Record<string | number, unknown>)[path.at(-1) as string | number] = value;
  return true;
}

const isWithin = (path: Path, other: Path) =>
  other.length > 0 && other.length < path.length && other.every((key, at) => key === path[at]);

/** The longest beginning of the path at which the tree has a value. */
function nearest(tree: unknown, path: Path): Path {
  let value = tree;
  for (const [at, key] of path.entries()) {
    value = memberOf(value, key);
    if (value === undefined) return path.slice(0, at);
  }
  return path;
}

/** @returns whether there was something: what is around it may have got another value meanwhile */
function takeOut(tree: unknown, path: Path): boolean {
  const key = path.at(-1) as string | number;
  const holder = path.slice(0, -1).reduce(memberOf, tree);
  if (memberOf(holder, key) === undefined) return false;
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete (holder as Record<string, unknown>)[key];
  return true;
}

function memberOf(holder: unknown, key: string | number): unknown {
  return typeof holder === 'object' && holder !== null && Object.hasOwn(holder, key)
    ? (holder as Record<string | number, unknown>)[key]
    : undefined;
}

const isMissing = ({ received }: Issue) => received === 'undefined';

function pathOf({ path }: Issue): (string | number)[] {
  return (path ?? []).map(({ key }) => key as string | number);
}

/** Of a value that may have several forms: what is wrong with the form that it has most of. */
function deepest(
  issue: Issue,
  path: readonly (string | number)[] = [],
): { at: Path; what: Issue; message: string } {
  const here = [...path, ...pathOf(issue)];
  const inside = (issue.issues ?? [])
    .filter((one) => pathOf(one).length > 0)
    .sort((one, other) => pathOf(other).length - pathOf(one).length);
  // No form has this name: what the forms are says more than what one of them lacks.
  const isNamed = issue.type === 'union' && !issue.message.startsWith('Invalid');
  if (isNamed && inside.every((one) => isUnknown(one) || one.received === 'undefined'))
    return { at: here, what: issue, message: issue.message };
  const [inner] = inside;
  return inner ? deepest(inner, here) : { at: here, what: issue, message: messageOf(issue, here) };
}

const isUnknown = ({ type, expected }: Issue) => type === 'strict_object' && expected === 'never';

/** The schema's own message, except for the most common mistakes. */
function messageOf(issue: Issue, path: Path): string {
  if (issue.received === 'undefined' && path.length > 0) {
    const name = String(path.at(-1));
    const one = issue.type === 'variant' ? `, one of ${issue.expected}` : '';
    if (path.length === 1)
      return `"${name}" is missing: add \`${name}: …\` to a file of the folder, such as ${name}.yaml`;
    return `"${name}" is missing: add \`${name}: …\`${one}`;
  }
  return isUnknown(issue) ? `unknown key ${issue.received}` : issue.message;
}
