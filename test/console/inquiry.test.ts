import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { inquiryCheck } from '../../functions/console/web/verify/inquiry.ts';
import { toBase64 } from '../../shared/tree/base64.ts';
import { countCommitment } from '../../shared/tree/commitments.ts';
import { hashLeaf } from '../../shared/tree/merkle.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const SUBJECT = 'person-of-the-log';
const bytes = (text: string) => new TextEncoder().encode(text);
const saltOf = (n: number) => new Uint8Array(16).fill(n);

/** A log of entries, of which those with a number are about the person, each step with its counts. */
function logOf(numbers: readonly (number | null)[]) {
  const leaves = numbers.map((n, at) => ({
    id: `entry-${at}`,
    kind: 'decision',
    text: `{"id":"entry-${at}"}`,
    n,
  }));
  const counts = numbers.map((n, at) =>
    countCommitment(sha256, saltOf(n ?? 99), n === null ? `other-${at}` : SUBJECT, n ?? 1),
  );
  const count = JSON.stringify({ counts: toBase64(Buffer.concat(counts)), first: 0, kind: 'count', v: 2 });
  return { leaves, all: [...leaves, { id: '', kind: 'count', text: count, n: null }] };
}

function answerOf({ leaves }: ReturnType<typeof logOf>) {
  const about = leaves.filter(({ n }) => n !== null);
  const entries = about.map(({ id, text, n }) => ({
    ...{ entry: id, leaf: toBase64(bytes(text)), salt: toBase64(saltOf(n ?? 0)) },
  }));
  const own = about.at(-1) as (typeof about)[number];
  const receipt = { entry: own.id, leafHash: toBase64(hashLeaf(sha256, bytes(own.text))) };
  return { proof: { subject: SUBJECT, entries }, receipt };
}

function compare(log: ReturnType<typeof logOf>, answer = answerOf(log), until = log.all.length) {
  const check = inquiryCheck(answer);
  const seen = log.all.slice(0, until).map((leaf, at) => check.see(bytes(leaf.text), at, leaf));
  return { seen: seen.every(Boolean), ...check.result() };
}

describe('an answer to an inquiry is compared with the log', () => {
  const log = logOf([1, null, 2, null, 3]);
  it('and is complete if it has every number', () => {
    expect(compare(log)).toEqual({ seen: true, state: 'complete', entries: 3 });
  });
  it('and lacks an entry whose number the log has', () => {
    const { proof, receipt } = answerOf(log);
    const entries = proof.entries.filter((_, at) => at !== 1);
    expect(compare(log, { proof: { ...proof, entries }, receipt })).toMatchObject({
      state: 'gap',
      entries: 1,
    });
  });
  it('and has an entry that the log does not have', () => {
    const { proof, receipt } = answerOf(log);
    const entries = [
      ...proof.entries,
      { ...(proof.entries[0] as object), entry: 'no-such' },
    ] as typeof proof.entries;
    expect(compare(log, { proof: { ...proof, entries }, receipt })).toMatchObject({ state: 'gap' });
  });
  it('and has an entry with another leaf', () => {
    const { proof, receipt } = answerOf(log);
    const entries = proof.entries.map((one, at) =>
      at === 0 ? { ...one, leaf: toBase64(bytes('{"id":"x"}')) } : one,
    );
    expect(compare(log, { proof: { ...proof, entries }, receipt })).toMatchObject({ state: 'altered' });
  });
  it('and waits until its own entry is in the tree', () => {
    expect(compare(log, answerOf(log), 4)).toMatchObject({ state: 'notYet' });
  });
  it('and no log is accepted that counts an entry twice', () => {
    const twice = { ...log, all: [...log.all, log.all.at(-1) as (typeof log.all)[number]] };
    expect(compare(twice).seen).toBe(false);
  });
});
