import { gunzipSync } from 'node:zlib';
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

export interface S3TrailOptions {
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
    async *read({ name }) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: name }));
      if (!Body) throw new Error('S3 answered without a body');
      yield* recordsIn(await Body.transformToByteArray());
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

/** @throws Error for anything but a file of CloudTrail */
export function recordsIn(bytes: Uint8Array): unknown[] {
  const { Records } = JSON.parse(gunzipSync(bytes).toString('utf8')) as { Records?: unknown };
  if (!Array.isArray(Records)) throw new Error('a file of the trail has no records');
  return Records;
}
