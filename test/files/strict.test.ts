/** The functions' own calls to a bucket that is as strict as S3: what is refused there, and what a repeat finds. */

import { hash } from 'node:crypto';
import { KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { s3Uploads } from '../../functions/intake/s3-uploads.ts';
import { s3Removals } from '../../functions/maintenance/s3-removals.ts';
import { s3Reads } from '../../functions/release/s3-reads.ts';
import { randomId } from '../../shared/bytes.ts';
import { type FileStore, PART_BYTES, type Upload } from '../../shared/records/file-store.ts';
import { openStrictS3, type StrictS3 } from './strict-s3.ts';

const clock = { ahead: 0 };
const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
const kms = new KMSClient({ region: 'eu-west-1', credentials });
let s3: StrictS3;
let store: FileStore;

beforeAll(async () => {
  const { sha256 } = kms.config;
  s3 = await openStrictS3({ region: 'eu-west-1', credentials, sha256 }, () => Date.now() + clock.ahead);
  const at = { kms, bucket: 'files', endpoint: s3.url };
  store = { ...s3Uploads(at), ...s3Reads(at), ...s3Removals(at) };
});
afterAll(() => s3.close());

const pieces = [Buffer.alloc(PART_BYTES, 7), Buffer.from('the end of it')] as const;
const parts = pieces.map((piece, i) => ({ n: i + 1, sha256: hash('sha256', piece, 'base64') }));
const size = PART_BYTES + 13;
const begun = async (): Promise<Upload> => {
  const file = randomId();
  return { file, upload: await store.begin(file) };
};
async function put(upload: Upload, n: 1 | 2, more: { body?: Buffer; url?: (url: string) => string } = {}) {
  const part = parts[n - 1] ?? expect.fail();
  const { body = pieces[n - 1], url = (one) => one } = more;
  const headers = { 'x-amz-checksum-sha256': hash('sha256', body as Buffer, 'base64') };
  const address = url(await store.partUrl(upload, part));
  return (await fetch(address, { method: 'PUT', body: new Uint8Array(body as Buffer), headers })).status;
}
async function made(): Promise<Upload> {
  const upload = await begun();
  expect([await put(upload, 1), await put(upload, 2)]).toEqual([200, 200]);
  expect(await store.complete(upload, parts)).toBe(size);
  return upload;
}

it('takes what the functions send, keeps the object, gives ranges of it, and removes it', async () => {
  const { file } = await made();
  await store.keep(file);
  expect(s3.objects.get(file)?.staged).toBe(false);
  const headers = { range: `bytes=${PART_BYTES}-${size - 1}` };
  const ranged = await fetch(await store.readUrl(file, 120), { headers });
  expect([ranged.status, await ranged.text()]).toEqual([206, 'the end of it']);
  await store.forget(file);
  expect(s3.objects.get(file)?.staged).toBe(true);
  await store.remove(file);
  await store.remove(file);
  expect(s3.objects.has(file)).toBe(false);
});

it('takes no other bytes at an address, with their digest or with the signed one', async () => {
  const upload = await begun();
  expect(await put(upload, 2, { body: Buffer.from('the end of me') })).toBe(403);
  const [, part] = parts;
  const headers = { 'x-amz-checksum-sha256': part?.sha256 ?? '' };
  const url = await store.partUrl(upload, part ?? expect.fail());
  expect((await fetch(url, { method: 'PUT', body: 'the end of me', headers })).status).toBe(400);
  expect((await fetch(url, { method: 'PUT', body: 'the end of it' })).status).toBe(403);
});

it.each<[string, (url: string) => string]>([
  ['another part', (url) => url.replace('partNumber=1', 'partNumber=2')],
  ['another name', (url) => url.replace(/files\/[\w-]{22}/, `files/${randomId()}`)],
  ['a longer life', (url) => url.replace(/X-Amz-Expires=\d+/, 'X-Amz-Expires=90000')],
])('an address is for no %s', async (_, url) => {
  const upload = await begun();
  expect(await put(upload, 1, { url })).toBe(403);
});

it('an address ends: of a part, and of an object', async () => {
  const { file } = await made();
  const url = await store.readUrl(file, 120);
  const upload = await begun();
  const part = await store.partUrl(upload, parts[1] ?? expect.fail());
  clock.ahead = 121_000;
  expect((await fetch(url)).status).toBe(403);
  clock.ahead = 901_000;
  const headers = { 'x-amz-checksum-sha256': parts[1]?.sha256 ?? '' };
  expect((await fetch(part, { method: 'PUT', body: 'the end of it', headers })).status).toBe(403);
  clock.ahead = 0;
  expect((await fetch(part, { method: 'PUT', body: 'the end of it', headers })).status).toBe(200);
  expect((await fetch(url.replace(file, randomId()))).status).toBe(403);
});

it('an object is made once, of all its parts in their order', async () => {
  const upload = await begun();
  expect(await put(upload, 1)).toBe(200);
  expect(await store.complete(upload, parts)).toBeNull();
  expect(await put(upload, 2)).toBe(200);
  expect(await store.complete(upload, parts.toReversed())).toBeNull();
  expect(await store.complete(upload, parts.slice(0, 1))).toBeNull();
  // Two at once, as after an answer that was lost.
  expect(await Promise.all([store.complete(upload, parts), store.complete(upload, parts)])).toEqual([
    size,
    size,
  ]);
  const { file } = upload;
  const again = { file, upload: await store.begin(file) };
  expect([await put(again, 1), await put(again, 2)]).toEqual([200, 200]);
  const { bytes } = s3.objects.get(file) ?? expect.fail();
  s3.refused.length = 0;
  expect(await store.complete(again, parts)).toBe(size);
  expect(s3.refused).toEqual(['412 POST']);
  expect(s3.objects.get(file)?.bytes).toBe(bytes);
});
