/**
 * The encryption context as bytes. Two contexts give the same bytes exactly if they have the same keys and
 * values: members are sorted by their UTF-8 bytes, and each text is preceded by its length.
 */
import { KmsError } from './errors.ts';

export type EncryptionContext = ReadonlyMap<string, string>;

/** The service's own bound on a context, in bytes of keys and values together. */
const MAX_BYTES = 8192;

/**
 * @param value the member as received; absent and `{}` are the same empty context.
 * @throws KmsError ValidationException for anything but an object of well-formed texts.
 */
export function readContext(value: unknown): EncryptionContext {
  if (value === undefined) return new Map();
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('must be an object');
  // Own entries only: a member named __proto__ is an ordinary member here.
  const entries = Object.entries(value);
  let size = 0;
  for (const [key, text] of entries) {
    if (typeof text !== 'string') throw invalid('values must be texts');
    if (key === '') throw invalid('keys must not be empty');
    // Every lone surrogate has the same UTF-8 bytes, so two such contexts would be indistinguishable.
    if (!key.isWellFormed() || !text.isWellFormed()) throw invalid('texts must be well-formed Unicode');
    size += Buffer.byteLength(key) + Buffer.byteLength(text);
  }
  if (size > MAX_BYTES) throw invalid(`must not be larger than ${MAX_BYTES} bytes`);
  return new Map(entries as [string, string][]);
}

/** Sorted, length-prefixed bytes; injective. */
export function contextBytes(context: EncryptionContext): Buffer {
  const entries = [...context].map(([key, text]) => [Buffer.from(key), Buffer.from(text)] as const);
  entries.sort((a, b) => Buffer.compare(a[0], b[0]));
  return Buffer.concat(entries.flat().flatMap((bytes) => [length(bytes), bytes]));
}

function length(bytes: Buffer): Buffer {
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32BE(bytes.length);
  return prefix;
}

function invalid(what: string): KmsError {
  return new KmsError('ValidationException', `EncryptionContext ${what}`);
}
