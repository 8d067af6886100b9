/**
 * Cosignatures (C2SP tlog-cosignature): a witness says that, at this time, a checkpoint is the largest it has seen of the
 * log, and continues all that it saw before. Runs in browsers; the caller provides SHA-256 and the signature check.
 */

import { toBase64 } from './base64.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { join } from './commitments.ts';
import type { Sha256 } from './merkle.ts';
import { openNote, parseVerifierKey, readNote, signatureLine, type Verifier } from './note.ts';

/** Signature types: Ed25519 over the text of the note, and ML-DSA-44 (FIPS 204) over a structure that names the witness. */
export const COSIGNERS = {
  4: { algorithm: 'ed25519', key: 32, signature: 64 },
  6: { algorithm: 'ml-dsa-44', key: 1312, signature: 2420 },
} as const;
const TIME_BYTES = 8;

/** The key of a witness. */
export interface Cosigner extends Verifier {
  type: keyof typeof COSIGNERS;
}

/** @throws Error if this platform can't check signatures of this type, which says nothing about the signature */
export type VerifyCosignature = (
  cosigner: Pick<Cosigner, 'type' | 'key'>,
  message: Uint8Array,
  signature: Uint8Array,
) => boolean | Promise<boolean>;

/** @returns the key, or `null` for anything but a well-formed key of a witness with the correct id. */
export function parseCosigner(sha256: Sha256, text: string): Cosigner | null {
  const parsed = parseVerifierKey(sha256, text);
  if (parsed?.type !== 4 && parsed?.type !== 6) return null;
  const { type, ...verifier } = parsed;
  return verifier.key.length === COSIGNERS[type].key ? { ...verifier, type } : null;
}

export function formatCosigner({ name, id, type, key }: Cosigner): string {
  return `${name}+${id}+${toBase64(Uint8Array.of(type, ...key))}`;
}

/**
 * What a witness signs.
 * @param text of the checkpoint, extension lines included
 * @param time POSIX seconds, at least 1
 * @throws RangeError if the text is no checkpoint, or a name of type 6 is too long
 */
export function cosignedMessage(
  { name, type }: Pick<Cosigner, 'name' | 'type'>,
  text: string,
  time: number,
): Uint8Array {
  const checkpoint = parseCheckpoint(text);
  if (!checkpoint || !isTime(time)) throw new RangeError('not a checkpoint, or not a time');
  if (type === 4) return utf8(`cosignature/v1\ntime ${time}\n${text}`);
  const { origin, size, root } = checkpoint;
  const parts = [utf8('subtree/v1\n\0'), short(name), u64(time), short(origin), u64(0), u64(size), root];
  return join(parts);
}

/** The line of a note. @param time POSIX seconds @param signature over `cosignedMessage` */
export function cosignatureLine(
  cosigner: Pick<Cosigner, 'name' | 'id'>,
  time: number,
  signature: Uint8Array,
): string {
  return signatureLine(cosigner, join([u64(time), signature]));
}

/** A checkpoint and who cosigned it, when (POSIX seconds). */
export interface Cosigned {
  checkpoint: Checkpoint;
  /** Text of the note, without signatures. */
  text: string;
  cosigned: { cosigner: Cosigner; time: number }[];
}

/**
 * Opens a cosigned checkpoint. The log itself must have signed it. A cosignature of a known witness must hold; those of unknown
 * ones are ignored, and of two by one key the first counts.
 * @returns `null` if the log did not sign it, or a known witness did not make what bears its name
 * @throws the error of `verify`
 */
export async function openCosigned(
  note: Uint8Array,
  log: Verifier,
  cosigners: readonly Cosigner[],
  verify: VerifyCosignature,
): Promise<Cosigned | null> {
  const parsed = readNote(note);
  const plain = (key: Uint8Array, message: Uint8Array, signature: Uint8Array) =>
    verify({ type: 4, key }, message, signature);
  const opened = parsed && (await openNote(note, [log], plain));
  const checkpoint = opened && parseCheckpoint(opened.text);
  if (!parsed || !opened || checkpoint?.origin !== log.name) return null;
  const cosigned: Cosigned['cosigned'] = [];
  for (const { name, id, signature: stamped } of parsed.signatures) {
    const candidates = cosigners.filter((one) => one.name === name && one.id === id);
    if (candidates.length > 1) return null;
    const [cosigner] = candidates;
    if (!cosigner || cosigned.some((one) => one.cosigner === cosigner)) continue;
    const time = timeOf(cosigner, stamped);
    if (time === null) return null;
    const message = cosignedMessage(cosigner, opened.text, time);
    if (!(await verify(cosigner, message, stamped.subarray(TIME_BYTES)))) return null;
    cosigned.push({ cosigner, time });
  }
  return { checkpoint, text: opened.text, cosigned };
}

/** @returns `null` unless these are a time that a whole tree may have, and a signature's bytes. */
function timeOf({ type }: Pick<Cosigner, 'type'>, stamped: Uint8Array): number | null {
  if (stamped.length !== TIME_BYTES + COSIGNERS[type].signature) return null;
  const time = Number(new DataView(stamped.buffer, stamped.byteOffset, TIME_BYTES).getBigUint64(0));
  return isTime(time) ? time : null;
}

/** A time of zero says that the tree need not be the largest one, which is no use to a reader. */
function isTime(time: number): boolean {
  return Number.isSafeInteger(time) && time > 0;
}

function u64(n: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(n));
  return bytes;
}

/** opaque<1..2^8-1> of RFC 8446. */
function short(text: string): Uint8Array {
  const bytes = utf8(text);
  if (bytes.length < 1 || bytes.length > 255) throw new RangeError('a name of 1 to 255 bytes');
  return join([Uint8Array.of(bytes.length), bytes]);
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
