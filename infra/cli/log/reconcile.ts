import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { gunzipSync } from 'node:zlib';
import { FieldgateError } from '../../../shared/client/wire/errors.ts';
import { defined } from '../../../shared/defined.ts';
import type { Json } from '../../../shared/json.ts';
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
  const total = { matched: 0, aborted: 0, repeated: 0, alerts: 0, findings: [] as Json[] };
  const spans = spansOf(byHour, from, to);
  const progress = spans.length > 3 ? startProgress(t.spans, spans.length) : null;
  for (const [done, { at, end, records }] of spans.entries()) {
    const span = { from: new Date(at).toISOString(), to: new Date(end).toISOString() };
    const body = { ...span, records, ...defined({ roles: options.role }) };
    const answer = await gate.call('POST /v1/log/reconciliations', { body }).catch(asUsage);
    total.matched += answer.matched;
    total.aborted += answer.aborted;
    total.repeated += answer.repeated;
    total.alerts += answer.alerts.length;
    total.findings.push(...(answer.findings as Json[]));
    progress?.update(done + 1);
  }
  progress?.stop();
  print(options, total, () => inWords(total));
  return total.findings.length === 0 ? EXIT.ok : EXIT.refused;
}

/** A role that the gateway does not know is a mistake in the command. */
function asUsage(failure: unknown): never {
  const [first] = failure instanceof FieldgateError ? failure.errors : [];
  if (first?.path.startsWith('/roles')) throw new UsageError(`--role: ${first.message}`);
  throw failure;
}

function inWords({
  matched,
  aborted,
  repeated,
  alerts,
  findings,
}: {
  matched: number;
  aborted: number;
  repeated: number;
  alerts: number;
  findings: Json[];
}): string {
  const rest = [aborted > 0 && t.aborted(aborted), repeated > 0 && t.repeated(repeated)];
  const head = t.matched(matched, rest.filter(Boolean).join(''));
  if (findings.length === 0) return `${mark('good')} ${head}`;
  const rows = (findings as Record<string, Json>[]).map((one) => [
    moment(String(one['at'])),
    ...[one['code'], one['key'], one['entry'] ?? one['event'], one['principal']].map(inLine),
  ]);
  const shown = table([t.atIn(zoneHere()), t.finding, t.dataKey, t.event, t.principal], rows);
  return t.mismatches(head, mark('bad'), findings.length, alerts, shown);
}

interface Cut {
  at: number;
  record: Json;
  /** Of the record as JSON. */
  bytes: number;
}
type ByHour = Map<number, Cut[]>;

/** Records of unwrapped data keys, reduced to the compared members. */
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

interface Span {
  at: number;
  end: number;
  records: Json[];
}

/** Spans of an hour at most, and of a minute at least, whose records fit into a request. */
export function spansOf(byHour: ByHour, from: number, to: number): Span[] {
  const spans: Span[] = [];
  const add = (at: number, end: number) => {
    // Records just outside the span are needed too, because an unwrap and its entry may be on different sides
    // of its edge.
    const cuts = recordsIn(byHour, at - MINUTE, end + MINUTE);
    const bytes = cuts.reduce((sum, one) => sum + one.bytes, 0);
    if ((cuts.length <= MOST_RECORDS && bytes <= MOST_BYTES) || end - at <= MINUTE) {
      spans.push({ at, end, records: cuts.map(({ record }) => record) });
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
function cutDown(record: any): Cut | null {
  const { eventName, eventSource, eventID, eventTime, errorCode, userIdentity, requestParameters } =
    record ?? {};
  if (eventName !== 'Decrypt' || errorCode !== undefined) return null;
  const kept = {
    eventName,
    eventSource,
    eventID,
    eventTime,
    userIdentity: { arn: userIdentity?.arn },
    requestParameters: { encryptionContext: requestParameters?.encryptionContext ?? null },
  };
  return { at: Date.parse(eventTime), record: kept as Json, bytes: Buffer.byteLength(JSON.stringify(kept)) };
}
