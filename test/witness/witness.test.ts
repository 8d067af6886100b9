/** What a witness cosigns, by the protocol of C2SP tlog-witness. */
import { describe, expect, it, test } from 'vitest';
import { sha256, verifyCosignature } from '../../shared/log/node-crypto.ts';
import { toBase64 } from '../../shared/tree/base64.ts';
import { formatCheckpoint } from '../../shared/tree/checkpoint.ts';
import { openCosigned } from '../../shared/tree/cosignature.ts';
import { addCheckpoint, formatRequest } from '../../shared/witness/add-checkpoint.ts';
import type { Seen } from '../../shared/witness/witness.ts';
import { makeKey, makeLog, memory, witnessOf } from './log.ts';

const { log, privateKey, signed, history } = makeLog();
const tree = history('leaf');
const [at3, at7, at300] = [tree.note(3), tree.note(7), tree.note(300)];
const NONE: Uint8Array[] = [];

/** A witness that has cosigned the tree of 7. */
async function seasoned(more: Parameters<typeof witnessOf>[1] = {}) {
  const journal = memory();
  const witness = witnessOf(log, { journal, ...more });
  const ask = async (old: number, proof: readonly Uint8Array[], note: Uint8Array) =>
    addCheckpoint(new Map([[log.name, witness]]), formatRequest({ old, proof: [...proof], note }));
  expect((await ask(0, NONE, at7)).status).toBe(200);
  return { ask, journal, witness };
}

