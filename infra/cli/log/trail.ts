/** Records of CloudTrail from files, in spans that one request may hold. */
import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gunzipSync } from 'node:zlib';
import type { Json } from '../../../shared/json.ts';
import { partOf } from '../../../shared/log/read/part-of.ts';
import { texts } from '../messages/language.ts';
import { UsageError } from '../terminal/failures.ts';
import { unreadable } from '../terminal/named-files.ts';

const { reconcile: t } = await texts('log');

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
/** Of one request: the gateway takes 5,000 records and 4 MB. */
const MOST_RECORDS = 5000;
const MOST_BYTES = 3_500_000;
const MOST_PARTS = 10_000;

interface Cut {
  at: number;
  record: Json;
  key: string;
  /** Of the record as JSON. */
  bytes: number;
}
type ByHour = Map<number, Cut[]>;

/** Records of unwrapped data keys, reduced to the members that `readUnwrap` reads. */
export async function readTrail(path: string, from: number, to: number): Promise<ByHour> {
  const byHour: ByHour = new Map();
  for (const file of filesOf(path)) {
    for await (const record of recordsOf(file)) {
      const cut = cutDown(record);
      if (!cut || cut.at < from || cut.at >= to) continue;
      const hour = Math.floor(cut.at / HOUR);
      const some = byHour.get(hour);
      if (some) some.push(cut);
      else byHour.set(hour, [cut]);
    }
  }
  return byHour;
}

/** A span that was not compared. */
export interface Span {
  from: string;
  to: string;
}

export interface Request {
  at: number;
  end: number;
  records: Json[];
  part?: number;
  parts?: number;
  /** One key has more unwraps than the gateway takes. Without some of them, entries of the key would lack theirs. */
  tooMany?: true;
}

const fits = (cuts: readonly Cut[]) =>
  cuts.length <= MOST_RECORDS && cuts.reduce((sum, { bytes }) => sum + bytes, 0) <= MOST_BYTES;

const inParts = (cuts: readonly Cut[], parts: number): Cut[][] => {
  const all = Array.from({ length: parts }, (): Cut[] => []);
  for (const cut of cuts) all[partOf(cut.key, parts)]?.push(cut);
  return all;
};

/** As few parts as fit. What one key has too much of fits into none, however many they are, so it makes no more of them. */
function partsOf(cuts: readonly Cut[]): number {
  const byKey = new Map<string, Cut[]>();
  for (const cut of cuts) {
    const some = byKey.get(cut.key);
    if (some) some.push(cut);
    else byKey.set(cut.key, [cut]);
  }
  const rest = [...byKey.values()].filter(fits).flat();
  let parts = Math.max(2, Math.ceil(rest.length / MOST_RECORDS));
  // By a tenth, since each look reads all of them.
  while (parts < MOST_PARTS && !inParts(rest, parts).every(fits)) parts = Math.ceil(parts * 1.1);
  return Math.min(parts, MOST_PARTS);
}

/** Spans of an hour at most whose records fit into a request. A minute with more of them is sent in parts by their keys. */
export function spansOf(byHour: ByHour, from: number, to: number): Request[] {
  const spans: Request[] = [];
  const add = (at: number, end: number) => {
    // Records just outside the span are needed too, because an unwrap and its entry may be on different sides
    // of its edge.
    const cuts = recordsIn(byHour, at - MINUTE, end + MINUTE);
    const recordsOfAll = (some: readonly Cut[]) => some.map(({ record }) => record);
    if (fits(cuts)) {
      spans.push({ at, end, records: recordsOfAll(cuts) });
      return;
    }
    if (end - at <= MINUTE) {
      const parts = partsOf(cuts);
      for (const [part, some] of inParts(cuts, parts).entries())
        spans.push({
          ...{ at, end, records: recordsOfAll(some), part, parts },
          ...(!fits(some) && { tooMany: true as const }),
        });
      return;
    }
    const middle = Math.floor((at + end) / 2);
    add(at, middle);
    add(middle, end);
  };
  for (let at = from; at < to; at += HOUR) add(at, Math.min(at + HOUR, to));
  return spans;
}

function recordsIn(byHour: ByHour, from: number, to: number): Cut[] {
  const cuts: Cut[] = [];
  for (let hour = Math.floor(from / HOUR); hour * HOUR < to; hour++) {
    for (const cut of byHour.get(hour) ?? []) if (cut.at >= from && cut.at < to) cuts.push(cut);
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
async function* recordsOf(file: string): AsyncGenerator<any> {
  if (file.endsWith('.jsonl')) {
    for await (const line of createInterface({ input: createReadStream(file) })) {
      if (line !== '') yield parse(line, file);
    }
    return;
  }
  const bytes = readFileSync(file);
  const whole = parse((file.endsWith('.gz') ? unpack(bytes, file) : bytes).toString('utf8'), file);
  yield* Array.isArray(whole?.Records) ? whole.Records : [whole];
}

function unpack(bytes: Buffer, file: string): Buffer {
  try {
    return gunzipSync(bytes);
  } catch {
    throw new UsageError(t.badFile(file));
  }
}

function parse(text: string, file: string) {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(t.badFile(file));
  }
}

// biome-ignore lint/suspicious/noExplicitAny: as above
export function cutDown(record: any): Cut | null {
  const { eventName, eventSource, eventID, eventTime, errorCode, userIdentity, requestParameters } =
    record ?? {};
  const { arn, principalId } = userIdentity ?? {};
  if (eventName !== 'Decrypt' || errorCode !== undefined) return null;
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
