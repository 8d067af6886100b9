/** Stores this department's fields in the gateway, for any number of records. */

import type { IntakeResult } from '../contract/release.ts';
import { bodyOf, call, type Wire } from './wire/call.ts';
import { FieldgateError } from './wire/errors.ts';
import { patiently } from './wire/patiently.ts';
import { pause } from './wire/send.ts';
import type { IntakeRecord } from './wire/types.ts';

export interface IntakeOptions {
  collection?: string;
  /** What to do with a person who has no record. The default is `create`. */
  ifAbsent?: 'create' | 'refuse';
  /** Checks everything and writes nothing. */
  dryRun?: boolean;
  /** Records in one request, at most 500. */
  batchSize?: number;
  /**
   * Names this load. Each request then carries the name and its number, so a load that two processes send is
   * stored once. If absent, each request gets a random key, which its own retries share.
   */
  idempotencyKey?: string;
  /** Called with the results of each request, in the order of the stream. */
  onBatch?: (done: { offset: number; results: IntakeResult[] }) => void;
  signal?: AbortSignal;
}

export interface IntakeReport {
  /** One for each record, in order. */
  results: IntakeResult[];
  /** Records after which this department holds a sheet that it did not hold before. */
  created: number;
  updated: number;
  /** Records that were not written. */
  failed: number;
}

/**
 * Requests are sent one after the other, so that two records about one person are written in order.
 *
 * @throws FieldgateError if a request fails as a whole. Its `acknowledged` is the number of records that the
 * gateway had answered by then. Sending all of them again is safe, because the match finds the same people.
 */
export async function intake(
  wire: Wire,
  records: Iterable<IntakeRecord> | AsyncIterable<IntakeRecord>,
  options: IntakeOptions = {},
): Promise<IntakeReport> {
  const report: IntakeReport = { results: [], created: 0, updated: 0, failed: 0 };
  let number = 0;
  for await (const batch of batchesOf(records, options.batchSize)) {
    try {
      const results = await sendBatch(wire, batch, number++, options);
      report.results.push(...results);
      options.onBatch?.({ offset: batch.offset, results });
    } catch (error) {
      if (error instanceof FieldgateError) error.acknowledged = batch.offset;
      throw error;
    }
  }
  for (const result of report.results) {
    if ('problem' in result) report.failed++;
    else if (result.created) report.created++;
    else report.updated++;
  }
  return report;
}

export interface IntakeRow {
  /** Identifies the row in the caller's record of finished rows. */
  row: number;
  record: IntakeRecord;
}

export interface IntakeListRequest extends Omit<IntakeOptions, 'idempotencyKey' | 'onBatch'> {
  rows: Iterable<IntakeRow>;
  /** A request whose answer was lost when the process ended: its rows go first, under the same name. */
  again?: { rows: readonly IntakeRow[]; name: string };
  /** Called before a request is sent, with its rows and the name under which the gateway carries it out once. */
  before?(rows: readonly IntakeRow[], name: string): void | Promise<void>;
  /** Called with the results of one request. They are kept when the promise resolves. A rejection stops the job. */
  keep(results: readonly { row: number; result: IntakeResult }[]): void | Promise<void>;
}

/**
 * As `intake`, row by row: the caller remembers the finished rows, so that the job can stop at any time and continue later.
 * @throws FieldgateError if a request fails as a whole; what was answered before has been kept
 */
export async function intakeList(wire: Wire, request: IntakeListRequest): Promise<void> {
  const { rows, again, before, keep, ...options } = request;
  const send = async (sent: readonly IntakeRow[], name: string): Promise<void> => {
    const records = sent.map(({ record }) => record);
    const idempotencyKey = name;
    const results = await patiently(
      () => sendBatch(wire, { offset: 0, records }, 0, { ...options, idempotencyKey }),
      options.signal,
    );
    await keep(sent.map(({ row }, at) => ({ row, result: results[at] as IntakeResult })));
  };
  const finished =
    again === undefined || again.rows.length === 0 || (await sentAgain(again, send, options.signal));
  const all = finished ? [...rows] : [...again.rows, ...rows];
  for await (const { offset, records } of batchesOf(
    all.map(({ record }) => record),
    options.batchSize,
  )) {
    const sent = all.slice(offset, offset + records.length);
    const name = crypto.randomUUID();
    await before?.(sent, name);
    await send(sent, name);
  }
}

