/** The rules of the pack's alerts. Each reads the new entries and the state kept from older ones. */

import { asSubjectId, type LogId, type SubjectId } from '../../shared/ids.ts';
import type { Entry } from '../../shared/log/entry/entry.ts';
import { isOffHours, localDate } from '../../shared/policy/decide/alerts.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import type { AlertRule, Look } from '../../shared/policy/pack/parts.ts';
import { dayOf, isoOf } from '../../shared/policy/value/age.ts';
import type { Recusal } from '../../shared/records/gateway/recusals.ts';
import type { Table } from '../../shared/store/table.ts';
import { GATEWAY } from '../session/actor.ts';
import { groupsOf, type Match } from './found.ts';
import type { ReadLeaf } from './read-leaves.ts';
import { addMembers, forget, recall, recallEach, remember } from './state.ts';

interface RuleInput {
  state: Table;
  pack: Pack;
  entries: readonly ReadLeaf[];
  /** Log ids of decoys, with the instant (RFC 3339) since which each is one. */
  decoys: ReadonlyMap<string, string>;
  /** What offices have registered of their own people. */
  recusals: readonly Recusal[];
  /** The log id of a subject; `null` if it was erased or merged. */
  logIdOf(subject: SubjectId): Promise<LogId | null>;
  /** Epoch milliseconds up to which all entries were scanned. */
  asOf: number;
}

export interface Outcome {
  found: Match[];
  /** Stores the data for later scans. Runs after the alerts are in the log; may be repeated. */
  save(): Promise<void>;
}

type Rule<Name extends Look['look']> = (
  looking: RuleInput,
  code: string,
  alert: AlertRule,
  look: Look & { look: Name },
) => Promise<Outcome>;

const DAY = 86_400;
const NOTHING: Outcome = { found: [], save: async () => {} };

/** Runs every rule of the pack that reads the log. */
export function runRules(looking: RuleInput): Promise<Outcome[]> {
  const rules = [...looking.pack.alerts].flatMap(([code, alert]) =>
    alert.when ? [runRule(looking, code, alert, alert.when)] : [],
  );
  return Promise.all(rules);
}

function runRule(looking: RuleInput, code: string, alert: AlertRule, look: Look): Promise<Outcome> {
  if (look.look === 'hours') return hours(looking, code, alert, look);
  if (look.look === 'first') return first(looking, code, alert, look);
  if (look.look === 'many') return many(looking, code, alert, look);
  if (look.look === 'unreviewed') return unreviewed(looking, code, alert, look);
  if (look.look === 'decoy') return decoy(looking, code, alert, look);
  if (look.look === 'recused') return recused(looking, code, alert, look);
  if (look.look === 'register') return register(looking, code, alert, look);
  return Promise.resolve(NOTHING);
}

const timeOf = ({ entry }: ReadLeaf) => Date.parse(entry.time);

function released(entries: readonly ReadLeaf[], except: readonly string[] = []): ReadLeaf[] {
  return entries.filter(
    ({ entry }) =>
      // Acts of the gateway itself do not count as uses.
      entry.kind === 'decision' &&
      entry.handler?.agency !== GATEWAY.agency &&
      entry.purpose !== undefined &&
      !except.includes(entry.purpose),
  );
}

/** Releases outside office hours, by agency, officer and day. */
const hours: Rule<'hours'> = async ({ pack, entries }, code, alert, look) => {
  const { calendar } = pack;
  const late = released(entries, look.except).filter((seen) => isOffHours(calendar, look, timeOf(seen)));
  const groups = groupsOf(late, ['agency', 'officer'], (seen) => localDate(calendar, timeOf(seen)));
  return {
    ...NOTHING,
    found: [...groups].map(([group, some]) => ({ code, alert, group, entries: some })),
  };
};

