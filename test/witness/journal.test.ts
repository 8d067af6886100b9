/** The journal of a witness, cut anywhere: it never cosigns two trees of one size. */
import { appendFileSync, existsSync, mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { createJournal, JournalLost, openJournal } from '../../infra/cli/witness/journal.ts';
import { createKeeper, Forked, filesIn, openKeeper } from '../../infra/cli/witness/keeper.ts';
import { sha256, verifyEd25519 } from '../../shared/log/node-crypto.ts';
import { checkFork } from '../../shared/witness/fork.ts';
import { makeLog, witnessOf } from './log.ts';

const fresh = () => join(mkdtempSync(join(tmpdir(), 'witness-')), 'log.journal');
const { log, history } = makeLog();
const SIZES = [1, 9, 10, 99, 100];
const tree = history('leaf');
const notes = new Map(SIZES.map((size) => [size, tree.note(size)]));
const fork = history('other');
const forks = new Map(SIZES.map((size) => [size, fork.note(size)]));

/** Cosigns from one size to the next, and returns the lengths of the file at which each answer had left. */
async function fill(path: string): Promise<Map<number, number>> {
  const journal = openJournal(path);
  const witness = witnessOf(log, { journal });
  const answered = new Map<number, number>();
  for (const size of SIZES) {
    const old = journal.last()?.size ?? 0;
    const proof = old === 0 ? [] : await tree.proof(old, size);
    expect(await witness.cosign(notes.get(size) as Uint8Array, old, proof)).toHaveProperty('lines');
    answered.set(size, readFileSync(path).length);
  }
  journal.close();
  return answered;
}

describe('a journal', () => {
  it('cut at any byte lets no answered tree have a second one', async () => {
    const path = fresh();
    createJournal(path);
    const answered = await fill(path);
    const whole = readFileSync(path);
    for (let length = 0; length <= whole.length; length++) {
      const cut = fresh();
      writeFileSync(cut, whole.subarray(0, length));
      const journal = openJournal(cut);
      const witness = witnessOf(log, { journal });
      const last = journal.last()?.size ?? 0;
      // A process dies before the end of a line only if no cosignature of that line has left.
      const left = [...answered].filter(([, at]) => at <= length).map(([size]) => size);
      expect([length, last]).toEqual([length, left.at(-1) ?? 0]);
      for (const size of left) {
        const said = await witness.cosign(forks.get(size) as Uint8Array, last, []);
        expect([length, size, 'lines' in said]).toEqual([length, size, false]);
      }
      journal.close();
      // The piece is gone, so the next line begins at its own place.
      expect(readFileSync(cut, 'utf8')).toMatch(/^(\d+ \S{44}\n)*$/);
    }
  });

  it('that is gone stops its witness, and an empty one begins', async () => {
    const path = fresh();
    expect(() => openJournal(path)).toThrow(JournalLost);
    createJournal(path);
    const journal = openJournal(path);
    expect(journal.last()).toBeNull();
    expect(() => createJournal(path)).toThrow('EEXIST');
    journal.close();
  });

  test.each([
    ['words', 'hello\n'],
    ['a hash of another length', '3 AAAA\n'],
    ['sizes that fall', `9 ${'A'.repeat(43)}=\n3 ${'A'.repeat(43)}=\n`],
    ['one size twice', `9 ${'A'.repeat(43)}=\n9 ${'B'.repeat(42)}A=\n`],
  ])('with %s stops its witness', (_what, text) => {
    const path = fresh();
    writeFileSync(path, text);
    expect(() => openJournal(path)).toThrow(JournalLost);
  });

  it('begins again with its last line when it is long', () => {
    const path = fresh();
    createJournal(path);
    for (let size = 1; size <= 20_000; size++) appendFileSync(path, `${size} ${'A'.repeat(43)}=\n`);
    openJournal(path).close();
    expect(readFileSync(path, 'utf8')).toBe(`20000 ${'A'.repeat(43)}=\n`);
    truncateSync(path, 10);
    const journal = openJournal(path);
    expect(journal.last()).toBeNull();
    journal.close();
  });

  it('after a write that failed takes no other one', async () => {
    const path = fresh();
    createJournal(path);
    const journal = openJournal(path);
    journal.close();
    expect(() => journal.append({ size: 1, root: new Uint8Array(32) })).toThrow();
    expect(() => journal.append({ size: 1, root: new Uint8Array(32) })).toThrow('an earlier write');
    expect(journal.last()).toBeNull();
  });
});

describe('the folder of a witness', () => {
  const folder = () => join(mkdtempSync(join(tmpdir(), 'keeper-')), 'w');

  it('keeps proof of a fork that a request brings, and cosigns nothing after it', async () => {
    const own = folder();
    createKeeper(own, 'w.example', log);
    const keeper = openKeeper(own);
    expect(await keeper.witness.cosign(notes.get(9) as Uint8Array, 0, [])).toHaveProperty('lines');
    expect(await keeper.witness.cosign(forks.get(9) as Uint8Array, 9, [])).toMatchObject({ refused: 'fork' });
    await expect(keeper.witness.cosign(notes.get(9) as Uint8Array, 9, [])).rejects.toThrow(Forked);
    keeper.close();
    const proof = JSON.parse(readFileSync(filesIn(own).fork, 'utf8'));
    expect(await checkFork(proof, log, sha256, verifyEd25519)).toEqual([9, 9]);
    expect(() => openKeeper(own)).toThrow(Forked);
  });

  it('keeps its key, and names that no key may have make none', () => {
    const own = folder();
    const { id } = createKeeper(own, 'w.example', log, 'ml-dsa-44');
    const [mine, other] = [`4194303`, process.ppid].map((pid) => `${filesIn(own).fork}.${pid}.new`);
    writeFileSync(mine as string, '{"no');
    writeFileSync(other as string, '{}');
    expect(openKeeper(own).cosigner).toMatchObject({ id, type: 6, name: 'w.example' });
    // What a killed writer left behind is gone; the other one may still be at work.
    expect([mine, other].map((draft) => existsSync(draft as string))).toEqual([false, true]);
    expect(() => createKeeper(own, 'w.example', log)).toThrow('EEXIST');
    expect(() => createKeeper(folder(), 'a b', log)).toThrow(RangeError);
  });
});
