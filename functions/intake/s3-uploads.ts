/** Uploads of files to a bucket: parts at addresses for their bytes alone, an object once, tagged until an intake takes it. */

import { hash } from 'node:crypto';
import type { FileUploads, Part } from '../../shared/records/file-store.ts';
import { type FileBucket, s3Address, s3Call, succeeded } from '../steps/s3-call.ts';

/** What the bucket's lifecycle removes, as the body of a call. S3 demands its MD5. */
const STAGED = '<Tagging><TagSet><Tag><Key>staged</Key><Value>yes</Value></Tag></TagSet></Tagging>';
/** Seconds for which an address of a part is good. */
const PART_SECONDS = 900;

export function s3Uploads(bucket: FileBucket): FileUploads {
  const sizeOf = async (file: string) => {
    const { status, size } = await s3Call(bucket, { method: 'HEAD', file });
    return status === 200 ? size : null;
  };
  return {
    async begin(file) {
      const headers = { 'x-amz-checksum-algorithm': 'SHA256', 'x-amz-tagging': 'staged=yes' };
      const query = { uploads: '' };
      const { body } = succeeded(await s3Call(bucket, { method: 'POST', file, query, headers }));
      return tagIn(body, 'UploadId');
    },
    partUrl({ file, upload }, { n, sha256 }) {
      const query = { partNumber: String(n), uploadId: upload };
      const headers = { 'x-amz-checksum-sha256': sha256 };
      return s3Address(bucket, { method: 'PUT', file, query, headers }, PART_SECONDS);
    },
    async complete({ file, upload }, parts) {
      const query = { uploadId: upload };
      const listed = succeeded(await s3Call(bucket, { method: 'GET', file, query }), 404);
      // The upload is gone once its object is there.
      if (listed.status === 404) return sizeOf(file);
      const there = partsIn(listed.body);
      // S3 compares the digests itself; not every store lists them.
      const named = parts.map(({ n, sha256 }, i) => {
        const part = there[i];
        if (part?.n !== n || ![sha256, ''].includes(part.sha256)) return null;
        return `<Part><PartNumber>${n}</PartNumber><ETag>${part.etag}</ETag><ChecksumSHA256>${sha256}</ChecksumSHA256></Part>`;
      });
      if (there.length !== parts.length || named.includes(null)) return null;
      const body = `<CompleteMultipartUpload>${named.join('')}</CompleteMultipartUpload>`;
      const headers = { 'if-none-match': '*', 'content-type': 'application/xml' };
      const done = await s3Call(bucket, { method: 'POST', file, query, headers, body });
      if (succeeded(done, 400, 404, 409, 412).status !== 200) return sizeOf(file);
      // S3 may begin a success and end with a failure.
      if (done.body.includes('<Error>')) throw new Error('the bucket of files made no object');
      return there.reduce((sum, { size }) => sum + size, 0);
    },
    async forget(file) {
      const headers = { 'content-md5': hash('md5', STAGED, 'base64'), 'content-type': 'application/xml' };
      const call = { method: 'PUT', file, query: { tagging: '' }, headers, body: STAGED } as const;
      succeeded(await s3Call(bucket, call), 404);
    },
    async keep(file) {
      succeeded(await s3Call(bucket, { method: 'DELETE', file, query: { tagging: '' } }));
    },
  };
}

function partsIn(xml: string): (Part & { etag: string; size: number })[] {
  return [...xml.matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = '']) => ({
    n: Number(tagIn(part, 'PartNumber')),
    sha256: tagIn(part, 'ChecksumSHA256'),
    etag: tagIn(part, 'ETag'),
    size: Number(tagIn(part, 'Size')),
  }));
}

const tagIn = (xml: string, name: string): string =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
