import type { FileRemovals } from '../../shared/records/file-store.ts';
import { type FileBucket, s3Call, succeeded } from '../steps/s3-call.ts';

/** Removals of objects from a bucket. One that is not there counts as removed. */
export const s3Removals = (bucket: FileBucket): FileRemovals => ({
  async remove(file) {
    succeeded(await s3Call(bucket, { method: 'DELETE', file }), 404);
  },
});
