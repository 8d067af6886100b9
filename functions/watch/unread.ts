/**
 * Files of the trail that cannot be read. The comparison waits for one, for a few tries or an hour. Then an alert names it,
 * and the comparison goes on without it: one file must not hide what all later ones would prove.
 */

import type { Table } from '../../shared/store/table.ts';
import { forget, recallEach, remember } from './state.ts';
import { faultOf, type Trail, type TrailFile } from './trail.ts';

/** What is known of a file that could not be read. Times are epoch milliseconds. */
export interface UnreadFile extends TrailFile {
  why: string;
  /** Its bytes are wrong, so it stays unreadable until someone replaces it. */
  wrong: boolean;
  first: number;
  last: number;
  tries: number;
  /** An alert names it. */
  told: boolean;
}

const UNREAD = 'unread';
/** Tries after which a file with wrong bytes is given up. */
const TRIES = 3;
/** Milliseconds after which any file is given up: a fault of S3 or of a policy mostly ends sooner. */
const WAIT = 3_600_000;
/** Files that one run tries again although they were given up, those first whose last try is longest ago. */
const AGAIN = 20;

/** The trail as one run reads it. */
export interface Reading {
  /** Passes over what cannot be read, and keeps it in mind. */
  trail: Trail;
  failed(file: TrailFile): boolean;
  /** Whether a late look at this file is due. Of those that were given up, few are tried in each run. */
  isDue(file: TrailFile): boolean;
  /** Stores what failed. @returns whether the comparison must wait for one of these files */
  waitsFor(files: readonly TrailFile[]): Promise<boolean>;
  /** Files with an alert that could be read now. */
  mended(): UnreadFile[];
  /** Stores what failed. @returns files that are given up and that no alert names yet */
  givenUp(): Promise<UnreadFile[]>;
  /** @param told files whose alerts are in the log */
  close(told: readonly UnreadFile[]): Promise<void>;
}

/** @param kept milliseconds that a file is remembered: longer than it is looked for */
export async function openReading(
  { state, trail, now }: { state: Table; trail: Trail; now(): number },
  kept: number,
): Promise<Reading> {
  const at = now();
  const files = await recallEach(state, UNREAD, ({ file }) => JSON.parse(file?.S ?? '') as UnreadFile);
  const known = new Map(files.map((file) => [file.name, file]));
  const due = new Set(
    [...known.values()]
      .filter(({ told }) => told)
      .sort((a, b) => a.last - b.last)
      .slice(0, AGAIN)
      .map(({ name }) => name),
  );
  const failed = new Map<string, Pick<UnreadFile, 'why' | 'wrong'>>();
  const empty = new Set<string>();
  const read = new Set<string>();
  const noted = new Set<string>();

  const store = (file: UnreadFile) => {
    known.set(file.name, file);
    const place = { part: UNREAD, item: file.name };
    return remember(state, place, { file: { S: JSON.stringify(file) } }, (file.first + kept) / 1000);
  };
  const note = async (files: Iterable<TrailFile>) => {
    const fresh = [...files].filter(({ name }) => failed.has(name) && !noted.has(name));
    await Promise.all(
      fresh.map((file) => {
        noted.add(file.name);
        const before = known.get(file.name) ?? { first: at, tries: 0, told: false };
        const fault = failed.get(file.name) ?? { why: '', wrong: false };
        return store({ ...before, ...file, ...fault, last: at, tries: before.tries + 1 });
      }),
    );
  };
  const isGivenUp = ({ told, wrong, tries, first }: UnreadFile) =>
    told || (wrong && tries >= TRIES) || at - first >= WAIT;
  const isMended = (name: string) => read.has(name) && !failed.has(name);
  const seen = new Map<string, TrailFile>();

  return {
    trail: {
      ...trail,
      async *read(file, since) {
        if (empty.has(file.name)) return;
        let records = 0;
        try {
          for await (const record of trail.read(file, since)) {
            records += 1;
            yield record;
          }
          read.add(file.name);
        } catch (error) {
          seen.set(file.name, file);
          failed.set(file.name, faultOf(error));
          if (records === 0) empty.add(file.name);
        }
      },
    },
    failed: ({ name }) => failed.has(name),
    isDue: ({ name }) => !known.get(name)?.told || due.has(name),
    async waitsFor(files) {
      await note(files);
      return files.some(({ name }) => {
        const file = known.get(name);
        return failed.has(name) && file !== undefined && !isGivenUp(file);
      });
    },
    mended: () => [...known.values()].filter(({ told, name }) => told && isMended(name)),
    async givenUp() {
      await note(seen.values());
      // One that failed and is gone since is told as well: to remove it must not hide it.
      return [...known.values()].filter((file) => !file.told && !isMended(file.name) && isGivenUp(file));
    },
    async close(told) {
      await Promise.all(told.map((file) => store({ ...file, told: true })));
      const mended = [...known.keys()].filter(isMended);
      await Promise.all(mended.map((name) => forget(state, { part: UNREAD, item: name })));
    },
  };
}
