/** Old entries that are read again by chance, in a tree of three levels of tiles. */
import { expect, it } from 'vitest';
import { sampleOld } from '../../shared/log/check/sample.ts';
import { sha256 } from '../../shared/log/node-crypto.ts';
import { EMPTY_EDGE, grow } from '../../shared/tree/grow.ts';

const SIZE = 256 * 256 + 256 * 3 + 7;
const { edge, files } = grow(
  sha256,
  EMPTY_EDGE,
  Array.from({ length: SIZE }, (_, i) => Buffer.from(String(i))),
);
const stored = new Map(files.map(({ path, bytes }) => [path, bytes]));
const verified = { checkpoint: { size: SIZE }, levels: edge.levels };
const ALL = 259;

const reading = (changed: string | null, bytes?: Uint8Array) => {
  const read = async (path: string) => (path === changed ? (bytes ?? null) : (stored.get(path) ?? null));
  return sampleOld(read, verified, ALL);
};

it('passes over a log as it was', async () => {
  expect(await reading(null)).toBe(ALL * 256);
});

it.each(['tile/entries/000', 'tile/entries/255', 'tile/entries/256', 'tile/entries/258', 'tile/1/000'])(
  'finds %s lost and changed',
  async (path) => {
    const bytes = Uint8Array.from(stored.get(path) as Uint8Array);
    bytes[9] = (bytes[9] as number) ^ 1;
    await expect(reading(path, bytes)).rejects.toMatchObject({
      fault: expect.stringMatching(/TILE|BUNDLE/),
      at: path,
    });
    await expect(reading(path)).rejects.toMatchObject({
      fault: expect.stringMatching(/TILE|BUNDLE/),
      at: path,
    });
  },
);
