import type { FileReads } from '../../shared/records/file-store.ts';
import { type FileBucket, s3Address } from '../steps/s3-call.ts';

/** Addresses of objects in a bucket. */
export const s3Reads = (bucket: FileBucket): FileReads => ({
  readUrl: (file, seconds) => s3Address(bucket, { method: 'GET', file }, seconds),
});
