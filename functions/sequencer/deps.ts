import type { LogId } from '../../shared/ids.ts';
import type { Certifier, ChainError } from '../../shared/log/check/chain.ts';
import type { EpochKeys } from '../../shared/log/entry/secrets.ts';
import type { Files, Lock } from '../../shared/log/files/stores.ts';
import type { Hour } from '../../shared/log/read/hours.ts';
import type { Indexed, IndexRow, Placed } from '../../shared/log/read/index-rows.ts';
import type { IndexPosition } from '../../shared/log/read/index-table.ts';
import type { Counted } from '../../shared/log/read/person-counts.ts';
import type { LogItem } from '../../shared/log/write/item.ts';
import type { Edge } from '../../shared/tree/grow.ts';
import type { Verifier } from '../../shared/tree/note.ts';
import type { Batch } from './batch.ts';
import type { Check } from './checked.ts';

export interface SignedEdge extends Edge {
  /** Signatures of `entries`. */
  signatures: readonly Uint8Array[];
  /** Levels of the tree of SM3; `null` without it. */
  sm3: Edge['levels'] | null;
}

/** The stored index. Every write may be repeated. */
export interface LogIndex {
  position(): Promise<IndexPosition | null>;
  /** Entries stored under a key for a minute. */
  find(key: string, minute: string): Promise<Indexed[]>;
  /** Resolves once all rows are stored. A row without entries is removed. */
  add(rows: readonly IndexRow[]): Promise<void>;
  /** The counts of hours by their names; hours without entries are left out. */
  hours(names: Iterable<string>): Promise<ReadonlyMap<string, Hour>>;
  /**
   * Moves the position of the index forward.
   * @param from leaves before this must be in the index
   * @returns `false` if they are not, or if it is further already
   */
  advance(position: IndexPosition, from: number): Promise<boolean>;
}

/** The stored number of each person's entries in the tree, by log id. */
export interface Persons {
  /** Persons without entries are left out; strongly consistent. */
  counts(subjects: Iterable<LogId>): Promise<ReadonlyMap<LogId, Counted>>;
  /** May be repeated, and replaces no later count. */
  count(counts: Batch['counts']): Promise<void>;
}

/** A writer in the register. */
export interface Registration {
  writer: string;
  /** When it registered, epoch milliseconds. */
  since: number;
}

/** The stored chains. */
export interface Writers {
  /** The register: writers of which no head may be decided yet; strongly consistent. */
  list(): Promise<Registration[]>;
  /** Takes a writer out of the register, once its head is decided or its chain is closed. May be repeated. */
  forget(writer: string): Promise<void>;
  /** Whether the first item of a chain is in the tree. */
  isPlaced(writer: string): Promise<boolean>;
  /** The items of a chain that have a place, by `seq`. */
  placesOf(writer: string): Promise<ReadonlySet<number>>;
  /** The writers of items that were stored between two instants, epoch milliseconds; the newest may be missing. */
  storedBetween(from: number, to: number): Promise<ReadonlySet<string>>;
  /** Puts a writer into the register. May be repeated. @param since epoch milliseconds */
  register(writer: string, since: number): Promise<void>;
  /** Items of a chain with a higher `seq`, in order, strongly consistent. */
  itemsAfter(writer: string, seq: number, limit: number): Promise<LogItem[]>;
  /** The writers of those of these items that are stored; strongly consistent. */
  stored(items: readonly { writer: string; seq: number }[]): Promise<ReadonlySet<string>>;
  /** The secrets that open entries, by the epoch's name. */
  secrets(epochs: Iterable<string>): Promise<ReadonlyMap<string, EpochKeys>>;
  /**
   * Ends a silent chain: no item can be appended to it any more.
   * @returns `false` if there is an item at `seq`: then the chain is not silent.
   */
  retire(writer: string, seq: number): Promise<boolean>;
  /** Stores the faults of chains for the watch over the log. May be repeated. */
  report(faults: readonly ChainError[]): Promise<void>;
  /** Stores the places of items in the tree. May be repeated. */
  place(placed: readonly Placed[]): Promise<void>;
}

/** What checks chains; concurrent calls of up to `size` make it faster. */
export interface Checkers {
  size: number;
  check: Check;
}

export interface SequencerDeps {
  files: Files;
  lock: Lock;
  published: Lock;
  writers: Writers;
  persons: Persons;
  index: LogIndex;
  /** Default: the sequencer's own thread. */
  checkers?: Checkers;
  /** Those that certify new writers. */
  certifiers: readonly Certifier[];
  /** The log's own key and name. */
  log: Verifier;
  /** Ed25519 with the log's key in KMS. */
  sign(message: Uint8Array): Promise<Uint8Array>;
  /** Of the national profile: the line by SM2, which KMS signs. Its signatures differ each time. */
  sm2?: Pick<Verifier, 'name' | 'id'> & Pick<SequencerDeps, 'sign'>;
  now(): number;
  /** Tells the functions, which show it to their callers. Nothing depends on it. */
  tellHead?(note: string): Promise<void>;
}
