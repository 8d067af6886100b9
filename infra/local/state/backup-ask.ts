/**
 * A backup of a running gateway, whose process alone has the tables open. It is asked by a file in its state folder, which
 * only the owner of the folder can write.
 */

import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { texts } from '../../cli/messages/language.ts';
import { writeWhole } from '../../cli/whole-files.ts';
import { openItems } from '../aws/dynamo/items.ts';
import { readIfThere, StartError } from '../files.ts';
import { writeBackup } from './backup.ts';
import { type StatePaths, storeFile, storeState } from './state.ts';

const { backup: t } = await texts('local');

/** Milliseconds between looks. */
const EVERY = 250;
/** Milliseconds within which a running gateway answers. */
const PATIENCE = 60_000;

/** Makes a backup when a file asks for it. @returns a function that ends this */
export function answerBackups(
  paths: StatePaths,
  snapshot: (file: string) => void,
  now: () => number,
): () => void {
  const look = () => {
    const to = readIfThere(paths.backupAsked);
    if (to === null) return;
    rmSync(paths.backupAsked);
    writeWhole(paths.backupTold, JSON.stringify(attempt(to)));
  };
  const attempt = (to: string) => {
    try {
      return { made: writeBackup(paths, to, { snapshot, now: now() }).made };
    } catch (error) {
      return { fault: error instanceof StartError ? error.message : 'the backup failed' };
    }
  };
  const timer = setInterval(look, EVERY).unref();
  return () => clearInterval(timer);
}

/**
 * Backs up a state folder, whether its gateway runs or not.
 * @returns the instant of the backup. @throws StartError
 */
export async function backUp(paths: StatePaths, folder: string): Promise<string> {
  const to = resolve(folder);
  const state = storeState(paths);
  if (state === 'free') return backUpHere(paths, to);
  if (state !== 'busy') throw new StartError(t.nothing(paths.store));
  rmSync(paths.backupTold, { force: true });
  writeWhole(paths.backupAsked, to);
  for (let waited = 0; waited < PATIENCE; waited += EVERY) {
    const told = readIfThere(paths.backupTold);
    if (told !== null) {
      rmSync(paths.backupTold);
      const { made, fault } = JSON.parse(told) as { made?: string; fault?: string };
      if (made === undefined) throw new StartError(fault ?? t.failed);
      return made;
    }
    await sleep(EVERY);
  }
  rmSync(paths.backupAsked, { force: true });
  throw new StartError(t.noAnswer(paths.folder));
}

function backUpHere(paths: StatePaths, to: string): string {
  const items = openItems(storeFile(paths));
  try {
    const snapshot = (file: string) => items.snapshot(file);
    return writeBackup(paths, to, { snapshot, now: Date.now() }).made;
  } finally {
    items.close();
  }
}
