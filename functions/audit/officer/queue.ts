import type { ReviewDay, ReviewGroup } from '../../../shared/contract/reviews.ts';
import type { Entry } from '../../../shared/log/entry/entry.ts';
import { beginningOf } from '../../../shared/log/read/hours.ts';
import type { Span, StoredEntry } from '../../../shared/log/read/read.ts';
import { walkEntries } from '../../../shared/log/read/walk.ts';
import { isOffHours } from '../../../shared/policy/decide/alerts.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import type { Auditing } from '../deps.ts';

/** Kinds that a person reviews: decisions, refusals, and attempts at a prohibited use. */
const QUEUED: ReadonlySet<string> = new Set(['decision', 'denial', 'prohibited', 'alert']);
/** Kinds for which a verdict would have no meaning. */
const NOT_REVIEWED: ReadonlySet<string> = new Set(['writer', 'review', 'reading']);

export const isReviewed = (kind: string) => !NOT_REVIEWED.has(kind);

export type Why =
  | 'ALERT_HIGH'
  | 'ALERT_MEDIUM'
  | 'ALERT_LOW'
  | 'REVIEW_OWED'
  | 'PROHIBITED'
  | 'RARE'
  | 'OFF_HOURS'
  | 'CLAIMED'
  | 'SAMPLE';

/** Points that each reason adds to the rank of a group. */
const WEIGHTS: Record<Why, number> = {
  ...{ ALERT_HIGH: 300, ALERT_MEDIUM: 200, ALERT_LOW: 100, REVIEW_OWED: 250, PROHIBITED: 200 },
  ...{ RARE: 60, OFF_HOURS: 20, CLAIMED: 15, SAMPLE: 10 },
};

/** Groups of fewer entries than this are rare. */
const RARE = 4;
/** Maximum number of ids that one group shows. */
const SHOWN = 100;
/** Maximum number of entries that one call reads, newest first. */
const MOST = 20_000;

/** As answered; the reasons are of the closed list. */
export interface Group extends ReviewGroup {
  why: Why[];
}

interface Reviewed {
  /** Verdicts by entry, with their reviewers, newest first. */
  verdicts: ReadonlyMap<string, { officer: string; outcome: string; at: string }[]>;
  entries: StoredEntry[];
  /** Whether older entries of the span were left out. */
  more: boolean;
}

/** The remaining reviews in the span, in groups of similar entries, the most urgent first. */
export async function reviewQueue(
  auditing: Auditing,
  own: string,
  span: Span,
): Promise<{ groups: Group[]; open: number; reviewed: number; more: boolean }> {
  const [{ entries, verdicts, more }, pack] = await Promise.all([readSpan(auditing, span), auditing.pack()]);
  const groups = new Map<string, Group & { claimed: boolean; off: boolean }>();
  let reviewed = 0;
  for (const stored of entries) {
    const { entry, words, id } = stored;
    // Other offices review the entries of the caller's office.
    if (!entry || entry.handler?.agency === own) continue;
    if (verdicts.has(id)) {
      reviewed += 1;
      continue;
    }
    const key = keyOf(entry, words.officer);
    const group = groups.get(JSON.stringify(key)) ?? { ...key, ...emptyGroup(entry.time) };
    group.count += 1;
    if (group.ids.length < SHOWN) group.ids.push(id);
    group.oldest = entry.time;
    group.claimed ||= entry.handler?.officerBy === 'claimed' && entry.kind === 'decision';
    group.off ||= isOff(entry.time, pack);
    groups.set(JSON.stringify(key), group);
    if (needsReview(pack, entry)) group.why = [...new Set<Why>([...group.why, 'REVIEW_OWED'])];
  }
  const ranked = [...groups.values()].map(({ claimed, off, ...group }) => {
    const why = new Set<Why>(group.why);
    if (group.kind === 'alert') why.add(alertWeight(pack, group.code));
    if (group.kind === 'prohibited') why.add('PROHIBITED');
    if (group.count < RARE) why.add('RARE');
    if (off) why.add('OFF_HOURS');
    if (claimed) why.add('CLAIMED');
    const rank = [...why].reduce((sum, one) => sum + WEIGHTS[one], 0);
    return { ...group, why: [...why], rank };
  });
  ranked.sort((a, b) => b.rank - a.rank || (a.newest < b.newest ? 1 : -1));
  const open = ranked.reduce((sum, { count }) => sum + count, 0);
  return { groups: ranked, open, reviewed, more };
}

