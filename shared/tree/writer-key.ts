/**
 * The statement by which the log's key names the keys that certify its writers, each with the function that has it and the kinds
 * of entries for which it may vouch, so that one key is enough to check a complete log. A key stays in it when it no longer
 * certifies, because its earlier certificates stay in the log. Its first line is not an origin, so the statement and a
 * checkpoint can't be confused.
 */
import { GATEWAY_KINDS } from '../entry-kinds.ts';
import { fromBase64, toBase64 } from './base64.ts';
import { openNote, type Verifier, type VerifySignature } from './note.ts';

export const WRITER_KEY_PATH = 'writer-key';

const TITLE = 'fieldgate writer keys v2';
const KEY_BYTES = 32;

/** A change is rare, so a longer list is a fault. */
const MOST_KEYS = 256;

/** What a key may certify. */
export interface Vouches {
  /** The function that has it, such as `release`. */
  name: string;
  /** The kinds that it ever could certify. */
  kinds: readonly string[];
}

export interface WriterKey extends Vouches {
  /** Raw Ed25519 public key. */
  key: Uint8Array;
}

/** @param keys oldest first */
export function formatWriterKeys(origin: string, keys: readonly WriterKey[]): string {
  const line = ({ name, key, kinds }: WriterKey) =>
    `${name} ${toBase64(key)} ${[...new Set(kinds)].sort().join(',')}`;
  return `${[TITLE, origin, ...keys.map(line)].join('\n')}\n`;
}

/** @returns the keys that certify or certified writers, or `null` unless this log's key signed them. */
export async function openWriterKeys(
  note: Uint8Array,
  log: Verifier,
  verify: VerifySignature,
): Promise<WriterKey[] | null> {
  const opened = await openNote(note, [log], verify);
  const [title, origin, ...lines] = opened?.text.split('\n').slice(0, -1) ?? [];
  const keys = lines.flatMap((line): WriterKey[] => {
    const [, name = '', text = '', kinds = ''] = /^([a-z]+) (\S+) ([a-z]+(?:,[a-z]+)*)$/.exec(line) ?? [];
    const key = fromBase64(text, KEY_BYTES);
    return key ? [{ name, key, kinds: kinds.split(',') }] : [];
  });
  if (title !== TITLE || origin !== log.name || keys.length === 0 || keys.length > MOST_KEYS) return null;
  return formatWriterKeys(origin, keys) === opened?.text ? keys : null;
}

/** Those of the keys that may vouch for this certificate: of the function that it names, and for each of its kinds. */
export function vouching<Key extends Vouches>(keys: readonly Key[], { name, kinds }: Vouches): Key[] {
  return keys.filter((one) => one.name === name && kinds.every((kind) => one.kinds.includes(kind)));
}

const IN_CLEAR: ReadonlySet<string> = new Set(GATEWAY_KINDS);

/**
 * Whether a writer with this certificate may write a kind.
 * @param kind as the leaf names it; `undefined` for a closed leaf, whose kind is visible only after opening
 */
export function mayWrite({ kinds }: Pick<Vouches, 'kinds'>, kind: string | undefined): boolean {
  return kind === undefined ? kinds.some((one) => !IN_CLEAR.has(one)) : kinds.includes(kind);
}
