import { sha256 } from '@noble/hashes/sha2.js';
import { continues, headIn } from '../../../../shared/client/evidence/evidence.ts';
import type { Checkpoint } from '../../../../shared/tree/checkpoint.ts';
import { parseVerifier } from '../../../../shared/tree/note.ts';
import { read } from '../gateway/api.ts';
import type { Remembered } from './remembered.ts';

/** Whether this checkpoint and the remembered one belong to one history. @throws ApiError */
export async function continuesRemembered(known: Remembered, head: Checkpoint): Promise<boolean> {
  const verifier = parseVerifier(sha256, known.key);
  const before = verifier && (await headIn(known.note, verifier));
  if (!before) return false;
  const [first, second] = before.size <= head.size ? [before, head] : [head, before];
  if (first.size === second.size) return first.root.every((byte, at) => byte === second.root[at]);
  if (first.size === 0) return true;
  const query = { from: first.size, to: second.size };
  return continues(first, second, (await read('GET /v1/log/proofs/consistency', { query })).proof);
}
