/** Cosignatures and what opens them (C2SP tlog-cosignature). */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { sha256, verifyCosignature, verifyEd25519 } from '../../shared/log/node-crypto.ts';
import { parseCheckpoint } from '../../shared/tree/checkpoint.ts';
import {
  type Cosigner,
  cosignatureLine,
  cosignedMessage,
  formatCosigner,
  openCosigned,
  parseCosigner,
} from '../../shared/tree/cosignature.ts';
import {
  formatVerifier,
  keyId,
  openNote,
  parseVerifier,
  readNote,
  signatureLine,
} from '../../shared/tree/note.ts';
import { makeKey, makeLog, NOW } from './log.ts';

const { log, history } = makeLog();
const tree = history('leaf');
const note = tree.note(7);
const TIME = NOW / 1000;
const text = readNote(note)?.text ?? '';

/** The note with more lines. */
const withLines = (...lines: string[]) => Buffer.concat([note, Buffer.from(lines.join(''))]);
const cosign = ({ cosigner, sign }: ReturnType<typeof makeKey>, time = TIME, said = text) =>
  cosignatureLine(cosigner, time, sign(cosignedMessage(cosigner, said, time)));
const open = (bytes: Uint8Array, ...cosigners: Cosigner[]) =>
  openCosigned(bytes, log, cosigners, verifyCosignature);

describe.each([4, 6] as const)('a cosignature of type %i', (type) => {
  const witness = makeKey('w.example/one', type);

  it('opens with its time, and its key has a text form', async () => {
    const vkey = formatCosigner(witness.cosigner);
    const known = parseCosigner(sha256, vkey) as Cosigner;
    expect(known).toEqual(witness.cosigner);
    const opened = await open(withLines(cosign(witness)), known);
    expect(opened?.checkpoint.size).toBe(7);
    expect(opened?.cosigned).toEqual([{ cosigner: known, time: TIME }]);
    // A reader who knows no witness sees the log's own note.
    expect((await openNote(withLines(cosign(witness)), [log], verifyEd25519))?.text).toBe(text);
  });

  test.each([
    ['another size', text.replace('\n7\n', '\n8\n')],
    ['another root', text.replace(/\n[^\n]+\n$/, `\n${sha256(Buffer.from('x')).toString('base64')}\n`)],
    ['another log', text.replace('log.example', 'log.examples')],
  ])('is not one of %s', async (_what, other) => {
    expect(await open(withLines(cosign(witness, TIME, other)), witness.cosigner)).toBeNull();
  });

  it('is bound to its time', async () => {
    const signature = witness.sign(cosignedMessage(witness.cosigner, text, TIME));
    const later = cosignatureLine(witness.cosigner, TIME + 1, signature);
    expect(await open(withLines(later), witness.cosigner)).toBeNull();
  });

  it('has a time, of at most 2⁵³', async () => {
    for (const time of [0n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]) {
      const stamp = Buffer.alloc(8);
      stamp.writeBigUInt64BE(time);
      const line = signatureLine(
        witness.cosigner,
        Buffer.concat([stamp, Buffer.alloc(type === 4 ? 64 : 2420)]),
      );
      expect([time, await open(withLines(line), witness.cosigner)]).toEqual([time, null]);
    }
    expect(() => cosignedMessage(witness.cosigner, text, 0)).toThrow(RangeError);
  });

  it('counts once, and is ignored under a key that the reader does not know', async () => {
    const twice = withLines(cosign(witness), cosign(witness, TIME + 5));
    expect((await open(twice, witness.cosigner))?.cosigned).toEqual([
      { cosigner: witness.cosigner, time: TIME },
    ]);
    expect((await open(twice))?.cosigned).toEqual([]);
    const other = makeKey('w.example/one', type).cosigner;
    expect((await open(twice, other))?.cosigned).toEqual([]);
  });

  it('of other bytes is no cosignature', async () => {
    const line = cosign(witness);
    const bytes = Buffer.from(line.trim().split(' ')[2] ?? '', 'base64');
    for (const at of [4, 12, bytes.length - 1]) {
      const bent = Buffer.from(bytes);
      bent[at] = (bent[at] ?? 0) ^ 1;
      const forged = line.replace(bytes.toString('base64'), bent.toString('base64'));
      expect([at, await open(withLines(forged), witness.cosigner)]).toEqual([at, null]);
    }
    for (const cut of [bytes.subarray(0, -1), bytes.subarray(0, 12), Buffer.concat([bytes, Buffer.of(0)])]) {
      const forged = line.replace(bytes.toString('base64'), cut.toString('base64'));
      expect(await open(withLines(forged), witness.cosigner)).toBeNull();
    }
  });
});

