/** Papers that were shown at a desk: they stay at the office, and the gateway gets a digest or a number. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { words as w } from './messages/language.ts';
import { UsageError } from './terminal/failures.ts';

/** SHA-256 of a file, in hexadecimal. */
export function digestOf(path: string): string {
  return createHash('sha256').update(contentOf(path)).digest('hex');
}

/** Base64url SHA-256 of the file's text in NFC, read as `story-card` reads it. */
export function textDigestOf(path: string): string {
  const text = contentOf(path).toString('utf8').replace(/\r\n/g, '\n').trim();
  return createHash('sha256').update(text.normalize('NFC')).digest('base64url');
}

/** @throws UsageError unless it is like `resident-card=…` */
export function document(text: string): { kind: string; number: string } {
  const [, kind, number] = /^([\w-]+)=(.+)$/.exec(text) ?? [];
  if (kind === undefined || number === undefined) throw new UsageError(w.noDocument);
  return { kind, number };
}

function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw new UsageError(w.noFile(path));
  }
}
