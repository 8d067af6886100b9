import { expect, it } from 'vitest';
import { checkHeads } from '../../infra/cli/log/heads.ts';
import type { LogEntry } from '../../shared/client/wire/types.ts';

const digest = (write: string) => write.padEnd(43, '-');

/** A write of version `version` with its own digest, by a writer at a place of its chain. */
function wrote(version: number, write: string, writer = 'w', seq = version): LogEntry {
  const sheet = { owner: 'MCA', version, digest: digest(write) };
  return {
    id: `${writer}-${seq}-0`,
    kind: 'intake',
    subject: 'child',
    sheet,
    writer,
    seq,
  } as unknown as LogEntry;
}

function check(version: number, write: string, entries: LogEntry[]) {
  const one = checkHeads(new Map([['child MCA', { version, digest: digest(write) }]]));
  for (const entry of entries) one.entry(entry);
  const { bad, unfinished } = one.end();
  return { bad: bad.length, unfinished: unfinished.length };
}

it('a head is the last write of its record, in whatever order the entries come', () => {
  const good = { bad: 0, unfinished: 0 };
  expect(check(2, 'b', [wrote(2, 'b'), wrote(1, 'a')])).toEqual(good);
  // Of two concurrent writes of one version, one was committed.
  expect(check(2, 'b', [wrote(1, 'a'), wrote(2, 'b'), wrote(2, 'c', 'other')])).toEqual(good);
});

it('a head that went back, or was never written, is bad', () => {
  const on = wrote(9, 'x', 'w', 500);
  expect(
    check(1, 'a', [wrote(1, 'a'), wrote(2, 'b'), { ...on, subject: 'another', sheet: undefined as never }]),
  ).toMatchObject({
    bad: 1,
  });
  expect(check(1, 'a', [wrote(1, 'a'), wrote(2, 'b'), wrote(3, 'c')])).toMatchObject({ bad: 1 });
  expect(check(2, 'z', [wrote(1, 'a'), wrote(2, 'b')])).toMatchObject({ bad: 1 });
});

it('a write that its process logged at its end, and did not commit, is unfinished', () => {
  expect(check(1, 'a', [wrote(1, 'a'), wrote(2, 'b')])).toEqual({ bad: 0, unfinished: 1 });
});

it('a record whose head is gone is bad if it was used, unless it was erased or joined another', () => {
  const gone = (...more: object[]) => {
    const other = { ...wrote(1, 'a'), subject: 'gone' };
    const { bad, unfinished } = check(1, 'a', [wrote(1, 'a'), other, ...(more as LogEntry[])]);
    return [bad, unfinished];
  };
  const of = { writer: 'w', seq: 700, subject: 'gone' };
  expect(gone({ ...of, kind: 'decision' })).toEqual([1, 0]);
  expect(gone({ ...wrote(2, 'b'), subject: 'gone' })).toEqual([1, 0]);
  // Its head may never have been there.
  expect(gone()).toEqual([0, 1]);
  expect(gone({ ...of, kind: 'decision' }, { ...of, kind: 'erasure', outcome: 'erased' })).toEqual([0, 0]);
  expect(gone({ ...of, kind: 'decision' }, { ...of, kind: 'merge', outcome: 'joined' })).toEqual([0, 0]);
});
