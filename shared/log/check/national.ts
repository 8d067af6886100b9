/** What a reader demands of a log with the national profile before its entries: its lines by SM2. */
import type { Checkpoint } from '../../tree/checkpoint.ts';
import { sm2Line } from '../../tree/national.ts';
import { readNote, type Verifier } from '../../tree/note.ts';
import { WRITER_KEY_PATH } from '../../tree/writer-key.ts';
import { sha256, sm3 } from '../node-crypto.ts';
import { LogError } from './fault.ts';

/**
 * @param spki public key of SM2 that the reader trusts
 * @param shown what the log's own key signed
 * @throws LogError unless it has a root of SM3, and this key signed it and the note that names the keys of writers
 */
export async function requireNational(
  { read, log }: { read(path: string): Promise<Uint8Array | null>; log: Verifier },
  spki: Uint8Array,
  { checkpoint, note: shown }: { checkpoint: Checkpoint; note: Uint8Array },
): Promise<void> {
  if (!checkpoint.sm3) throw new LogError('SM3', 'checkpoint');
  // Nothing else reads curves of others.
  const { parseSm2Key, sm2Digest, sm2Verify } = await import('../../tree/sm2.ts');
  const key = parseSm2Key(spki);
  const { id } = sm2Line(sha256, log.name, spki);
  const notes = { checkpoint: shown, [WRITER_KEY_PATH]: (await read(WRITER_KEY_PATH)) ?? new Uint8Array() };
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