it('of ML-DSA-44 is bound to the name of its witness, and that of Ed25519 to its key alone', async () => {
  for (const [type, holds] of [
    [4, true],
    [6, false],
  ] as const) {
    const witness = makeKey('w.example/one', type);
    const { key } = witness.cosigner;
    const renamed = {
      ...witness.cosigner,
      name: 'w.example/two',
      id: keyId(sha256, 'w.example/two', key, type),
    };
    const signature = witness.sign(cosignedMessage(witness.cosigner, text, TIME));
    const moved = cosignatureLine(renamed, TIME, signature);
    expect([type, (await open(withLines(moved), renamed)) !== null]).toEqual([type, holds]);
  }
});

it('is never a plain signature, nor the reverse', async () => {
  const witness = makeKey('w.example/one');
  const { name, key } = witness.cosigner;
  const plain = { name, id: keyId(sha256, name, key), key };
  const signed = signatureLine(plain, witness.sign(Buffer.from(text)));
  expect((await open(withLines(signed), witness.cosigner))?.cosigned).toEqual([]);
  // The bytes of a plain signature under the id of a cosignature.
  const dressed = signatureLine(witness.cosigner, witness.sign(Buffer.from(text)));
  expect(await open(withLines(dressed), witness.cosigner)).toBeNull();
  expect(parseVerifier(sha256, formatCosigner(witness.cosigner))).toBeNull();
  expect(parseCosigner(sha256, formatVerifier(log))).toBeNull();
});

it('needs the log’s own signature with it', async () => {
  const witness = makeKey('w.example/one');
  const alone = Buffer.from(`${text}\n${cosign(witness)}`);
  expect(await open(alone, witness.cosigner)).toBeNull();
});

it('stands among at most a hundred lines', async () => {
  const witness = makeKey('w.example/one', 6);
  const strangers = Array.from({ length: 98 }, (_, at) =>
    cosign({ ...witness, cosigner: makeKey(`s${at}.example`, 6).cosigner }),
  );
  expect((await open(withLines(...strangers, cosign(witness)), witness.cosigner))?.cosigned).toHaveLength(1);
  expect(await open(withLines(...strangers, cosign(witness), cosign(witness)), witness.cosigner)).toBeNull();
});

const vectors = `${process.env['FIELDGATE_VECTORS'] ?? '../shared/vectors'}/tlog`;
it.skipIf(!existsSync(vectors))('of another project’s mirror holds (skipped if absent)', async () => {
  const { mirror_checkpoint, mirror_json } = JSON.parse(
    readFileSync(`${vectors}/sunlight-tiles-300.json`, 'utf8'),
  );
  const cosigner = parseCosigner(sha256, mirror_json.verifier_keys[0]) as Cosigner;
  const read = readNote(Buffer.from(mirror_checkpoint));
  const [{ id, signature } = { id: '', signature: new Uint8Array() }] = read?.signatures ?? [];
  const time = Number(Buffer.from(signature).readBigUInt64BE(0));
  const check = (at: number) =>
    verifyCosignature(cosigner, cosignedMessage(cosigner, read?.text ?? '', at), signature.subarray(8));
  expect([id, parseCheckpoint(read?.text ?? '')?.size]).toEqual([cosigner.id, 300]);
  expect([check(time), check(time + 1)]).toEqual([true, false]);
});
