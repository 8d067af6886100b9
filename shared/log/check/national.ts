/** What a reader demands of a log with the national profile before its entries: its lines by SM2. */
import type { Checkpoint } from '../../tree/checkpoint.ts';
import { sm2Line } from '../../tree/national.ts';
import { readNote, type Verifier } from '../../tree/note.ts';
import { WRITER_KEY_PATH } from '../../tree/writer-key.ts';
import { sha256, sm3 } from '../node-crypto.ts';
import { LogError } from './fault.ts';

/**
 * @param spki public key of SM2 that the reader trusts
 * @param shown what the log's own key signed, and the note that names the keys of writers, as it was read
 * @throws LogError unless it has a root of SM3, and this key signed it and the note that names the keys of writers
 */
export async function requireNational(
  log: Verifier,
  spki: Uint8Array,
  shown: { checkpoint: Checkpoint; note: Uint8Array; named: Uint8Array | null },
): Promise<void> {
  if (!shown.checkpoint.sm3) throw new LogError('SM3', 'checkpoint');
  // Nothing else reads curves of others.
  const { parseSm2Key, sm2Digest, sm2Verify } = await import('../../tree/sm2.ts');
  const key = parseSm2Key(spki);
  const { id } = sm2Line(sha256, log.name, spki);
  const notes = { checkpoint: shown.note, [WRITER_KEY_PATH]: shown.named ?? new Uint8Array() };
  for (const [path, bytes] of Object.entries(notes)) {
    const note = readNote(bytes);
    const digest = key && note && sm2Digest(sm3, key, Buffer.from(note.text));
    // Each line that bears the key's id must hold, as with other keys that a reader knows.
    const lines = note?.signatures.filter((one) => one.name === log.name && one.id === id) ?? [];
    const isSigned =
      key && digest && lines.length > 0 && lines.every(({ signature }) => sm2Verify(key, digest, signature));
    if (!isSigned) throw new LogError('SM2', path);
  }
}
