/** Brings a backup back. The log is never shortened unless the operator says so. */

import { createPublicKey } from 'node:crypto';
import { cpSync, existsSync, readdirSync, renameSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkLog } from '../../../shared/log/check/check-log.ts';
import { LogError } from '../../../shared/log/check/fault.ts';
import { sha256, verifyEd25519 } from '../../../shared/log/node-crypto.ts';
import { type Checkpoint, openCheckpoint } from '../../../shared/tree/checkpoint.ts';
import { makeVerifier, type Verifier } from '../../../shared/tree/note.ts';
import { texts } from '../../cli/messages/language.ts';
import { writeWhole } from '../../cli/whole-files.ts';
import { openItems } from '../aws/dynamo/items.ts';
import { openKeyRing } from '../aws/kms/keys.ts';
import { makeFolder, readIfThere, StartError } from '../files.ts';
import { LOG_NAME } from '../settings.ts';
import { type Manifest, PARTS, readBackup } from './backup.ts';
import { type StatePaths, statePaths, storeFile, storeState } from './state.ts';

const { backup: t } = await texts('local');

/** Parts of the tables' file that go back together: key items, sheets, and the index to them. */
export const RECORDS = ['fieldgate-keys', 'fieldgate-sheets', 'fieldgate-index'];

export interface Restored {
  /** Instant of the backup. */
  made: string;
  /** `records`: the log stays, and the next start repeats the erasures in it. `all`: the log goes back, too. */
  what: 'records' | 'all';
  /** Leaves of the log in the backup, and here before. */
  log: { backup: number; here: number };
}

/**
 * @param all also restores log, casework and all else, as after the loss of the folder
 * @param fork allows a log that is shorter than the one that verifiers have seen
 * @throws StartError
 */
export async function restore(
  paths: StatePaths,
  from: string,
  { all = false, fork = false }: { all?: boolean; fork?: boolean } = {},
): Promise<Restored> {
  const state = storeState(paths);
  if (state === 'busy') throw new StartError(t.inUse(paths.folder));
  const manifest = readBackup(from);
  const { made } = manifest;
  const backup = statePaths(from);
  const there = await checked(backup, manifest);
  const here = await checkpointHere(paths, there.log);
  const log = { backup: there.size, here: here?.size ?? 0 };
  if (state === 'free' && !all) {
    if (here && here.size < log.backup) {
      throw new StartError(t.longerLog(paths.folder));
    }
    restoreRecords(paths, backup);
    return { made, what: 'records', log };
  }
  if (log.here > log.backup && !fork) {
    throw new StartError(t.fork(log.here, log.backup));
  }
  if (existsSync(paths.store)) setAside(paths);
  for (const name of ['store', ...PARTS] as const)
    if (existsSync(backup[name])) cpSync(backup[name], paths[name], { recursive: true });
  return { made, what: 'all', log };
}

/** The marker is first, so that a restore that was cut short is followed by a replay as well. */
function restoreRecords(paths: StatePaths, backup: StatePaths): void {
  writeWhole(paths.replay, '{}\n');
  // Objects never change, so only those that are gone come back; the replay removes those of people who were erased.
  if (existsSync(backup.files)) cpSync(backup.files, paths.files, { recursive: true, force: false });
  const items = openItems(storeFile(paths));
  try {
    items.replaceFrom(storeFile(backup), RECORDS);
  } finally {
    items.close();
  }
}

/** Files of a tree that has begun. */
const LOGGED = /^log[\\/](checkpoint$|tile[\\/])/;

/** @throws StartError if the log of the backup does not verify */
async function checked(backup: StatePaths, { files }: Manifest): Promise<{ log: Verifier; size: number }> {
  const log = logOf(backup);
  // Of the first seconds, before the tree began. A checkpoint that was lost leaves tiles behind.
  if (!Object.keys(files).some((file) => LOGGED.test(file))) return { log, size: 0 };
  try {
    const read = (path: string) => readOrNull(join(backup.log, path));
    return { log, size: (await checkLog({ read, log })).checkpoint.size };
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new StartError(t.badLog(backup.folder, error.fault));
  }
}

function logOf({ keys }: StatePaths): Verifier {
  const key = createPublicKey(openKeyRing(keys, Date.now).find('alias/fieldgate/log').object);
  return makeVerifier(sha256, LOG_NAME, Buffer.from(key.export({ format: 'jwk' }).x as string, 'base64url'));
}

/** The longest log known here: of the folder, or of a verification. */
async function checkpointHere(paths: StatePaths, log: Verifier): Promise<Checkpoint | null> {
  const notes = [join(paths.log, 'checkpoint')];
  if (existsSync(paths.verified))
    notes.push(...readdirSync(paths.verified).map((name) => join(paths.verified, name)));
  let longest: Checkpoint | null = null;
  for (const path of notes) {
    const note = readIfThere(path);
    const one = note && (await openCheckpoint(Buffer.from(note), log, verifyEd25519));
    if (one && one.size > (longest?.size ?? -1)) longest = one;
  }
  return longest;
}

async function readOrNull(path: string): Promise<Buffer | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** What was there may still be examined. */
function setAside(paths: StatePaths): void {
  const aside = join(paths.folder, `before-${new Date().toISOString().replaceAll(':', '')}`);
  for (const name of ['store', 'keys', 'trail', 'log', 'lists', 'files'] as const) {
    if (!existsSync(paths[name])) continue;
    makeFolder(aside);
    renameSync(paths[name], join(aside, name));
  }
}
