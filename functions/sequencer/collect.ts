/** Gathers the checked items that writers have stored and that are not in the tree yet. */

import { randomInt } from 'node:crypto';
import { ChainError } from '../../shared/log/check/chain.ts';
import type { Batch, Head } from './batch.ts';
import { checkChains } from './check-chains.ts';
import { type Checked, type CheckedItem, type Registered, revokes } from './checked.ts';
import type { SequencerDeps } from './deps.ts';

export interface Collected {
  /** New items in the order in which their leaves enter the tree. */
  items: CheckedItem[];
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

/** Leaves of one step at most for each checker, so that a step fits into memory and time. */
export const STEP_LEAVES = 2000;
/** Chains that are read concurrently. */
const AT_ONCE = 16;
/** Milliseconds of silence after which a writer is retired. A writer stops by itself after four minutes. */
export const RETIRE_MS = 6 * 60_000;
/** Milliseconds without an item after which a chain is only asked for its next one. */
const QUIET_MS = 10_000;

/** Clocks differ by less than this, in milliseconds. */
const SKEW_MS = 10 * 60_000;

/** Reads all writers that wrote, each after its last item in the tree. The writer that waited longest comes first. */
export async function collect(
  deps: SequencerDeps,
  { heads, revoked, until }: Pick<Batch, 'heads' | 'revoked' | 'until'>,
): Promise<Collected> {
  const known = new Map(heads.map((head) => [head.writer, head]));
  const ended = new Set(revoked.map(({ writer }) => writer));
  const now = deps.now();
  const registered = (await deps.writers.list()).map(({ writer, since }) => {
    const head = known.get(writer);
    return { writer, head, seen: head?.seen ?? since, ended: ended.has(writer) };
  });
  const quiet = await quietOf(deps, registered, now);
  registered.sort((a, b) => a.seen - b.seen);
  const collected: Collected = { items: [], heads: [], silent: [], revoked: [], all: true, faults: [] };
  // No leaf of a writer may follow the leaf that revokes it, so that leaf is the last of its step, and there is one a step.
  const last: CheckedItem[] = [];
  collected.heads.push(...registered.flatMap(({ head }) => (head && quiet.has(head.writer) ? [head] : [])));
  const read = registered.filter(({ writer }) => !quiet.has(writer));
  for (const [{ writer, head, seen, ended }, one] of await checkAll(deps, read, until - SKEW_MS)) {
    if (ended) {
      collected.revoked.push({ writer, seq: one?.last ?? head?.seq ?? -1 });
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
      collected.silent.push({ writer, seq: head?.seq ?? -1 });
  }
  collected.items = [...collected.items.sort(byTime(collected.items)), ...last];
  return collected;
}

/**
 * Chains that nothing was appended to. An item follows directly on the one before it, so there is none if the next is missing,
 * and many chains are asked for that in one call. A removed item could so hide those behind it, but not for long: each step
 * reads the next few of these chains whole.
 */
async function quietOf(
  { writers }: SequencerDeps,
  registered: readonly (Registered & { seen: number })[],
  now: number,
): Promise<ReadonlySet<string>> {
  if (registered.length <= AT_ONCE) return new Set();
  const asked = registered.flatMap(({ writer, head, seen, ended }) =>
    head && !ended && now - seen > QUIET_MS && now - seen <= RETIRE_MS ? [{ writer, seq: head.seq + 1 }] : [],
  );
  const moved = await writers.stored(asked);
  const unmoved = asked.map(({ writer }) => writer).filter((writer) => !moved.has(writer));
  const read = nextInTurn(writers, unmoved);
  return new Set(unmoved.filter((writer) => !read.has(writer)));
}

/** The chain that was read last in its turn, of each process. */
const turns = new WeakMap<object, string>();

/** Chains to read whole in this step, so that each has its turn. A process begins with any. */
function nextInTurn(process: object, quiet: readonly string[]): ReadonlySet<string> {
  const last = turns.get(process) ?? quiet[randomInt(Math.max(quiet.length, 1))] ?? '';
  const later = (writer: string) => compare(writer, last) > 0;
  const inTurn = [...quiet.filter(later).sort(compare), ...quiet.filter((one) => !later(one)).sort(compare)];
  const read = inTurn.slice(0, AT_ONCE);
  turns.set(process, read.at(-1) ?? last);
  return new Set(read);
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