/** How often, and after how many milliseconds, a request is sent again that may still be running. */
const WHILE_RUNNING = { times: 5, wait: 2_000 };

/** @returns `false` if the gateway knows the name for other content: then its rows are sent under another one */
async function sentAgain(
  { rows, name }: NonNullable<IntakeListRequest['again']>,
  send: (rows: readonly IntakeRow[], name: string) => Promise<void>,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  for (let time = 0; time < WHILE_RUNNING.times; time++) {
    try {
      await send(rows, name);
      return true;
    } catch (error) {
      if (!(error instanceof FieldgateError) || error.code !== 'CONFLICT') throw error;
      await pause(WHILE_RUNNING.wait, signal);
    }
  }
  return false;
}

/** Sends one batch, and sends those records again that the gateway could not serve at the time. */
async function sendBatch(wire: Wire, batch: Batch, number: number, options: IntakeOptions) {
  const { retry } = wire.session;
  const results = await post(wire, batch.records, keyOf(options.idempotencyKey, number), options);
  for (let round = 1; round < retry.attempts; round++) {
    const again = [...results.keys()].filter((at) => isTransient(results[at]));
    if (again.length === 0) break;
    await pause(Math.random() * Math.min(retry.base * 2 ** round, retry.longest), options.signal);
    const records = again.map((at) => batch.records[at] as IntakeRecord);
    const fresh = await post(wire, records, crypto.randomUUID(), options);
    for (const [index, at] of again.entries()) results[at] = fresh[index] as IntakeResult;
  }
  return results;
}

async function post(wire: Wire, records: IntakeRecord[], key: string, options: IntakeOptions) {
  const { collection, ifAbsent = 'create', dryRun = false, signal } = options;
  const answer = await call(wire, {
    method: 'POST',
    path: '/v1/intake',
    grant: { actions: ['intake'] },
    headers: { 'idempotency-key': key },
    body: { collection, ifAbsent, dryRun, records },
    safety: 'keyed',
    signal,
  });
  const { results } = bodyOf(answer);
  if (!Array.isArray(results) || results.length !== records.length) {
    throw new FieldgateError('ANSWER_INVALID', 'The answer does not hold one result for each record');
  }
  return results as IntakeResult[];
}

function keyOf(name: string | undefined, number: number): string {
  return name === undefined ? crypto.randomUUID() : `${name}-${number}`;
}

function isTransient(result: IntakeResult | undefined): boolean {
  if (!result || !('problem' in result)) return false;
  return result.problem.status === 429 || result.problem.status === 503;
}

/* Cuts a stream of records into requests of the allowed size. */

/** The limit is 500 records or 4 MB; the rest of a body needs some of that. */
const RECORDS = 500;
const BYTES = 3_900_000;

export interface Batch {
  /** Position of the first record in the stream. */
  offset: number;
  records: IntakeRecord[];
}

const encoder = new TextEncoder();

/**
 * Batches in order, each within both limits. A record that is too large makes a batch of its own, which the
 * gateway refuses by name.
 */
export async function* batchesOf(
  records: Iterable<IntakeRecord> | AsyncIterable<IntakeRecord>,
  size = RECORDS,
): AsyncGenerator<Batch> {
  const most = Math.max(1, Math.min(size, RECORDS));
  let batch: Batch = { offset: 0, records: [] };
  let bytes = 0;
  for await (const record of records) {
    const length = encoder.encode(JSON.stringify(record)).length + 1;
    if (batch.records.length === most || (batch.records.length > 0 && bytes + length > BYTES)) {
      yield batch;
      batch = { offset: batch.offset + batch.records.length, records: [] };
      bytes = 0;
    }
    batch.records.push(record);
    bytes += length;
  }
  if (batch.records.length > 0) yield batch;
}
