/** The second tree of the log's national profile, and the line of a checkpoint that has its root. */
import { describe, expect, test } from 'vitest';
import { sm3 } from '../../shared/log/node-crypto.ts';
import { toBase64 } from '../../shared/tree/base64.ts';
import { formatCheckpoint, parseCheckpoint } from '../../shared/tree/checkpoint.ts';
import { EMPTY_EDGE } from '../../shared/tree/grow.ts';
import { growSm3 } from '../../shared/tree/national.ts';

test.each([1, 2, 255, 256, 257, 65_536])('a tree of SM3 of %i leaves is that of RFC 6962', (size) => {
  const leaves = Array.from({ length: size }, (_, i) => Buffer.from(`leaf ${i}`));
  const half = growSm3(sm3, EMPTY_EDGE, leaves.slice(0, size >> 1)).edge;
  const { root, files } = growSm3(sm3, half, leaves.slice(size >> 1));
  const naive = (some: Buffer[]): Buffer => {
    if (some.length === 1) return sm3(Buffer.concat([Buffer.of(0), some[0] as Buffer]));
    let k = 1;
    while (2 * k < some.length) k *= 2;
    return sm3(Buffer.concat([Buffer.of(1), naive(some.slice(0, k)), naive(some.slice(k))]));
  };
  expect(Buffer.from(root)).toEqual(naive(leaves));
  expect(files.every(({ path }) => path.startsWith('sm3/tile/') && !path.includes('entries'))).toBe(true);
});

describe('a checkpoint', () => {
  const root = new Uint8Array(32).fill(7);
  const plain = { origin: 'log.example', size: 5, root };
  const line = (size: number, of = root) => `sm3 ${size} ${toBase64(of)}\n`;

  test('has the root of SM3 in one extension line of its own size', () => {
    const text = formatCheckpoint({ ...plain, sm3: root });
    expect(text).toBe(`${formatCheckpoint(plain)}${line(5)}`);
    expect(parseCheckpoint(text)).toEqual({ ...plain, sm3: root });
    expect(parseCheckpoint(`${formatCheckpoint(plain)}other\n${line(5)}`)).toHaveProperty('sm3');
  });

  test.each([
    line(4),
    `${line(5)}${line(5)}`,
    `${line(5)}${line(4)}`,
    line(5, new Uint8Array(31)),
    'sm3 5\n',
    line(5).replace('\n', ' \n'),
  ])('has none by %j', (wrong) => {
    expect(parseCheckpoint(`${formatCheckpoint(plain)}${wrong}`)).toEqual(plain);
  });
});
