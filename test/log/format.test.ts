/** A stranger's verifier: only what docs/formats/log.md says, only node:crypto, no code of the gateway. */
import { createPublicKey, hash, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const page = readFileSync(new URL('../../docs/formats/log.md', import.meta.url), 'utf8');
const example = JSON.parse(/```json\n(.*?)\n```/s.exec(page)?.[1] ?? '');

const bytes = (text: string) => Buffer.from(text, 'base64');
const sha256 = (...parts: (string | Buffer)[]) =>
  hash('sha256', Buffer.concat(parts.map((part) => Buffer.from(part as string))), 'buffer');
const leafHash = (leaf: string) => sha256(Buffer.of(0), leaf);
const signed = (rawKey: string, message: Buffer, signature: string) => {
  const x = bytes(rawKey).toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  return verify(null, message, key, bytes(signature));
};
const domain = (name: string, rest: string | Buffer) =>
  Buffer.concat([Buffer.from(`fieldgate ${name} v1\n`), Buffer.from(rest as string)]);

const [first, second] = example.items;
const { certificate } = JSON.parse(first.leaves[0]);

test('the certificate is signed by the gateway and names the writer', () => {
  const { key, name, started, signature } = certificate;
  const statement = `{"key":"${key}","name":"${name}","started":"${started}","writer":"${first.writer}"}`;
  expect(signed(example.gatewayKey, domain('writer', statement), signature)).toBe(true);
  expect(sha256(bytes(key)).toString('hex').slice(0, 32)).toBe(first.writer);
});

test('items hash, link and are signed', () => {
  let previous = Buffer.alloc(32).toString('base64');
  for (const { writer, seq, at, leaves, hash: itemHash, signatures } of example.items) {
    expect(sha256(domain('item', Buffer.concat(leaves.map(leafHash)))).toString('base64')).toBe(itemHash);
    leaves.forEach((text: string, leaf: number) => {
      const id = `${writer}-${seq}-${leaf}`;
      expect(JSON.parse(text)).toMatchObject({ v: 1, id, writer, seq, leaf, time: at, previous });
      expect(signed(certificate.key, domain('leaf', leafHash(text)), signatures[leaf])).toBe(true);
    });
    previous = itemHash;
  }
});

test('the commitment opens', () => {
  const [[committed, { kind, salt, word }]] = Object.entries(example.openings) as [
    [string, { kind: string; salt: string; word: string }],
  ];
  expect(JSON.parse(second.leaves[0]).committed).toEqual({ [kind]: committed });
  const opened = sha256('fieldgate word v1\n', bytes(salt), Buffer.of(kind.length), kind, word);
  expect(opened.toString('base64')).toBe(committed);
});

test('the receipt is for the first decision', () => {
  const { entry, leafHash: promised, writer, seq, signature } = example.receipt;
  expect(signed(certificate.key, domain('leaf', bytes(promised)), signature)).toBe(true);
  expect(leafHash(second.leaves[0]).toString('base64')).toBe(promised);
  expect(JSON.parse(second.leaves[0])).toMatchObject({ id: entry, writer, seq });
});
