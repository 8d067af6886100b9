/** The compiler proper: from the YAML's content, wherever it was read from. */

import * as v from 'valibot';
import { actTableHash } from '../acts/table.ts';
import { type CompiledPack, hashOf, loadPack } from '../pack/load-pack.ts';
import { areaCodes } from './areas.ts';
import { assertions } from './assertions.ts';
import { build } from './build.ts';
import { checks } from './checks.ts';
import { harmReports } from './harm.ts';
import { references } from './references.ts';
import { packSchema, type Report } from './schema.ts';
import { textsIn } from './texts.ts';

/** @returns the compiled pack, or `null` if `report` was called */
export function compileTree(tree: unknown, report: Report): CompiledPack | null {
  const checked = v.safeParse(packSchema, tree);
  if (!checked.success) {
    for (const issue of checked.issues) report(pathOf(issue), messageOf(issue));
    return null;
  }
  let faults = 0;
  const count: Report = (path, message) => {
    faults++;
    report(path, message);
  };
  const source = textsIn(checked.output, checked.output.languages, count);
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

/** The schema's own message, except for the two most common mistakes. */
function messageOf(issue: v.BaseIssue<unknown>): string {
  const key = issue.expected === 'never' ? issue.received : issue.expected;
  if (issue.type !== 'strict_object' || key === 'Object') return issue.message;
  return issue.expected === 'never' ? `unknown key ${key}` : `${key} is missing`;
}
