/** Finds what writers have stored and the tree does not hold yet, and checks it. */

import { ChainError, type ChainHead, extendChain, openChain } from '../../shared/log/check/chain.ts';
import { publicKeyOf } from '../../shared/log/node-crypto.ts';
import type { LogItem } from '../../shared/log/write/item.ts';
import type { Head } from './batch.ts';
import type { SequencerDeps } from './deps.ts';

export interface Pending {
  /** New items in the order in which their leaves go into the tree. */
  items: LogItem[];
  /** All writers that are still at work, as they will stand when the items are in the tree. */
  heads: Head[];
  /** Writers that may be retired once all their items are in the tree, and their last `seq`, or -1. */
  silent: { writer: string; seq: number }[];
  /** Whether nothing that is stored and verifies was left for the next step. */
  all: boolean;
  /** Chains that stop verifying, with the first bad entry. Their good part is among the items. */
  faults: ChainError[];
}

/** Leaves of one step at most, so that a step fits into memory and time. */
export const STEP_LEAVES = 2000;
/** Items that are read of one writer at once. */
const ITEMS = 1000;
/** Chains that are read at the same time. */
const AT_ONCE = 16;
/** A writer that was silent this long is retired. It stops by itself after ten minutes. */
export const RETIRE_MS = 30 * 60_000;

/** Reads all registered writers, each from where the tree has it. Who waited longest comes first. */
export async function collect(deps: SequencerDeps, heads: readonly Head[]): Promise<Pending> {
  const known = new Map(heads.map((head) => [head.writer, head]));
  const now = deps.now();
  const registered = (await deps.writers.list()).map(({ writer, since }) => {
    const head = known.get(writer);
    return { writer, head, seen: head?.seen ?? since };
  });
  const pending: Pending = { items: [], heads: [], silent: [], all: true, faults: [] };
  let leaves = 0;
  for await (const { writer, head, seen, fresh, unread } of chainsOf(
    deps,
    registered,
    () => leaves < STEP_LEAVES,
  )) {
    const step = follow(deps, head, fresh, STEP_LEAVES - leaves);
    if (step.fault) pending.faults.push(step.fault);
    else if (unread || step.items.length < fresh.length || fresh.length === ITEMS) pending.all = false;
    pending.items.push(...step.items);
    leaves += step.items.reduce((sum, item) => sum + item.leaves.length, 0);
    if (step.head) pending.heads.push({ ...step.head, seen: step.items.length > 0 ? now : seen });
    if (fresh.length === 0 && !unread && now - seen > RETIRE_MS)
      pending.silent.push({ writer, seq: head?.seq ?? -1 });
  }
  pending.items.sort(byTime(pending.items));
  return pending;
}

interface Registered {
  writer: string;
  head: Head | undefined;
  seen: number;
}

/** Reads chains, those first that waited longest, as long as more is wanted; of the others no items. */
async function* chainsOf(
  { writers }: SequencerDeps,
  registered: Registered[],
  wanted: () => boolean,
): AsyncGenerator<Registered & { fresh: LogItem[]; unread: boolean }> {
  registered.sort((a, b) => a.seen - b.seen);
  for (let from = 0; from < registered.length; from += AT_ONCE) {
    const read = async (one: Registered) => {
      // A retired chain that is registered again must not get into the tree twice.
      if (!one.head && (await writers.isPlaced(one.writer))) return null;
      const fresh = await writers.itemsAfter(one.writer, one.head?.seq ?? -1, ITEMS);
      return { ...one, fresh, unread: false };
    };
    const some = registered.slice(from, from + AT_ONCE);
    if (wanted()) {
      for (const one of await Promise.all(some.map(read))) if (one) yield one;
    } else {
      yield* some.map((one) => ({ ...one, fresh: [], unread: true }));
    }
  }
}

/** Extends one chain by its new items, up to the first bad one or the limit. */
function follow(
  deps: SequencerDeps,
  head: Head | undefined,
  fresh: readonly LogItem[],
  room: number,
): { head: Omit<Head, 'seen'> | undefined; items: LogItem[]; fault?: ChainError } {
  let chain: ChainHead | undefined = head && {
    writer: head.writer,
    name: head.name,
    seq: head.seq,
    key: publicKeyOf(Buffer.from(head.key, 'base64')),
    hash: Buffer.from(head.hash, 'base64'),
  };
  const items: LogItem[] = [];
  let leaves = 0;
  let fault: ChainError | undefined;
  for (const item of fresh) {
    if (leaves > 0 && leaves + item.leaves.length > room) break;
    try {
      chain = chain ? extendChain(chain, item) : openChain(item, deps.gatewayKey);
    } catch (error) {
      if (!(error instanceof ChainError)) throw error;
      fault = error;
      break;
    }
    items.push(item);
    leaves += item.leaves.length;
  }
  return { head: chain && headOf(chain), items, ...(fault && { fault }) };
}

function headOf({ writer, name, seq, hash, key }: ChainHead): Omit<Head, 'seen'> {
  const raw = Buffer.from(key.export({ format: 'jwk' }).x as string, 'base64url');
  return { writer, name, seq, hash: hash.toString('base64'), key: raw.toString('base64') };
}

/**
 * Oldest first by the writers' clocks, as far as chains allow: an item is never before its predecessor, even
 * where a clock was set back.
 */
function byTime(items: readonly LogItem[]): (a: LogItem, b: LogItem) => number {
  const latest = new Map<string, string>();
  const times = new Map<LogItem, string>();
  for (const item of items) {
    const before = latest.get(item.writer) ?? '';
    const time = [item.at, before].sort()[1] as string;
    latest.set(item.writer, time);
    times.set(item, time);
  }
  const keyOf = (item: LogItem) => times.get(item) as string;
  return (a, b) => compare(keyOf(a), keyOf(b)) || compare(a.writer, b.writer) || a.seq - b.seq;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
