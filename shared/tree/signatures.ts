/**
 * Signatures of leaves, in files next to the entry bundles. A leaf can't contain its own signature, but
 * readers of tiles must be able to check it. So each bundle has a file of the same number and width with 64
 * bytes for each leaf.
 */
import { TILE_WIDTH, tilePath } from './tiles.ts';

export const SIGNATURE_BYTES = 64;

/** `signatures/<index>[.p/<width>]`, numbered as tiles are. */
export function signaturesPath(index: number, width: number): string {
  return tilePath({ level: 'entries', index, width }).replace('tile/entries/', 'signatures/');
}

/** @returns the signatures of a file, or `null` unless it holds exactly `width`. */
export function readSignatures(bytes: Uint8Array, width: number): Uint8Array[] | null {
  if (bytes.length !== width * SIGNATURE_BYTES) return null;
  return Array.from({ length: width }, (_, i) =>
    bytes.subarray(i * SIGNATURE_BYTES, (i + 1) * SIGNATURE_BYTES),
  );
}

/**
 * The files for leaves from `from` on.
 * @param tail signatures of the last bundle if it was not full
 */
export function signatureFiles(
  from: number,
  tail: readonly Uint8Array[],
  signatures: readonly Uint8Array[],
): { path: string; bytes: Uint8Array }[] {
  const all = [...tail, ...signatures];
  const start = Math.floor(from / TILE_WIDTH);
  const files: { path: string; bytes: Uint8Array }[] = [];
  for (let i = 0; i < all.length; i += TILE_WIDTH) {
    const part = all.slice(i, i + TILE_WIDTH);
    const bytes = new Uint8Array(part.length * SIGNATURE_BYTES);
    part.forEach((signature, at) => {
      bytes.set(signature, at * SIGNATURE_BYTES);
    });
    files.push({ path: signaturesPath(start + i / TILE_WIDTH, part.length), bytes });
  }
  return files;
}
