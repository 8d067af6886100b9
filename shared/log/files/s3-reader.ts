import { GetObjectCommand, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { isFinal, type TreeReader } from './stores.ts';

export interface LogBuckets {
  s3: S3Client;
  /** Final files, under Object Lock. */
  tilesBucket: string;
  edgeBucket: string;
}

/**
 * Checksums only if S3 requires them, under Object Lock. A bucket that does not answer is abandoned after a
 * while: sooner if a caller waits.
 */
export function newS3({ requestTimeout = 5_000, maxAttempts = 3 } = {}): S3Client {
  const client = new S3Client({
    requestChecksumCalculation: 'WHEN_REQUIRED',
    maxAttempts,
    requestHandler: { connectionTimeout: 500, requestTimeout, throwOnRequestTimeout: true },
  });
  // A bundle holds no manifest of the SDK, whose version the header would name.
  client.middlewareStack.remove('getUserAgentMiddleware');
  return client;
}

export function bucketOf({ tilesBucket, edgeBucket }: LogBuckets, path: string): string {
  return isFinal(path) ? tilesBucket : edgeBucket;
}

/** The files of the tree in S3, read-only. */
export function s3Reader(buckets: LogBuckets): TreeReader {
  return { read: async (path) => (await readObject(buckets, path))?.bytes ?? null };
}

/** @returns the object with its ETag, or `null` if there is none. */
export async function readObject(
  buckets: LogBuckets,
  path: string,
): Promise<{ bytes: Uint8Array; etag: string } | null> {
  try {
    const { Body, ETag } = await buckets.s3.send(
      new GetObjectCommand({ Bucket: bucketOf(buckets, path), Key: path }),
    );
    if (!Body || ETag === undefined) throw new Error('S3 answered without a body');
    return { bytes: await Body.transformToByteArray(), etag: ETag };
  } catch (error) {
    if (error instanceof NoSuchKey) return null;
    throw error;
  }
}
