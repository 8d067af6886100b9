/** Cuts a stream of records into requests that the gateway takes. */
import type { IntakeRecord } from './wire/types.ts';

/** The gateway takes 500 records or 4 MB; the rest of a body needs some of that room. */
const RECORDS = 500;
const BYTES = 3_900_000;

export interface Batch {
  /** Place of the first record in the stream. */
  offset: number;
  records: IntakeRecord[];
}

const encoder = new TextEncoder();

/**
 * Batches in order, each within both limits. A record that is too large alone makes a batch of its own,
 * which the gateway refuses by name.
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
