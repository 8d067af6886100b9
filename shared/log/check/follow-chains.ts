/** Follows the chains of all writers through the leaves of a tree, and their counts. */

import { type KeyObject, verify } from 'node:crypto';
import { type Count, type LeafForm, parseCount } from '../entry/leaf.ts';
import { leafStatement } from '../write/item.ts';
import {
  type Certifier,
  ChainError,
  type ChainHead,
  extendLeaves,
  type Leaves,
  openLeaves,
} from './chain.ts';
import { LogError } from './fault.ts';

/** All that following the chains of a tree needs at its end, where each leaf is counted. */
export interface Chains {
  /** Leaves of the tree. */
  size: number;
  /** The last item of each writer. */
  heads: ReadonlyMap<string, ChainHead>;
  /** Writers whose key was revoked. */
  revoked: ReadonlySet<string>;
  /** One past the last leaf of a writer. */
  lastLeaf: number;
}

export const NO_CHAINS: Chains = { size: 0, heads: new Map(), revoked: new Set(), lastLeaf: 0 };

export interface Watched {
  /** Called with every leaf of a writer in tree order, after all its checks. */
  onLeaf?: (leaf: LeafForm, index: number, text: string) => void;
  /** Called with every count, after the leaves that it covers. */
  onCount?: (count: Count) => void;
}

/** A leaf whose signature is being checked, or a count. */
type Settling = { good: Promise<boolean>; leaf: LeafForm; index: number; text: string } | { count: Count };

/** Follows the chains by their leaves in tree order. The leaves of an item are adjacent. */
export function followChains(
  certifiers: readonly Certifier[],
  { onLeaf, onCount }: Watched,
  before: Chains = NO_CHAINS,
) {
  const heads = new Map(before.heads);
  const revoked = new Set(before.revoked);
  let item: (Leaves & { leaves: string[]; signatures: Uint8Array[] }) | null = null;
  // Indexes in the tree: of the next leaf, and of the first leaf without a count.
  let [index, uncounted] = [before.size, before.size];
  // Signatures are most of the work, so they are checked on all cores.
  let settling: Settling[] = [];
  const close = () => {
    if (!item) return;
    const { writer, signatures } = item;
    if (revoked.has(writer)) throw new LogError('CHAIN', `${writer}-${item.seq}-0`);
    const { head, hashes, leaves } = follow(heads.get(writer), item, certifiers);
    const first = index - leaves.length;
    for (const [i, leaf] of leaves.entries()) {
      const good = verifyOnAnyCore(leafStatement(hashes[i] as Buffer), head.key, signatures[i] as Uint8Array);
      settling.push({ good, leaf, index: first + i, text: item.leaves[i] as string });
      if (leaf.kind === 'revocation') revoked.add(leaf.revokes ?? '');
    }
    heads.set(writer, head);
    item = null;
  };
  /** Its counts must follow the leaves that they cover. */
  const take = (count: Count) => {
    close();
    const end = count.first + count.counts.length;
    if (count.first !== uncounted || end > lastLeaf) throw new LogError('COUNT', `leaf ${index}`);
    uncounted = end < lastLeaf ? end : index + 1;
    settling.push({ count });
  };
  let { lastLeaf } = before;
  const settle = async () => {
    const all = settling;
    settling = [];
    for (const one of all) {
      if ('count' in one) onCount?.(one.count);
      else if (!(await one.good)) throw new LogError('SIGNATURE', one.leaf.id);
      else onLeaf?.(one.leaf, one.index, one.text);
    }
  };
  /** Reports a bad signature before any later fault. */
  const inOrder = async (act: () => void) => {
    try {
      act();
    } catch (error) {
      await settle();
      throw error;
    }
    await settle();
  };
  return {
    follow: (leaves: readonly Uint8Array[], signatures: readonly Uint8Array[]) =>
      inOrder(() => {
        for (const [i, leaf] of leaves.entries()) {
          const text = Buffer.from(leaf).toString('utf8');
          const count = parseCount(text);
          if (count) {
            take(count);
            index += 1;
            continue;
          }
          // A step ends when its counts have begun.
          if (uncounted < lastLeaf && lastLeaf < index) throw new LogError('COUNT', `leaf ${uncounted}`);
          const { writer, seq, time } = placeOf(text);
          if (item?.writer !== writer || item.seq !== seq) {
            close();
            item = { writer, seq, at: time, leaves: [], signatures: [] };
          }
          item.leaves.push(text);
          item.signatures.push(signatures[i] as Uint8Array);
          index += 1;
          lastLeaf = index;
        }
      }),
    async end(): Promise<Chains> {
      await inOrder(() => {
        close();
        if (uncounted !== index) throw new LogError('COUNT', `leaf ${uncounted}`);
      });
      return { size: index, heads, revoked, lastLeaf };
    },
  };
}

function verifyOnAnyCore(message: Uint8Array, key: KeyObject, signature: Uint8Array): Promise<boolean> {
  return new Promise((resolve, reject) => {
    verify(null, message, key, signature, (error, good) => (error ? reject(error) : resolve(good)));
  });
}

function follow(head: ChainHead | undefined, item: Leaves, certifiers: readonly Certifier[]) {
  try {
    return head ? extendLeaves(head, item) : openLeaves(item, certifiers);
  } catch (error) {
    if (error instanceof ChainError) throw new LogError('CHAIN', error.entry);
    throw error;
  }
}

function placeOf(text: string): Pick<LeafForm, 'writer' | 'seq' | 'time'> {
  try {
    const { writer, seq, time } = JSON.parse(text) as LeafForm;
    return { writer: String(writer), seq: Number(seq), time: String(time) };
  } catch {
    return { writer: '', seq: Number.NaN, time: '' };
  }
}
