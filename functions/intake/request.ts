import { createHash } from 'node:crypto';
import type { Context } from 'hono';
import {
  IntakeEnvelope,
  IntakeQuery,
  IntakeRecord,
  RECORD_LIMIT,
} from '../../shared/contract/routes/intake.ts';
import { invalid, Problem } from '../../shared/errors.ts';
import { commonTexts } from '../../shared/messages/common.ts';
import { intakeTexts } from '../../shared/messages/intake.ts';
import type { Pack } from '../../shared/policy/pack/pack.ts';
import { check, parseBody, readQuery, readText } from '../http/body.ts';
import { type Answering, MOST_ERRORS, problemDetails, resultOf } from '../http/problem.ts';
import type { IntakeRequest, RecordCheck, RecordResult, RefusedField } from './call.ts';

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
  const told = limitOf(MOST_ERRORS);
  return JSON.stringify({
    results: results.map((one) => {
      if (!(one instanceof Problem)) return told.of(one);
      return { problem: problemDetails(one, about, 1 + told.take((one.options.errors?.length ?? 0) - 1)) };
    }),
  });
}

/** Faults that an answer tells with the first of each record: thousands of them are no help, and take megabytes. */
function limitOf(most: number) {
  let left = most;
  /** @returns how many of them are told */
  const take = (faults: number): number => {
    const taken = Math.max(0, Math.min(faults, left));
    left -= taken;
    return taken;
  };
  /** A field with faults in its value counts as so many. */
  const of = <Result extends RecordCheck>(result: Result): Result & { untold?: number } => {
    const refused = Object.entries(result.refused);
    const faults = refused.reduce((sum, [, one]) => sum + placesOf(one), 0);
    let room = 1 + take(faults - 1);
    if (room >= faults) return result;
    const shown: RecordCheck['refused'] = Object.create(null);
    const untold = faults - room;
    for (const [field, one] of refused) {
      if (room <= 0) break;
      shown[field] = one.faults ? { ...one, faults: one.faults.slice(0, room) } : one;
      room -= placesOf(one);
    }
    return { ...result, refused: shown, untold };
  };
  return { take, of };
}

const placesOf = ({ faults }: RefusedField) => Math.max(1, faults?.length ?? 0);
