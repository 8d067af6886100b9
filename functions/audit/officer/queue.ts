import type { Answer } from '../../../shared/contract/api.ts';
import type { ReviewGroup } from '../../../shared/contract/reviews.ts';
import { defined } from '../../../shared/defined.ts';
import type { Entry } from '../../../shared/log/entry/entry.ts';
import { beginningOf, hourOf, parseCombination, readHours } from '../../../shared/log/read/hours.ts';
import { readPosition } from '../../../shared/log/read/index-table.ts';
import type { Span, StoredEntry } from '../../../shared/log/read/read.ts';
import { isOffHours } from '../../../shared/policy/decide/alerts.ts';
import { dueAt } from '../../../shared/policy/pack/calendar.ts';
import type { Pack } from '../../../shared/policy/pack/pack.ts';
import type { ReviewOrder } from '../../../shared/policy/pack/parts.ts';
import type { Session } from '../../session/session.ts';
import type { Auditing } from '../deps.ts';
import { readSpan } from './coverage.ts';
import { isBy } from './verdicts.ts';

export type Why =
  | 'ALERT_HIGH'
  | 'ALERT_MEDIUM'
  | 'ALERT_LOW'
  | 'REVIEW_OWED'
  | 'PROHIBITED'
  | 'RARE'
  | 'OFF_HOURS'
  | 'FIRST_PURPOSE'
  | 'CLAIMED'
  | 'SAMPLE'
  | 'SECOND';

/** The points of the pack that each reason adds to the rank of a group. */
const POINTS = {
  ALERT_HIGH: 'high',
  ALERT_MEDIUM: 'medium',
  ALERT_LOW: 'low',
  REVIEW_OWED: 'owed',
  PROHIBITED: 'prohibited',
  OFF_HOURS: 'offHours',
  FIRST_PURPOSE: 'firstPurpose',
  CLAIMED: 'claimed',
  SAMPLE: 'sample',
  SECOND: 'second',
} as const satisfies Record<Exclude<Why, 'RARE'>, keyof ReviewOrder['points']>;

/** Groups of fewer entries than this are called rare; every group has its points of rarity. */
const RARE = 4;
/** Maximum number of ids that one group shows. */
const SHOWN = 100;
/** Maximum number of entries in one answer, to which older findings are added: what can be opened within a second. */
const MOST = 4000;

/** As answered; the reasons are of the closed list. */
export interface Group extends ReviewGroup {
  why: Why[];
}

/** Second looks are neither open nor reviewed. */
type Queue = Answer<'GET /v1/log/reviews/queue'>;

/** The remaining reviews in the span, in groups of similar entries, the most urgent first. */
export async function reviewQueue(auditing: Auditing, session: Session, span: Span): Promise<Queue> {
  const [{ entries, verdicts, more, readTo }, pack, isKnown] = await Promise.all([
    readSpan(auditing, span, { newest: MOST }),
    auditing.pack(),
    purposesBefore(auditing, span.from),
  ]);
  const groups = new Map<string, Group>();
  const counts = { open: 0, reviewed: 0 };
  const alerts = { open: 0, reviewed: 0 };
  let lastAt: string | undefined;
  for (const stored of entries) {
    const { entry, words, id } = stored;
    // Other offices review the entries of the caller's office.
    if (!entry || entry.handler?.agency === session.caller.clientId) continue;
    const given = verdicts.get(id) ?? [];
    const state = given.length > 0 ? 'reviewed' : 'open';
    counts[state] += 1;
    if (entry.kind === 'alert') alerts[state] += 1;
    for (const { at } of given) if (lastAt === undefined || at > lastAt) lastAt = at;
    const second = given.length > 0;
    if (
      second &&
      !isSecondLook(
        stored,
        given.map((one) => one.stored),
        session,
        pack.reviews,
      )
    )
      continue;
    const members = keyOf(entry, words.officer);
    // The verdicts on entries alike may differ, so a second look is at one entry.
    const key = JSON.stringify(second ? [members, id] : members);
    const group = groups.get(key) ?? { ...members, ...emptyGroup(entry.time), ...(second && { second }) };
    addTo(group, stored, pack, isKnown);
    groups.set(key, group);
  }
  const ranked = [...groups.values()].map((group) => {
    const why = new Set(group.why);
    if (group.count < RARE && !group.second) why.add('RARE');
    return { ...group, why: [...why], rank: rankOf(pack.reviews, { ...group, why: [...why] }) };
  });
  ranked.sort((a, b) => b.rank - a.rank || (a.newest < b.newest ? 1 : -1));
  // The last millisecond is read again, unless that would be the same call.
  const next = readTo === undefined ? readTo : iso(readTo < span.to ? readTo : readTo - 1);
  return { groups: ranked, ...counts, alerts, more, ...defined({ lastAt, next }) };
}

function rankOf({ points }: ReviewOrder, { why, count, second }: Group): number {
  const rare = second ? 0 : Math.round(points.rare / Math.sqrt(count));
  return why.reduce((sum, one) => sum + (one === 'RARE' ? 0 : points[POINTS[one]]), rare);
}

