/** What the log has about one entry: verdicts, alerts, the other half of a decision, and the rest of the same call. */

import type * as v from 'valibot';
import type { LogEntry } from '../../shared/contract/routes/entries.ts';
import { defined } from '../../shared/defined.ts';
import { entryId } from '../../shared/log/entry/leaf.ts';
import type { LogFilter } from '../../shared/log/read/filter.ts';
import { readEntries, readEntriesById, type Span, type StoredEntry } from '../../shared/log/read/read.ts';
import { logIdAlone } from '../../shared/log/read/subject-names.ts';
import type { Auditing } from './deps.ts';

/** Items after an attempt in which its decision is looked for: they are of one call. */
const NEXT = 5;
/** Leaves of an item that are looked at. */
const LEAVES = 20;
const MOST = 100;

type Damaged = Extract<v.InferOutput<typeof LogEntry>, { kind: 'damaged' }>;
type Members = 'reviews' | 'alerts' | 'siblings' | 'alike';
/** Newest first. */
export type Around = { [M in Members]-?: NonNullable<Damaged[M]> } & Pick<Damaged, 'pair'>;
type Some = NonNullable<Around['alike']['person']>;

export async function aroundOf(auditing: Auditing, stored: StoredEntry): Promise<Around> {
  const { store, now } = auditing;
  const { entry, id } = stored;
  if (!entry) return { reviews: [], alerts: [], siblings: [], alike: {} };
  const query = {
    from: Date.parse(entry.time) - 60_000,
    to: now() + 60_000,
    limit: MOST,
    asked: { id },
    filter: { about: id, except: ['reading'] },
  };
  const [{ entries: about }, pair, siblings, alike] = await Promise.all([
    readEntries(store, query),
    pairOf(store, stored),
    siblingsOf(store, stored),
    alikeOf(auditing, stored),
  ]);
  const reviews = about.filter((one) => one.entry?.kind === 'review').map(reviewOf);
  const alerts = about.filter((one) => one.entry?.kind === 'alert').map((one) => one.id);
  return { reviews, alerts, siblings, alike, ...(pair !== undefined && { pair }) };
}

const reviewOf = ({ id, entry, words }: StoredEntry): Around['reviews'][number] => ({
  entry: id,
  at: entry?.time ?? '',
  by: entry?.handler?.agency,
  officer: words.officer,
  outcome: entry?.outcome,
  note: words.reason,
  supersedes: entry?.attempt,
});

async function pairOf(store: Auditing['store'], { entry, id }: StoredEntry): Promise<string | undefined> {
  if (entry?.kind !== 'attempt') return entry?.kind === 'review' ? undefined : entry?.attempt;
  const ids = Array.from({ length: NEXT * LEAVES }, (_, i) =>
    entryId({ writer: entry.writer, seq: entry.seq + Math.floor(i / LEAVES), leaf: i % LEAVES }),
  );
  const next = await readEntriesById(store, ids);
  return next.find((one) => one.entry?.attempt === id)?.id;
}

/** An item holds the leaves of calls that came together; those of one call have the same digest of the request. */
async function siblingsOf(store: Auditing['store'], { entry, id, words, leaves }: StoredEntry) {
  if (!entry || words.request === undefined || leaves < 2) return [];
  const { writer, seq, kind } = entry;
  const ids = Array.from({ length: Math.min(leaves, MOST) }, (_, leaf) => entryId({ writer, seq, leaf }));
  const others = await readEntriesById(
    store,
    ids.filter((one) => one !== id),
  );
  return others
    .filter((one) => one.entry?.kind === kind && one.words.request === words.request)
    .map((one) => one.id);
}

const DAY = 86_400_000;
/** Days for which a list of entries about a person goes back if it names none. */
const SPAN = 31 * DAY;

async function alikeOf(
  { store, now, pack }: Auditing,
  { entry, words }: StoredEntry,
): Promise<Around['alike']> {
  const { subject, handler, time = '' } = entry ?? {};
  const { officer } = words;
  const some = async (span: Span, filter: LogFilter, isOne: (one: StoredEntry) => boolean): Promise<Some> => {
    const page = await readEntries(store, { ...span, filter, limit: MOST, asked: { filter } });
    return { count: page.entries.filter(isOne).length, more: page.cursor !== null };
  };
  const ahead = (await pack()).calendar.utcOffsetMinutes * 60_000;
  const from = Math.floor((Date.parse(time) + ahead) / DAY) * DAY - ahead;
  const named = subject && logIdAlone(subject);
  const [person, byOfficer] = await Promise.all([
    named && some({ from: now() - SPAN, to: now() + 60_000 }, { subject: named }, () => true),
    // An officer has no index, so only so many entries of the office are looked at.
    officer !== undefined && handler
      ? some({ from, to: from + DAY }, { agency: handler.agency }, (one) => one.words.officer === officer)
      : undefined,
  ]);
  return defined({ person, officer: byOfficer });
}
