/** Finds and checks the items that writers have stored and that are not in the tree yet. */

import { setImmediate } from 'node:timers/promises';
import { defined } from '../../shared/defined.ts';
import {
  ChainError,
  type ChainHead,
  extendChain,
  mayWrite,
  openChain,
} from '../../shared/log/check/chain.ts';
import { entryId } from '../../shared/log/entry/leaf.ts';
import type { EpochKeys } from '../../shared/log/entry/secrets.ts';
import { publicKeyOf } from '../../shared/log/node-crypto.ts';
import { type OpenedEntry, openEntry } from '../../shared/log/read/openings.ts';
import type { LogItem } from '../../shared/log/write/item.ts';
import { epochName } from '../../shared/log/write/secret-table.ts';
import type { Batch, Head } from './batch.ts';
import type { SequencerDeps } from './deps.ts';

/** An item with the opened entries of its leaves. */
export interface OpenedItem extends LogItem {
  opened: readonly OpenedEntry[];
}

export interface Collected {
  /** New items in the order in which their leaves enter the tree. */
  items: OpenedItem[];
  /** Heads of all active writers once the items are in the tree. */
  heads: Head[];
  /** Writers that can be retired once all their items are in the tree, with their last `seq`, or -1. */
  silent: { writer: string; seq: number }[];
  /** Writers whose keys were revoked and that are still registered, and the last `seq` that is stored. */
  revoked: { writer: string; seq: number }[];
  /** Whether all stored items that verify were collected. */
  all: boolean;
  /** First bad entry of each chain that does not verify. The items before it are collected. */
  faults: ChainError[];
}

/** Leaves of one step at most, so that a step fits into memory and time. */
export const STEP_LEAVES = 2000;
/** Items read of one writer at once. */
const ITEMS = 1000;
/** Items that are checked in one turn of the event loop. */
const TURN = 20;
/** Chains that are read concurrently. */
const AT_ONCE = 16;
/** Milliseconds of silence after which a writer is retired. A writer stops by itself after ten minutes. */
export const RETIRE_MS = 30 * 60_000;

/** Clocks differ by less than this, in milliseconds. */
const SKEW_MS = 10 * 60_000;

/** Reads all registered writers, each after its last item in the tree. The writer that waited longest comes first. */
export async function collect(
  deps: SequencerDeps,
  { heads, revoked, until }: Pick<Batch, 'heads' | 'revoked' | 'until'>,
): Promise<Collected> {
  const known = new Map(heads.map((head) => [head.writer, head]));
  const ended = new Set(revoked.map(({ writer }) => writer));
  const now = deps.now();
  const registered = (await deps.writers.list()).map(({ writer, since }) => {
    const head = known.get(writer);
    return { writer, head, seen: head?.seen ?? since };
  });
  const collected: Collected = { items: [], heads: [], silent: [], revoked: [], all: true, faults: [] };
  let leaves = 0;
  let revoking = false;
  for await (const { writer, head, seen, fresh, unread, keys, waiting } of chainsOf(
    deps,
    registered,
    () => leaves < STEP_LEAVES,
  )) {
    if (ended.has(writer)) {
      collected.revoked.push({ writer, seq: fresh.at(-1)?.seq ?? head?.seq ?? -1 });
      if (fresh[0]) collected.faults.push(new ChainError('REVOKED', entryId({ ...fresh[0], leaf: 0 })));
      continue;
    }
    const room = { leaves: Math.ceil((STEP_LEAVES - leaves) / waiting), revoking };
    const step = await follow(deps, head, fresh, keys, until - SKEW_MS, room);
    if (step.fault) collected.faults.push(step.fault);
    else if (unread || step.items.length < fresh.length || fresh.length === ITEMS) collected.all = false;
    collected.items.push(...step.items);
    leaves += step.items.reduce((sum, item) => sum + item.leaves.length, 0);
    revoking ||= step.items.some(revokes);
    if (step.head) collected.heads.push({ ...step.head, seen: step.items.length > 0 ? now : seen });
    if (fresh.length === 0 && !unread && now - seen > RETIRE_MS)
      collected.silent.push({ writer, seq: head?.seq ?? -1 });
  }
  // No leaf of a writer may follow the leaf that revokes it, so that leaf is the last of its step.
  const last = collected.items.filter(revokes);
  const items = collected.items.filter((item) => !revokes(item));
  collected.items = [...items.sort(byTime(items)), ...last];
  return collected;
}

/** Whether the item revokes a writer's key. */
export function revokes({ opened }: OpenedItem): boolean {
  return opened.some(({ entry }) => entry?.kind === 'revocation');
}

type Keys = ReadonlyMap<string, EpochKeys>;

