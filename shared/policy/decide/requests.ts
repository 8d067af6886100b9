/**
 * A request for fields that need an approval: what was asked, what the owners said field by field, and what became
 * of it. Pure: every act gives the next record or says why not. Times are RFC 3339; comparing them is comparing text.
 */
import type { Approval } from '../types.ts';

/** What was asked. It never changes. */
export interface Asked {
  /** The office, its departments, and the digests of its officer with and without the office. */
  agency: string;
  departments: readonly string[];
  person: string;
  name: string;
  purpose: string;
  collection: string;
  /** The words that justify it; what of them is there must be the same at collection, but for the reason. */
  case?: string;
  instrument?: string;
  activity?: string;
  officer: string;
  reason: string;
  /** Internal ids; a random one stands for nobody. */
  subjects: readonly string[];
  /** Whose owners are asked: a county, by as many digits as stand in clear. */
  county: string;
  /** Field to the department asked, and until when it may answer. */
  fields: Readonly<Record<string, { of: string; answerBy: string }>>;
  /** Collected once, not within a window. */
  once: boolean;
  at: string;
  /** The log entry that says so. */
  entry: string;
}

/** What was said about one field. */
export interface Ruling {
  outcome: 'approved' | 'refused';
  /** The office that said so, for one of its departments. */
  agency: string;
  person: string;
  at: string;
  entry: string;
  /** Approved: the end of the time to collect it first, and the end of the window. */
  collectBy?: string;
  until?: string;
}

export interface RequestRecord {
  id: string;
  asked: Asked;
  rulings: Readonly<Record<string, Ruling>>;
  withdrawn: { at: string; entry: string } | null;
  /** How often it was collected, and when last. */
  collections: number;
  collectedAt: string | null;
}

export type FieldState = 'waiting' | 'approved' | 'refused' | 'lapsed';
export type RequestState = 'submitted' | 'approved' | 'refused' | 'withdrawn' | 'expired' | 'collected';

/** `lapsed`: not answered in time, not collected in time, or its window is over. */
export function fieldState(record: RequestRecord, field: string, now: string): FieldState {
  const ruling = rulingOf(record, field);
  if (!ruling) return now < (record.asked.fields[field]?.answerBy ?? '') ? 'waiting' : 'lapsed';
  if (ruling.outcome === 'refused') return 'refused';
  const end = record.collections > 0 ? ruling.until : ruling.collectBy;
  return now < (end ?? '') ? 'approved' : 'lapsed';
}

/** One word for the whole: what can be collected decides, then what is still to be said. */
export function stateOf(record: RequestRecord, now: string): RequestState {
  if (record.withdrawn) return 'withdrawn';
  if (record.asked.once && record.collections > 0) return 'collected';
  const states = Object.keys(record.asked.fields).map((field) => fieldState(record, field, now));
  if (states.includes('approved')) return 'approved';
  if (states.includes('waiting')) return 'submitted';
  if (record.collections > 0) return 'collected';
  return states.includes('lapsed') ? 'expired' : 'refused';
}

/** Nothing can be decided or withdrawn any more. */
export function isClosed(record: RequestRecord, now: string): boolean {
  return !['submitted', 'approved'].includes(stateOf(record, now));
}

/** When nothing can be answered or collected any more, as an instant in epoch milliseconds. */
export function endsAt({ asked, rulings }: Pick<RequestRecord, 'asked' | 'rulings'>): number {
  const ends = [
    ...Object.values(asked.fields).map(({ answerBy }) => answerBy),
    ...Object.values(rulings).map(({ until, at }) => until ?? at),
  ];
  return Math.max(...ends.map((end) => Date.parse(end)));
}

/** Why an act was not done. `nothing`: it would change nothing, as when it is sent again. */
export type NotDone = 'closed' | 'nothing' | 'late' | 'refused before';

/**
 * An owner's word on fields that it may decide; all of them or none. A refusal stands; an approval can still be
 * taken back by a refusal.
 * @param fields of the request, each decidable by the office of `ruling`
 */
export function rule(
  record: RequestRecord,
  fields: readonly string[],
  ruling: Ruling,
): RequestRecord | NotDone {
  if (isClosed(record, ruling.at)) return 'closed';
  const rulings: Record<string, Ruling> = { ...record.rulings };
  let changed = false;
  for (const field of fields) {
    const state = fieldState(record, field, ruling.at);
    if (state === 'lapsed') return 'late';
    if (state === ruling.outcome) continue;
    if (state === 'refused') return 'refused before';
    rulings[field] = ruling;
    changed = true;
  }
  return changed ? { ...record, rulings } : 'nothing';
}

/** By the office that asked. What was collected stays collected. */
export function withdraw(record: RequestRecord, at: string, entry: string): RequestRecord | NotDone {
  if (record.withdrawn) return 'nothing';
  if (isClosed(record, at)) return 'closed';
  return { ...record, withdrawn: { at, entry } };
}

/** Counts a collection. @returns why there is nothing to collect, where that is so */
export function collect(record: RequestRecord, at: string): RequestRecord | NotDone {
  if (stateOf(record, at) !== 'approved') return 'closed';
  return { ...record, collections: record.collections + 1, collectedAt: at };
}

/** What the release that names the request says of itself. */
export interface Collector {
  agency: string;
  purpose: string;
  collection: string;
  case?: string;
  instrument?: string;
  activity?: string;
}

/**
 * What can be collected now: exactly what was approved, by the office that asked, for the same purpose and case.
 * @returns `null` when there is nothing
 */
export function approvalOf(record: RequestRecord, by: Collector, now: string): Approval | null {
  const { asked } = record;
  const same =
    asked.agency === by.agency &&
    asked.purpose === by.purpose &&
    asked.collection === by.collection &&
    asked.case === by.case &&
    asked.instrument === by.instrument &&
    asked.activity === by.activity;
  if (!same || stateOf(record, now) !== 'approved') return null;
  const fields = new Map<string, string>();
  for (const field of Object.keys(asked.fields)) {
    const ruling = rulingOf(record, field);
    if (ruling && fieldState(record, field, now) === 'approved') fields.set(field, ruling.entry);
  }
  return { fields };
}

function rulingOf({ rulings }: RequestRecord, field: string): Ruling | undefined {
  return Object.hasOwn(rulings, field) ? rulings[field] : undefined;
}
