import { generateKeyPairSync, sign } from 'node:crypto';
import canonicalize from 'canonicalize';
import { afterAll, describe, expect, test } from 'vitest';
import type { ChainFault } from '../../shared/log/check/chain.ts';
import { leafHash, parseEntryId } from '../../shared/log/entry/leaf.ts';
import { certificateStatement, itemHash, type LogItem, leafStatement } from '../../shared/log/write/item.ts';
import { verifyChain } from '../support/whole-chain.ts';
import { decision, openLog, vouchFor } from './log.ts';

/** Two genuine chains of six items; the fourth of each has three leaves. */
let chain: LogItem[];
let other: LogItem[];

const log = await openLog();
for (const writer of [log.writer(), log.writer()]) {
  for (const leaves of [1, 1, 3, 1, 1]) {
    await writer.append(Array.from({ length: leaves }, (_, i) => decision({ code: `C${i}` })));
  }
}
[chain = [], other = []] = (await log.chains()).values();
afterAll(() => log.close());

/** The chain with its item `seq` changed. */
const changed = (seq: number, change: (item: LogItem) => Partial<LogItem>): LogItem[] =>
  chain.map((item) => (item.seq === seq ? { ...item, ...change(item) } : item));

/** The same with the item's own hash recomputed, as a forger without the writer's key would. */
const rehashed = (seq: number, change: (item: LogItem) => Partial<LogItem>): LogItem[] =>
  changed(seq, (item) => {
    const forged = { ...item, ...change(item) };
    return { ...forged, hash: itemHash(forged.leaves.map(leafHash)) };
  });

const flip = (bytes: Uint8Array | undefined): Uint8Array =>
  Uint8Array.from(bytes ?? [], (byte, i) => (i === 7 ? byte ^ 1 : byte));
/** One leaf of the item edited. */
const edited = (seq: number, at: number, edit: (text: string) => string, put = rehashed): LogItem[] =>
  put(seq, ({ leaves }) => ({ leaves: leaves.with(at, edit(leaves[at] as string)) }));
const replaced = (from: string, to: string) => (text: string) => text.replace(from, to);
/** The first leaves and signatures of the item with three leaves. */
const cut = (leaves: number, signatures: number): LogItem[] =>
  rehashed(3, (item) => ({
    leaves: item.leaves.slice(0, leaves),
    signatures: item.signatures.slice(0, signatures),
  }));
