/**
 * Reads stored chains and checks their new items: place, link, signature, certificate, and the sealed entries. It needs only
 * the chains' last items in the tree, and writes nothing, so several threads can do it for different chains.
 */

import { setImmediate } from 'node:timers/promises';
import { defined } from '../../shared/defined.ts';
import { ChainError, type ChainHead, extendChain, openChain } from '../../shared/log/check/chain.ts';
import { entryId } from '../../shared/log/entry/leaf.ts';
import type { EpochKeys } from '../../shared/log/entry/secrets.ts';
import { publicKeyOf } from '../../shared/log/node-crypto.ts';
import { openEntry } from '../../shared/log/read/openings.ts';
import type { LogItem } from '../../shared/log/write/item.ts';
import { epochName } from '../../shared/log/write/secret-table.ts';
import { mayWrite } from '../../shared/tree/writer-key.ts';
import { type Checked, type CheckedItem, type Group, type Registered, revokes } from './checked.ts';
import type { SequencerDeps } from './deps.ts';
import { type Facts, factsOf } from './facts.ts';
import type { Head } from './heads.ts';

type Followed = Pick<Checked, 'head' | 'items' | 'fault'>;

/** Items read of one writer at once. */
const ITEMS = 1000;
/** Items that are checked in one turn of the event loop. */
const TURN = 20;

/** @returns the chains in order, without retired ones that were registered again: such a chain must not enter the tree twice. */
export async function checkChains(
  deps: Pick<SequencerDeps, 'writers' | 'certifiers'>,
  { chains, room, settled }: Group,
): Promise<Checked[]> {
  const { writers } = deps;
  const read = async (one: Registered) => {
    if (!one.head && (await writers.isPlaced(one.writer))) return [];
    const fresh = await writers.itemsAfter(one.writer, one.head?.seq ?? -1, ITEMS);
    const keys = await writers.secrets(fresh.map(({ writer, seq }) => epochName(writer, seq)));
    return [{ ...one, fresh, keys }];
  };
  const found = (await Promise.all(chains.map(read))).flat();
  let waiting = found.filter(({ fresh }) => fresh.length > 0).length;
  let left = room;
  const checked: Checked[] = [];
  for (const { writer, head, fresh, keys, ended } of found) {
    const limit = Math.ceil(left / Math.max(1, waiting));
    // Of a chain without new items nothing is checked, and its head stays as it is.
    const followed: Followed =
      ended || fresh.length === 0 ? { items: [] } : await follow(deps, head, fresh, keys, { settled, limit });
    if (fresh.length > 0) waiting--;
    left -= followed.items.reduce((sum, { leaves }) => sum + leaves.length, 0);
    const [first] = fresh;
    checked.push({
      writer,
      ...followed,
      last: fresh.at(-1)?.seq ?? head?.seq ?? -1,
      ...(first && { first: entryId({ ...first, leaf: 0 }) }),
      more: !followed.fault && (followed.items.length < fresh.length || fresh.length === ITEMS),
    });
  }
  return checked;
}

/** Extends one chain by its new items, up to the first bad one or the limit. */
async function follow(
  { certifiers }: Pick<SequencerDeps, 'certifiers'>,
  head: Head | undefined,
  fresh: readonly LogItem[],
  keys: ReadonlyMap<string, EpochKeys>,
  { settled, limit }: { settled: number; limit: number },
): Promise<Followed> {
  let chain = head && chainOf(head);
  const items: CheckedItem[] = [];
  let leaves = 0;
  let fault: Checked['fault'];
  for (const item of fresh) {
    if (leaves > 0 && leaves + item.leaves.length > limit) break;
    // On one machine with the functions, requests come in between.
    if (items.length % TURN === TURN - 1) await setImmediate();
    try {
      const next: ChainHead = chain ? extendChain(chain, item) : openChain(item, certifiers);
      // The writer itself chooses the time of an item.
      if (Date.parse(next.until) < settled) throw new ChainError('EXPIRED', entryId({ ...item, leaf: 0 }));
      const { writer, seq, at, leaves: texts, signatures } = item;
      const one = { writer, seq, at, leaves: texts, signatures, facts: openItem(next, item, keys) };
      chain = next;
      items.push(one);
      leaves += texts.length;
      if (revokes(one)) break;
    } catch (error) {
      if (!(error instanceof ChainError)) throw error;
      fault = { fault: error.fault, entry: error.entry };
      break;
    }
  }
  return { items, ...defined({ head: chain && headOf(chain), fault }) };
}

/** @throws ChainError for an entry that cannot be opened, or that its writer may not write */
function openItem(chain: ChainHead, item: LogItem, keys: ReadonlyMap<string, EpochKeys>): Facts[] {
  const { writer, seq } = item;
  return item.leaves.map((_, leaf) => {
    const id = entryId({ writer, seq, leaf });
    const opened = openEntry(item, leaf, keys.get(epochName(writer, seq)));
    if (!opened.entry || opened.mismatched.length > 0) throw new ChainError('SEALED', id);
    const { kind } = opened.entry;
    if (kind !== 'writer' && !mayWrite(chain, kind)) throw new ChainError('KIND', id);
    return factsOf(opened);
  });
}

function chainOf({ key, hash, ...head }: Head): ChainHead {
  return { ...head, key: publicKeyOf(Buffer.from(key, 'base64')), hash: Buffer.from(hash, 'base64') };
}

function headOf({ writer, name, kinds, started, until, seq, at, hash, key }: ChainHead): Omit<Head, 'seen'> {
  const raw = Buffer.from(key.export({ format: 'jwk' }).x as string, 'base64url');
  const bytes = { hash: hash.toString('base64'), key: raw.toString('base64') };
  return { writer, name, kinds, started, until, seq, at, ...bytes };
}
