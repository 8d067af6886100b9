import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { ListFiles } from '../../../shared/records/list-files.ts';

/** The files of lists in a bucket of their own. */
export function s3Lists({ s3, bucket }: { s3: S3Client; bucket: string }): ListFiles {
  const at = (Key: string) => ({ Bucket: bucket, Key });
  return {
    async put(path, bytes) {
      await s3.send(new PutObjectCommand({ ...at(path), Body: bytes }));
    },
    async read(path) {
      try {
        const { Body } = await s3.send(new GetObjectCommand(at(path)));
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      } catch (error) {
        if (error instanceof NoSuchKey) return null;
        throw error;
      }
    },
    async names(path) {
      const names: string[] = [];
      for (let token: string | undefined; ; ) {
        const page = await s3.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: path,
            ...(token !== undefined && { ContinuationToken: token }),
          }),
        );
        names.push(...(page.Contents ?? []).map(({ Key = '' }) => Key.slice(path.length)));
        token = page.NextContinuationToken;
        if (token === undefined) return names;
      }
    },
    async remove(path) {
      await s3.send(new DeleteObjectCommand(at(path)));
    },
  };
}
