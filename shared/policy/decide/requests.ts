/**
 * A request for fields that need an approval: its contents, the owners' answers field by field, and its
 * state. Pure: every act gives the next record or the reason why not. Times are RFC 3339, so they compare as
 * text.
 */
import type { FieldState, Party, RequestState } from '../../contract/requests.ts';
import { defined } from '../../defined.ts';
import type { ClientId, EntryId, SubjectId } from '../../ids.ts';
import type { Approval, Ask } from '../types.ts';

/** What a request and the release that names it state about themselves. At collection both must be the same. */
interface Collector
  extends Pick<Ask, 'purpose' | 'collection' | 'case' | 'instrument' | 'activity' | 'basis' | 'text'> {
  agency: ClientId;
}

/** The contents of the request. They never change. */
export interface Asked extends Collector {
  /** Of the office, and the digests of its officer with and without the office. */
  departments: readonly string[];
  person: string;
  name: string;
  officer: string;
  reason: string;
  /** Internal ids; a random one if no record exists. */
  subjects: readonly SubjectId[];
  /** The county whose owners are asked, by the digits in clear. */
  county: string;
  /**
   * Field to its first owner, and the time limit of the answer. `asks` is the co-holder that is asked instead where that
   * owner has no office. It follows from the county, so the requester does not see it.
   */
  fields: Readonly<Record<string, { of: string; asks?: string; answerBy: string }>>;
  /** May be collected only once, not repeatedly within a window. */
  once: boolean;
  at: string;
  /** The log entry of the request. */
  entry: EntryId;
}

/** The answer about one field. */
export interface Ruling {
  outcome: 'approved' | 'refused';
  /** The office that answered, for one of its departments. */
  agency: ClientId;
  person: string;
  at: string;
  entry: EntryId;
  /** If refused: why, by a code of the pack that asks for one. */
  why?: string;
  /** If approved: the limit of the first collection, and the end of the window. */
  collectBy?: string;
  until?: string;
}

/** The people at positions `from` to `from + count - 1` of the request. */
export interface Piece {
  from: number;
  count: number;
}

/** What an owner lacks to decide on a field. It is asked for once, and the time of the owner stands still meanwhile. */
export interface Material {
  /** Codes of the pack: all that is missing. */
  missing: readonly string[];
  /** The office that asks, for one of its departments. */
  agency: ClientId;
  person: string;
  at: string;
  entry: EntryId;
  /** The limit of the requester. */
  supplyBy: string;
  supplied?: Supplied;
}

export interface Supplied {
  person: string;
  at: string;
  entry: EntryId;
  statement: string;
  /** SHA-256, in hexadecimal, of the documents that are sent outside the gateway. */
  documents?: readonly string[];
  /** The limit of the owner from then on. */
  answerBy: string;
}

export interface RequestRecord {
  id: string;
  asked: Asked;
  rulings: Readonly<Record<string, Ruling>>;
  /** By field. */
  materials: Readonly<Record<string, Material>>;
  withdrawn: { at: string; entry: EntryId } | null;
  /** The number of collections and the time of the last one. */
  collections: number;
  collectedAt: string | null;
  /** If it is collected once: the pieces that were collected, in any order. None overlaps another. */
  pieces: readonly Piece[];
}

/** @returns the log entry of what the request says now: that of the request, or of what was supplied last */
export function statedIn({ asked, materials }: Pick<RequestRecord, 'asked' | 'materials'>): EntryId {
  const said = Object.values(materials).flatMap(({ supplied }) => supplied ?? []);
  return said.reduce<{ at: string; entry: EntryId }>((last, one) => (one.at > last.at ? one : last), asked)
    .entry;
}

/** `lapsed`: not answered, supplied with material or collected in time, or its window is over. */
export function fieldState(record: RequestRecord, field: string, now: string): FieldState {
  const ruling = rulingOf(record, field);
  if (!ruling) {
    const material = materialOf(record, field);
    if (material && !material.supplied) return now < material.supplyBy ? 'material' : 'lapsed';
    return now < answerByOf(record, field) ? 'waiting' : 'lapsed';
  }
  if (ruling.outcome === 'refused') return 'refused';
  const end = record.collections > 0 ? ruling.until : ruling.collectBy;
  return now < (end ?? '') ? 'approved' : 'lapsed';
}

/** The limit of the owner's answer. It moves when material is supplied. */
export function answerByOf(record: Pick<RequestRecord, 'asked' | 'materials'>, field: string): string {
  return materialOf(record, field)?.supplied?.answerBy ?? record.asked.fields[field]?.answerBy ?? '';
}

/** The party whose time ended before a field lapsed; `null` if the field has not lapsed, or its window is over. */
export function lateOf(record: RequestRecord, field: string, now: string): Party | null {
  if (fieldState(record, field, now) !== 'lapsed') return null;
  if (rulingOf(record, field)) return record.collections > 0 ? null : 'requester';
  const material = materialOf(record, field);
  return material && !material.supplied ? 'requester' : 'provider';
}

