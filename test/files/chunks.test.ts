/** Files as chunks: against an opener that others could have written, against thirteen attacks, and in ranges. */

import { spawnSync } from 'node:child_process';
import { hash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  CHUNK,
  FileBroken,
  type FileKey,
  objectBytes,
  openFile,
  openRange,
  sealFile,
} from '../../shared/files/chunks.ts';
import { padded, paddedBytes, unpadded } from '../../shared/files/padding.ts';
import type { Source } from '../../shared/files/reader.ts';

const PYTHON = '/usr/bin/python3';
const OUTSIDE = new URL('open_chunked.py', import.meta.url).pathname;
const there = spawnSync(PYTHON, ['-c', 'import cryptography']).status === 0;
/** Of the largest the number of a chunk takes two bytes. */
const SIZES = [0, 1, 16_383, 16_384, 16_385, 100_000, 4_300_000];
const SEALED = CHUNK + 16;
const HEADER = 56;

const key: FileKey = { key: Buffer.alloc(32, 7), context: Buffer.from('a place') };
const salt = Buffer.alloc(24, 9);

/** Bytes that are the same in each run. */
function bytes(length: number): Buffer {
  const out = Buffer.alloc(length);
  for (let i = 0; i < length; i++) out[i] = i * 131 + (i >> 8);
  return out;
}

async function all(source: Source): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}

/** In pieces that fit no chunk. */
function* pieces(whole: Uint8Array, size = 10_007): Generator<Uint8Array> {
  for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
}

const seal = (plain: Buffer, by = key, under: Uint8Array = salt) => all(sealFile(pieces(plain), by, under));
const open = (object: Uint8Array, by = key) => all(openFile(pieces(object, 9_001), by));

describe('an object', () => {
  it.each([
    [0, '5c25bbe34e6c9fa98284a0417689be4236cd3e97c1fb11656cf52bc7243f2d44'],
    [1, 'c489d2d6755eb3b39760989d4d6e478ad7a52bd12419af138559d3612975fcf5'],
    [16_383, '1e863834f113f848a1c6a977f0919ced9605a6ac3f10e71d2eb5ab093677c2a4'],
    [16_384, '81008d259c3c6f7685ea7410eb9744e22484584435a7069d0cc594c8a6413b0e'],
    [16_385, 'cd0c1e427485cc9077837dd675b04b8dd348233f5e7fedbdab2d9374b6126776'],
    [100_000, 'd1eb191307682c9bbb9d072fa53d6971915afdd1e9312fe95fc8d64cc4e08c15'],
    [4_300_000, 'd8a160540e170360fe91bb2c0186d3356ce102a63fb1f37a53f5e4bfc629e0ef'],
  ])('of %i bytes is the same bytes in each version, and opens', async (size, digest) => {
    const object = await seal(bytes(size));
    expect(object.length).toBe(objectBytes(size));
    expect(hash('sha256', object)).toBe(digest);
    expect((await open(object)).equals(bytes(size))).toBe(true);
  });

  it.skipIf(!there)(
    'opens by a program written from the standard (skipped without cryptography)',
    async () => {
      const objects = await Promise.all(SIZES.map((size) => seal(bytes(size))));
      const cut = (objects.at(-1) as Buffer).subarray(0, HEADER + 2 * SEALED);
      const lines = [...objects, cut].map((one) =>
        [one, key.key, key.context].map((part) => Buffer.from(part).toString('hex')).join(' '),
      );
      const run = { input: lines.join('\n'), encoding: 'utf8', maxBuffer: 1 << 25 } as const;
      const opened = spawnSync(PYTHON, [OUTSIDE], run).stdout.trimEnd().split('\n');
      expect(opened.pop()).toBe('truncated');
      const digests = (texts: readonly string[]) => texts.map((text) => hash('sha256', text));
      expect(digests(opened)).toEqual(digests(SIZES.map((size) => bytes(size).toString('hex'))));
    },
  );

  it('is sealed while it is read: no more of it is held than is at work', async () => {
    let read = 0;
    const source = function* () {
      for (let i = 0; i < 100; i++) {
        read += CHUNK;
        yield bytes(CHUNK);
      }
    };
    const sealing = sealFile(source(), key, salt);
    let most = 0;
    let sealed = 0;
    for await (const part of sealing) {
      sealed += part.length;
      most = Math.max(most, read - sealed);
    }
    expect(sealed).toBe(objectBytes(read));
    expect(most).toBeLessThanOrEqual(33 * CHUNK);
  });
});

