/** A reader's judgement of a checkpoint: by whom, how many, how old, and what this machine can check. */
import { describe, expect, it } from 'vitest';
import { sha256, verifyCosignature } from '../../shared/log/node-crypto.ts';
import { cosignatureLine, cosignedMessage, formatCosigner } from '../../shared/tree/cosignature.ts';
import { judge, policyFor } from '../../shared/tree/judge.ts';
import { formatVerifier } from '../../shared/tree/note.ts';
import { formatTlogProof, parseTlogProof } from '../../shared/tree/tlog-proof.ts';
import { makeKey, makeLog, NOW } from './log.ts';

const { log, history } = makeLog();
const keys = [makeKey('a.example'), makeKey('b.example'), makeKey('c.example', 6)];
const [note, larger] = [history('leaf').note(5), history('leaf').note(9)];
const policy = policyFor(
  sha256,
  [
    `log ${formatVerifier(log)}`,
    ...keys.map(({ cosigner }) => `witness ${cosigner.name[0]} ${formatCosigner(cosigner)}`),
    'group two 2 a b c',
    'quorum two',
    '',
  ].join('\n'),
);
const lineOf = (which: number, of: Uint8Array, age = 0) => {
  const { cosigner, sign } = keys[which] ?? expect.fail();
  const text = `${Buffer.from(of).toString().split('\n\n')[0]}\n`;
  const time = NOW / 1000 - age;
  return cosignatureLine(cosigner, time, sign(cosignedMessage(cosigner, text, time)));
};
const cosigned = (of: Uint8Array, ...lines: string[]) => Buffer.concat([of, Buffer.from(lines.join(''))]);
const judged = (of: Uint8Array | null, more: object = {}) =>
  judge(policy, log, of, { verify: verifyCosignature, now: NOW, ...more });

describe('a reader', () => {
  it('believes a quorum, and says since when', async () => {
    expect(
      await judged(cosigned(note, lineOf(0, note, 40), lineOf(2, note, 10)), { fresh: 60 }),
    ).toMatchObject({
      ...{ fault: null, since: NOW / 1000 - 40, without: ['b'], unchecked: [], checkpoint: { size: 5 } },
    });
  });

  it('does not believe the stolen key of the log with fewer corrupt witnesses than a quorum', async () => {
    const fork = history('another history').note(5);
    expect((await judged(fork)).fault).toBe('FEW');
    expect((await judged(cosigned(fork, lineOf(0, fork)))).fault).toBe('FEW');
    expect((await judged(cosigned(fork, lineOf(0, fork), lineOf(0, fork, 1)))).fault).toBe('FEW');
    expect((await judged(cosigned(fork, lineOf(0, fork), lineOf(1, note)))).fault).toBe('UNSIGNED');
  });

  it.each([
    ['no checkpoint', null, {}, 'NOTHING'],
    ['a cosignature of another size', cosigned(note, lineOf(0, larger), lineOf(1, note)), {}, 'UNSIGNED'],
    ['another log', cosigned(makeLog().history('leaf').note(5)), {}, 'UNSIGNED'],
    ['an old quorum', cosigned(note, lineOf(0, note, 61), lineOf(1, note)), { fresh: 60 }, 'OLD'],
    ['times far ahead', cosigned(note, lineOf(0, note, -601), lineOf(1, note)), {}, 'FEW'],
  ] as const)('refuses %s', async (_what, of, more, fault) => {
    expect((await judged(of, more)).fault).toBe(fault);
  });

  it('whose machine has no ML-DSA counts such a witness as missing, and says so', async () => {
    const without = {
      verify: (...args: Parameters<typeof verifyCosignature>) => {
        if (args[0].type === 6) throw new TypeError('no such algorithm');
        return verifyCosignature(...args);
      },
    };
    const all = cosigned(note, ...[0, 1, 2].map((which) => lineOf(which, note)));
    expect(await judged(all, without)).toMatchObject({ fault: null, without: ['c'], unchecked: ['c'] });
    const few = cosigned(note, lineOf(0, note), lineOf(2, note));
    expect(await judged(few, without)).toMatchObject({ fault: 'FEW', unchecked: ['c'] });
    const bent = cosigned(note, lineOf(0, larger), lineOf(2, note));
    expect(await judged(bent, without)).toMatchObject({ fault: 'UNSIGNED' });
  });
});

describe('a file of a proof', () => {
  const proof = { index: 3, proof: [sha256(note), sha256(larger)], checkpoint: note.toString() };

  it('is read as it was written, with or without a line of others', () => {
    const text = formatTlogProof(proof);
    expect(parseTlogProof(text)).toEqual({ ...proof, proof: proof.proof.map((one) => new Uint8Array(one)) });
    expect(parseTlogProof(text.replace('index', 'extra AAAA\nindex'))?.index).toBe(3);
  });

  it.each([
    ['another version', (text: string) => text.replace('@v1', '@v2')],
    ['an index with a zero before it', (text: string) => text.replace('index 3', 'index 03')],
    ['a hash of another length', (text: string) => text.replace(/\n\S{44}\n/, '\nAAAA\n')],
    ['no checkpoint', (text: string) => text.split('\n\n')[0] ?? ''],
    ['64 hashes', () => formatTlogProof({ ...proof, proof: Array(64).fill(sha256(note)) })],
  ])('of %s is none', (_what, bend) => {
    expect(parseTlogProof(bend(formatTlogProof(proof)))).toBeNull();
  });
});
