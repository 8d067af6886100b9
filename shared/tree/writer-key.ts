/**
 * The statement by which the log's key names the gateway's writer keys, so that one key is enough to check a
 * complete log. A key stays in it when it no longer certifies, because its earlier certificates stay in the log. Its first line is not an origin, so the statement and a checkpoint can't be confused.
 */
import { fromBase64, toBase64 } from './base64.ts';
import { openNote, type Verifier, type VerifySignature } from './note.ts';

export const WRITER_KEY_PATH = 'writer-key';

const TITLE = 'fieldgate writer key v1';
const KEY_BYTES = 32;

/** A change is rare, so a longer list is a fault. */
const MOST_KEYS = 16;

interface WriterKeys {
  origin: string;
  /** Raw Ed25519 public keys, oldest first. */
  keys: readonly Uint8Array[];
}

export function formatWriterKeys({ origin, keys }: WriterKeys): string {
  return `${[TITLE, origin, ...keys.map(toBase64)].join('\n')}\n`;
}

/** @returns the raw keys that certify or certified writers, or `null` unless this log's key signed them. */
export async function openWriterKeys(
  note: Uint8Array,
  log: Verifier,
  verify: VerifySignature,
): Promise<Uint8Array[] | null> {
  const opened = await openNote(note, [log], verify);
  const [title, origin, ...encoded] = opened?.text.split('\n').slice(0, -1) ?? [];
  const keys = encoded.flatMap((one) => fromBase64(one, KEY_BYTES) ?? []);
  if (title !== TITLE || origin !== log.name || keys.length === 0 || keys.length > MOST_KEYS) return null;
  return formatWriterKeys({ origin, keys }) === opened?.text ? keys : null;
}
