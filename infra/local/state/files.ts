/** State files of the local gateway: written completely or not at all, readable only by their owner. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { texts } from '../../cli/messages/language.ts';

const { start: t } = await texts('local');

/** A fault that a person at the terminal can fix. `start.ts` prints its one-line message. */
export class StartError extends Error {
  override name = 'StartError';
}

/**
 * Replaces a file. If the process or machine dies, the old or the new file remains, never a mixture. The
 * bytes are on disk before the rename, and the rename is on disk before this returns.
 */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    if (typeof content === 'string') writeSync(file, content);
    else writeSync(file, content);
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
