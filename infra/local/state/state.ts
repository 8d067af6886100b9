/** The paths in the state folder, and the checks before anything is opened. */

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { texts } from '../../cli/messages/language.ts';
import { removeDrafts, writeWhole } from '../../cli/whole-files.ts';
import { openItems } from '../aws/dynamo/items.ts';
import { STORE_FILE } from '../aws/store.ts';
import { damaged, makeFolder, missing, StartError } from '../files.ts';

const { start: t } = await texts('local');

/** What the state folder holds. */
const PLACES = {
  store: 'store',
  keys: 'kms.json',
  trail: 'cloudtrail',
  /** Of each department with an account of its own, what it deployed, and its trail. */
  owners: 'owners',
  agencies: 'agencies',
  /** Credentials of the offices' roles, if requests must be signed. */
  roles: 'roles',
  /** Tiles and checkpoint of the log. */
  log: 'log',
  /** Keys and journals of the witnesses of the log, and the policy that names them. */
  witness: 'witness',
  /** Lists that the gateway works off. */
  lists: 'lists',
  /** Objects of files, which are ciphertext. */
  files: 'files',
  /** Another pack than the shipped one, compiled. */
  pack: 'pack',
  /** The address of the gateway for the command line. */
  gateway: 'gateway.json',
  /** Public key by which the log is signed under national cryptography. */
  sm2: 'log-sm2.key',
  /**
   * Exists once the store may contain data. This file and the next are in the store's folder, so that they
   * are deleted with it.
   */
  opened: 'store/opened.json',
  /** Exists once the log has had a checkpoint, so that a log that is gone is seen. */
  logged: 'store/logged.json',
  /** Records which sample data was loaded completely. */
  sample: 'store/sample.json',
  /** The collection whose records the store holds. */
  collection: 'store/collection.json',
  /** Exists after a restore until the erasures in the log were repeated. */
  replay: 'store/replay.json',
  /** A request for a backup to the running gateway, and its answer. */
  backupAsked: 'backup.asked',
  backupTold: 'backup.told',
  /** Checkpoints of the log that were verified on this machine. */
  verified: 'verified',
} as const;

export type StatePaths = Readonly<Record<keyof typeof PLACES | 'folder', string>>;

export function statePaths(folder: string): StatePaths {
  const paths = Object.entries(PLACES).map(([name, place]) => [name, join(folder, place)]);
  return { folder, ...(Object.fromEntries(paths) as Record<keyof typeof PLACES, string>) };
}

/**
 * @param fresh removes all state first.
 * @throws StartError if the folder can't be created, is in use, or contains damaged files.
 */
export function prepareState(paths: StatePaths, fresh: boolean): void {
  makeFolder(paths.folder);
  makeFolder(paths.store);
  const failure = tryOpen(join(paths.store, STORE_FILE));
  if (failure === BUSY) {
    throw new StartError(t.inUse(paths.folder));
  }
  // One of them may hold keys.
  removeDrafts(paths.folder, paths.log, paths.lists, paths.agencies, paths.witness);
  if (fresh) {
    const { store, keys, trail, owners, agencies, log, lists, files, witness } = paths;
    for (const path of [store, keys, trail, owners, agencies, log, lists, files, witness]) {
      rmSync(path, { recursive: true, force: true });
    }
    return;
  }
  if (DAMAGED.includes(failure ?? 0)) throw damaged(paths.store);
  if (failure !== null) throw new StartError(t.unopened(paths.store, failure));
  // Without its keys the store can't be read, and new keys would hide that until the first request.
  if (existsSync(paths.opened) && !existsSync(paths.keys)) throw damaged(paths.keys);
  // A second log under the same name would be a fork of the first.
  if (existsSync(paths.logged) && !hasLog(paths)) throw missing(paths.log);
  if (!existsSync(paths.opened) && hasLog(paths)) throw missing(paths.store);
  const layout = layoutOf(paths);
  if (layout !== null && layout !== LAYOUT) {
    if (layout !== 6 || !namesEachWriter(paths))
      throw new StartError(t.otherVersion(paths.folder, layout, LAYOUT));
    mark(paths);
  }
  markLogged(paths);
}

