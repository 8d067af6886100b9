/**
 * The statement by which the log's key names the gateway's writer key, so that one key is enough to check a
 * complete log. Its first line is not an origin, so the statement and a checkpoint can't be confused.
 */
import { fromBase64, toBase64 } from './base64.ts';
import { openNote, type Verifier, type VerifySignature } from './note.ts';

export const WRITER_KEY_PATH = 'writer-key';

const TITLE = 'fieldgate writer key v1';
const KEY_BYTES = 32;

export interface WriterKey {
  origin: string;
  /** Raw Ed25519 public key. */
  key: Uint8Array;
}

export function formatWriterKey({ origin, key }: WriterKey): string {
  return `${TITLE}\n${origin}\n${toBase64(key)}\n`;
}

/** @returns the raw key that certifies writers, or `null` unless this log's key signed it. */
export async function openWriterKey(
  note: Uint8Array,
  log: Verifier,
  verify: VerifySignature,
): Promise<Uint8Array | null> {
  const opened = await openNote(note, [log], verify);
  const [title, origin, encoded = ''] = opened?.text.split('\n') ?? [];
  const key = fromBase64(encoded, KEY_BYTES);
  if (title !== TITLE || origin !== log.name || !key) return null;
  return formatWriterKey({ origin, key }) === opened?.text ? key : null;
}
