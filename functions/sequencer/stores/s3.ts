import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { bucketOf, type LogBuckets, readObject, s3Reader } from '../../../shared/log/files/s3-reader.ts';
import { isFinal, type Lock, type TreeStore } from '../../../shared/log/files/stores.ts';
import { WRITER_KEY_PATH } from '../../../shared/tree/writer-key.ts';
import { PENDING_PATH, POLICY_PATH, WITNESSED_PATH } from '../../../shared/witness/received.ts';
import type { Archive } from '../archive.ts';
import type { Extracts } from '../extract.ts';

/** The tree in S3: final files in a bucket with Object Lock, all others in a bucket without. */
export function s3Store(buckets: LogBuckets): TreeStore {
  const { read } = s3Reader(buckets);
  return {
    files: {
      read,
      async create(path, bytes) {
        if (await put(buckets, path, bytes, { IfNoneMatch: '*' })) return;
        const known = await read(path);
        if (!known || !Buffer.from(known).equals(bytes))
          throw new Error('a file of the log exists with other bytes');
      },
      async remove(path) {
        if (isFinal(path)) throw new RangeError('final files are not removed');
        const { s3, edgeBucket } = buckets;
        await s3.send(new DeleteObjectCommand({ Bucket: edgeBucket, Key: path })).catch(() => {});
      },
    },
    published: lockAt(buckets, 'checkpoint'),
    writerKeys: lockAt(buckets, WRITER_KEY_PATH),
    pending: lockAt(buckets, PENDING_PATH),
    witnessed: lockAt(buckets, WITNESSED_PATH),
    policy: lockAt(buckets, POLICY_PATH),
  };
}

/** A bucket that takes files of new names alone, such as that of another account. */
export function s3Archive(s3: LogBuckets['s3'], bucket: string): Archive['put'] {
  return async (path, bytes) =>
    void (await put({ s3, tilesBucket: bucket, edgeBucket: bucket }, path, bytes, { IfNoneMatch: '*' }));
}

/** The bucket of extracts. A name sorts by its hour, so the oldest are listed first. */
export function s3Extracts(s3: LogBuckets['s3'], bucket: string): Omit<Extracts, 'copied'> {
  return {
    put: s3Archive(s3, bucket),
    async removeBefore(folder, path) {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: folder }));
      const old = Contents.flatMap(({ Key = '' }) => (Key < path ? [Key] : []));
      await Promise.all(old.map((Key) => s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }))));
    },
  };
}

/** A file that is replaced as a whole. */
function lockAt(buckets: LogBuckets, path: string): Lock {
  return {
    read: async () => textOf(await s3Reader(buckets).read(path)),
    async swap(before, after) {
      const known = await readObject(buckets, path);
      if (textOf(known?.bytes ?? null) !== before) return false;
      const condition = known ? { IfMatch: known.etag } : { IfNoneMatch: '*' };
      return put(buckets, path, Buffer.from(after), condition);
    },
  };
}

/** @returns `false` if the condition does not hold. */
async function put(
  buckets: LogBuckets,
  path: string,
  bytes: Uint8Array,
  condition: { IfNoneMatch?: string; IfMatch?: string },
): Promise<boolean> {
  try {
    await buckets.s3.send(
      new PutObjectCommand({
        Bucket: bucketOf(buckets, path),
        Key: path,
        Body: bytes,
        ContentType: 'application/octet-stream',
        // Object Lock requires a checksum with each put.
        ChecksumAlgorithm: 'SHA256',
        ...condition,
      }),
    );
    return true;
  } catch (error) {
    // 412: the condition does not hold. 409: a concurrent put of the same name.
    if (error instanceof S3ServiceException && [409, 412].includes(error.$metadata.httpStatusCode ?? 0))
      return false;
    throw error;
  }
}

function textOf(bytes: Uint8Array | null): string | null {
  return bytes && Buffer.from(bytes).toString('utf8');
}