/** A letter of its commitments changed, whichever it was. */
const flipped = (text: string) =>
  text.replace(/(.)(.{39}",)(?="id")/, (_, letter, rest) => `${letter === 'A' ? 'B' : 'A'}${rest}`);
const swap = (items: LogItem[], a: number, b: number): LogItem[] =>
  items.with(a, items[b] as LogItem).with(b, items[a] as LogItem);

test('an untampered chain verifies, whole or cut short', () => {
  expect(verifyChain(chain, log.certifiers)).toMatchObject({ seq: 5, name: 'test' });
  expect(verifyChain(other, log.certifiers).seq).toBe(5);
  // Nothing in a chain shows that its tail is missing; receipts, the next entry and reconciliation do.
  expect(verifyChain(chain.slice(0, 3), log.certifiers).seq).toBe(2);
});

const forgeries: [string, ChainFault, number, () => LogItem[]][] = [
  ['a flipped letter in a leaf', 'HASH', 3, () => edited(3, 1, flipped, changed)],
  ['the same with a new hash', 'SIGNATURE', 3, () => edited(3, 1, flipped)],
  ['a flipped byte in a hash', 'HASH', 2, () => changed(2, (item) => ({ hash: flip(item.hash) }))],
  [
    'a flipped byte in a signature',
    'SIGNATURE',
    3,
    () => changed(3, ({ signatures }) => ({ signatures: signatures.with(2, flip(signatures[2])) })),
  ],
  ['a missing signature', 'SIGNATURE', 3, () => changed(3, (i) => ({ signatures: i.signatures.slice(1) }))],
  [
    'one signature too many',
    'SIGNATURE',
    2,
    () => changed(2, ({ signatures }) => ({ signatures: [...signatures, ...signatures] })),
  ],
  ['a removed item', 'GAP', 3, () => chain.filter(({ seq }) => seq !== 3)],
  ['a removed first item', 'GAP', 0, () => chain.slice(1)],
  ['a removed leaf, with a new hash', 'SIGNATURE', 3, () => cut(2, 3)],
  ['a removed leaf with its signature, seen by the next item', 'PREVIOUS', 4, () => cut(2, 2)],
  ['no leaf at all', 'MALFORMED', 3, () => changed(3, () => ({ leaves: [], signatures: [] }))],
  ['a swapped pair of items', 'GAP', 2, () => swap(chain, 2, 3)],
  [
    'a swapped pair that changed numbers',
    'PLACE',
    2,
    () => swap(chain, 2, 4).map((item, seq) => ({ ...item, seq })),
  ],
  [
    'a swapped pair of leaves',
    'PLACE',
    3,
    () =>
      rehashed(3, ({ leaves: [a, b, c], signatures: [x, y, z] }) => ({
        leaves: [b, a, c] as string[],
        signatures: [y, x, z] as Uint8Array[],
      })),
  ],
  ['an item twice', 'ORDER', 2, () => [...chain.slice(0, 3), ...chain.slice(2)]],
  ['an item of another chain', 'PLACE', 3, () => chain.with(3, other[3] as LogItem)],
  [
    'the same under this chain',
    'PLACE',
    3,
    () => chain.with(3, { ...(other[3] as LogItem), writer: chain[0]?.writer ?? '' }),
  ],
  ['another time than the leaves', 'PLACE', 2, () => changed(2, () => ({ at: '2025-11-25T08:00:00.001Z' }))],
  ['a leaf that is not canonical', 'MALFORMED', 2, () => edited(2, 0, replaced('{', '{ '))],
  ['a member twice', 'MALFORMED', 2, () => edited(2, 0, replaced('{', '{"committed":"",'))],
  ['a leaf that is no JSON', 'MALFORMED', 2, () => edited(2, 0, () => 'nonsense')],
  ['a leaf that is null', 'MALFORMED', 2, () => edited(2, 0, () => 'null')],
  ['a leaf of a later version', 'MALFORMED', 2, () => edited(2, 0, replaced('"v":2', '"v":3'))],
  [
    'a certificate of another gateway',
    'CERTIFICATE',
    0,
    () => certified(generateKeyPairSync('ed25519').privateKey, chain),
  ],
  ['another name in the certificate', 'CERTIFICATE', 0, () => edited(0, 0, replaced('"test"', '"tost"'))],
];

/** A whole chain by a forger who made a writer key, vouched for by a key that is not the gateway's. */
function certified(key: Parameters<typeof sign>[2], items: LogItem[]): LogItem[] {
  const [first] = items;
  const entry = JSON.parse(first?.leaves[0] ?? '');
  const statement = certificateStatement(entry.writer, entry.certificate);
  entry.certificate.signature = sign(null, statement, key).toString('base64');
  const leaves = [canonicalize(entry) as string];
  return items.with(0, { ...(first as LogItem), leaves, hash: itemHash(leaves.map(leafHash)) });
}

describe('is caught', () => {
  test.each(forgeries)('%s', (_, fault, seq, forge) => {
    const entry = expect.stringMatching(new RegExp(`^[0-9a-f]{32}-${seq}-`));
    expect(() => verifyChain(forge(), log.certifiers)).toThrow(expect.objectContaining({ fault, entry }));
  });

  test('a wrong gateway key', () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    expect(() => verifyChain(chain, [vouchFor(publicKey)])).toThrow(
      expect.objectContaining({ fault: 'CERTIFICATE' }),
    );
  });

  test('every single flipped byte of a leaf, under a new hash', () => {
    const item = chain[2] as LogItem;
    const bytes = Buffer.from(item.leaves[0] as string);
    for (let at = 0; at < bytes.length; at++) {
      const forged = Buffer.from(bytes);
      forged[at] = (forged[at] as number) ^ 1;
      const changed = edited(2, 0, () => forged.toString());
      expect(() => verifyChain(changed, log.certifiers)).toThrow();
    }
  });
});

test('a signature means one thing only: a leaf hash signed without its domain is no signature', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const hash = leafHash('{}');
  expect(sign(null, leafStatement(hash), privateKey)).not.toEqual(sign(null, hash, privateKey));
});

test.each([
  '',
  'x',
  `${'0'.repeat(32)}-1`,
  `${'0'.repeat(32)}-01-0`,
  `${'0'.repeat(32)}-1-0 `,
  `${'G'.repeat(32)}-1-0`,
])('an entry id has one form: %j has another', (id) => expect(parseEntryId(id)).toBeNull());
