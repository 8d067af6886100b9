/** What the openings of a leaf say. Runs in browsers too. */

import { sha256 } from '@noble/hashes/sha2.js';
import type { Json } from '../../json.ts';
import { fromBase64, toBase64 } from '../../tree/base64.ts';
import { COMMITTED_BYTES, type Opening, opens } from '../../tree/commitments.ts';
import { hashLeaf } from '../../tree/merkle.ts';

export interface Opened {
  /** Of the leaf. */
  id: string;
  time: string;
  leafHash: string;
  /** Members of the entry whose openings match the leaf. */
  said: Record<string, Json>;
}

/** @returns `null` if the leaf is none, or an opening does not match its commitment */
export function openedIn({ canonical, openings }: Record<string, unknown>): Opened | null {
  const leaf = typeof canonical === 'string' ? fromBase64(canonical) : null;
  if (!leaf || typeof openings !== 'object' || openings === null) return null;
  try {
    const { committed, time, id } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(leaf));
    const bytes = typeof committed === 'string' ? fromBase64(committed, COMMITTED_BYTES) : null;
    if (!bytes || typeof time !== 'string' || typeof id !== 'string') return null;
    const said: Record<string, Json> = {};
    for (const [name, opening] of Object.entries(openings as Record<string, Opening>)) {
      if (!opens(sha256, bytes, name, opening)) return null;
      if (opening.text !== '') said[name] = JSON.parse(opening.text) as Json;
    }
    return { id, time, leafHash: toBase64(hashLeaf(sha256, leaf)), said };
  } catch {
    // Not the JSON of a leaf.
    return null;
  }
}

/** Members that a use of fields shows, and its leaf can prove. */
const PROVEN = ['kind', 'operation', 'purpose', 'rule', 'outcome'];

/** Whether a use shows another entry, time or value than its leaf. */
export function differsFrom({ id, time, said }: Opened, use: Readonly<Record<string, unknown>>): boolean {
  return (
    use['id'] !== id || use['time'] !== time || PROVEN.some((name) => name in use && said[name] !== use[name])
  );
}