function keyOf(entry: Entry, officer: string | undefined) {
  return {
    agency: entry.handler?.agency ?? '',
    purpose: entry.purpose ?? null,
    officer: officer ?? null,
    kind: entry.kind,
    outcome: entry.outcome ?? null,
    rule: entry.rule ?? null,
    code: entry.code ?? null,
  };
}

const emptyGroup = (time: string) => ({
  ...{ count: 0, ids: [] as string[], newest: time, oldest: time, rank: 0, why: [] as Why[] },
  ...{ claimed: false, off: false },
});

/** Whether the pack demands that another person reviews the access. */
const needsReview = ({ approvals }: Pack, { obligations, outcome }: Entry) =>
  outcome === 'released' && (obligations ?? []).includes(approvals?.review?.obligation ?? '');

function alertWeight(pack: Pack, code: string | null): Why {
  const severity = pack.alerts.get(code ?? '')?.severity ?? 'high';
  return `ALERT_${severity.toUpperCase()}` as Why;
}

/** Whether an alert of the pack about hours calls the time so. */
function isOff(time: string, { alerts, calendar }: Pack): boolean {
  const at = Date.parse(time);
  return [...alerts.values()].some(({ when }) => when?.look === 'hours' && isOffHours(calendar, when, at));
}

async function readSpan(auditing: Auditing, span: Span): Promise<Reviewed> {
  const verdicts = new Map<string, { officer: string; outcome: string; at: string }[]>();
  const later = { from: span.from, to: auditing.now() + 1 };
  for await (const stored of walkEntries(auditing.store, later, { kind: 'review' })) {
    const about = stored.entry?.about;
    if (!stored.entry || about === undefined) continue;
    const { outcome = '', time: at } = stored.entry;
    verdicts.set(about, [
      ...(verdicts.get(about) ?? []),
      { officer: stored.words.officer ?? '', outcome, at },
    ]);
  }
  const entries: StoredEntry[] = [];
  // Days are read one after another, and before the log began there is none.
  const beginning = (await beginningOf(auditing.store)) ?? span.from;
  const since = { from: Math.max(span.from, beginning), to: span.to };
  const except = ['writer', 'review', 'watch', 'attempt', 'intake', 'reading'];
  for await (const stored of walkEntries(auditing.store, since, { except })) {
    if (!stored.entry || !QUEUED.has(stored.entry.kind)) continue;
    if (entries.length >= MOST) return { verdicts, entries, more: true };
    entries.push(stored);
  }
  return { verdicts, entries, more: false };
}

/** The progress of the review by day and kind, and the median minutes from an entry to its first verdict. */
export async function reviewCoverage(
  auditing: Auditing,
  span: Span,
): Promise<{ days: ReviewDay[]; medianMinutes: number | null; more: boolean }> {
  const [{ entries, verdicts, more }, { calendar }] = await Promise.all([
    readSpan(auditing, span),
    auditing.pack(),
  ]);
  const days = new Map<string, ReviewDay>();
  const waits: number[] = [];
  for (const { entry, id } of entries) {
    if (!entry) continue;
    const day = new Date(Date.parse(entry.time) + calendar.utcOffsetMinutes * 60_000)
      .toISOString()
      .slice(0, 10);
    const key = `${day} ${entry.kind}`;
    const empty = { ...{ day, kind: entry.kind, entries: 0, reviewed: 0, twice: 0, agree: 0 }, verdicts: {} };
    const one: ReviewDay = days.get(key) ?? empty;
    const given = verdicts.get(id) ?? [];
    one.entries += 1;
    if (given.length > 0) one.reviewed += 1;
    const [newest] = given;
    if (newest) one.verdicts[newest.outcome] = (one.verdicts[newest.outcome] ?? 0) + 1;
    // The newest of each person counts, which is first.
    const people = new Map(given.map(({ officer, outcome }) => [officer, outcome] as const).reverse());
    if (people.size > 1) {
      one.twice += 1;
      if (new Set(people.values()).size === 1) one.agree += 1;
    }
    const first = given.at(-1);
    if (first) waits.push(Date.parse(first.at) - Date.parse(entry.time));
    days.set(key, one);
  }
  waits.sort((a, b) => a - b);
  const median = waits[Math.floor(waits.length / 2)];
  return {
    days: [...days.values()].sort((a, b) => (a.day < b.day ? 1 : -1)),
    medianMinutes: median === undefined ? null : Math.round(median / 60_000),
    more,
  };
}
