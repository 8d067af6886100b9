/** Checkpoints (C2SP tlog-checkpoint): the text of the note that a log signs. Runs in browsers too. */
import { fromBase64, toBase64 } from './base64.ts';
import { HASH_BYTES } from './merkle.ts';
import { openNote, type Verifier, type VerifySignature } from './note.ts';

/** Header of answers: the newest checkpoint that the gateway knows, a whole note in base64. */
export const HEAD_HEADER = 'fieldgate-head';

/** The commitment of a log: this many leaves under this root. */
export interface Checkpoint {
  /** The log's name, which is also the name of its key. */
  origin: string;
  size: number;
  root: Uint8Array;
}

export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/**
 * Parses, then requires the canonical form. Extension lines are allowed; this log has none.
 * @returns `null` for anything else, also for sizes over 2⁵³, which a number can't hold.
 */
export function parseCheckpoint(text: string): Checkpoint | null {
  const [, origin, digits, encoded, extensions] =
    /^([^\n\r]+)\n(0|[1-9]\d{0,15})\n([^\n\r]+)\n((?:[^\n]+\n)*)$/.exec(text) ?? [];
  const size = Number(digits);
  const root = fromBase64(encoded ?? '', HASH_BYTES);
  if (origin === undefined || !Number.isSafeInteger(size) || !root) return null;
  const checkpoint = { origin, size, root };
  return `${formatCheckpoint(checkpoint)}${extensions}` === text ? checkpoint : null;
}

/** @returns the checkpoint of this log, signed by its key, or `null`. */
export async function openCheckpoint(
  note: Uint8Array,
  log: Verifier,
  verify: VerifySignature,
): Promise<Checkpoint | null> {
  const opened = await openNote(note, [log], verify);
  const checkpoint = opened && parseCheckpoint(opened.text);
  return checkpoint?.origin === log.name ? checkpoint : null;
}
