/** From YAML to a compiled pack or faults. Runs on a steward's machine and in tests, never in a function. */

import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import * as v from 'valibot';
import type { CompiledPack } from '../pack/load-pack.ts';
import { assessmentSchema } from '../schema/schema.ts';
import { type Fault, type Path, readSource } from '../schema/source.ts';
import { compileTree } from './compile-tree.ts';

export type Compiled = { pack: CompiledPack; faults: [] } | { pack: null; faults: Fault[] };

/** @param folder the folder that holds `pack.yaml` and its parts */
export function compilePack(folder: string): Compiled {
  const source = readSource(folder);
  const faults = [...source.faults];
  const report = (path: Path, message: string) => faults.push({ ...source.locate(path), message });
  const pack = compileTree(source.tree, report, faults.length > 0);
  const { assessments } = source.tree;
  for (const [name, one] of Object.entries(typeof assessments === 'object' ? (assessments ?? {}) : {})) {
    // What has another form was said above.
    if (!v.is(assessmentSchema, one)) continue;
    const { document, sha256 } = one;
    const found = digestOf(join(folder, document));
    if (found === sha256) continue;
    const message = found === null ? `there is no ${document}` : `the SHA-256 of ${document} is ${found}`;
    report(['assessments', name], message);
  }
  return pack && faults.length === 0 ? { pack, faults: [] } : { pack: null, faults };
}

function digestOf(file: string): string | null {
  try {
    return hash('sha256', readFileSync(file));
  } catch {
    return null;
  }
}

/** The compiled files of a pack: one for tools and people, and the modules that functions include. */
export function compiledFiles(pack: CompiledPack): Record<string, string> {
  // Sentences of law decide nothing, so the steward's function alone has them.
  const { theorems, proof, ...decides } = pack;
  return {
    'pack.json': `${JSON.stringify(pack)}\n`,
    'shipped.ts': packedText('The compiled pack of this folder without its sentences of law', decides),
    'sentences.ts': packedText('The sentences of law of this folder and their proof', { theorems, proof }),
    'codes.ts': codesText(pack),
  };
}

/** A fifth of the size of an object in code, and faster to read. */
function packedText(what: string, data: object): string {
  const bytes = brotliCompressSync(JSON.stringify(data), {
    params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
  });
  const lines = bytes.toString('base64').match(/.{1,280}/g) ?? [];
  return `/** ${what}: JSON, Brotli, base64. Written by \`fieldgate pack check --write\`. */
export default \`
${lines.join('\n')}
\`;
`;
}

/**
 * The module for code that needs only the list of purposes, including prohibited ones, and for clients what they take if a
 * person names nothing.
 */
function codesText(pack: CompiledPack): string {
  const codes = [...Object.keys(pack.purposes), ...Object.keys(pack.prohibited)].sort();
  const lines = codes.map((code) => `  '${code}',\n`).join('');
  const purposes = firstOf(pack);
  const matchKeys = Object.keys(pack.fields).filter((name) => pack.fields[name]?.matchable);
  return `/** Codes of the pack's purposes and prohibited uses. Written by \`fieldgate pack check --write\`. */
export default [
${lines}];

/** The zone in which the pack counts days. */
export const zone = { utcOffsetMinutes: ${pack.calendar.utcOffsetMinutes} };

/** By route the first purpose that it serves, and the fields by which people are found. */
export const defaults = {
  purposes: {
${purposes.map(([route, first]) => `    ${nameOf(route)}: '${first}',\n`).join('')}  },
  matchKeys: ${listOf(matchKeys)},
};
`;
}

/** Every route that serves purposes of its own, and the one route that opens reports of harm. */
function firstOf({ purposes, casework }: CompiledPack): [string, string][] {
  const all = Object.entries(purposes).flatMap(([code, { route }]): [string, string][] =>
    route ? [[route, code]] : [],
  );
  if (casework?.harm) all.push(['harm-reports', casework.harm.purpose]);
  return [...new Map(all.reverse())].sort(([a], [b]) => (a < b ? -1 : 1));
}

const nameOf = (name: string) => (/^[a-z]+$/.test(name) ? name : `'${name}'`);
const listOf = (names: readonly string[]) => `[${names.map((name) => `'${name}'`).join(', ')}]`;