/** The clocks that run: the next limit of the owners, and that of the requester. */
export function clocksOf(record: RequestRecord, now: string): { [party in Party]?: string } {
  const limits: Record<Party, string[]> = { provider: [], requester: [] };
  if (isClosed(record, now)) return {};
  for (const field of Object.keys(record.asked.fields)) {
    const state = fieldState(record, field, now);
    if (state === 'waiting') limits.provider.push(answerByOf(record, field));
    if (state === 'material') limits.requester.push(materialOf(record, field)?.supplyBy ?? '');
    if (state === 'approved' && record.collections === 0)
      limits.requester.push(rulingOf(record, field)?.collectBy ?? '');
  }
  const [provider] = limits.provider.sort();
  const [requester] = limits.requester.sort();
  return defined({ provider, requester });
}

/** One word for the complete request: collectable fields decide first, then those that wait for the requester. */
export function stateOf(record: RequestRecord, now: string): RequestState {
  if (record.withdrawn) return 'withdrawn';
  if (record.asked.once && isComplete(record)) return 'collected';
  const states = Object.keys(record.asked.fields).map((field) => fieldState(record, field, now));
  if (states.includes('approved')) return 'approved';
  if (states.includes('material')) return 'material';
  if (states.includes('waiting')) return 'submitted';
  if (record.collections > 0) return 'collected';
  return states.includes('lapsed') ? 'expired' : 'refused';
}

/** Nothing can be decided or withdrawn any more. */
export function isClosed(record: RequestRecord, now: string): boolean {
  return !['submitted', 'material', 'approved'].includes(stateOf(record, now));
}

/** The instant (epoch milliseconds) after which nothing can be answered or collected. */
export function endsAt({
  asked,
  rulings,
  materials,
}: Pick<RequestRecord, 'asked' | 'rulings' | 'materials'>): number {
  const ends = [
    ...Object.values(materials).map(({ supplyBy, supplied }) => supplied?.answerBy ?? supplyBy),
    ...Object.values(asked.fields).map(({ answerBy }) => answerBy),
    ...Object.values(rulings).map(({ until, at }) => until ?? at),
  ];
  return Math.max(...ends.map((end) => Date.parse(end)));
}

/** The reason why an act was not done. `nothing`: it would change nothing, for example a repeat. */
export type NotDone = 'closed' | 'nothing' | 'late' | 'refused before' | 'answered' | 'asked before';

/**
 * An owner's answer on fields that it may decide, for all of them or none. A refusal is final; a later
 * refusal can revoke an approval.
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

/** By the requesting office. Collected data stays collected. */
export function withdraw(record: RequestRecord, at: string, entry: EntryId): RequestRecord | NotDone {
  if (record.withdrawn) return 'nothing';
  if (isClosed(record, at)) return 'closed';
  return { ...record, withdrawn: { at, entry } };
}

/** Counts a collection. @returns the reason if there is nothing to collect */
export function collect(
  record: RequestRecord,
  at: string,
  piece: Piece = wholeOf(record),
): RequestRecord | NotDone {
  if (stateOf(record, at) !== 'approved' || (record.asked.once && !isLeft(record, piece))) return 'closed';
  const pieces = record.asked.once ? [...record.pieces, piece] : record.pieces;
  return { ...record, collections: record.collections + 1, collectedAt: at, pieces };
}

export function wholeOf({ asked }: Pick<RequestRecord, 'asked'>): Piece {
  return { from: 0, count: asked.subjects.length };
}

/** Whether every position of the piece is one of the request, and none of it was collected. */
export function isLeft({ asked, pieces }: Pick<RequestRecord, 'asked' | 'pieces'>, piece: Piece): boolean {
  const ends = ({ from, count }: Piece) => from + count;
  if (ends(piece) > asked.subjects.length) return false;
  return pieces.every((one) => ends(one) <= piece.from || ends(piece) <= one.from);
}

function isComplete({ asked, pieces }: RequestRecord): boolean {
  return pieces.reduce((sum, { count }) => sum + count, 0) >= asked.subjects.length;
}

/**
 * The collectable fields: exactly those approved, by the requesting office, for the same purpose and case.
 * @param piece the people who are collected; of a request that is collected once, none of them was before
 * @returns `null` if there are none
 */
export function approvalOf(
  record: RequestRecord,
  by: Collector,
  now: string,
  piece: Piece = wholeOf(record),
): Approval | null {
  const { asked } = record;
  const same =
    asked.agency === by.agency &&
    asked.purpose === by.purpose &&
    asked.collection === by.collection &&
    asked.case === by.case &&
    asked.instrument === by.instrument &&
    asked.activity === by.activity &&
    asked.basis === by.basis &&
    asked.text === by.text;
  if (!same || stateOf(record, now) !== 'approved') return null;
  if (asked.once && !isLeft(record, piece)) return null;
  const fields = new Map<string, string>();
  for (const field of Object.keys(asked.fields)) {
    const ruling = rulingOf(record, field);
    if (ruling && fieldState(record, field, now) === 'approved') fields.set(field, ruling.entry);
  }
  return { fields };
}

export function materialOf(
  { materials }: Pick<RequestRecord, 'materials'>,
  field: string,
): Material | undefined {
  return Object.hasOwn(materials, field) ? materials[field] : undefined;
}

function rulingOf({ rulings }: RequestRecord, field: string): Ruling | undefined {
  return Object.hasOwn(rulings, field) ? rulings[field] : undefined;
}
