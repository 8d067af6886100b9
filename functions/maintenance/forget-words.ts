/** What people wrote beside the entries about somebody who was erased is forgotten; the entries stay. */

import { Problem } from '../../shared/errors.ts';
import { readPosition } from '../../shared/log/read/index-table.ts';
import {
  type LogFilter,
  readEntries,
  type StoredEntry,
  type SubjectNames,
} from '../../shared/log/read/read.ts';
import { forgetWords } from '../../shared/log/write/word-table.ts';
import { logStore } from '../steps/log.ts';
import type { MaintenanceDeps } from './app.ts';

/** Writers' clocks may be ahead of ours. */
const AHEAD_MS = 5 * 60_000;
/** How far back a log reaches that no sequencer has looked at yet: it runs from the first minute on. */
const YOUNG_MS = 86_400_000;
const PAGE = 500;

/**
 * Forgets officer, case, reason and all other words of every entry about these subjects: of those that name
 * a log id, of the attempts behind them, of those that nothing names but a commitment, and of the reviews and
 * alerts about all these. Who erased, and who asked for it, stays answerable. Repeating it is fine.
 * @throws Problem STORE_UNAVAILABLE while the index is being made anew: entries could be missed
 */
export async function forgetSubjects(
  deps: MaintenanceDeps,
  subjects: readonly SubjectNames[],
): Promise<void> {
  const store = logStore(deps);
  const position = await readPosition(store);
  if (position?.until === 0) {
    throw new Problem('STORE_UNAVAILABLE', { detail: 'The index of the log is being made; try again soon.' });
  }
  const to = deps.now() + AHEAD_MS;
  const from = position ? 0 : to - YOUNG_MS;
  const aliases = subjects.map(({ id }) => id);
  const forget = async (filter: LogFilter, name: object) => {
    let cursor: string | null = null;
    do {
      const page: { entries: StoredEntry[]; cursor: string | null } = await readEntries(store, {
        ...{ from, to, limit: PAGE, filter, asked: name },
        ...(cursor !== null && { cursor }),
      });
      await forgetWords(store, page.entries.flatMap(forgettable));
      // What officers wrote about these entries: reviews and alerts.
      if (position && filter.subject) for (const { id } of page.entries) await forget({ about: id }, { id });
      cursor = page.cursor;
    } while (cursor !== null);
  };
  for (const subject of subjects) {
    // Without an index one look at all entries finds both.
    const filters: LogFilter[] = [{ subject }, ...(position ? [{ subject, unnamed: true }] : [])];
    for (const filter of filters) {
      await forget({ ...filter, subject: { ...subject, aliases } }, filter);
    }
  }
}

function forgettable({ entry, words, leaves }: StoredEntry) {
  if (!entry || Object.keys(words).length === 0) return [];
  const ofErasure = entry.kind === 'erasure' || (entry.kind === 'request' && entry.code === 'ERASE');
  if (ofErasure) return [];
  const { writer, seq, leaf } = entry;
  return [{ writer, seq, leaf, leaves }];
}
