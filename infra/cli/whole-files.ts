/** Writes of which a full disk leaves nothing behind: a single `write` may take a part of the bytes and report no error. */

import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Replaces a file, which only its owner may read. If the write fails, or the process or machine dies, the old or the new file
 * remains, never a mixture. The bytes are on disk before the rename, and the rename is on disk before this returns.
 * @throws Error as the file system does; the old file is then as it was
 */
export function writeWhole(path: string, content: string | Uint8Array): void {
  // Of this process alone: two commands may write the same file at once.
  const draft = `${path}.${process.pid}.new`;
  rmSync(draft, { force: true });
  writeNew(draft, content);
  renameSync(draft, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/** Removes what writers of these folders left that were killed before their rename. */
export function removeDrafts(...folders: string[]): void {
  for (const folder of folders.filter((one) => existsSync(one)))
    for (const name of readdirSync(folder)) {
      const [, pid] = /\.(\d+)\.new$/.exec(name) ?? [];
      if (pid && !isAlive(Number(pid))) rmSync(join(folder, name), { force: true });
    }
}

/** Whether another process has this number. */
export function isAlive(pid: number): boolean {
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Writes a new file to the disk, which only its owner may read. @throws Error as the file system does; no part is then left */
export function writeNew(path: string, content: string | Uint8Array): void {
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o600, flush: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') rmSync(path, { force: true });
    throw error;
  }
}

/**
 * Appends to a file that is open for it.
 * @throws Error as the file system does; the file then ends where it did
 */
export function appendWhole(file: number, text: string): void {
  const before = fstatSync(file);
  try {
    writeFileSync(file, text);
  } catch (error) {
    // What went into a pipe can't be taken back.
    if (before.isFile()) ftruncateSync(file, before.size);
    throw error;
  }
}

/**
 * Opens a file of lines to append to, which only its owner may read. A last line without its end is cut off: its writer was
 * killed before it told anyone that the line is written.
 */
export function openLines(path: string): number {
  const file = openSync(path, 'a+', 0o600);
  const { size } = fstatSync(file);
  const piece = Buffer.alloc(Math.min(size, 1 << 16));
  let whole = 0;
  for (let end = size; end > 0 && whole === 0; ) {
    const start = Math.max(0, end - piece.length);
    const read = readSync(file, piece, 0, end - start, start);
    const at = piece.lastIndexOf(0x0a, read - 1);
    if (at >= 0) whole = start + at + 1;
    end = start;
  }
  if (whole < size) ftruncateSync(file, whole);
  return file;
}