interface Registered {
  writer: string;
  head: Head | undefined;
  seen: number;
}

/** A chain as read, with how many of the chains that were read with it still have items: they share the step's room. */
interface Chain extends Registered {
  fresh: LogItem[];
  unread: boolean;
  keys: Keys;
  waiting: number;
}

/** Reads chains in the order of their waiting time while more items are wanted. The rest get no items. */
async function* chainsOf(
  { writers }: SequencerDeps,
  registered: Registered[],
  wanted: () => boolean,
): AsyncGenerator<Chain> {
  registered.sort((a, b) => a.seen - b.seen);
  for (let from = 0; from < registered.length; from += AT_ONCE) {
    const read = async (one: Registered) => {
      // A retired chain that is registered again must not enter the tree twice.
      if (!one.head && (await writers.isPlaced(one.writer))) return null;
      const fresh = await writers.itemsAfter(one.writer, one.head?.seq ?? -1, ITEMS);
      const keys = await writers.secrets(fresh.map(({ writer, seq }) => epochName(writer, seq)));
      return { ...one, fresh, unread: false, keys };
    };
    const some = registered.slice(from, from + AT_ONCE);
    if (wanted()) {
      const chains = (await Promise.all(some.map(read))).filter((one) => one !== null);
      let waiting = chains.filter(({ fresh }) => fresh.length > 0).length;
      for (const one of chains) {
        yield { ...one, waiting: Math.max(1, waiting) };
        if (one.fresh.length > 0) waiting--;
      }
    } else {
      yield* some.map((one) => ({ ...one, fresh: [], unread: true, keys: new Map(), waiting: 1 }));
    }
  }
}

/**
 * Extends one chain by its new items, up to the first bad one or the limit.
 * @param settled everything stored before this instant is in the tree; a new item was put later
 */
async function follow(
  deps: SequencerDeps,
  head: Head | undefined,
  fresh: readonly LogItem[],
  keys: Keys,
  settled: number,
  room: { leaves: number; revoking: boolean },
): Promise<{ head: Omit<Head, 'seen'> | undefined; items: OpenedItem[]; fault?: ChainError }> {
  let chain: ChainHead | undefined = head && {
    writer: head.writer,
    name: head.name,
    seq: head.seq,
    kinds: head.kinds,
    started: head.started,
    until: head.until,
    key: publicKeyOf(Buffer.from(head.key, 'base64')),
    hash: Buffer.from(head.hash, 'base64'),
  };
  const items: OpenedItem[] = [];
  let leaves = 0;
  let fault: ChainError | undefined;
  for (const item of fresh) {
    if (leaves > 0 && leaves + item.leaves.length > room.leaves) break;
    // On one machine with the functions, requests come in between.
    if (items.length % TURN === TURN - 1) await setImmediate();
    try {
      const next: ChainHead = chain ? extendChain(chain, item) : openChain(item, deps.gatewayKeys);
      // The writer itself chooses the time of an item.
      if (Date.parse(next.until) < settled) throw new ChainError('EXPIRED', entryId({ ...item, leaf: 0 }));
      const opened = openItem(next, item, keys);
      const one = { ...item, opened };
      if (revokes(one) && room.revoking) break;
      chain = next;
      items.push(one);
      leaves += item.leaves.length;
      if (revokes(one)) break;
    } catch (error) {
      if (!(error instanceof ChainError)) throw error;
      fault = error;
      break;
    }
  }
  return { head: chain && headOf(chain), items, ...defined({ fault }) };
}

/** @throws ChainError for an entry that cannot be opened, or that its writer may not write */
function openItem(chain: ChainHead, item: LogItem, keys: Keys): OpenedEntry[] {
  const { writer, seq } = item;
  return item.leaves.map((_, leaf) => {
    const id = entryId({ writer, seq, leaf });
    const opened = openEntry(item, leaf, keys.get(epochName(writer, seq)));
    if (!opened.entry || opened.mismatched.length > 0) throw new ChainError('SEALED', id);
    const { kind } = opened.entry;
    if (kind !== 'writer' && !mayWrite(chain, kind)) throw new ChainError('KIND', id);
    return opened;
  });
}

function headOf({ writer, name, kinds, started, until, seq, hash, key }: ChainHead): Omit<Head, 'seen'> {
  const raw = Buffer.from(key.export({ format: 'jwk' }).x as string, 'base64url');
  const bytes = { hash: hash.toString('base64'), key: raw.toString('base64') };
  return { writer, name, kinds, started, until, seq, ...bytes };
}

/**
 * Oldest first by the writers' clocks. An item never precedes its predecessor in the chain, even if a clock was set
 * back.
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