function addTo(group: Group, stored: StoredEntry, pack: Pack, isKnown: IsKnown): void {
  const { entry, hash, id } = stored as StoredEntry & { entry: Entry };
  const { time, kind, handler, purpose = '' } = entry;
  const why = new Set<Why>(group.why);
  group.count += 1;
  if (group.ids.length < SHOWN) group.ids.push(id);
  group.oldest = time;
  if (group.second) why.add('SECOND');
  if (needsReview(pack, entry)) {
    why.add('REVIEW_OWED');
    const task = pack.tasks.get(pack.approvals?.review?.task ?? '');
    // The newest come first, so the last one is due first.
    if (task) group.due = new Date(dueAt(pack.calendar, task.within, Date.parse(time))).toISOString();
  }
  if (kind === 'alert') why.add(alertWeight(pack, entry.code ?? null));
  if (kind === 'prohibited') why.add('PROHIBITED');
  if (isOff(time, pack)) why.add('OFF_HOURS');
  if (kind === 'decision' && !isKnown(handler?.agency ?? '', purpose)) why.add('FIRST_PURPOSE');
  if (handler?.officerBy === 'claimed' && isRestricted(pack, entry)) why.add('CLAIMED');
  if (isPicked(pack.reviews, hash, 0)) why.add('SAMPLE');
  group.why = [...why];
}

/** Chosen by the leaf, so that it is the same for everyone and at each look. */
const isPicked = ({ oneIn }: ReviewOrder, hash: Buffer, at: number) => hash.readUInt16BE(at) % oneIn === 0;

/** Some verdicts of another person are looked at by this one, who must not have given any on the entry. */
function isSecondLook(
  { hash, entry }: StoredEntry,
  given: readonly StoredEntry[],
  session: Session,
  order: ReviewOrder,
): boolean {
  const people = new Set(given.map(({ words }) => words.person ?? words.officer));
  const own = given.some((one) => isBy(session, one));
  return entry?.kind !== 'alert' && people.size === 1 && !own && isPicked(order, hash, 2);
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
  count: 0,
  ids: [] as string[],
  newest: time,
  oldest: time,
  rank: 0,
  why: [] as Why[],
});

/** Whether the pack demands that another person reviews the access. */
const needsReview = ({ approvals }: Pack, { obligations, outcome }: Entry) =>
  outcome === 'released' && (obligations ?? []).includes(approvals?.review?.obligation ?? '');

function alertWeight(pack: Pack, code: string | null): Why {
  const severity = pack.alerts.get(code ?? '')?.severity ?? 'high';
  return `ALERT_${severity.toUpperCase()}` as Why;
}

/** Whether a field of a restricted class was given. */
function isRestricted({ fields: known, classes }: Pack, { fields = {} }: Entry): boolean {
  const names = Object.values(fields).flatMap((own) => Object.keys(own));
  return names.some((name) => classes.get(known.get(name)?.class ?? '')?.restricted);
}

/** Whether an alert of the pack about hours calls the time so. */
function isOff(time: string, { alerts, calendar }: Pack): boolean {
  const at = Date.parse(time);
  return [...alerts.values()].some(({ when }) => when?.look === 'hours' && isOffHours(calendar, when, at));
}

/** Whether an office had decisions for a purpose before the span. */
type IsKnown = (agency: string, purpose: string) => boolean;

const BEFORE_MS = 31 * 86_400_000;
const iso = (at: number) => new Date(at).toISOString();
/** What the last look found: the hours before a span are counted, and change no more. */
const looked = new WeakMap<object, { hour: string; pairs: Promise<ReadonlySet<string>> }>();

/**
 * In the 31 days before, by the counted hours. Of a log that is newer as a whole nothing is the first, and while hours are
 * missing that are counted again, no entry is called so.
 */
async function purposesBefore({ store }: Auditing, from: number): Promise<IsKnown> {
  const [beginning, position] = await Promise.all([beginningOf(store), readPosition(store)]);
  if (beginning === null || beginning >= from || (position?.until ?? 0) < from) return () => true;
  const hour = hourOf(iso(from - 1));
  const last = looked.get(store.dynamo);
  const pairs = last?.hour === hour ? last.pairs : pairsIn(store, hourOf(iso(from - BEFORE_MS)), hour);
  looked.set(store.dynamo, { hour, pairs });
  const known = await pairs.catch((error) => {
    looked.delete(store.dynamo);
    throw error;
  });
  return (agency, purpose) => known.has(`${agency} ${purpose}`);
}

async function pairsIn(store: Auditing['store'], first: string, last: string): Promise<ReadonlySet<string>> {
  const pairs = new Set<string>();
  for (const { counts } of (await readHours(store, first, last)).values()) {
    for (const name of counts.keys()) {
      const { kind, agency, purpose } = parseCombination(name);
      if (kind === 'decision') pairs.add(`${agency} ${purpose}`);
    }
  }
  return pairs;
}
