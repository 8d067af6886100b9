import type { KeyObject } from 'node:crypto';
import type { ChainError } from '../../shared/log/check/chain.ts';
import type { EpochKeys } from '../../shared/log/entry/secrets.ts';
import type { Files, Lock, Published } from '../../shared/log/files/stores.ts';
import type { Indexed, IndexRow, Placed } from '../../shared/log/read/index-rows.ts';
import type { IndexPosition } from '../../shared/log/read/index-table.ts';
import type { LogItem } from '../../shared/log/write/item.ts';
import type { Edge } from '../../shared/tree/grow.ts';
import type { Verifier } from '../../shared/tree/note.ts';

export interface SignedEdge extends Edge {
  /** Of `entries`. */
  signatures: readonly Uint8Array[];
}

/** The index as it is stored. Repeating any write of it is fine. */
export interface LogIndex {
  position(): Promise<IndexPosition | null>;
  /** What is stored under a key for a minute. */
  find(key: string, minute: string): Promise<Indexed[]>;
  /** Resolves once all rows are stored. */
  add(rows: readonly IndexRow[]): Promise<void>;
  /** How many entries of each person are in the tree, by log id; absent for nobody. */
  counts(subjects: Iterable<string>): Promise<ReadonlyMap<string, Counted>>;
  /** Says how far the index reaches, unless it is known to reach further already. */
  advance(position: IndexPosition): Promise<void>;
}

/** How many entries of a person are in the tree, up to and with the leaf at an index. */
export interface Counted {
  n: number;
  last: number;
}

/** The chains as they are stored. */
export interface Writers {
  /** Registered writers that are not retired, and when they registered; strongly consistent. */
  list(): Promise<{ writer: string; since: number }[]>;
  /** Whether a chain, or the start of it, is in the tree already. */
  isPlaced(writer: string): Promise<boolean>;
  /** Items of a chain with a higher `seq`, in order, strongly consistent. */
  itemsAfter(writer: string, seq: number, limit: number): Promise<LogItem[]>;
  /** What opens entries, by the epoch's name. */
  secrets(epochs: Iterable<string>): Promise<ReadonlyMap<string, EpochKeys>>;
  /**
   * Ends a silent chain: nothing can be appended to it any more.
   * @returns `false` when there is an item at `seq` already, so that it is not silent.
   */
  retire(writer: string, seq: number): Promise<boolean>;
  /** Writes down what stops chains, for whoever watches over the log; repeating it is fine. */
  report(faults: readonly ChainError[]): Promise<void>;
  /** Remembers where an item's leaves stand in the tree; repeating it is fine. */
  place(placed: readonly Placed[]): Promise<void>;
}

export interface SequencerDeps {
  files: Files;
  lock: Lock;
  published: Published;
  writers: Writers;
  index: LogIndex;
  /** Vouches for writers. */
  gatewayKey: KeyObject;
  /** The log's own key and name. */
  log: Verifier;
  /** Ed25519 by the log's key in KMS. */
  sign(message: Uint8Array): Promise<Uint8Array>;
  now(): number;
}
