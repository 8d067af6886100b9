import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gunzipSync } from 'node:zlib';
import { FieldgateError } from '../../../shared/client/wire/errors.ts';
import type { Answer } from '../../../shared/contract/api.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
import { partOf } from '../../../shared/log/read/part-of.ts';
import type { Command } from '../command.ts';
import { endOf, fromOption, type GlobalOptions, list, open, print } from '../common.ts';
import { texts } from '../messages/language.ts';
import { EXIT, UsageError } from '../terminal/failures.ts';
import { unreadable } from '../terminal/named-files.ts';
import { startProgress } from '../terminal/progress.ts';
import { inLine, mark, table } from '../terminal/table.ts';
import { moment, zoneHere } from '../terminal/times.ts';

const { list: l, reconcile: t } = await texts('log');

interface ReconcileOptions {
  trail: string;
  from: string;
  to?: string;
  role?: string[];
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Of one request: the gateway takes 5,000 records and 4 MB. */
const MOST_RECORDS = 5000;
const MOST_BYTES = 3_500_000;
const MOST_PARTS = 10_000;

/** `fieldgate log reconcile` */
export function registerLogReconcile(log: Command): void {
  log
    .command('reconcile')
    .description(t.what)
    .option('--trail <path>', t.trail, '.fieldgate/cloudtrail')
    .addOption(fromOption(t.from, '24h'))
    .option('--to <time>', t.to, endOf)
    .option('--role <name>', t.role, list)
    .runs<ReconcileOptions>(reconcile);
}

async function reconcile(options: GlobalOptions & ReconcileOptions): Promise<number> {
  const { gate } = await open(options);
  const from = Date.parse(options.from);
  // Newer entries may not have reached the log yet.
  const to = options.to === undefined ? Date.now() - MINUTE : Date.parse(options.to);
  if (!(from < to)) throw new UsageError(l.badSpan);
  const byHour = await readTrail(options.trail, from - HOUR, to + HOUR);
  const total: Total = { matched: 0, aborted: 0, repeated: 0, alerts: 0, findings: [], failed: [] };
  const spans = spansOf(byHour, from, to);
  const progress = spans.length > 3 ? startProgress(t.spans, spans.length) : null;
  for (const [done, { at, end, records, tooMany, ...part }] of spans.entries()) {
    const span = { from: new Date(at).toISOString(), to: new Date(end).toISOString() };
    const body = { ...span, records, ...part, ...defined({ roles: options.role }) };
    const answer = tooMany ? null : await gate.call('POST /v1/log/reconciliations', { body }).catch(asUsage);
    progress?.update(done + 1);
    if (answer === null) {
      total.failed.push(span);
      continue;
    }
    total.matched += answer.matched;
    total.aborted += answer.aborted;
    total.repeated += answer.repeated;
    total.alerts += answer.alerts.length;
    total.findings.push(...answer.findings);
  }
  progress?.stop();
  print(options, total, () =>
    inWords(total, `${moment(new Date(from).toISOString())} – ${moment(new Date(to).toISOString())}`),
  );
  return total.findings.length + total.failed.length === 0 ? EXIT.ok : EXIT.refused;
}

/**
 * A role that the gateway does not know is a mistake in the command. A span that fails by itself stops no other.
 * @returns `null` for one
 */
function asUsage(failure: unknown): null {
  const known = failure instanceof FieldgateError ? failure : null;
  if (known && ((known.status ?? 0) >= 500 || known.code === 'TOO_LARGE')) return null;
  const [first] = known?.errors ?? [];
  if (first?.path.startsWith('/roles')) throw new UsageError(`--role: ${first.message}`);
  throw failure;
}

/** Of all spans together. */
interface Total extends Omit<Answer<'POST /v1/log/reconciliations'>, 'alerts'> {
  alerts: number;
  failed: Span[];
}

export function inWords(
  { matched, aborted, repeated, alerts, findings, failed }: Total,
  period: string,
): string {
  const rest = [aborted > 0 && t.aborted(aborted), repeated > 0 && t.repeated(repeated)];
  const failures = failed.map(({ from, to }) => `${mark('bad')} ${t.failed(moment(from), moment(to))}\n`);
  const head = t.matched(matched, rest.filter(Boolean).join(''), period) + failures.join('');
  if (findings.length === 0) return failures.length === 0 ? `${mark('good')} ${head}` : head;
  const rows = findings.map(({ at, code, key, entry, event, principal }) => [
    moment(at),
    ...[code, key, entry ?? event, principal].map(inLine),
  ]);
  const shown = table([t.atIn(zoneHere()), t.finding, t.dataKey, t.event, t.principal], rows);
  return t.mismatches(head, mark('bad'), findings.length, alerts, shown);
}

interface Cut {
  at: number;
  record: Json;
  key: string;
  /** Of the record as JSON. */
  bytes: number;
}
type ByHour = Map<number, Cut[]>;

/** Records of unwrapped data keys, reduced to the members that `readUnwrap` reads. */
async function readTrail(path: string, from: number, to: number): Promise<ByHour> {
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
interface Span {
  from: string;
  to: string;
}

interface Request {
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
