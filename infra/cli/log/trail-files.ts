/** Records of CloudTrail from files, read in pieces, since a busy day is larger than a terminal's memory. */
import { createReadStream, readdirSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Json } from '../../../shared/json.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { unreadable } from '../terminal/named-files.ts';

const { reconcile: t } = await texts('log');

/** An unwrap as it is sent. */
export interface Cut {
  at: number;
  record: Json;
  key: string;
  /** Of the record as JSON. */
  bytes: number;
}

/** Records that lie together: a file, or some lines of one, with the instants of its first and last unwrap. */
interface Piece {
  file: string;
  lines?: { start: number; end: number };
  from: number;
  to: number;
}

export interface Trail {
  /** Unwraps from one instant until another, in no order. Spans one after the other read each piece once. */
  between(from: number, to: number): Promise<Cut[]>;
}

/**
 * Looks through all files once. @param see is given every record, of whatever kind and time
 * @throws UsageError for a file that is damaged
 */
export async function openTrail(path: string, see: (record: unknown) => void = () => {}): Promise<Trail> {
  const pieces: Piece[] = [];
  for (const file of filesOf(path)) {
    for await (const [lines, records] of piecesOf(file)) {
      let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
      for (const record of records) {
        see(record);
        const at = isUnwrap(record) ? Date.parse(record.eventTime) : Number.NaN;
        if (at < from) from = at;
        if (at > to) to = at;
      }
      if (from <= to) pieces.push({ file, ...(lines && { lines }), from, to });
    }
  }
  let held = new Map<Piece, Cut[]>();
  return {
    async between(from, to) {
      const now = new Map<Piece, Cut[]>();
      for (const piece of pieces)
        if (piece.from < to && piece.to >= from) now.set(piece, held.get(piece) ?? (await cutsOf(piece)));
      held = now;
      return [...now.values()].flatMap((cuts) => cuts.filter(({ at }) => at >= from && at < to));
    },
  };
}

async function cutsOf({ file, lines }: Piece): Promise<Cut[]> {
  const cuts: Cut[] = [];
  for await (const [, records] of piecesOf(file, lines))
    for (const record of records) {
      const cut = cutDown(record);
      if (cut && !Number.isNaN(cut.at)) cuts.push(cut);
    }
  return cuts;
}

function filesOf(path: string): string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.jsonl?(\.gz)?$/.test(name))
      .sort()
      .map((name) => join(path, name));
  } catch (error) {
    throw unreadable(path, error);
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the files may contain records of any form
type Records = any[];

/** Of a file of lines some at a time, of any other file all. */
async function* piecesOf(file: string, only?: Piece['lines']): AsyncGenerator<[Piece['lines'], Records]> {
  if (!file.endsWith('.jsonl')) {
    const bytes = await readFile(file);
    const whole = parse((file.endsWith('.gz') ? await unpack(bytes, file) : bytes).toString('utf8'), file);
    yield [undefined, Array.isArray(whole?.Records) ? whole.Records : [whole]];
    return;
  }
  let [start, rest] = [only?.start ?? 0, Buffer.alloc(0)];
  const recordsIn = (bytes: Buffer): Records =>
    bytes
      .toString('utf8')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => parse(line, file));
  const stream = createReadStream(file, {
    highWaterMark: 1 << 20,
    ...(only && { ...only, end: only.end - 1 }),
  });
  for await (const chunk of stream) {
    const bytes = Buffer.concat([rest, chunk]);
    const end = bytes.lastIndexOf(0x0a) + 1;
    if (end > 0) yield [{ start, end: start + end }, recordsIn(bytes.subarray(0, end))];
    [start, rest] = [start + end, bytes.subarray(end)];
  }
  if (rest.length > 0) yield [{ start, end: start + rest.length }, recordsIn(rest)];
}

const unpack = (bytes: Buffer, file: string): Promise<Buffer> =>
  promisify<Buffer, Buffer>(gunzip)(bytes).catch(() => {
    throw new UsageError(t.badFile(file));
  });

function parse(text: string, file: string) {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(t.badFile(file));
  }
}

// biome-ignore lint/suspicious/noExplicitAny: as above
const isUnwrap = (record: any): boolean => record?.eventName === 'Decrypt' && record.errorCode === undefined;

/** The members that `readUnwrap` reads. @returns `null` for a record that is of no unwrap */
// biome-ignore lint/suspicious/noExplicitAny: as above
export function cutDown(record: any): Cut | null {
  if (!isUnwrap(record)) return null;
  const { eventName, eventSource, eventID, eventTime, userIdentity, requestParameters } = record;
  const { arn, principalId } = userIdentity ?? {};
  const kept = {
    eventName,
    eventSource,
    eventID,
    eventTime,
    // Of a call from another account.
    sharedEventID: record.sharedEventID,
    userIdentity: typeof arn === 'string' ? { arn } : { principalId },
    requestParameters: { encryptionContext: requestParameters?.encryptionContext ?? null },
  };
  const key = String(kept.requestParameters.encryptionContext?.keyId);
  return {
    at: Date.parse(eventTime),
    key,
    record: kept as Json,
    bytes: Buffer.byteLength(JSON.stringify(kept)),
  };
}
