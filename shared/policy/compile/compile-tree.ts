/** The compiler proper: from the YAML's content, wherever it was read from. */

import * as v from 'valibot';
import { actTableHash } from '../decide/act-table.ts';
import { type CompiledPack, hashOf, loadPack } from '../pack/load-pack.ts';
import { type PackSource, packSchema, type Report } from '../schema/schema.ts';
import type { Path } from '../schema/source.ts';
import { textsIn } from '../schema/texts.ts';
import { build } from './build/build.ts';
import { assertions } from './check/assertions.ts';
import { references } from './check/references.ts';
import { areaCodes, checks, harmReports } from './check/sources.ts';

/** @returns the compiled pack, or `null` if `report` was called */
export function compileTree(tree: unknown, report: Report): CompiledPack | null {
  const checked = v.safeParse(packSchema, tree);
  if (!checked.success) {
    for (const issue of checked.issues) report(...deepest(issue));
    return null;
  }
  let faults = 0;
  const count: Report = (path, message) => {
    faults++;
    report(path, message);
  };
  const source = textsIn(checked.output, checked.output.languages, count) as PackSource;
  const built = build(source, count);
  references(source, count);
  areaCodes(source, count);
  checks(source, count);
  harmReports(source, count);
  if (faults === 0) assertions(source, built, count);
  if (faults > 0) return null;
  const pack = { ...built.pack, actTable: actTableHash(loadPack(built.pack)) };
  return { ...pack, hash: hashOf(pack) };
}

function pathOf({ path }: v.BaseIssue<unknown>): (string | number)[] {
  return (path ?? []).map(({ key }) => key as string | number);
}

/** Of a value that may have several forms: what is wrong with the form that it has most of. */
function deepest(issue: v.BaseIssue<unknown>, path: readonly (string | number)[] = []): [Path, string] {
  const here = [...path, ...pathOf(issue)];
  const inside = (issue.issues ?? [])
    .filter((one) => pathOf(one).length > 0)
    .sort((one, other) => pathOf(other).length - pathOf(one).length);
  // No form has this name: what the forms are says more than what one of them lacks.
  const isNamed = issue.type === 'union' && !issue.message.startsWith('Invalid');
  if (isNamed && inside.every((one) => isUnknown(one) || one.received === 'undefined'))
    return [here, issue.message];
  const [inner] = inside;
  return inner ? deepest(inner, here) : [here, messageOf(issue, here)];
}

const isUnknown = ({ type, expected }: v.BaseIssue<unknown>) =>
  type === 'strict_object' && expected === 'never';

/** The schema's own message, except for the most common mistakes. */
function messageOf(issue: v.BaseIssue<unknown>, path: Path): string {
  if (issue.received === 'undefined' && path.length > 0) {
    const name = String(path.at(-1));
    const one = issue.type === 'variant' ? `, one of ${issue.expected}` : '';
    if (path.length === 1)
      return `"${name}" is missing: add \`${name}: …\` to a file of the folder, such as ${name}.yaml`;
    return `"${name}" is missing: add \`${name}: …\`${one}`;
  }
  return isUnknown(issue) ? `unknown key ${issue.received}` : issue.message;
}