/** The first release of a group after `days` without one. */
const first: Rule<'first'> = async ({ state, entries }, code, alert, { by, days }) => {
  const groups = groupsOf(released(entries), by);
  const places = [...groups].map(([group, some]) => ({
    group,
    some,
    place: { part: `first ${code}`, item: group },
  }));
  const known = await Promise.all(places.map(({ place }) => recall(state, place)));
  const isNew = (i: number, at: number) => at - Number(known[i]?.['seen']?.N ?? 0) > days * DAY * 1000;
  return {
    found: places
      .filter(({ some }, i) => isNew(i, timeOf(some[0] as ReadLeaf)))
      .map(({ group, some }) => ({ code, alert, group, entries: some.slice(0, 1) })),
    async save() {
      await Promise.all(
        places.map(({ some, place }, i) => {
          const seen = Math.max(Number(known[i]?.['seen']?.N ?? 0), ...some.map(timeOf));
          return remember(state, place, { seen: { N: String(seen) } }, seen / 1000 + days * DAY);
        }),
      );
    },
  };
};

/** At least `at` distinct subjects, or looks at them, within a period of the calendar; raised once in it. */
const many: Rule<'many'> = async ({ state, pack, entries }, code, alert, look) => {
  const { by, at, of, without, days = 1, except } = look;
  const dated = released(entries, except).filter(
    ({ entry, words }) => entry.subject !== undefined && (without === undefined || !words[without]),
  );
  const { utcOffsetMinutes } = pack.calendar;
  const groups = groupsOf(dated, by, (seen) => periodOf(dayOf(timeOf(seen), utcOffsetMinutes), days));
  const counted = ({ entry }: ReadLeaf) => (of === 'looks' ? entry.id : (entry.subject as string));
  const places = [...groups].map(([group, some]) => ({
    group,
    some,
    place: { part: `many ${code}`, item: group },
  }));
  const known = await Promise.all(places.map(({ place }) => recall(state, place)));
  const added = places.map(({ some }, i) => {
    const before = new Set(known[i]?.['members']?.SS ?? []);
    const fresh = new Set(some.map(counted).filter((id) => !before.has(id)));
    return { before: before.size, fresh };
  });
  return {
    // Beyond the threshold nothing is counted, so it is crossed once and the stored set stays small.
    found: places
      .filter((_, i) => crossed(added[i], at))
      .map(({ group, some }) => ({ code, alert, group, entries: some })),
    async save() {
      await Promise.all(
        places.map(async ({ some, place }, i) => {
          const { before, fresh } = added[i] as Added;
          if (before >= at || fresh.size === 0) return;
          await addMembers(state, place, fresh, timeOf(some[0] as ReadLeaf) / 1000 + (days + 2) * DAY);
        }),
      );
    },
  };
};

/** A day, or the first of so many days. */
const periodOf = (day: number, days: number) => isoOf(day - (day % days));

interface Added {
  before: number;
  fresh: ReadonlySet<string>;
}

function crossed(added: Added | undefined, at: number): boolean {
  return added !== undefined && added.before < at && added.before + added.fresh.size >= at;
}

/** Decisions whose required review was not made in time. */
const unreviewed: Rule<'unreviewed'> = async (
  { state, entries, asOf },
  code,
  alert,
  { obligation, hours: limit },
) => {
  const part = `open ${code}`;
  const open = new Map(
    await recallEach(state, part, ({ item, seen, due }) => [
      item?.S ?? '',
      { seen: JSON.parse(seen?.S ?? '') as ReadLeaf, due: Number(due?.N) },
    ]),
  );
  const closed = new Set<string>();
  for (const seen of entries) {
    const { entry } = seen;
    if (entry.kind === 'decision' && entry.obligations?.includes(obligation))
      open.set(entry.id, { seen, due: timeOf(seen) + limit * 3_600_000 });
    if (entry.kind !== 'review' || entry.about === undefined) continue;
    // An owner's review refers to the attempt, which is logged before any field is opened.
    for (const [id, { seen: decision, due }] of open) {
      const named = entry.about === id || entry.about === decision.entry.attempt;
      if (named && timeOf(seen) <= due) closed.add(id);
    }
  }
  const overdue = [...open].filter(([id, { due }]) => due <= asOf && !closed.has(id));
  const done = new Set([...closed, ...overdue.map(([id]) => id)]);
  return {
    found: overdue.map(([id, { seen }]) => ({ code, alert, group: id, once: true, entries: [seen] })),
    async save() {
      await Promise.all(
        [...open].map(([id, { seen, due }]) => {
          const place = { part, item: id };
          if (done.has(id)) return forget(state, place);
          return remember(state, place, { seen: { S: brief(seen) }, due: { N: String(due) } });
        }),
      );
    },
  };
};

