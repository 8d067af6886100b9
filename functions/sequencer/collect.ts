/** Gathers the checked items that writers have stored and that are not in the tree yet. */

import { randomInt } from 'node:crypto';
import { ChainError } from '../../shared/log/check/chain.ts';
import type { Batch } from './batch.ts';
import { checkChains } from './check-chains.ts';
import { type Checked, type CheckedItem, type Registered, revokes } from './checked.ts';
import type { Registration, SequencerDeps } from './deps.ts';
import type { Head } from './heads.ts';
import { type Ended, openHeads } from './retire.ts';

export interface Collected {
  /** New items in the order in which their leaves enter the tree. */
  items: CheckedItem[];
  /** Heads of all chains that are not closed, once the items are in the tree. */
  heads: Head[];
  /** Writers that can be retired once all their items are in the tree. */
  silent: Ended[];
  /** Writers whose keys were revoked and whose chains are not closed. */
  revoked: Ended[];
  /** Writers that need no place in the register any more. */
  known: string[];
  /** Whether all stored items that verify were collected. */
  all: boolean;
  /** First bad entry of each chain that does not verify. The items before it are collected. */
  faults: ChainError[];
}

/** Leaves of one step at most for each checker, so that a step fits into memory and time. */
export const STEP_LEAVES = 2000;
/** Chains that are read concurrently. */
const AT_ONCE = 16;
/** Milliseconds of silence after which a writer is retired. A writer stops by itself after four minutes. */
const RETIRE_MS = 6 * 60_000;
/** Milliseconds without an item after which a chain is only asked for its next one. */
const QUIET_MS = 10_000;

/** Clocks of writers differ by less than this, in milliseconds. */
export const SKEW_MS = 10 * 60_000;

/** A chain, and when an item of it was last found or else its writer registered. */
interface Chain extends Registered {
  seen: number;
}

/**
 * Reads all chains that are not closed, each after its last item in the tree. The writer that waited longest comes first.
 * @param registered the register, read before the batch
 */
export async function collect(
  deps: SequencerDeps,
  { heads, revoked, until }: Pick<Batch, 'heads' | 'revoked' | 'until'>,
  registered: readonly Registration[],
): Promise<Collected> {
  const now = deps.now();
  const ended = new Set(revoked.map(({ writer }) => writer));
  const open = openHeads(deps, heads);
  const fresh = withoutHead(registered, open);
  const collected: Collected = {
    items: [],
    heads: [],
    silent: [],
    revoked: [],
    all: true,
    faults: [],
    known: registered.map(({ writer }) => writer).filter((writer) => !fresh.has(writer)),
  };
  const isQuiet = await quietOf(deps, open, { ended, now });
  const read: Chain[] = [];
  for (const head of open)
    if (isQuiet(head)) collected.heads.push(head);
    else read.push({ writer: head.writer, head, seen: head.seen, ended: ended.has(head.writer) });
  for (const [writer, since] of fresh)
    read.push({ writer, head: undefined, seen: since, ended: ended.has(writer) });
  read.sort((a, b) => a.seen - b.seen);
  // No leaf of a writer may follow the leaf that revokes it, so that leaf is the last of its step, and there is one a step.
  const last: CheckedItem[] = [];
  for (const [{ writer, head, seen, ended }, one] of await checkAll(deps, read, until - SKEW_MS)) {
    fresh.delete(writer);
    if (ended) {
      if (head) collected.heads.push(head);
      collected.revoked.push({ writer, seq: one?.last ?? head?.seq ?? -1, isRegistered: !head });
      if (one?.first !== undefined) collected.faults.push(new ChainError('REVOKED', one.first));
      continue;
    }
    const revoking = one?.items.filter(revokes) ?? [];
    if (!one || (revoking.length > 0 && last.length > 0)) {
      if (head) collected.heads.push(head);
      collected.all = false;
      continue;
    }
    last.push(...revoking);
    collected.items.push(...one.items.filter((item) => !revokes(item)));
    if (one.fault) collected.faults.push(new ChainError(one.fault.fault, one.fault.entry));
    if (one.more) collected.all = false;
    const after = one.items.length > 0 && one.head ? { ...one.head, seen: now } : head;
    if (after) collected.heads.push(after);
    if (one.first === undefined && now - seen > RETIRE_MS)
      collected.silent.push({ writer, seq: head?.seq ?? -1, isRegistered: !head });
  }
  // What is in the tree without a head was closed, and its writer registered again: the repeat of a late put.
  collected.known.push(...fresh.keys());
  collected.items = [...collected.items.sort(byTime(collected.items)), ...last];
  return collected;
}

