/** Token status lists: bit order, compression, and the tokens that must not be taken. */
import { deflateRawSync, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBase64url } from '../../shared/attestation/platform/platform.ts';
import {
  deflate,
  readStatusList,
  setBits,
  statusAt,
  verifyStatusToken,
} from '../../shared/attestation/status-list.ts';
import { RUNS } from '../support/runs.ts';
import { forgeJwt, ISSUER, issuer, NOW, newKey } from './issuer.ts';

const URI = `${ISSUER}/v1/status/2026-03`;
const SECOND = Math.floor(NOW / 1000);
const HEADER = { alg: 'ES256', typ: 'statuslist+jwt', kid: 'issuer' };

describe('a list', () => {
  it('has its first entry in the lowest bit', () => {
    expect([...setBits(16, [0, 3, 4, 5, 7, 8, 9, 13, 15])]).toEqual([0xb9, 0xa3]);
    const two = { bits: 2, bytes: Uint8Array.of(0xc9, 0x44, 0xf9) };
    expect(Array.from({ length: 12 }, (_, i) => statusAt(two, i))).toEqual([
      1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3,
    ]);
  });

  it('returns the set entries, compressed and uncompressed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat(9999), { maxLength: 50 }), async (indexes) => {
        const list = await readStatusList({ bits: 1, lst: await deflate(setBits(10_000, indexes)) });
        const found = Array.from({ length: 10_000 }, (_, i) => i).filter((i) => statusAt(list, i) === 1);
        expect(found).toEqual(indexes.toSorted((a, b) => a - b));
      }),
      { numRuns: Math.min(RUNS.numRuns, 50) },
    );
  });

  it.each([-1, 0.5, 8, 2 ** 31, Number.NaN, Number.POSITIVE_INFINITY])('has no entry %s', (index) => {
    expect(() => statusAt({ bits: 1, bytes: Uint8Array.of(0) }, index)).toThrow('STATUS');
  });

  it.each<[string, () => unknown]>([
    ['three bits', () => ({ bits: 3, lst: pack(8) })],
    ['bits as text', () => ({ bits: '1', lst: pack(8) })],
    ['no list', () => ({ bits: 1 })],
    ['a list that is not compressed', () => ({ bits: 1, lst: 'AAAA' })],
    ['raw deflate', () => ({ bits: 1, lst: deflateRawSync(Buffer.alloc(8)).toString('base64url') })],
    [
      'bytes after the stream',
      () => ({ bits: 1, lst: Buffer.concat([zlib(8), Buffer.of(1)]).toString('base64url') }),
    ],
    ['a stream that is cut', () => ({ bits: 1, lst: zlib(999).subarray(0, -3).toString('base64url') })],
    [
      'a wrong checksum',
      () => ({
        bits: 1,
        lst: Buffer.concat([zlib(8).subarray(0, -1), Buffer.of(0xff)]).toString('base64url'),
      }),
    ],
    ['padding', () => ({ bits: 1, lst: `${pack(8)}=` })],
    ['a bomb', () => ({ bits: 1, lst: pack(64 * 1024 * 1024) })],
    ['a list for an object', () => [1, pack(8)]],
  ])('with %s is not read', async (_, make) => {
    await expect(readStatusList(make() as never)).rejects.toThrow('STATUS');
  });

  it('stops a bomb before it is inflated', async () => {
    const bomb = pack(512 * 1024 * 1024);
    const before = process.memoryUsage().arrayBuffers;
    await expect(readStatusList({ bits: 1, lst: bomb })).rejects.toThrow('STATUS');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
  });
});

describe('a status list token', () => {
  const claims = async (change: object = {}) => ({
    sub: URI,
    iat: SECOND,
    exp: SECOND + 3600,
    ttl: 300,
    status_list: { bits: 1, lst: await deflate(setBits(1000, [7])) },
    ...change,
  });
  const check = (text: string) =>
    verifyStatusToken(text, { uri: URI, keys: [issuer.jwk], now: NOW, issuer: ISSUER });

  it('gives the list and its validity', async () => {
    const token = await check(forgeJwt(HEADER, await claims()));
    expect(token).toMatchObject({ bits: 1, ttl: 300, exp: SECOND + 3600 });
    expect([statusAt(token, 6), statusAt(token, 7)]).toEqual([0, 1]);
    expect(await check(forgeJwt(HEADER, await claims({ ttl: undefined, exp: undefined })))).toMatchObject({
      ttl: null,
      exp: null,
    });
  });

  it.each<[string, object, object, string]>([
    ['about another list', {}, { sub: `${URI}-2` }, 'STATUS'],
    ['about nothing', {}, { sub: undefined }, 'STATUS'],
    ['without a time', {}, { iat: undefined }, 'STATUS'],
    ['that is past', {}, { exp: SECOND }, 'EXPIRED'],
    ['that is to come', {}, { iat: SECOND + 61 }, 'EXPIRED'],
    ['of another issuer', {}, { iss: 'https://other.example' }, 'STATUS'],
    ['that does not count yet', {}, { nbf: SECOND + 61 }, 'EXPIRED'],
    ['that counts from no time', {}, { nbf: 'now' }, 'EXPIRED'],
    ['with an expiry as text', {}, { exp: 'never' }, 'STATUS'],
    ['with a ttl of nothing', {}, { ttl: 0 }, 'STATUS'],
    ['without a list', {}, { status_list: undefined }, 'STATUS'],
    ['of another type', { typ: 'JWT' }, {}, 'TYPE'],
    ['that is an attestation', { typ: 'dc+sd-jwt' }, {}, 'TYPE'],
    ['without signature', { alg: 'none' }, {}, 'SIGNATURE'],
    ['of an unknown key', { kid: 'other' }, {}, 'SIGNATURE'],
  ])('%s is not taken', async (_, header, change, fault) => {
    await expect(check(forgeJwt({ ...HEADER, ...header }, await claims(change)))).rejects.toThrow(fault);
  });

  it('of another signer is refused', async () => {
    await expect(check(forgeJwt(HEADER, await claims(), newKey('x').key))).rejects.toThrow('SIGNATURE');
  });
});

function zlib(bytes: number): Buffer {
  return deflateSync(Buffer.alloc(bytes));
}
function pack(bytes: number): string {
  return toBase64url(zlib(bytes));
}