describe('what is refused', () => {
  const plain = bytes(5 * CHUNK + 100);
  const at = (i: number) => HEADER + i * SEALED;
  const bent = (object: Buffer, where: number) => {
    const other = Buffer.from(object);
    other[where] = (other[where] ?? 0) ^ 1;
    return other;
  };
  const part = (object: Buffer, i: number) => object.subarray(at(i), at(i + 1));
  const order = (object: Buffer, ...parts: number[]) =>
    Buffer.concat([object.subarray(0, HEADER), ...parts.map((i) => part(object, i))]);

  it.each<[string, (object: Buffer) => Buffer | Promise<Buffer>]>([
    ['the last chunk cut', (object) => object.subarray(0, at(5))],
    ['an end after a whole chunk', (object) => object.subarray(0, at(3))],
    ['an end within a chunk', (object) => object.subarray(0, at(3) + 200)],
    ['an end within a tag', (object) => object.subarray(0, at(5) + 15)],
    ['an end within the header', (object) => object.subarray(0, HEADER - 1)],
    ['two chunks exchanged', (object) => order(object, 1, 0, 2, 3, 4, 5)],
    ['a chunk repeated', (object) => order(object, 0, 0, 1, 2, 3, 4, 5)],
    ['a chunk left out', (object) => order(object, 0, 1, 3, 4, 5)],
    ['the last chunk as the only one', (object) => order(object, 5)],
    ['a byte after the end', (object) => Buffer.concat([object, Buffer.of(0)])],
    ['another salt', (object) => bent(object, 0)],
    ['another commitment', (object) => bent(object, 30)],
    ['a changed byte', (object) => bent(object, at(2) + 7)],
    ['a changed tag', (object) => bent(object, object.length - 1)],
    [
      'the header of one file and the chunks of another under one key',
      async (object) => {
        const other = await seal(plain, key, Buffer.alloc(24, 10));
        return Buffer.concat([object.subarray(0, HEADER), other.subarray(HEADER)]);
      },
    ],
  ])('%s', async (_, attack) => {
    await expect(open(await attack(await seal(plain)))).rejects.toThrow(FileBroken);
  });

  it('another key, and another place of the same key', async () => {
    const object = await seal(plain);
    const others = [
      { ...key, key: Buffer.alloc(32, 8) },
      { ...key, context: Buffer.from('b place') },
    ];
    for (const other of others) await expect(open(object, other)).rejects.toThrow(FileBroken);
  });

  it('nothing of a chunk leaves before its tag was checked', async () => {
    const long = bytes(40 * CHUNK);
    const object = bent(await seal(long), at(35));
    const got: Uint8Array[] = [];
    const reading = async () => {
      for await (const one of openFile([object], key)) got.push(one);
    };
    await expect(reading()).rejects.toThrow(FileBroken);
    expect(Buffer.concat(got).equals(long.subarray(0, 32 * CHUNK))).toBe(true);
  });
});

