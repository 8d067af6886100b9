/** Copies of the shipped pack with one file changed, for the tests of the compiler. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { compilePack } from '../../shared/policy/compile/compile.ts';
import { faultText } from '../../shared/policy/schema/source.ts';
import { CHILDREN_FOLDER } from './support.ts';

const copies: string[] = [];
afterAll(() => {
  for (const folder of copies) rmSync(folder, { recursive: true });
});

/** A copy of the pack with one file changed, which goes after the tests of the file. */
export function changed(file: string, from: string | RegExp, to: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'pack-'));
  copies.push(folder);
  cpSync(CHILDREN_FOLDER, folder, { recursive: true });
  const text = readFileSync(join(folder, file), 'utf8');
  const next = text.replace(from, to);
  if (next === text) throw new Error(`nothing changed in ${file}`);
  writeFileSync(join(folder, file), next);
  return folder;
}

export function faultsOf(file: string, from: string | RegExp, to: string): string[] {
  return compilePack(changed(file, from, to)).faults.map(faultText);
}
