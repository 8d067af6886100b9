import { createPrivateKey, sign } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sha256, verifyEd25519 } from '../../shared/log/node-crypto.ts';
import { formatCheckpoint, openCheckpoint, parseCheckpoint } from '../../shared/tree/checkpoint.ts';
import {
  formatVerifier,
  makeVerifier,
  openNote,
  parseVerifier,
  signNote,
  type Verifier,
} from '../../shared/tree/note.ts';

const folder = `${process.env['FIELDGATE_VECTORS'] ?? '../shared/vectors'}/tlog`;
const there = existsSync(folder);
// biome-ignore lint/suspicious/noExplicitAny: vectors are read as they are
type Vector = any;
const read = (name: string): Vector => JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8'));
const vectors: Record<string, Vector> = there ? read('signed-note-vectors') : {};

/** Private key text form: `PRIVATE+KEY+<name>+<id>+<base64 of type and seed>`. */
function signerOf(text: string) {
  const [, , name = '', , encoded = ''] = text.split('+');
  // The encoding itself may hold plus signs.
  const rest = text.split('+').slice(4).join('+') || encoded;
  const seed = Buffer.from(rest, 'base64').subarray(1);
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  return { name, key: createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }) };
}

describe.skipIf(!there)('vectors (skipped if absent)', () => {
  const isEcdsa = ({ vkeys }: Vector) => vkeys.some((vkey: string) => /\+AjBZ/.test(vkey));
  test.each<Vector>(vectors['notes'] ?? [])('note: $name', async (vector) => {
    const known = vector.vkeys
      .map((vkey: string) => parseVerifier(sha256, vkey))
      .filter((one: Verifier | null) => one !== null);
    const opened = await openNote(Buffer.from(vector.note_b64, 'base64'), known, verifyEd25519);
    // ECDSA keys are not ours to know, so a note with only such a signature has no known signer.
    if (vector.want !== 'accept' || isEcdsa(vector)) return expect(opened).toBeNull();
    expect(opened?.signers.map(({ name }) => name)).toEqual(vector.verified_by);
  });

  test.each<Vector>(vectors['vkeys'] ?? [])('verifier key: $vkey', ({ vkey, want }) => {
    const verifier = parseVerifier(sha256, vkey);
    if (want !== 'valid') return expect(verifier).toBeNull();
    expect(formatVerifier(verifier as Verifier)).toBe(vkey);
  });

  test.each<Vector>(vectors['checkpoint_bodies'] ?? [])('checkpoint: $name', ({ body, want }) => {
    const checkpoint = parseCheckpoint(body);
    if (want !== 'accept') return expect(checkpoint).toBeNull();
    expect(checkpoint && formatCheckpoint(checkpoint)).toBe(body);
  });

  test('signing gives exactly the note', () => {
    const { skey_TEST_ONLY, text, signed_note } = vectors['sign_vector'];
    const { name, key } = signerOf(skey_TEST_ONLY);
    const verifier = parseVerifier(sha256, vectors['vkeys'][0].vkey) as Verifier;
    expect(verifier.name).toBe(name);
    expect(signNote(text, verifier, sign(null, Buffer.from(text), key))).toBe(signed_note);
  });

  test('checkpoints of another log of this kind open, and fail under its neighbour', async () => {
    const log = read('tessera-small-log');
    const verifier = parseVerifier(sha256, log.vkey) as Verifier;
    for (const [size, note] of Object.entries(log.checkpoints)) {
      const checkpoint = await openCheckpoint(Buffer.from(note as string), verifier, verifyEd25519);
      expect(checkpoint).toMatchObject({ origin: log.origin, size: Number(size) });
      const other = makeVerifier(sha256, log.origin, sha256(Buffer.from('another key')));
      expect(await openCheckpoint(Buffer.from(note as string), other, verifyEd25519)).toBeNull();
    }
  });
});

const { name, key } = signerOf(
  'PRIVATE+KEY+log.example+00000000+AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB',
);
const raw = Buffer.from(key.export({ format: 'jwk' }).d as string, 'base64url');
const publicRaw = Buffer.from(key.export({ format: 'jwk' }).x as string, 'base64url');
const verifier = makeVerifier(sha256, name, publicRaw);
const text = formatCheckpoint({ origin: name, size: 3, root: sha256(raw) });
const note = signNote(text, verifier, sign(null, Buffer.from(text), key));

test('our own checkpoint opens; changed anywhere it does not', async () => {
  const bytes = Buffer.from(note);
  expect(await openCheckpoint(bytes, verifier, verifyEd25519)).toMatchObject({ size: 3 });
  for (let at = 0; at < bytes.length; at++) {
    const forged = Buffer.from(bytes);
    forged[at] = (forged[at] as number) ^ 1;
    expect(await openCheckpoint(forged, verifier, verifyEd25519)).toBeNull();
  }
});

test('a checkpoint under the name of another log is refused', async () => {
  const foreign = formatCheckpoint({ origin: 'other.example', size: 3, root: sha256(raw) });
  const signed = signNote(foreign, verifier, sign(null, Buffer.from(foreign), key));
  expect(await openNote(Buffer.from(signed), [verifier], verifyEd25519)).not.toBeNull();
  expect(await openCheckpoint(Buffer.from(signed), verifier, verifyEd25519)).toBeNull();
});

test('key names have no plus sign, space or line end', () => {
  for (const bad of ['', 'a b', 'a+b', 'a\nb', 'a\u00a0b']) {
    expect(() => makeVerifier(sha256, bad, publicRaw)).toThrow(RangeError);
  }
});
