/** What answers an entry: the verdict of a person, or of an alert its end by the watch. */

import { type KeyObject, verify } from 'node:crypto';
import { ChainError, openLeaves } from '../../../shared/log/check/chain.ts';
import type { Entry } from '../../../shared/log/entry/entry.ts';
import { getLogItem } from '../../../shared/log/read/found.ts';
import type { StoredEntry } from '../../../shared/log/read/read.ts';
import { leafStatement } from '../../../shared/log/write/item.ts';
import { SETTLED } from '../../steps/findings.ts';
import type { Auditing } from '../deps.ts';

/** Kinds of answers. */
export const ANSWERS = ['review', 'alert'] as const;

export interface Answering {
  /** Whether the entry is the end of an alert. Each function writes alerts, so only the watch's own signature proves one. */
  isSettlement(stored: StoredEntry): Promise<boolean>;
  /** Whether the entry answers another one: which is its `about`, if `fits` holds too. */
  isAnswer(stored: StoredEntry): Promise<boolean>;
}

/** An end is about an alert of its own code. */
export const fits = (given: Pick<Entry, 'kind' | 'code'>, about: Pick<Entry, 'code'>) =>
  given.kind === 'review' || given.code === about.code;

/** For one request: it remembers the keys of the watch's writers. */
export function answering(auditing: Pick<Auditing, 'store' | 'certifiers'>): Answering {
  const keys = new Map<string, Promise<KeyObject | null>>();
  async function isSettlement({ entry, hash, signature }: StoredEntry): Promise<boolean> {
    if (entry?.kind !== 'alert' || entry.outcome !== 'settled' || !SETTLED.has(entry.code ?? ''))
      return false;
    const known = keys.get(entry.writer) ?? keyOfWatch(auditing, entry.writer);
    keys.set(entry.writer, known);
    const key = await known;
    return key !== null && verify(null, leafStatement(hash), key, signature);
  }
  return {
    isSettlement,
    isAnswer: async (stored) => stored.entry?.kind === 'review' || isSettlement(stored),
  };
}

/** @returns the key of the writer; `null` unless a key of the watch certified it */
async function keyOfWatch(
  { store, certifiers }: Pick<Auditing, 'store' | 'certifiers'>,
  writer: string,
): Promise<KeyObject | null> {
  const table = { client: store.dynamo, name: store.table };
  const [first, known] = await Promise.all([getLogItem(table, { writer, seq: 0 }), certifiers()]);
  try {
    const head = first && openLeaves(first, known).head;
    return head?.name === 'watch' ? head.key : null;
  } catch (error) {
    if (error instanceof ChainError) return null;
    throw error;
  }
}
