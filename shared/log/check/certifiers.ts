import type { Verifier } from '../../tree/note.ts';
import { openWriterKeys, WRITER_KEY_PATH } from '../../tree/writer-key.ts';
import { publicKeyOf, verifyEd25519 } from '../node-crypto.ts';
import type { Certifier } from './chain.ts';

/** @returns the keys that certify writers; `null` unless this log's key names them */
export async function readCertifiers(
  read: (path: string) => Promise<Uint8Array | null>,
  log: Verifier,
): Promise<Certifier[] | null> {
  const note = await read(WRITER_KEY_PATH);
  const keys = note && (await openWriterKeys(note, log, verifyEd25519));
  return keys?.map((one) => ({ ...one, key: publicKeyOf(one.key) })) ?? null;
}
