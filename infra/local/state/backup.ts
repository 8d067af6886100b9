/** A copy of the state folder as it is at one instant: tables, keys, log, trail and the sample agencies' keys. */

import { createHash } from 'node:crypto';
import {
  closeSync,
  cpSync,
  existsSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import * as v from 'valibot';
import { texts } from '../../cli/messages/language.ts';
import { writeWhole } from '../../cli/whole-files.ts';
import { STORE_FILE } from '../aws/store.ts';
import { damaged, makeFolder, readIfThere, StartError } from '../files.ts';
import { type StatePaths, statePaths } from './state.ts';

const { backup: t } = await texts('local');

const manifest = v.strictObject({
  version: v.literal(1),
  made: v.pipe(v.string(), v.isoTimestamp()),
  /** Path in the backup to the SHA-256 of the file, in hexadecimal. */
  files: v.record(v.string(), v.string()),
});
export type Manifest = v.InferOutput<typeof manifest>;

const MANIFEST = 'backup.json';

/** The files next to that of the tables, which go back with it. */
const MARKS = ['opened', 'logged', 'collection', 'sample', 'replay'] as const;
/** What goes back with all of a backup. */
export const PARTS = ['keys', 'trail', 'agencies', 'log', 'lists', 'files'] as const;

/**
 * Copies everything in one turn of the event loop, so that no write comes in between.
 * @param to a folder that does not exist; it appears once it is complete
 * @param snapshot writes the tables into a new file
 * @throws StartError
 */
export function writeBackup(
  paths: StatePaths,
  to: string,
  { snapshot, now }: { snapshot(file: string): void; now: number },
): Manifest {
  if (existsSync(to)) throw new StartError(t.exists(to));
  const draft = `${to}.new`;
  rmSync(draft, { recursive: true, force: true });
  const copy = statePaths(draft);
  try {
    makeFolder(copy.store);
    snapshot(join(copy.store, STORE_FILE));
    for (const name of [...MARKS, ...PARTS])
      if (existsSync(paths[name])) cpSync(paths[name], copy[name], { recursive: true });
    const files = Object.fromEntries(filesIn(draft).map((file) => [file, digestOf(join(draft, file))]));
    const made: Manifest = { version: 1, made: new Date(now).toISOString(), files };
    writeWhole(join(draft, MANIFEST), `${JSON.stringify(made, null, 2)}\n`);
    renameSync(draft, to);
    return made;
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (error instanceof StartError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(t.unwritable(dirname(to), code));
  }
}

/** @throws StartError if it is no backup, or one of its files is missing or was changed */
export function readBackup(from: string): Manifest {
  const text = readIfThere(join(from, MANIFEST));
  if (text === null) throw new StartError(t.noBackup(from, MANIFEST));
  let read: Manifest;
  try {
    read = v.parse(manifest, JSON.parse(text));
  } catch {
    throw damaged(join(from, MANIFEST));
  }
  for (const [file, digest] of Object.entries(read.files)) {
    const path = join(from, file);
    if (relative(from, path).startsWith('..') || !existsSync(path) || digestOf(path) !== digest)
      throw new StartError(t.differs(path));
  }
  return read;
}

function filesIn(folder: string): string[] {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true });
  return found.filter((one) => one.isFile()).map((one) => relative(folder, join(one.parentPath, one.name)));
}

/** Also brings the bytes to the disk. */
function digestOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } finally {
    closeSync(file);
  }
}
