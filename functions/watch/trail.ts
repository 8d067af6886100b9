import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';

import { defined } from '../../shared/defined.ts';

/** Files of KMS's own record, in S3 or elsewhere. */

export interface TrailFile {
  name: string;
  /** Epoch milliseconds of its name; its records are mostly from the minutes before. */
  at: number;
  /** Its packed size; unknown for a file on this machine. */
  bytes?: number;
}

export interface Trail {
  /** Files whose `at` is in the span, oldest first. */
  files(from: number, to: number): Promise<TrailFile[]>;
  /**
   * The records of a file, one by one.
   * @param since older records may be omitted, epoch milliseconds
   * @throws Error for any other file
   */
  read(file: TrailFile, since?: number): AsyncIterable<unknown>;
  /**
   * Milliseconds after which most records are delivered. CloudTrail needs up to a quarter of an hour without a
   * guarantee, so each file is also searched for earlier records. `null`: records are delivered at once, in the file
   * of their day.
   */
  late: number | null;
}

/* CloudTrail's files in S3, as it delivers them: `AWSLogs/<account>/CloudTrail/<region>/<year>/<month>/<day>/…`. */

interface S3TrailOptions {
  s3: S3Client;
  bucket: string;
  /** The key up to the year, with a slash at the end. */
  prefix: string;
}

const DAY = 86_400_000;
/** Milliseconds within which CloudTrail delivers most records. */
const LATE = 15 * 60_000;

export function s3Trail({ s3, bucket, prefix }: S3TrailOptions): Trail {
  return {
    late: LATE,
    async files(from, to) {
      const files: TrailFile[] = [];
      for (let day = Math.floor(from / DAY); day * DAY < to; day++) {
        const date = new Date(day * DAY).toISOString().slice(0, 10).replaceAll('-', '/');
        files.push(...(await list(s3, bucket, `${prefix}${date}/`)));
      }
      return files.filter(({ at }) => at >= from && at < to).sort((a, b) => a.at - b.at);
    },
    async *read({ name, bytes = 0 }) {
      if (bytes > MOST_PACKED) throw new ForeignFile('too large');
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: name }));
      if (!Body) throw new Error('S3 answered without a body');
      yield* await recordsIn(await Body.transformToByteArray());
    },
  };
}

async function list(s3: S3Client, bucket: string, prefix: string): Promise<TrailFile[]> {
  const files: TrailFile[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        ...defined({ ContinuationToken: token }),
      }),
    );
    for (const { Key: name = '', Size: bytes = 0 } of page.Contents ?? []) {
      const at = timeOf(name);
      if (at !== null) files.push({ name, at, bytes });
    }
    token = page.NextContinuationToken;
  } while (token);
  return files;
}

/** `…_20261125T0815Z_<random>.json.gz`. Digests and other files have other names. */
export function timeOf(name: string): number | null {
  const match = /_(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z_\w+\.json\.gz$/.exec(name);
  if (!match) return null;
  const [year = 0, month = 0, ...rest] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, ...(rest as [number, number, number]));
}

/** Largest file that is read, packed and unpacked: CloudTrail's are far smaller, and the watch's memory must hold it. */
export const MOST_PACKED = 16_000_000;
const MOST_UNPACKED = 64_000_000;

/** A file that CloudTrail did not write, or that was damaged since. The message quotes nothing of it. */
class ForeignFile extends Error {}

const unpack = promisify(gunzip);

/** @throws ForeignFile for anything but a file of CloudTrail */
export async function recordsIn(bytes: Uint8Array): Promise<unknown[]> {
  const text = await unpack(bytes, { maxOutputLength: MOST_UNPACKED }).catch((error) => {
    throw new ForeignFile(error.code === 'ERR_BUFFER_TOO_LARGE' ? 'too large' : 'not gzip, or damaged');
  });
  const records = recordsOf(text.toString('utf8'));
  if (!Array.isArray(records)) throw new ForeignFile('no records in it');
  return records;
}

function recordsOf(text: string): unknown {
  try {
    return JSON.parse(text)?.Records;
  } catch {
    throw new ForeignFile('not JSON');
  }
}

/** @returns why a file could not be read, and whether its bytes are wrong; else S3 or a policy did not give it */
export function faultOf(error: unknown): { why: string; wrong: boolean } {
  if (error instanceof ForeignFile) return { why: error.message, wrong: true };
  if (error instanceof SyntaxError) return { why: 'not JSON', wrong: true };
  return { why: `not given: ${error instanceof Error ? error.name : 'unknown'}`, wrong: false };
}
