/** A list that the gateway works off: which rows it holds in which order, in a file next to the journal. It names no person. */

import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeOut } from '../terminal/out.ts';

export interface Submitted {
  /** The list's name at the gateway. */
  id: string;
  /** Keys of its rows in the journal. */
  keys: string[];
  /** Parts whose results are in the journal. */
  collected: number[];
}

const fileOf = (folder: string) => join(folder, 'submitted.json');

export function readSubmitted(folder: string): Submitted | null {
  try {
    return JSON.parse(readFileSync(fileOf(folder), 'utf8'));
  } catch {
    return null;
  }
}

/** A new name for these rows, kept before they are sent. */
export function newSubmitted(folder: string, keys: string[]): Submitted {
  const made = { id: randomBytes(16).toString('base64url'), keys, collected: [] };
  keepSubmitted(folder, made);
  return made;
}

export function keepSubmitted(folder: string, submitted: Submitted): void {
  writeOut(fileOf(folder), `${JSON.stringify(submitted)}\n`);
}

export function dropSubmitted(folder: string): void {
  rmSync(fileOf(folder), { force: true });
}
