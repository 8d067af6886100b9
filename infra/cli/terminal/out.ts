/** Files that a command writes. */
import { words as w } from '../messages/language.ts';
import { writeWhole } from '../whole-files.ts';
import { UsageError } from './failures.ts';

/** Written completely or not at all; only the owner may read it. @throws UsageError */
export function writeOut(path: string, text: string | Uint8Array): void {
  try {
    writeWhole(path, text);
  } catch (error) {
    throw new UsageError(w.unwritable(path, (error as NodeJS.ErrnoException).code));
  }
}

/** Writes a page to a file, or to standard output. */
export function put(file: string | undefined, text: string): void {
  if (file === undefined) process.stdout.write(text);
  else {
    writeOut(file, text);
    process.stderr.write(w.written(file));
  }
}