describe('a range', () => {
  const plain = bytes(1_500_000);
  const rangeOf = async (from: number, to: number, object: Buffer) => {
    let read = 0;
    const reader = (start: number, end: number) => {
      read += end - start;
      return object.subarray(start, end);
    };
    const got = await all(openRange(reader, key, { plain: plain.length, from, to }));
    return { got, read };
  };

  it('of one megabyte opens 65 chunks and reads no other', async () => {
    const object = await seal(plain);
    const [from, to] = [333_333, 333_333 + (1 << 20)];
    const { got, read } = await rangeOf(from, to, object);
    expect(got.equals(plain.subarray(from, to))).toBe(true);
    expect(read).toBe(HEADER + 65 * SEALED);
  });

  it.each([
    [0, 0],
    [0, 1],
    [CHUNK - 1, CHUNK],
    [CHUNK, CHUNK + 1],
    [CHUNK - 1, CHUNK + 1],
    [1_499_999, 1_500_000],
    [0, 1_500_000],
  ])('from %i to %i', async (from, to) => {
    const { got } = await rangeOf(from, to, await seal(plain));
    expect(got.equals(plain.subarray(from, to))).toBe(true);
  });

  it('is refused of an object that was cut, extended, or bent in it, and outside of the file', async () => {
    const object = await seal(plain);
    const end = [plain.length - 1, plain.length] as const;
    await expect(rangeOf(...end, object.subarray(0, -1))).rejects.toThrow(FileBroken);
    const longer = Buffer.concat([await seal(plain.subarray(0, -9)), Buffer.alloc(9)]);
    await expect(rangeOf(...end, longer)).rejects.toThrow(FileBroken);
    const bent = Buffer.from(object);
    bent[HEADER + SEALED] = (bent[HEADER + SEALED] ?? 0) ^ 1;
    await expect(rangeOf(CHUNK, CHUNK + 1, bent)).rejects.toThrow(FileBroken);
    await expect(rangeOf(0, plain.length + 1, object)).rejects.toThrow(RangeError);
  });
});

describe('padding', () => {
  it('hides a size among few, at most a thirtieth above it', () => {
    const sizes = new Set<number>();
    for (let size = 0; size <= 100_000_000; size = Math.ceil(size * 1.0007) + 1) {
      const hidden = paddedBytes(size);
      expect(hidden).toBeGreaterThan(size);
      if (size > 65_536) expect(hidden / size).toBeLessThan(1.032);
      sizes.add(hidden);
    }
    expect(sizes.size).toBeLessThan(350);
    expect(Math.min(...sizes)).toBe(65_536);
  });

  it.each([0, 1, 65_535, 65_536, 200_000])('of %i bytes is found again', async (size) => {
    const whole = await all(padded(pieces(bytes(size)), size));
    expect(whole.length).toBe(paddedBytes(size));
    expect((await all(unpadded(pieces(whole), size))).equals(bytes(size))).toBe(true);
  });

  it('gives back what it has read, if it is its own', async () => {
    const own = [...pieces(await all(padded([bytes(200_000)], 200_000)))].map(
      (piece) => new Uint8Array(piece),
    );
    expect((await all(unpadded(own, 200_000, true))).equals(bytes(200_000))).toBe(true);
    expect(own.slice(0, -1).every(({ buffer }) => buffer.byteLength === 0)).toBe(true);
  });

  it('is refused in any other form, and for a file that changed', async () => {
    const whole = await all(padded([bytes(70_000)], 70_000));
    const marked = Buffer.from(whole);
    marked[70_001] = 1;
    const unmarked = Buffer.from(whole);
    unmarked[70_000] = 0;
    const wrong: [Buffer, number][] = [
      [marked, 70_000],
      [unmarked, 70_000],
      [whole, 69_999],
      [whole, 70_001],
      [whole.subarray(0, -1), 70_000],
      [Buffer.concat([whole, Buffer.of(0)]), 70_000],
    ];
    for (const [given, size] of wrong) await expect(all(unpadded([given], size))).rejects.toThrow(FileBroken);
    for (const size of [69_999, 70_001])
      await expect(all(padded([randomBytes(70_000)], size))).rejects.toThrow(RangeError);
  });
});
