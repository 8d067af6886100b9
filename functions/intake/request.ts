import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import { invalid, Problem } from '../../shared/errors.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { intakeTexts } from '../../shared/messages/intake.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { check, parseBody, readQuery, readText } from '../http/body.ts';
import { IntakeEnvelope, IntakeQuery, IntakeRecord, RECORD_LIMIT } from '../http/contract/intake.ts';
import { type Answering, problemDetails, resultOf } from '../http/problem.ts';
import type { IntakeRequest, RecordCheck, RecordResult } from './call.ts';

const JSON_TYPE = 'application/json';
const NDJSON_TYPE = 'application/x-ndjson';

export interface IntakeBody {
  request: IntakeRequest;
  /** In place of a record that does not match the schema, its problem, so that the other records are still processed. */
  records: (IntakeRecord | Problem)[];
  /** SHA-256 of query and body, to compare requests with the same idempotency key. */
  digest: string;
}

/**
 * Reads one JSON body, or NDJSON with one record per line and the options in the query.
 * @throws Problem UNSUPPORTED_MEDIA_TYPE, TOO_LARGE, INVALID_JSON or INVALID_REQUEST for the envelope
 */
export async function readIntake(c: Context, pack: Pack): Promise<IntakeBody> {
  const { type, text } = await readText(c, [JSON_TYPE, NDJSON_TYPE]);
  const query = readQuery(c, IntakeQuery);
  const { raw, ...options } = type === NDJSON_TYPE ? { ...query, raw: readLines(text) } : readEnvelope(text);
  if (options.collection !== undefined && options.collection !== pack.collection)
    throw invalid('/collection', commonTexts.noSuchCollection);
  return {
    request: {
      collection: pack.collection,
      create: options.ifAbsent === 'create',
      dryRun: options.dryRun,
    },
    records: await Promise.all(raw.map((record) => resultOf(checkRecord(record)))),
    digest: createHash('sha256')
      .update(JSON.stringify([type, query]))
      .update('\n')
      .update(text)
      .digest('base64url'),
  };
}

function readEnvelope(text: string) {
  const { records, ...options } = check(IntakeEnvelope, parseBody(text));
  return { ...options, raw: records };
}

/** The lines as JSON. A line that is not JSON becomes the problem of its record. */
function readLines(text: string): unknown[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw invalid('', intakeTexts.noRecord);
  if (lines.length > RECORD_LIMIT)
    throw new Problem('TOO_LARGE', { detail: commonTexts.atMostRecords(RECORD_LIMIT) });
  return lines.map((line) => {
    try {
      return parseBody(line);
    } catch (error) {
      return error;
    }
  });
}

async function checkRecord(record: unknown): Promise<IntakeRecord> {
  if (record instanceof Problem) throw record;
  return check(IntakeRecord, record);
}

/**
 * The answer's JSON.
 * @throws the first Problem if every record failed because a service did, so that the caller may repeat the whole request
 */
export function toResponse(
  results: readonly (RecordCheck | RecordResult | Problem)[],
  about: Answering,
): string {
  const [first] = results;
  if (first instanceof Problem && results.every((one) => one instanceof Problem && one.status === 503))
    throw first;
  return JSON.stringify({
    results: results.map((one) => (one instanceof Problem ? { problem: problemDetails(one, about) } : one)),
  });
}
