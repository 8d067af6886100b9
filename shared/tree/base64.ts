/** Strict base64 (RFC 4648, padded) without any Node API, because browsers check proofs too. */

export function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** @returns the bytes, or `null` unless the text is their one canonical encoding and has `length` bytes. */
export function fromBase64(text: string, length?: number): Uint8Array | null {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return null;
  }
  if (btoa(binary) !== text || (length !== undefined && binary.length !== length)) return null;
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < bytes.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