/** The members that an alert about the entry needs; the entry itself is in the log. */
function brief({ entry, words }: ReadLeaf): string {
  const { id, attempt, handler, purpose, policy } = entry;
  const { officer } = words;
  return JSON.stringify({ entry: { id, attempt, handler, purpose, policy }, words: { officer } });
}

/**
 * Whether it is an office's act on personal data: such an entry names a verb, of whatever kind it is. Alerts and reviews
 * answer one. The gateway keeps, moves and deletes the data of decoys as of anyone.
 */
export const isLook = ({ operation, kind, handler }: Entry) =>
  operation !== undefined && kind !== 'alert' && kind !== 'review' && handler?.agency !== GATEWAY.agency;

/** The office's act on a person's data, and on whose; `null` for the person if the act names none, or one who is erased. */
async function personIn({ logIdOf }: RuleInput, { entry, words }: ReadLeaf): Promise<LogId | null> {
  return entry.subject ?? (words.subject === undefined ? null : await logIdOf(asSubjectId(words.subject)));
}

/** Acts about a decoy, by agency. */
const decoy: Rule<'decoy'> = async (looking, code, alert) => {
  const { entries, decoys } = looking;
  if (decoys.size === 0) return NOTHING;
  const met = new Map<string, ReadLeaf>();
  for (const seen of entries) {
    const { entry } = seen;
    if (!isLook(entry)) continue;
    const logId = await personIn(looking, seen);
    // An attempt and its decision count once.
    const since = logId === null ? undefined : decoys.get(logId);
    if (since === undefined) continue;
    // The intake that made the decoy is not a request for it.
    if (entry.kind !== 'intake' || entry.time > since) met.set(entry.attempt ?? entry.id, seen);
  }
  const groups = groupsOf([...met.values()], ['agency']);
  return { ...NOTHING, found: [...groups].map(([group, some]) => ({ code, alert, group, entries: some })) };
};

/**
 * Looks of an office at its own people, at their households and at people whom these represent, by officer and registration. It does
 * not matter which officer looked: a colleague looks as well as the officer concerned.
 */
const recused: Rule<'recused'> = async (looking, code, alert, { except = [] }) => {
  const found: Match[] = [];
  for (const { id, agency, people, entry: named } of looking.recusals) {
    const met = new Map<string, ReadLeaf>();
    for (const seen of people.length === 0 ? [] : looking.entries) {
      const { entry } = seen;
      const isOther = entry.handler?.agency !== agency || entry.kind === 'intake';
      if (isOther || !isLook(entry) || except.includes(entry.purpose ?? '')) continue;
      const logId = await personIn(looking, seen);
      if (logId !== null && people.includes(logId)) met.set(entry.attempt ?? entry.id, seen);
    }
    for (const [officer, some] of groupsOf([...met.values()], ['agency'], ({ words }) => words.officer ?? ''))
      found.push({ code, alert, group: `${id} ${officer}`, entries: some, named });
  }
  return { ...NOTHING, found };
};

/** Changes of the register that were made, one by one. A pending change does not count. */
const register: Rule<'register'> = async ({ entries }, code, alert, { codes }) => {
  const made = entries.filter(
    ({ entry }) => entry.kind === 'agency' && entry.outcome !== 'pending' && codes.includes(entry.code ?? ''),
  );
  const found = made.map((seen) => ({
    code,
    alert,
    group: seen.entry.id,
    once: true as const,
    entries: [seen],
  }));
  return { ...NOTHING, found };
};
