/** The calls of the functions to the bucket of files, made without S3's client, to an emulator that others wrote. */
import { hash } from 'node:crypto';
import { KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, GetObjectTaggingCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { s3Uploads } from '../../../functions/intake/s3-uploads.ts';
import { s3Removals } from '../../../functions/maintenance/s3-removals.ts';
import { s3Reads } from '../../../functions/release/s3-reads.ts';
import { randomId } from '../../../shared/bytes.ts';
import { PART_BYTES, type Upload } from '../../../shared/records/file-store.ts';
import { startMoto } from './moto.ts';

const own = { region: 'eu-west-1' as const, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
const bucket = 'fieldgate-files';
let moto: Awaited<ReturnType<typeof startMoto>>;
let s3: S3Client;

beforeAll(async () => {
  moto = await startMoto();
  s3 = new S3Client({ ...own, endpoint: moto.url, forcePathStyle: true });
  await s3.send(
    new CreateBucketCommand({
      Bucket: bucket,
      CreateBucketConfiguration: { LocationConstraint: own.region },
    }),
  );
});
afterAll(() => moto.stop());

const openStore = () => {
  const at = { kms: new KMSClient(own), bucket, endpoint: `${moto.url}/${bucket}` };
  return { ...s3Uploads(at), ...s3Reads(at), ...s3Removals(at) };
};
const pieces = [Buffer.alloc(PART_BYTES, 7), Buffer.from('the end of it')];
const parts = pieces.map((piece, i) => ({ n: i + 1, sha256: hash('sha256', piece, 'base64') }));
const tagsOf = async (Key: string) =>
  (await s3.send(new GetObjectTaggingCommand({ Bucket: bucket, Key }))).TagSet;

async function put(upload: Upload, n: number): Promise<number> {
  const part = parts[n - 1] ?? expect.fail('no part');
  const url = await openStore().partUrl(upload, part);
  const headers = { 'x-amz-checksum-sha256': part.sha256 };
  return (await fetch(url, { method: 'PUT', body: new Uint8Array(pieces[n - 1] as Buffer), headers })).status;
}

it('takes parts at their addresses, makes the object, keeps it, gives ranges of it, and removes it', async () => {
  const store = openStore();
  const file = randomId();
  const upload = { file, upload: await store.begin(file) };
  expect(upload.upload).toMatch(/./);
  expect(await put(upload, 1)).toBe(200);
  expect(await store.complete(upload, parts)).toBeNull();
  expect(await put(upload, 2)).toBe(200);
  const size = pieces.reduce((sum, { length }) => sum + length, 0);
  expect(await store.complete(upload, parts)).toBe(size);
  // After a lost answer.
  expect(await store.complete(upload, parts)).toBe(size);
  expect(await tagsOf(file)).toEqual([{ Key: 'staged', Value: 'yes' }]);
  await store.keep(file);
  await store.keep(file);
  expect(await tagsOf(file)).toEqual([]);
  const url = await store.readUrl(file, 120);
  expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(Buffer.concat(pieces))).toBe(true);
  const ranged = await fetch(url, { headers: { range: `bytes=${PART_BYTES}-${size - 1}` } });
  expect([ranged.status, await ranged.text()]).toEqual([206, 'the end of it']);
  await store.forget(file);
  expect(await tagsOf(file)).toEqual([{ Key: 'staged', Value: 'yes' }]);
  await store.remove(file);
  await store.remove(file);
  expect((await fetch(await store.readUrl(file, 120))).status).toBe(404);
}, 60_000);

it('is not made of fewer parts, nor in another order', async () => {
  const store = openStore();
  const file = randomId();
  const upload = { file, upload: await store.begin(file) };
  expect(await put(upload, 1)).toBe(200);
  expect(await put(upload, 2)).toBe(200);
  const [first, second] = parts as [(typeof parts)[0], (typeof parts)[0]];
  for (const other of [[first], [second, first]]) expect(await store.complete(upload, other)).toBeNull();
}, 60_000);
