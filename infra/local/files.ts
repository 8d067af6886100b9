/** State files of the local gateway: how they are read, and what is said about those that can't be. */

import { mkdirSync, readFileSync } from 'node:fs';
import { texts } from '../cli/messages/language.ts';

const { start: t } = await texts('local');

/** A fault that a person at the terminal can fix. `start.ts` prints its one-line message. */
export class StartError extends Error {
  override name = 'StartError';
}

/** @returns the text, or `null` if there is no such file. @throws StartError if it can't be read. */
export function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new StartError(t.unreadable(path, (error as NodeJS.ErrnoException).code));
  }
}

/** Creates a folder that only its owner can enter. @throws StartError if it can't be created. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new StartError(t.noFolder(path, code));
  }
}

/** The message about a part of the state without which the rest is there. */
export function missing(path: string): StartError {
  return new StartError(t.missing(path));
}

/** The message about a damaged state file. */
export function damaged(path: string): StartError {
  return new StartError(t.damaged(path));
}
