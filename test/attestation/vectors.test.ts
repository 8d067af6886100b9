/** The examples of RFC 9901, of SD-JWT VC and of the token status list, as their authors publish them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { disclose } from '../../shared/attestation/disclosures.ts';
import { checkSignature, type Jwk, parseJwt, readJson } from '../../shared/attestation/jwt.ts';
import { sha256 } from '../../shared/attestation/platform/platform.ts';
import { verifySdJwt } from '../../shared/attestation/sd-jwt.ts';
import { readStatusList, statusAt, verifyStatusToken } from '../../shared/attestation/status-list.ts';

const FOLDER = join(process.env['FIELDGATE_VECTORS'] ?? '../shared/vectors', 'sd-jwt');
const present = existsSync(FOLDER);
// biome-ignore lint/suspicious/noExplicitAny: vectors of three files, each with its own shape
const read = (name: string): any => (present ? JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) : null);
const NOW = 1_700_000_000_000;

describe.skipIf(!present)('SD-JWT vectors (skipped if the vectors are not checked out)', () => {
  const files = ['rfc9901-draft22.json', 'sd-jwt-vc-draft.json'].map((name) => [name, read(name)] as const);

  it.each(files)('%s: disclosures have the published digests', async (_, file) => {
    for (const { digest, encoded, decoded } of file?.disclosures ?? []) {
      expect(await sha256(encoded)).toBe(digest);
      expect(readJson(encoded)).toEqual(decoded);
    }
  });

  it.each(files)('%s: tokens verify and open', async (_, file) => {
    const { issuer_public_jwk: key } = file.keys as { issuer_public_jwk: Jwk };
    let opened = 0;
    for (const token of file.tokens as { kind: string; compact: string; header: { typ: string } }[]) {
      const [jwt = '', ...rest] = token.compact.split('~');
      if (token.kind === 'kb-jwt' || jwt === '') continue;
      const parsed = parseJwt(jwt, token.header.typ, 65_536);
      await checkSignature(parsed, [withoutKid(key, parsed.header.get('kid') as string | undefined)]);
      const binding = rest.at(-1) ?? '';
      const disclosures = rest.filter((one) => one !== '' && one !== binding);
      const { claims } = await disclose(parsed.payload, disclosures);
      expect([...claims.keys()]).not.toContain('_sd');
      expect(JSON.stringify([...claims])).not.toContain('"..."');
      opened++;
    }
    expect(opened).toBeGreaterThan(3);
  });

  it.each(files)(
    '%s: a presentation verifies with its key binding, and with no other nonce',
    async (_, file) => {
      const bound = (file.tokens as { compact: string; header: { typ: string; kid?: string } }[]).filter(
        ({ compact }) => (compact.split('~').at(-1) ?? '').split('.').length === 3 && compact.includes('~'),
      );
      expect(bound.length).toBeGreaterThan(0);
      for (const { compact, header } of bound) {
        const proof = parseJwt(compact.split('~').at(-1) ?? '', 'kb+jwt', 65_536).payload;
        const keyBinding = {
          audience: proof.get('aud') as string,
          nonce: proof.get('nonce') as string,
          maxAge: 1e9,
        };
        const options = {
          typ: header.typ,
          keys: [withoutKid(file.keys.issuer_public_jwk, header.kid)],
          now: NOW,
        };
        const iat = (proof.get('iat') as number) * 1000;
        const at = { ...options, now: Math.max(iat, NOW) };
        await expect(verifySdJwt(compact, { ...at, keyBinding })).resolves.toBeDefined();
        await expect(
          verifySdJwt(compact, { ...at, keyBinding: { ...keyBinding, nonce: 'x' } }),
        ).rejects.toThrow('KEY_BINDING');
        await expect(verifySdJwt(compact, { ...at, keyBinding: null })).rejects.toThrow('KEY_BINDING');
      }
    },
  );
});

describe.skipIf(!present)('status list vectors (skipped if the vectors are not checked out)', () => {
  const file = read('token-status-list.json');

  const vectors = ((file?.vectors ?? []) as Vector[]).map((vector, i) => ({ i, vector }));
  it.each(vectors)('list $i is read bit for bit', async ({ vector }) => {
    const list = await readStatusList({ bits: vector.bits, lst: vector.lst });
    if (vector.bytes) expect([...list.bytes]).toEqual(vector.bytes);
    const size = vector.size ?? vector.statuses?.length ?? 0;
    expect(list.bytes.length).toBe((size * vector.bits) / 8);
    const found = Array.from({ length: size }, (_, i) => statusAt(list, i));
    const wanted = vector.statuses ?? found.map((_, i) => vector.non_zero?.[String(i)] ?? 0);
    expect(found.findIndex((status, i) => status !== wanted[i])).toBe(-1);
  });

  it('the token verifies', async () => {
    const { d: _, ...key } = file.example_key_kid12_TEST_ONLY;
    const sub = JSON.parse(Buffer.from(file.status_list_jwt.split('.')[1], 'base64url').toString()).sub;
    const token = await verifyStatusToken(file.status_list_jwt, {
      uri: sub,
      keys: [{ ...key, kid: '12' }],
      now: NOW,
    });
    expect(token.bits).toBe(1);
  });
});

/** The published keys have no id, some of the headers do. */
function withoutKid(key: Jwk, kid: string | undefined): Jwk {
  return kid === undefined ? key : { ...key, kid };
}

interface Vector {
  bits: number;
  lst: string;
  size?: number;
  non_zero?: Record<string, number>;
  bytes?: number[];
  statuses?: number[];
}
