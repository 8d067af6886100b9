/** The files of lists in a folder, or in memory, and the work on a list in this process once its marker is put. */

import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { type ListFiles, startedBy } from '../../../shared/records/list-files.ts';
import { writeWhole } from '../../cli/whole-files.ts';

/** What verify does with a list. */
interface ListWork<Lane> {
  lanes(marker: string, most: number): Promise<Lane[]>;
  work(lane: Lane, goOn: () => boolean): Promise<{ again: boolean }>;
}

export interface ListFolder extends ListFiles {
  /** Lets this process work on each list that is started, and on those that an earlier process left. @returns what stops it */
  workHere<Lane>(work: ListWork<Lane>): () => Promise<void>;
  /** Deletes what is a day old, as the stack's bucket does. @returns how many files */
  sweep(now: number): number;
}

/** Lanes of one list in this process. */
const LANES = 2;
/** Milliseconds after which a run begins no further row, as in the stack: a part belongs to a run for a while only. */
const RUN_MS = 15_000;
const DAY_MS = 86_400_000;

/** @param folder is created with its first file; `null` keeps everything in memory */
export function openListFolder(folder: string | null): ListFolder {
  const store = folder === null ? inMemory() : inFolder(folder);
  let started: (marker: string) => void = () => {};
  return {
    async put(path, bytes) {
      store.put(path, bytes);
      if (startedBy(path) !== null) started(path);
    },
    read: async (path) => store.read(path),
    names: async (path) =>
      [...store.paths()].filter((one) => one.startsWith(path)).map((one) => one.slice(path.length)),
    remove: async (path) => store.remove(path),
    workHere(work) {
      const running = new Set<Promise<void>>();
      let open = true;
      started = (marker) => {
        // A fault ends the work as it does in the stack; the next submission goes on.
        const run = workAll(work, marker, () => open)
          .catch(() => {})
          .finally(() => running.delete(run));
        running.add(run);
      };
      // A list that is done or stopped has no lane with anything to do.
      for (const path of store.paths()) if (startedBy(path) !== null) started(path);
      return async () => {
        open = false;
        started = () => {};
        await Promise.all(running);
      };
    },
    sweep: (now) => store.old(now - DAY_MS).map(store.remove).length,
  };
}

async function workAll<Lane>(work: ListWork<Lane>, marker: string, goOn: () => boolean): Promise<void> {
  const lanes = await work.lanes(marker, LANES);
  const run = async (lane: Lane) => {
    for (let again = true; again && goOn(); ) {
      const until = performance.now() + RUN_MS;
      ({ again } = await work.work(lane, () => goOn() && performance.now() < until));
    }
  };
  await Promise.all(lanes.map(run));
}

function inMemory() {
  const files = new Map<string, { bytes: Uint8Array; at: number }>();
  return {
    put: (path: string, bytes: Uint8Array) => void files.set(path, { bytes, at: Date.now() }),
    read: (path: string) => files.get(path)?.bytes ?? null,
    paths: () => files.keys(),
    remove: (path: string) => void files.delete(path),
    old: (before: number) => [...files].filter(([, { at }]) => at < before).map(([path]) => path),
  };
}

function inFolder(folder: string) {
  const paths = () => {
    try {
      return readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((one) => one.isFile())
        .map((one) => relative(folder, join(one.parentPath, one.name)).split(sep).join('/'));
    } catch {
      return [];
    }
  };
  return {
    put(path: string, bytes: Uint8Array) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
      writeWhole(file, bytes);
    },
    read(path: string) {
      try {
        return readFileSync(join(folder, path));
      } catch {
        return null;
      }
    },
    paths,
    remove: (path: string) => rmSync(join(folder, path), { force: true }),
    old: (before: number) => paths().filter((path) => statSync(join(folder, path)).mtimeMs < before),
  };
}
