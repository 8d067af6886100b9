/** A reader's position in the log, as an opaque text that is valid for one query only. */

import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { fromBase64url, toBase64url } from '../../bytes.ts';
import { Problem } from '../../errors.ts';
import { commonTexts } from '../../messages/common.ts';

/** Everything older than this position is still unread. */
export interface Position {
  /** RFC 3339 UTC, milliseconds. Without `item`, entries before this instant are unread. */
  at: string;
  /** The item read last, and the number of its leaves, from the front, that are unread. */
  item?: { writer: string; seq: number; left: number };
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const WRITER = /^[0-9a-f]{32}$/;

/** @param query all parameters of the query, so that a cursor is valid for the same query only. */
export function writeCursor(position: Position, query: object): string {
  const { at, item } = position;
  const parts = item ? [at, item.writer, item.seq, item.left] : [at];
  return toBase64url(Buffer.from(JSON.stringify([fingerprint(query), ...parts])));
}

/** @throws Problem INVALID_REQUEST for any text that `writeCursor` did not make for this query. */
export function readCursor(text: string, query: object): Position {
  const position = parse(fromBase64url(text), fingerprint(query));
  if (!position) {
    throw new Problem('INVALID_REQUEST', {
      errors: [{ path: '/cursor', message: commonTexts.notACursorOfQuery }],
    });
  }
  return position;
}

function parse(bytes: Buffer | null, expected: string): Position | null {
  let parts: unknown;
  try {
    parts = JSON.parse(bytes?.toString('utf8') ?? '');
  } catch {
    return null;
  }
  if (!Array.isArray(parts) || parts[0] !== expected) return null;
  const [, at, writer, seq, left] = parts as unknown[];
  if (typeof at !== 'string' || !INSTANT.test(at) || Number.isNaN(Date.parse(at))) return null;
  if (parts.length === 2) return { at };
  if (parts.length !== 5 || typeof writer !== 'string' || !WRITER.test(writer)) return null;
  if (!isCount(seq) || !isCount(left)) return null;
  return { at, item: { writer, seq, left } };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function fingerprint(query: object): string {
  return hash('sha256', canonicalize(query) as string, 'base64url').slice(0, 12);
}
