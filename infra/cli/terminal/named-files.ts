/** Files that the user names: one that can't be read is a fault of use. */

import { readFileSync } from 'node:fs';
import { words as w } from '../messages/language.ts';
import { UsageError } from './failures.ts';

/** What to throw for a file or folder that can't be read. */
export const unreadable = (path: string, error: unknown) =>
  new UsageError(w.unreadable(path, (error as NodeJS.ErrnoException).code ?? w.unknownFailure));

/** The text of a file. @throws UsageError */
export function readNamed(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Its bytes, or `null` if there is no such file. @throws UsageError */
export function readIfThere(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unreadable(path, error);
  }
}
