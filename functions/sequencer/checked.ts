/** What is asked about chains, and what a check finds; both can be sent from one thread to another. */

import type { EntryId } from '../../shared/ids.ts';
import type { ChainFault } from '../../shared/log/check/chain.ts';
import type { LogItem } from '../../shared/log/write/item.ts';
import type { Facts } from './facts.ts';
import type { Head } from './heads.ts';

/** A chain, and its last item in the tree. */
export interface Registered {
  writer: string;
  head: Head | undefined;
  /** Its key was revoked: its new items are found, and not checked. */
  ended?: boolean;
}

/** Chains to check in one piece. */
export interface Group {
  chains: readonly Registered[];
  /** Leaves of all of them at most. Chains with new items share them. */
  room: number;
  /** Everything stored before this instant is in the tree, epoch milliseconds; a new item was put later. */
  settled: number;
}

/** An item that was checked, with what the step needs of its entries. */
export interface CheckedItem extends Pick<LogItem, 'writer' | 'seq' | 'at' | 'leaves' | 'signatures'> {
  facts: readonly Facts[];
}

/** What is new in one chain. */
export interface Checked {
  writer: string;
  /** In order; none after one that revokes a key. */
  items: CheckedItem[];
  /** After the items; absent if none was checked. */
  head?: Omit<Head, 'seen'>;
  /** The first bad entry after the items. */
  fault?: { fault: ChainFault; entry: EntryId };
  /** Id of the first new item, whether or not it verifies. */
  first?: EntryId;
  /** The last `seq` that was read, or of the tree; -1 for none. */
  last: number;
  /** Items that verify, or that were not read, are left. */
  more: boolean;
}

export type Check = (group: Group) => Promise<Checked[]>;

/** Whether the item revokes a writer's key. */
export function revokes({ facts }: CheckedItem): boolean {
  return facts.some(({ entry }) => entry?.kind === 'revocation');
}
