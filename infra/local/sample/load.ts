/**
 * Puts the sample children into a running gateway, each department with its own credentials, through
 * `POST /v1/intake` and nothing else.
 */
import type { JWK } from 'jose';
import { connect } from '../../../shared/client/connect.ts';
import { FieldgateError } from '../../../shared/client/wire/errors.ts';
import type { IntakeResult } from '../../../shared/client/wire/types.ts';
import { defined } from '../../../shared/defined.ts';
import { recordsOf, SAMPLE_SOURCES } from './records.ts';

/** What the sample needs of an agency: who it is, and its signing key. */
export interface SampleKeys {
  clientId: string;
  sig: JWK;
}

export interface LoadOptions {
  /** 100 by default. */
  children?: number;
  /** The day from which ages are reckoned, ISO. A load that was cut short goes on with the same day. */
  today: string;
  seed?: string;
  /** Records of all agencies together, after each batch. */
  onProgress?: (done: LoadProgress) => void;
}

export interface LoadProgress {
  /** The agency at work. */
  clientId: string;
  done: number;
  total: number;
}

export interface LoadReport {
  children: number;
  agencies: { clientId: string; written: number; already: number }[];
}

/** Records a request: few enough that the progress moves. */
const BATCH = 20;

/**
 * May be cut short and called again with the same options: what is in already stays as it is.
 *
 * @param url of the gateway, which is its issuer.
 * @throws FieldgateError when the gateway cannot be reached or refuses a record; Error when `agencies`
 *   lacks one that puts records in.
 */
export async function loadSample(
  url: string,
  agencies: Iterable<SampleKeys>,
  { children = 100, today, seed, onProgress }: LoadOptions,
): Promise<LoadReport> {
  const options = { children, today, ...defined({ seed }) };
  const keys = new Map([...agencies].map((one) => [one.clientId, one]));
  const total = SAMPLE_SOURCES.reduce((sum, clientId) => sum + countOf(recordsOf(clientId, options)), 0);
  const report: LoadReport = { children, agencies: [] };
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

/** A sheet that is there already is from an earlier load. Anything else that is not written is a fault. */
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

function countOf(records: Iterable<unknown>): number {
  let count = 0;
  for (const _ of records) count++;
  return count;
}
