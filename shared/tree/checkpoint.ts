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
  /** Root of the same leaves by SM3, of a log with the national profile. */
  sm3?: Uint8Array;
}

export function formatCheckpoint({ origin, size, root, sm3 }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n${sm3 ? `sm3 ${size} ${toBase64(sm3)}\n` : ''}`;
}

/**
 * Parses, then requires the canonical form. Extension lines are allowed, and those that are not `sm3` are ignored.
 * @returns `null` for anything else, also for sizes over 2⁵³, which a number can't hold.
 */
export function parseCheckpoint(text: string): Checkpoint | null {
  const [, origin, digits, encoded, extensions] =
    /^([^\n\r]+)\n(0|[1-9]\d{0,15})\n([^\n\r]+)\n((?:[^\n]+\n)*)$/.exec(text) ?? [];
  const size = Number(digits);
  const root = fromBase64(encoded ?? '', HASH_BYTES);
  if (origin === undefined || !Number.isSafeInteger(size) || !root) return null;
  const checkpoint = { origin, size, root };
  if (`${formatCheckpoint(checkpoint)}${extensions}` !== text) return null;
  const sm3 = sm3In(extensions ?? '', size);
  return sm3 ? { ...checkpoint, sm3 } : checkpoint;
}

/** @returns `null` for a line of another size or form, and for several: a reader who demands it finds none then. */
function sm3In(extensions: string, size: number): Uint8Array | null {
  const [line, ...others] = extensions.split('\n').filter((one) => one.startsWith('sm3 '));
  const beginning = `sm3 ${size} `;
  if (!line?.startsWith(beginning) || others.length > 0) return null;
  return fromBase64(line.slice(beginning.length), HASH_BYTES);
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
