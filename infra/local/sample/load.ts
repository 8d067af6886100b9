/**
 * Stores the sample children in a running gateway, each department with its own credentials, only through
 * `POST /v1/intake`.
 */

import type { JWK } from 'jose';
import { connect } from '../../../shared/client/connect.ts';
import { FieldgateError } from '../../../shared/client/wire/errors.ts';
import type { IntakeResult } from '../../../shared/contract/release.ts';
import { defined } from '../../../shared/defined.ts';
import { countRecords, recordsOf, SAMPLE_SOURCES } from './records.ts';

/** The part of an agency that the sample needs: client id and signing key. */
export interface SampleKeys {
  clientId: string;
  sig: JWK;
}

export interface LoadOptions {
  /** 100 by default. */
  people?: number;
  /** The day from which ages are counted, ISO. An interrupted load continues with the same day. */
  today: string;
  seed?: string;
  /** Records of all agencies together, reported after each batch. */
  onProgress?: (done: LoadProgress) => void;
}

export interface LoadProgress {
  /** The current agency. */
  clientId: string;
  done: number;
  total: number;
}

export interface LoadReport {
  people: number;
  agencies: { clientId: string; written: number; already: number }[];
}

/** Records in one request, as many as it may have. */
const BATCH = 100;

/**
 * May be interrupted and called again with the same options: stored records do not change.
 *
 * @param url of the gateway, which is its issuer.
 * @throws FieldgateError if the gateway can't be reached or refuses a record; Error if an agency with records
 * is missing in `agencies`.
 */
export async function loadSample(
  url: string,
  agencies: Iterable<SampleKeys>,
  { people = 100, today, seed, onProgress }: LoadOptions,
): Promise<LoadReport> {
  const options = { people, today, ...defined({ seed }) };
  const keys = new Map([...agencies].map((one) => [one.clientId, one]));
  const total = countRecords(options);
  const report: LoadReport = { people, agencies: [] };
  let done = 0;
  for (const clientId of SAMPLE_SOURCES) {
    const key = keys.get(clientId)?.sig;
    if (!key) throw new Error(`the sample needs the keys of ${clientId}`);
    const gate = await connect({ issuer: url, clientId, key });
    onProgress?.({ clientId, done, total });
    const { results } = await gate.intake(recordsOf(clientId, options), {
      batchSize: BATCH,
      onBatch: (batch) => {
        for (const result of batch.results) check(result, clientId);
        done += batch.results.length;
        onProgress?.({ clientId, done, total });
      },
    });
    const already = results.filter((result) => 'problem' in result).length;
    report.agencies.push({ clientId, written: results.length - already, already });
  }
  return report;
}

/** An existing sheet is from an earlier load. Any other unwritten record is a fault. */
function check(result: IntakeResult, clientId: string): void {
  if ('problem' in result) {
    const { code, detail, title } = result.problem;
    if (code === 'VERSION_CONFLICT') return;
    throw new FieldgateError(code as 'REFUSED', `${clientId}: ${detail ?? title ?? code}`, { status: 200 });
  }
  const [refused] = Object.entries(result.refused);
  if (refused === undefined) return;
  const [field, { code, reason }] = refused;
  throw new FieldgateError('FIELD_REFUSED', `${clientId}: ${field}: ${code} ${reason ?? ''}`, {
    status: 200,
  });
}
