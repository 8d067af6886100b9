/** Which entries have a verdict. */

import type { OneOf } from '../../shared/log/read/index-rows.ts';
import { readEntries, type StoredEntry } from '../../shared/log/read/read.ts';
import type { Auditing } from './deps.ts';
import { ANSWERS, answering, fits } from './officer/answers.ts';
import { isReviewed } from './officer/coverage.ts';

/** Entries whose verdicts are looked for at once. */
const AT_ONCE = 100;
const MOST = 1000;
/** Milliseconds by which the clocks of log writers may differ. */
const MARGIN = 5 * 60_000;

/** @returns the ids of those on which the log has a verdict */
export async function reviewedAmong(
  auditing: Pick<Auditing, 'store' | 'now' | 'certifiers'>,
  entries: readonly StoredEntry[],
): Promise<ReadonlySet<string>> {
  const { store, now } = auditing;
  const { isAnswer } = answering(auditing);
  const reviewed = new Set<string>();
  const known = entries.filter(({ entry }) => entry && isReviewed(entry.kind));
  // Of an entry that many have read, verdicts are found without the readings; ends of alerts are not.
  const { yes = [], no = [] } = Object.groupBy(known, ({ entry }) =>
    entry?.kind === 'alert' ? 'yes' : 'no',
  );
  await lookFor(yes, ANSWERS);
  await lookFor(no, 'review');
  return reviewed;

  async function lookFor(known: readonly StoredEntry[], kind: OneOf): Promise<void> {
    for (let from = 0; from < known.length; from += AT_ONCE) {
      const some = known.slice(from, from + AT_ONCE);
      const about = some.map(({ id }) => id);
      const byId = new Map(some.map(({ id, entry }) => [id as string, entry]));
      const times = some.map(({ entry }) => Date.parse(entry?.time ?? ''));
      const span = { from: Math.min(...times) - MARGIN, to: now() + MARGIN };
      let cursor: string | null = null;
      do {
        const query = { ...span, filter: { about, kind }, limit: MOST, asked: { about } };
        const page = await readEntries(store, { ...query, ...(cursor !== null && { cursor }) });
        for (const stored of page.entries) {
          const { entry } = stored;
          const answered = byId.get(entry?.about ?? '');
          if (entry && answered && fits(entry, answered) && (await isAnswer(stored)))
            reviewed.add(answered.id);
        }
        cursor = page.cursor;
      } while (cursor !== null);
    }
  }
}

/** Those of the entries that a person reviews, with a verdict or without one. */
export async function withVerdict(
  auditing: Pick<Auditing, 'store' | 'now' | 'certifiers'>,
  entries: readonly StoredEntry[],
  wanted: 'yes' | 'no',
): Promise<StoredEntry[]> {
  const reviewed = await reviewedAmong(auditing, entries);
  return entries.filter(
    ({ id, entry }) => entry && isReviewed(entry.kind) && reviewed.has(id) === (wanted === 'yes'),
  );
}
