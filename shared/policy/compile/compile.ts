/** YAML in, compiled pack or faults out. Runs on a steward's machine and in tests, never in a function. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import * as v from 'valibot';
import type { CompiledPack } from '../pack.ts';
import { assertions } from './assertions.ts';
import { build, type Report } from './build.ts';
import { references } from './references.ts';
import { packSchema } from './schema.ts';
import { type Fault, readSource } from './source.ts';

export type Compiled = { pack: CompiledPack; faults: [] } | { pack: null; faults: Fault[] };

/** @param folder the folder that holds `pack.yaml` and its parts */
export function compilePack(folder: string): Compiled {
  const source = readSource(folder);
  if (source.faults.length > 0) return { pack: null, faults: source.faults };
  const faults: Fault[] = [];
  const report: Report = (path, message) => faults.push({ ...source.locate(path), message });
  const checked = v.safeParse(packSchema, source.tree);
  if (!checked.success) {
    for (const issue of checked.issues) report(pathOf(issue), messageOf(issue));
    return { pack: null, faults };
  }
  const built = build(checked.output, report);
  references(checked.output, report);
  if (faults.length === 0) assertions(checked.output, built, report);
  return faults.length > 0 ? { pack: null, faults } : { pack: { ...built, hash: hashOf(built) }, faults: [] };
}

function pathOf({ path }: v.BaseIssue<unknown>): (string | number)[] {
  return (path ?? []).map(({ key }) => key as string | number);
}

/** The schema's own words, but for the two mistakes that are made most. */
function messageOf(issue: v.BaseIssue<unknown>): string {
  const key = issue.expected === 'never' ? issue.received : issue.expected;
  if (issue.type !== 'strict_object' || key === 'Object') return issue.message;
  return issue.expected === 'never' ? `unknown key ${key}` : `${key} is missing`;
}

/** SHA-256, in hex, of the canonical JSON (RFC 8785) of a compiled pack without its hash. */
export function hashOf(pack: object): string {
  const { hash: _, ...rest } = pack as { hash?: string };
  return createHash('sha256')
    .update(canonicalize(rest) ?? '')
    .digest('hex');
}

/** The file that functions load. */
export function packText(pack: CompiledPack): string {
  return `${JSON.stringify(pack)}\n`;
}
