/** Strict base64 (RFC 4648, padded) without any Node API, because browsers check proofs too. */

export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}

/** @returns the bytes, or `null` unless the text is their one canonical encoding and has `length` bytes. */
export function fromBase64(text: string, length?: number): Uint8Array | null {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return null;
  }
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  if (toBase64(bytes) !== text || (length !== undefined && bytes.length !== length)) return null;
  return bytes;
}
