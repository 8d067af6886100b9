import type { VerificationAnswer } from './verify-eligibility.ts';

/** Every answer is padded to a multiple of this many bytes; all but extraordinary ones have one. */
const BLOCK = 4096;

/** JSON with blanks after it, so that its length tells nothing. */
export function padded(answer: VerificationAnswer): string {
  const text = JSON.stringify(answer);
  const size = Buffer.byteLength(text);
  return text + ' '.repeat(Math.ceil(size / BLOCK) * BLOCK - size);
}
