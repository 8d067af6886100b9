/** State files of the local gateway: written whole or not at all, readable by their owner only. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** What a person at the terminal can act on; `start.ts` prints its message as the one line it is. */
export class StartError extends Error {
  override name = 'StartError';
}

/**
 * Replaces a file. A process or machine that dies leaves the old file or the new one, never a mixture:
 * the bytes are on disk before the name moves, and the move is on disk before this returns.
 */
export function writeWhole(path: string, text: string): void {
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** @returns the text, or `null` when there is no such file. @throws StartError when it can't be read. */
export function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new StartError(`cannot read ${path} (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** Makes a folder that only its owner can enter. @throws StartError when it can't be made. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new StartError(`cannot make the folder ${path} (${code}); is a file in its place?`);
  }
}

/** The line for a state file that is damaged. */
export function damaged(path: string): StartError {
  return new StartError(
    `${path} is damaged; put back a good copy, or run npm start -- --fresh to begin anew`,
  );
}
