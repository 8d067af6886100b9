import { type Certifier, type ChainHead, extendChain, openChain } from '../../shared/log/check/chain.ts';
import type { LogItem } from '../../shared/log/write/item.ts';

/**
 * Verifies one complete chain.
 * @param items in ascending `seq`, from 0.
 * @returns the head. The caller must compare it with the known length, because a chain does not show that its
 * last items were removed.
 * @throws ChainError naming the first bad entry.
 */
export function verifyChain(items: readonly LogItem[], certifiers: readonly Certifier[]): ChainHead {
  const [first, ...rest] = items;
  if (!first) throw new RangeError('a chain has at least one item');
  return rest.reduce(extendChain, openChain(first, certifiers));
}