/**
 * Version of the tables, keys and log in the folder. Any other is refused, but for what can be made of it: a folder of this
 * layout and of those before is in the tests.
 */
const LAYOUT = 7;

/**
 * Layout 6 did not change its number as the writers of each function got a key of their own. A log that names its keys the old
 * way can't go on, because a log is never written again; one that began later is of layout 7 but for the number.
 */
const namesEachWriter = ({ log }: StatePaths) => {
  const keys = join(log, 'writer-key');
  return !existsSync(keys) || readFileSync(keys, 'utf8').startsWith('fieldgate writer keys v2\n');
};

/** @returns `null` before the folder is opened for the first time; 0 if the mark names none */
function layoutOf({ opened }: StatePaths): number | null {
  if (!existsSync(opened)) return null;
  return Number(/"layout":(\d+)/.exec(readFileSync(opened, 'utf8'))?.[1] ?? 0);
}

/** To be called once keys and tables exist, before the first request is served. */
export function markOpened(paths: StatePaths): void {
  if (!existsSync(paths.opened)) mark(paths);
}

const mark = ({ opened }: StatePaths) => writeWhole(opened, `${JSON.stringify({ layout: LAYOUT })}\n`);

const hasLog = ({ log }: StatePaths) => existsSync(join(log, 'checkpoint'));

/** To be called when the tree may have begun. */
export function markLogged(paths: StatePaths): void {
  if (hasLog(paths) && !existsSync(paths.logged)) writeWhole(paths.logged, '{}\n');
}

/**
 * After a restore of the records, before the first request: repeats the erasures in the log.
 * @throws StartError if one could not be repeated
 */
export async function replayIfRestored(
  { replay }: StatePaths,
  repeat: () => Promise<{ state: string; failed: number } | null>,
): Promise<void> {
  if (!existsSync(replay)) return;
  const job = await repeat();
  if (job?.state !== 'done' || job.failed > 0)
    throw new StartError('the erasures of the log could not be repeated after the restore; start again');
  rmSync(replay);
}

/** The file of the tables. */
export const storeFile = ({ store }: StatePaths): string => join(store, STORE_FILE);

/** Whether the tables can be opened, are in use by a gateway, or cannot be used. */
export function storeState(paths: StatePaths): 'free' | 'busy' | 'unusable' {
  if (!existsSync(storeFile(paths)) || !existsSync(paths.keys)) return 'unusable';
  const failure = tryOpen(storeFile(paths));
  if (failure === null) return 'free';
  return failure === BUSY ? 'busy' : 'unusable';
}

/* Result codes of SQLite: https://www.sqlite.org/rescode.html */
const BUSY = 5;
const CORRUPT = 11;
const DAMAGED: readonly number[] = [CORRUPT, 26];

/**
 * Opens the tables' file, looks at each page of it, and closes it again. While it is open, the operating system holds a lock, which a
 * killed process can't leave behind.
 * @returns SQLite's code of the reason why it can't be opened or read, or `null`.
 */
function tryOpen(file: string): number | null {
  try {
    const items = openItems(file);
    const whole = items.isWhole();
    items.close();
    return whole ? null : CORRUPT;
  } catch (error) {
    return (error as { errcode?: number }).errcode ?? 0;
  }
}

/**
 * Records in the store are sealed for the classes of one collection.
 * @throws StartError if the folder holds those of another
 */
export function requireCollection(paths: StatePaths, collection: string): void {
  const { folder, store, collection: file } = paths;
  const held: unknown = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : collection;
  if (held !== collection) throw new StartError(t.otherPack(folder));
  // A fresh start has removed the folder.
  makeFolder(store);
  writeWhole(file, `${JSON.stringify(collection)}\n`);
}