describe('a witness', () => {
  it('cosigns a first tree, what continues it, and the same again', async () => {
    const keys = [makeKey('w.example/one'), makeKey('w.example/one', 6)];
    const { ask, journal } = await seasoned({ keys });
    const grown = await ask(7, await tree.proof(7, 300), at300);
    const again = await ask(300, NONE, at300);
    const known = keys.map(({ cosigner }) => cosigner);
    for (const { status, text } of [grown, again]) {
      expect(status).toBe(200);
      const whole = Buffer.concat([at300, Buffer.from(text)]);
      const opened = await openCosigned(whole, log, known, verifyCosignature);
      expect(opened?.cosigned.map(({ cosigner }) => cosigner.type)).toEqual([4, 6]);
    }
    expect(journal.lines.map(({ size }) => size)).toEqual([7, 300]);
  });

  const fork = history('other');
  const [fork3, fork7, fork300] = [fork.note(3), fork.note(7), fork.note(300)];
  const forged = (text: string) => Buffer.concat([at7.subarray(0, 0), Buffer.from(text)]);
  const body = at300.toString();
  test.each<[string, number, () => Promise<Uint8Array[]> | Uint8Array[], Uint8Array, number, string]>([
    ['another tree of the same size', 7, () => NONE, fork7, 422, 'fork\n'],
    ['a longer tree of another history', 7, () => fork.proof(7, 300), fork300, 422, 'inconsistent\n'],
    ['a longer tree without a proof', 7, () => NONE, at300, 422, 'inconsistent\n'],
    ['a longer tree with the proof of another', 7, () => tree.proof(3, 300), at300, 422, 'inconsistent\n'],
    ['an earlier tree', 3, () => NONE, at3, 409, '7\n'],
    ['an earlier tree of another history', 0, () => NONE, fork3, 409, '7\n'],
    ['a request that knows less', 3, () => tree.proof(3, 300), at300, 409, '7\n'],
    ['an old size over the new one', 8, () => NONE, at7, 400, 'ahead\n'],
    [
      'a note without a true signature',
      7,
      () => NONE,
      forged(body.replace(/ [^ ]+\n$/, ` ${toBase64(Buffer.alloc(68))}\n`)),
      403,
      'signature\n',
    ],
    [
      'a note with a bent signature',
      7,
      () => NONE,
      forged(body.replace(/.{3}=\n$/, 'AAA=\n')),
      403,
      'signature\n',
    ],
    [
      'a note of a log of the same name',
      7,
      () => NONE,
      makeLog().history('leaf').note(300),
      403,
      'signature\n',
    ],
    [
      'a note of an unknown log',
      7,
      () => NONE,
      makeLog(undefined, 'b.example').history('leaf').note(9),
      404,
      'unknown log\n',
    ],
  ])('refuses %s', async (_what, old, proof, note, status, text) => {
    const { ask, journal } = await seasoned();
    const type = status === 409 ? 'text/x.tlog.size' : 'text/plain; charset=utf-8';
    expect(await ask(old, await proof(), note)).toEqual({ status, type, text });
    expect(journal.lines).toHaveLength(1);
    // And goes on with the honest one.
    expect((await ask(7, await tree.proof(7, 300), at300)).status).toBe(200);
  });

  it('takes the empty tree under its one root', async () => {
    const empty = (root: Uint8Array) => signed(formatCheckpoint({ origin: log.name, size: 0, root }));
    const ask = (note: Uint8Array) =>
      addCheckpoint(new Map([[log.name, witnessOf(log)]]), formatRequest({ old: 0, proof: [], note }));
    expect((await ask(empty(sha256(Buffer.from('x'))))).status).toBe(422);
    expect((await ask(empty(sha256(Buffer.alloc(0))))).status).toBe(200);
    expect((await ask(empty(Buffer.alloc(32)))).status).toBe(422);
  });

  test.each([
    ['nothing', ''],
    ['no old size', `\n${body}`],
    ['an old size in other figures', `old 07\n\n${body}`],
    ['an old size over 2⁵³', `old 9007199254740993\n\n${body}`],
    ['a hash of another length', `old 7\n${toBase64(Buffer.alloc(31))}\n\n${body}`],
    ['a hash in another form', `old 7\nAAAA=\n\n${body}`],
    ['64 hashes', `old 7\n${`${toBase64(Buffer.alloc(32))}\n`.repeat(64)}\n${body}`],
    ['lines of Windows', `old 7\r\n\r\n${body}`],
    ['no blank line', `old 7\n${body.replace('\n\n', '\n')}`],
  ])('refuses a request of %s', async (_what, text) => {
    const witness = witnessOf(log);
    const answer = await addCheckpoint(new Map([[log.name, witness]]), Buffer.from(text));
    expect([answer.status, witness.last()]).toEqual([400, null]);
  });

  it('judges the second of two requests by what the first left', async () => {
    const { ask, journal } = await seasoned();
    const [at250, at280] = await raced();
    const answers = await Promise.all([
      ask(7, await tree.proof(7, 300), at300),
      ask(7, at250.proof, at250.note),
      ask(7, at280.proof, at280.note),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 409, 409]);
    expect(journal.last()?.size).toBe(300);
  });
  async function raced() {
    const same = history('leaf');
    const notes = [];
    for (const size of [250, 280]) {
      const note = same.note(size);
      notes.push({ note, proof: await same.proof(7, size) });
    }
    return notes as [(typeof notes)[0], (typeof notes)[0]];
  }

  it('says nothing if the journal or the key fails, and can be asked again', async () => {
    const journal = memory();
    let full = true;
    const append = (seen: Seen) => {
      if (full) throw new Error('disk full');
      journal.append(seen);
    };
    const key = makeKey('w.example/one');
    let down = true;
    const sign = async (message: Uint8Array) => {
      if (down) throw new Error('no key');
      return key.sign(message);
    };
    const witness = witnessOf(log, { journal: { ...journal, append }, keys: [{ ...key, sign }] });
    await expect(witness.cosign(at7, 0, [])).rejects.toThrow('disk full');
    full = false;
    await expect(witness.cosign(at7, 0, [])).rejects.toThrow('no key');
    down = false;
    // It may have been heard: from here on it is the last one.
    expect(await witness.cosign(at7, 0, [])).toMatchObject({ refused: 'stale' });
    expect(await witness.cosign(fork7, 7, [])).toMatchObject({ refused: 'fork' });
    expect(await witness.cosign(at7, 7, [])).toHaveProperty('lines');
  });
});

it('a stolen key of the log gets no second history past a witness', async () => {
  const thief = makeLog({ privateKey, publicKey: (await import('node:crypto')).createPublicKey(privateKey) });
  const other = thief.history('stolen');
  const { ask } = await seasoned();
  for (const size of [7, 8, 300]) {
    const note = other.note(size);
    const proof = size === 7 ? [] : await other.proof(7, size);
    expect([size, (await ask(7, proof, note)).status]).toEqual([size, 422]);
  }
});
