/** A stranger's verifier: from docs/formats/log.md and node:crypto only, without code of the gateway. */
import { createPublicKey, hash, hkdfSync, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const page = readFileSync(new URL('../../docs/formats/log.md', import.meta.url), 'utf8');
const example = JSON.parse(/```json\n(.*?)\n```/s.exec(page)?.[1] ?? '');
/** Names of the members under a heading, in order. */
const namesUnder = (heading: string) =>
  (page.split(`| member of the ${heading} | content |\n|---|---|\n`)[1] ?? '')
    .split('\n\n')[0]
    ?.split('\n')
    .map((row) => /^\| `(\w+)`/.exec(row)?.[1] ?? '') ?? [];

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
  Buffer.concat([Buffer.from(`fieldgate ${name} v2\n`), Buffer.from(rest as string)]);

const [first, second] = example.items;
const { certificate } = JSON.parse(first.leaves[0]);
const [actors, persons] = [namesUnder('actor'), namesUnder('person')];

test('the certificate is signed by the gateway, names the writer and lasts a day', () => {
  const { signature, ...claim } = certificate;
  const { key, kinds, name, started, until } = claim;
  const statement = JSON.stringify({ key, kinds, name, started, until, writer: first.writer });
  expect(signed(example.gatewayKey, domain('writer', statement), signature)).toBe(true);
  expect(sha256(bytes(key)).toString('hex').slice(0, 32)).toBe(first.writer);
  expect(Date.parse(until) - Date.parse(started)).toBe(24 * 3_600_000);
});

test('items hash, link and are signed', () => {
  let previous = Buffer.alloc(32).toString('base64');
  for (const { writer, seq, at, leaves, hash: itemHash, signatures } of example.items) {
    expect(sha256(domain('item', Buffer.concat(leaves.map(leafHash)))).toString('base64')).toBe(itemHash);
    leaves.forEach((text: string, leaf: number) => {
      const id = `${writer}-${seq}-${leaf}`;
      expect(JSON.parse(text)).toMatchObject({ v: 2, id, writer, seq, leaf, time: at, previous });
      expect(signed(certificate.key, domain('leaf', leafHash(text)), signatures[leaf])).toBe(true);
    });
    previous = itemHash;
  }
});

test("each opening matches the leaf's commitment, and its salt follows from the secret of its half", () => {
  const committed = bytes(JSON.parse(second.leaves[0]).committed);
  expect(committed).toHaveLength(32 * (actors.length + persons.length));
  const halves = {
    actor: [example.secrets.actor, actors],
    person: [example.secrets.person, [...persons, 'count']],
  };
  for (const [name, { salt, text }] of Object.entries(example.openings) as [
    string,
    Record<'salt' | 'text', string>,
  ][]) {
    const [secret, names] = halves[actors.includes(name) ? 'actor' : 'person'] as [string, string[]];
    const half = Buffer.from(
      hkdfSync('sha256', bytes(secret), '', 'fieldgate half v2', 32 + 16 * names.length),
    );
    const at = 32 + 16 * names.indexOf(name);
    expect(half.subarray(at, at + 16).toString('base64')).toBe(salt);
    const place = 32 * [...actors, ...persons].indexOf(name);
    const opened = sha256('fieldgate member v2\n', bytes(salt), Buffer.of(name.length), name, text);
    expect(opened).toEqual(committed.subarray(place, place + 32));
  }
  expect(Object.keys(example.openings)).toHaveLength(4);
});

test('the two leaves have the same members and size, and share no value but those of the chain', () => {
  const [one, two] = second.leaves.map((text: string) => JSON.parse(text));
  expect(Object.keys(one)).toEqual(Object.keys(two));
  expect(second.leaves[0]).toHaveLength(second.leaves[1].length);
  const shared = Object.keys(one).filter((name) => one[name] === two[name]);
  expect(shared.sort()).toEqual(['previous', 'seq', 'time', 'v', 'writer']);
});

test('the receipt is for the first decision', () => {
  const { entry, leafHash: promised, writer, seq, signature } = example.receipt;
  expect(signed(certificate.key, domain('leaf', bytes(promised)), signature)).toBe(true);
  expect(leafHash(second.leaves[0]).toString('base64')).toBe(promised);
  expect(JSON.parse(second.leaves[0])).toMatchObject({ id: entry, writer, seq });
});

test('the count numbers the decision among the entries of its person', () => {
  const { leaf, subject, salt, n } = example.count;
  const { counts, first: from, kind } = JSON.parse(leaf);
  expect([kind, from, bytes(counts).length]).toEqual(['count', 0, 32 * 3]);
  const number = sha256('fieldgate count v2\n', bytes(salt), `${subject} ${n}`);
  expect(bytes(counts).subarray(32, 64)).toEqual(number);
});
