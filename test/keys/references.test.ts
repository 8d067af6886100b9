import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it as plain } from 'vitest';
import { asClientId, asSubjectId } from '../../shared/ids.ts';
import { type References, referencesOf } from '../../shared/keys/references.ts';
import { RUNS } from '../support/runs.ts';
import { stubKms } from './stub-kms.ts';

const { kms, messages } = stubKms(
  new Map(['r1', 'r2', 'r3'].map((name) => [name, randomBytes(32)] as const)),
);
const of = (clientId: string, keys = 'r1') => referencesOf(kms, keys, asClientId(clientId));

const subjects = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((one) => Buffer.from(one).toString('base64url'));
const clients = fc.constantFrom(
  'mca-county',
  'edu-county',
  'mps-county',
  'charity-sunrise',
  'mca-count',
  'y',
);

const it = plain.extend('references', () => of('mca-county'));

it('leads back to the subject, for the agency that has it', async () => {
  await fc.assert(
    fc.asyncProperty(subjects, clients, async (subject, clientId) => {
      const references = await of(clientId);
      const ref = references.toRef(asSubjectId(subject));
      expect(ref).toMatch(/^A[\w-]{22}$/);
      expect(references.toSubject(ref)).toBe(subject);
    }),
    RUNS,
  );
});

it("joins nothing across agencies: neither references, nor tokens, nor one agency's references at another", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(subjects, { minLength: 2, maxLength: 8 }),
      clients,
      clients,
      async (all, a, b) => {
        if (a === b) return;
        const [ours, theirs] = [await of(a), await of(b)];
        const lists = [ours, theirs].map((one) => [
          ...all.map((subject) => one.toRef(asSubjectId(subject))),
          ...all.map((subject) => one.token(asSubjectId(subject), 'W1')),
        ]);
        const [left, right] = lists as [string[], string[]];
        const common = (x: string[], y: string[]) => x.filter((one) => y.includes(one));
        expect(common(left, right)).toEqual([]);
        // Neither do the bytes of two lists share a pattern: no common block, no common difference.
        const block = (ref: string) => Buffer.from(ref, 'base64url').subarray(1);
        const differences = (refs: string[]) =>
          refs.slice(1, all.length).map((ref) => xor(block(ref), block(refs[0] as string)).toString('hex'));
        expect(common(differences(left), differences(right))).toEqual([]);
        for (const subject of all)
          expect(theirs.toSubject(ours.toRef(asSubjectId(subject)))).not.toBe(subject);
      },
    ),
    RUNS,
  );
});

const xor = (a: Buffer, b: Buffer) => Buffer.from(a.map((byte, i) => byte ^ (b[i] ?? 0)));

describe('a reference', () => {
  const made = (version: number, length = 16) =>
    Buffer.concat([Buffer.of(version), randomBytes(length)]).toString('base64url');

  it('that was made up leads to a random subject id without a record', async ({ references }) => {
    const ids = Array.from({ length: 200 }, () => references.toSubject(made(1)));
    expect(new Set(ids).size).toBe(200);
    for (const id of ids) expect(Buffer.from(id ?? '', 'base64url')).toHaveLength(16);
  });

  it.each([
    ['another version', () => made(2)],
    ['version 0', () => made(0)],
    ['version 255', () => made(255)],
    ['15 bytes', () => made(1, 15)],
    ['17 bytes', () => made(1, 17)],
    ['nothing', () => ''],
    ['padding', () => `${made(1)}=`],
    ['base64 in place of base64url', () => `${'+/'.repeat(11)}A`],
    ['trailing bits', () => `${made(1).slice(0, -1)}B`],
    ['white space', () => ` ${made(1)}`],
  ])('is none with %s', async (_, text) => {
    const references = await of('mca-county');
    expect(references.toSubject(text())).toBeNull();
    expect(references.toSubject(made(1))).not.toBeNull();
  });

  it('is made for a subject id alone', async ({ references }) => {
    for (const bad of ['', 'x', made(1)])
      expect(() => references.toRef(asSubjectId(bad))).toThrow(RangeError);
  });
});

describe('a new reference key', () => {
  const subject = randomBytes(16).toString('base64url');

  it('makes the new references and keeps the old ones working', async () => {
    const [old, both, three] = (await Promise.all([
      of('edu-county'),
      of('edu-county', 'r1 r2'),
      of('edu-county', 'r1 r2 r3'),
    ])) as [References, References, References];
    const refs = [old, both, three].map((one) => one.toRef(asSubjectId(subject)));
    expect(new Set(refs).size).toBe(3);
    expect(refs.map((ref) => Buffer.from(ref, 'base64url')[0])).toEqual([1, 2, 3]);
    for (const ref of refs) expect(three.toSubject(ref)).toBe(subject);
    expect([both.toSubject(refs[2] as string), old.toSubject(refs[1] as string)]).toEqual([null, null]);
  });

  it('leaves tokens as they were', async () => {
    const [old, both] = [await of('edu-county'), await of('edu-county', 'r1 r2')];
    expect(both.token(asSubjectId(subject), 'S1')).toBe(old.token(asSubjectId(subject), 'S1'));
  });
});

it('a token differs by subject and purpose, and is no reference', async ({ references }) => {
  const [a, b] = [randomBytes(16), randomBytes(16)].map((bytes) => bytes.toString('base64url')) as [
    string,
    string,
  ];
  const tokens = [
    references.token(asSubjectId(a), 'W1'),
    references.token(asSubjectId(a), 'W2'),
    references.token(asSubjectId(b), 'W1'),
    references.token(asSubjectId(a), 'W'),
  ];
  expect(new Set(tokens).size).toBe(4);
  for (const token of tokens) expect(references.toSubject(token)).toBeNull();
  expect(references.token(asSubjectId(a), 'W1')).toBe(tokens[0]);
});

it('costs one GenerateMac an agency and key, for any number of concurrent calls', async () => {
  messages();
  await Promise.all(Array.from({ length: 20 }, () => of('burst-county', 'r1 r2')));
  const sent = messages();
  expect(sent).toHaveLength(2);
  expect(sent.every((message) => message.toString().endsWith('burst-county'))).toBe(true);
});
