/** The local store of files takes what a bucket with signed checksums takes, and nothing else. */

import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type FileFolder, openFileFolder } from '../../infra/local/aws/file-folder.ts';
import type { Upload } from '../../shared/records/file-store.ts';

const [first, second] = [randomBytes(5 << 20), randomBytes(1000)];
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('base64');
const parts = [first, second].map((bytes, i) => ({ n: i + 1, sha256: sha256(bytes) }));

let now = 0;
let store: FileFolder;
let upload: Upload;

beforeEach(async () => {
  now = 1_000_000;
  store = openFileFolder(mkdtempSync(join(tmpdir(), 'files-')), 'http://gate.example/files/', () => now);
  const file = randomBytes(16).toString('base64url');
  upload = { file, upload: await store.begin(file) };
});

async function put(n: number, bytes: Buffer, { of = upload, body = bytes, said = sha256(bytes) } = {}) {
  const url = await store.partUrl(of, { n, sha256: sha256(bytes) });
  const headers = { 'x-amz-checksum-sha256': said };
  return (await store.answer(new Request(url, { method: 'PUT', body: new Uint8Array(body), headers })))
    .status;
}

const get = async (url: string, range?: string) =>
  store.answer(new Request(url, { headers: range ? { range } : {} }));

async function whole() {
  expect([await put(1, first), await put(2, second)]).toEqual([200, 200]);
  return store.complete(upload, parts);
}

describe('an upload', () => {
  it('becomes an object, of which ranges can be read until the address ends', async () => {
    expect(await whole()).toBe(first.length + second.length);
    expect(await store.names()).toEqual([upload.file]);
    const url = await store.readUrl(upload.file, 120);
    const range = await get(url, `bytes=${first.length - 1}-${first.length}`);
    expect(range.status).toBe(206);
    expect(Buffer.from(await range.arrayBuffer())).toEqual(
      Buffer.of(first.at(-1) as number, second[0] as number),
    );
    now += 120_000;
    expect((await get(url)).status).toBe(403);
  });

  it('takes no other bytes than the address was signed for, and no other header', async () => {
    expect(await put(1, first, { body: second })).toBe(400);
    expect(await put(1, first, { body: second, said: sha256(second) })).toBe(400);
  });

  it('keeps a part as it is: the same bytes again, no others', async () => {
    expect([await put(1, first), await put(1, first), await put(1, second)]).toEqual([200, 200, 412]);
  });

  it('is completed once: a repeat finds the object, other parts do not', async () => {
    const bytes = await whole();
    expect(await store.complete(upload, parts)).toBe(bytes);
    expect(await store.complete(upload, parts.slice(0, 1))).toBeNull();
    const again = { file: upload.file, upload: await store.begin(upload.file) };
    expect(await put(1, second, { of: again })).toBe(200);
    expect(await store.complete(again, [{ n: 1, sha256: sha256(second) }])).toBeNull();
  });

  it('is not completed with a part that lacks, is another, is out of order or too small', async () => {
    expect(await store.complete(upload, [])).toBeNull();
    await put(1, first);
    expect(await store.complete(upload, parts)).toBeNull();
    await put(2, second);
    expect(await store.complete(upload, parts.toReversed())).toBeNull();
    const other = { n: 2, sha256: sha256(first) };
    expect(await store.complete(upload, [parts[0] as typeof other, other])).toBeNull();
    const file = randomBytes(16).toString('base64url');
    const small = { file, upload: await store.begin(file) };
    expect([await put(1, second, { of: small }), await put(2, second, { of: small })]).toEqual([200, 200]);
    const two = [1, 2].map((n) => ({ n, sha256: sha256(second) }));
    expect(await store.complete(small, two)).toBeNull();
  });
});

it('no address serves another thing, nor one that was changed or made elsewhere', async () => {
  await whole();
  const read = await store.readUrl(upload.file, 120);
  const part = await store.partUrl(upload, parts[0] as { n: number; sha256: string });
  expect((await get(part)).status).toBe(403);
  expect((await store.answer(new Request(read, { method: 'PUT', body: 'x' }))).status).toBe(403);
  const [text = '', mac = ''] = read.split('/').at(-1)?.split('.') ?? [];
  const longer = JSON.parse(Buffer.from(text, 'base64url').toString());
  const bent = Buffer.from(JSON.stringify({ ...longer, until: longer.until + 1 })).toString('base64url');
  expect((await get(`http://gate.example/files/${bent}.${mac}`)).status).toBe(403);
  expect((await get(`http://gate.example/files/${text}.`)).status).toBe(403);
  await store.remove(upload.file);
  expect((await get(read)).status).toBe(404);
  await expect(store.remove('../../etc/passwd')).rejects.toThrow(RangeError);
});