/** Of these writers those that have no head, with the instant of their registration. */
function withoutHead(registered: readonly Registration[], heads: readonly Head[]): Map<string, number> {
  const fresh = new Map(registered.map(({ writer, since }) => [writer, since]));
  if (fresh.size > 0) for (const { writer } of heads) fresh.delete(writer);
  return fresh;
}

/**
 * Chains that nothing was appended to. An item follows directly on the one before it, so there is none if the next is missing,
 * and many chains are asked for that in one call. A removed item could so hide those behind it, but not for long: each step
 * reads the next few of these chains whole.
 */
async function quietOf(
  { writers }: SequencerDeps,
  heads: readonly Head[],
  { ended, now }: { ended: ReadonlySet<string>; now: number },
): Promise<(head: Head) => boolean> {
  if (heads.length <= AT_ONCE) return () => false;
  const isAsked = ({ writer, seen }: Head) =>
    now - seen > QUIET_MS && now - seen <= RETIRE_MS && !ended.has(writer);
  const asked = heads.filter(isAsked);
  const moved = await writers.stored(asked.map(({ writer, seq }) => ({ writer, seq: seq + 1 })));
  const unmoved = moved.size > 0 ? asked.filter(({ writer }) => !moved.has(writer)) : asked;
  const read = new Set(nextInTurn(writers, unmoved));
  return (head) => isAsked(head) && !moved.has(head.writer) && !read.has(head);
}

/** The chain that was read last in its turn, of each process. */
const turns = new WeakMap<object, string>();

/** Chains to read whole in this step, so that each has its turn. A process begins with any. */
function nextInTurn(process: object, quiet: readonly Head[]): readonly Head[] {
  const last = turns.get(process) ?? quiet[randomInt(Math.max(quiet.length, 1))]?.writer ?? '';
  const later = firstOf(quiet.filter(({ writer }) => writer > last));
  const again = later.length < AT_ONCE ? firstOf(quiet.filter(({ writer }) => writer <= last)) : [];
  const read = [...later, ...again].slice(0, AT_ONCE);
  turns.set(process, read.at(-1)?.writer ?? last);
  return read;
}

/** The first of these chains in order, as many as are read at once. */
function firstOf(heads: readonly Head[]): Head[] {
  const first: Head[] = [];
  for (const head of heads) {
    const isFirst = first.length < AT_ONCE || head.writer < (first.at(-1)?.writer ?? '');
    if (!isFirst) continue;
    const before = first.findIndex(({ writer }) => writer > head.writer);
    first.splice(before < 0 ? first.length : before, 0, head);
    if (first.length > AT_ONCE) first.pop();
  }
  return first;
}

/**
 * Lets each checker take the next chains, until there are as many leaves as the step has room for.
 * @returns the chains in the order given, `null` for one that was not read
 */
async function checkAll<Chain extends Registered>(
  deps: SequencerDeps,
  registered: readonly Chain[],
  settled: number,
): Promise<[Chain, Checked | null][]> {
  const { size, check } = deps.checkers ?? { size: 1, check: (group) => checkChains(deps, group) };
  const results: [Chain, Checked | null][][] = [];
  let left = size * STEP_LEAVES;
  let next = 0;
  const work = async () => {
    while (next < registered.length && left > 0) {
      const [from, chains] = [next, registered.slice(next, next + AT_ONCE)];
      next += AT_ONCE;
      const room = Math.min(left, STEP_LEAVES);
      const found = new Map((await check({ chains, room, settled })).map((one) => [one.writer, one]));
      results[from] = chains.flatMap((chain) => {
        const one = found.get(chain.writer);
        return one ? [[chain, one] as [Chain, Checked]] : [];
      });
      for (const { items } of found.values()) for (const { leaves } of items) left -= leaves.length;
    }
  };
  await Promise.all(Array.from({ length: size }, work));
  return [...results.flat(), ...registered.slice(next).map((chain) => [chain, null] as [Chain, null])];
}

/**
 * Oldest first by the writers' clocks. An item never precedes its predecessor in the chain, even if a clock was set
 * back.
 */
function byTime(items: readonly CheckedItem[]): (a: CheckedItem, b: CheckedItem) => number {
  const latest = new Map<string, string>();
  const times = new Map<CheckedItem, string>();
  for (const item of items) {
    const before = latest.get(item.writer) ?? '';
    const time = [item.at, before].sort()[1] as string;
    latest.set(item.writer, time);
    times.set(item, time);
  }
  const keyOf = (item: CheckedItem) => times.get(item) as string;
  return (a, b) => compare(keyOf(a), keyOf(b)) || compare(a.writer, b.writer) || a.seq - b.seq;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
