/** Files of two records that are joined: what an undo of the merge gives back, and what no record holds after it. */

import { expect, it } from 'vitest';
import { endUndo } from '../../functions/maintenance/end-undo.ts';
import { partSubjects } from '../../functions/maintenance/part.ts';
import { loadHolding } from '../../functions/steps/holding.ts';
import type { Holding } from '../../functions/steps/open-sheets.ts';
import { asSubjectId } from '../../shared/ids.ts';
import { filesOf } from '../../shared/records/subject/key-states.ts';
import { actor, depsOver, joinNow } from '../maintenance/direct.ts';
import { eraseByTwo, keyItem, runJob, subjectOf } from '../maintenance/rig.ts';
import { child, fileOf, gateway, given, office, opened, photoOf, read, release } from './office.ts';

interface Person {
  ref: string;
  match: Record<string, string>;
  subject: string;
}

/** A person with this file; `null` for none. */
async function personWith(content: Buffer | null): Promise<Person & { file: string }> {
  const file = content ? await office.files.put(fileOf(content)) : '';
  const one = await child(content ? { medical_record: { file } } : {});
  return { ...one, file, subject: await subjectOf(gateway, one.ref) };
}

/** Two persons with a file each, the second's newer; then the second is taken for the first. */
async function joined() {
  const contents = [photoOf(10), photoOf(20)] as const;
  const [survivor, double] = [await personWith(contents[0]), await personWith(contents[1])];
  await joinNow(gateway, double.subject, survivor.subject);
  return { contents, survivor, double };
}

const deps = () => depsOver(gateway, gateway.dynamo);
async function undo({ subject }: Person) {
  const call = { deps: deps(), actor: actor(gateway, 'wang.fang'), approvals: [] };
  await partSubjects(call, await keyItem(gateway, subject));
}
async function endOf({ subject }: Person) {
  expect(await endUndo(deps(), (await loadHolding(deps(), asSubjectId(subject))) as Holding)).toBe(true);
}
async function write({ match }: Person, content: Buffer) {
  const file = await office.files.put(fileOf(content));
  await gateway.put('health-hospital', { match, fields: { medical_record: { file } } });
  return file;
}
const filesIn = async ({ subject }: Person) => filesOf(await keyItem(gateway, subject));
const contentOf = async ({ match }: Person) => read(await given(match));
const stored = async (...files: string[]) => {
  gateway.files.sweep(Number.POSITIVE_INFINITY);
  const names = await gateway.files.names();
  return files.map((file) => names.includes(file));
};

it('an undo leaves each person the own file alone, and the end of the other takes none', async () => {
  const { contents, survivor, double } = await joined();
  expect(await contentOf(survivor)).toEqual(contents[1]);
  await undo(survivor);
  expect([await filesIn(survivor), await filesIn(double)]).toEqual([[survivor.file], [double.file]]);
  expect([await contentOf(survivor), await contentOf(double)]).toEqual(contents);
  // Replaced, then erased.
  await write(survivor, photoOf(30));
  expect(await stored(double.file)).toEqual([true]);
  expect((await eraseByTwo(gateway, survivor.ref)).status).toBe(200);
  expect(await contentOf(double)).toEqual(contents[1]);
});

it('an undo gives a file that was written since to the person whom it names, and to no other', async () => {
  const { contents, survivor, double } = await joined();
  const [mine, other] = [photoOf(40), photoOf(50)];
  const written = [await write(survivor, mine), await write(double, other)];
  await undo(survivor);
  expect([await filesIn(survivor), await filesIn(double)]).toEqual([[written[0]], [written[1]]]);
  expect([await contentOf(survivor), await contentOf(double)]).toEqual([mine, other]);
  expect(await stored(survivor.file, double.file, ...written)).toEqual([false, false, true, true]);
  expect(contents).toHaveLength(2);
  expect((await eraseByTwo(gateway, double.ref)).status).toBe(200);
  expect(await contentOf(survivor)).toEqual(mine);
});

it('what the double had is there after an undo, also if it was replaced meanwhile by a paper for the other', async () => {
  const { contents, survivor, double } = await joined();
  await gateway.put('health-hospital', { match: survivor.match, fields: { medical_record: 'paper 12' } });
  expect(await stored(survivor.file, double.file)).toEqual([true, true]);
  await undo(survivor);
  expect([await filesIn(survivor), await filesIn(double)]).toEqual([[], [double.file]]);
  expect(await contentOf(double)).toEqual(contents[1]);
  expect(await stored(survivor.file, double.file)).toEqual([false, true]);
});

it('costs as many unwraps as of papers while a merge can be undone, and after its undo', async () => {
  const papers = [await personWith(null), await personWith(null)] as const;
  for (const [n, { match }] of papers.entries())
    await gateway.put('health-hospital', { match, fields: { medical_record: `paper ${n}` } });
  await joinNow(gateway, papers[1].subject, papers[0].subject);
  const people = [papers[0], (await joined()).survivor];
  const count = async () => {
    const counts: number[] = [];
    for (const { match } of people) {
      const before = opened();
      await release(match);
      counts.push(opened() - before);
    }
    return new Set(counts).size;
  };
  expect(await count()).toBe(1);
  for (const one of people) await undo(one);
  expect(await count()).toBe(1);
});

it('at the end of the time for an undo the files that were replaced go, of both', async () => {
  const one = await joined();
  await endOf(one.survivor);
  expect(await stored(one.survivor.file, one.double.file)).toEqual([false, true]);
  expect(await filesIn(one.survivor)).toEqual([one.double.file]);
  expect(await contentOf(one.survivor)).toEqual(one.contents[1]);
  const [double, survivor] = [await personWith(photoOf(10)), await personWith(photoOf(20))];
  await joinNow(gateway, double.subject, survivor.subject);
  await endOf(survivor);
  expect(await stored(double.file, survivor.file)).toEqual([false, true]);
});

it('a second merge ends the time for an undo of the first, and removes what only that needed', async () => {
  const { contents, survivor, double } = await joined();
  const third = await personWith(null);
  await joinNow(gateway, survivor.subject, third.subject);
  expect(await stored(survivor.file, double.file)).toEqual([false, true]);
  const fourth = await personWith(null);
  await joinNow(gateway, fourth.subject, third.subject);
  expect(await contentOf(third)).toEqual(contents[1]);
});

it('keeps a file through a rekey, and its replacement after that', async () => {
  const one = await personWith(photoOf(10));
  await runJob(gateway, 'rekey');
  expect(await filesIn(one)).toEqual([one.file]);
  const next = photoOf(20);
  await write(one, next);
  expect(await filesIn(one)).not.toContain(one.file);
  expect(await contentOf(one)).toEqual(next);
});
