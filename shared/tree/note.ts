/**
 * Signed notes (C2SP signed-note) with Ed25519 keys. Runs in browsers: the caller provides SHA-256 and the
 * signature check. The sender of a note chooses every byte of it.
 */

import { fromBase64, toBase64 } from './base64.ts';
import type { Sha256 } from './merkle.ts';

/** A trusted key in the text form `<name>+<id>+<base64 of type and key>`. */
export interface Verifier {
  name: string;
  /** Eight hex digits that commit to name, type and key. */
  id: string;
  /** Raw Ed25519 public key. */
  key: Uint8Array;
}

/** Checks one Ed25519 signature (RFC 8032). */
export type VerifySignature = (
  key: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>;

/** Signature type of plain Ed25519. Cosignatures (4) sign other bytes, so a key of that type is rejected. */
const ED25519 = 1;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const MAX_BYTES = 1_000_000;
const MAX_SIGNATURES = 100;
const DASH = '— ';

/** A key name: no spaces, no plus sign, not empty. */
export function isName(name: string): boolean {
  return name !== '' && !/[\s+\p{Cc}\p{Cs}]/u.test(name);
}

/** First four bytes of SHA-256(name ‖ LF ‖ type ‖ key), hex. */
export function keyId(sha256: Sha256, name: string, key: Uint8Array, type: number = ED25519): string {
  const prefix = new TextEncoder().encode(`${name}\n`);
  const input = new Uint8Array(prefix.length + 1 + key.length);
  input.set(prefix);
  input[prefix.length] = type;
  input.set(key, prefix.length + 1);
  return hex(sha256(input).subarray(0, 4));
}

export function makeVerifier(sha256: Sha256, name: string, key: Uint8Array): Verifier {
  if (!isName(name) || key.length !== KEY_BYTES) throw new RangeError('not a name or not an Ed25519 key');
  return { name, id: keyId(sha256, name, key), key };
}

export function formatVerifier({ name, id, key }: Verifier): string {
  return `${name}+${id}+${toBase64(Uint8Array.of(ED25519, ...key))}`;
}

/** @returns the key, or `null` for anything but a well-formed Ed25519 key with the correct id. */
export function parseVerifier(sha256: Sha256, text: string): Verifier | null {
  const parsed = parseVerifierKey(sha256, text);
  if (parsed?.type !== ED25519 || parsed.key.length !== KEY_BYTES) return null;
  const { name, id, key } = parsed;
  return { name, id, key };
}

/** @returns a key of any type in its text form, or `null` unless its id is the correct one. */
export function parseVerifierKey(sha256: Sha256, text: string): (Verifier & { type: number }) | null {
  const [, name = '', id = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text) ?? [];
  const bytes = fromBase64(encoded);
  const [type] = bytes ?? [];
  if (!isName(name) || !bytes || type === undefined) return null;
  const key = bytes.subarray(1);
  return keyId(sha256, name, key, type) === id ? { name, id, type, key } : null;
}

/** @param text ends with a newline. @returns the note with one signature. */
export function signNote(text: string, { name, id }: Verifier, signature: Uint8Array): string {
  if (!text.endsWith('\n')) throw new RangeError('the text of a note ends with a newline');
  return `${text}\n${signatureLine({ name, id }, signature)}`;
}

/** A line of a note, with its newline. */
export function signatureLine({ name, id }: Pick<Verifier, 'name' | 'id'>, signature: Uint8Array): string {
  return `${DASH}${name} ${toBase64(Uint8Array.of(...bytesOfHex(id), ...signature))}\n`;
}

/**
 * Opens a note. It needs at least one valid signature by a known key, and no invalid one by a known key.
 * Signatures of unknown keys are ignored.
 * @returns the text and the keys that signed it, or `null`.
 */
export async function openNote(
  note: Uint8Array,
  known: readonly Verifier[],
  verify: VerifySignature,
): Promise<{ text: string; signers: Verifier[] } | null> {
  const parsed = readNote(note);
  if (!parsed) return null;
  const message = new TextEncoder().encode(parsed.text);
  const signers: Verifier[] = [];
  for (const { name, id, signature } of parsed.signatures) {
    const candidates = known.filter((one) => one.name === name && one.id === id);
    // Rejects two known keys with one id, because the signer would be ambiguous.
    if (candidates.length > 1) return null;
    const [verifier] = candidates;
    if (!verifier || signers.includes(verifier)) continue;
    if (signature.length !== SIGNATURE_BYTES || !(await verify(verifier.key, message, signature)))
      return null;
    signers.push(verifier);
  }
  return signers.length > 0 ? { text: parsed.text, signers } : null;
}

interface Signature {
  name: string;
  id: string;
  signature: Uint8Array;
}

/**
 * Text and signatures of a note, none of them checked. The text ends with the newline before the last blank line.
 * @returns `null` for anything but the form of a note
 */
export function readNote(note: Uint8Array): { text: string; signatures: Signature[] } | null {
  const whole = decode(note);
  const at = whole?.lastIndexOf('\n\n') ?? -1;
  if (whole === null || at < 0 || !whole.endsWith('\n')) return null;
  const lines = whole.slice(at + 2, -1).split('\n');
  if (at + 2 >= whole.length || lines.length > MAX_SIGNATURES) return null;
  const signatures: Signature[] = [];
  for (const line of lines) {
    const signature = parseSignature(line);
    if (!signature) return null;
    signatures.push(signature);
  }
  return { text: whole.slice(0, at + 1), signatures };
}

function parseSignature(line: string): Signature | null {
  if (!line.startsWith(DASH)) return null;
  const [name = '', encoded = '', ...rest] = line.slice(DASH.length).split(' ');
  const bytes = fromBase64(encoded);
  if (!isName(name) || rest.length > 0 || !bytes || bytes.length < 5) return null;
  return { name, id: hex(bytes.subarray(0, 4)), signature: bytes.subarray(4) };
}

function decode(note: Uint8Array): string | null {
  if (note.length > MAX_BYTES) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(note);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a note has no control characters but newlines
    return /[\u0000-\u0009\u000b-\u001f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function bytesOfHex(text: string): number[] {
  return (text.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}
