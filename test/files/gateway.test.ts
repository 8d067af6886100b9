/** Files as values of fields, through the whole gateway by its client. */

import { expect, it, vi } from 'vitest';
import { retainSubject } from '../../functions/maintenance/jobs/retain.ts';
import { asKeyId, asSubjectId } from '../../shared/ids.ts';
import type { Job } from '../../shared/records/gateway/jobs.ts';
import { filesOf } from '../../shared/records/subject/key-states.ts';
import { actor, depsOver } from '../maintenance/direct.ts';
import { allItems, eraseByTwo, keyItem, runJob, subjectOf } from '../maintenance/rig.ts';
import { registerCase } from '../support/cases.ts';
import {
  as,
  child,
  fileOf,
  gateway,
  given,
  office,
  opened,
  PLANTED,
  photoOf,
  read,
  release,
} from './office.ts';

it('a file leaves with its key and an address, and opens at the recipient', async () => {
  const content = photoOf();
  const file = await office.files.put(fileOf(content));
  const { match } = await child({ medical_record: { file } });
  const one = await given(match);
  expect(Object.keys(one).sort()).toEqual(
    ['file', 'type', 'bytes', 'sha256', 'key', 'context', 'url', 'until'].sort(),
  );
  expect((await read(one)).equals(content)).toBe(true);
  const found = await Promise.all(
    Object.entries(gateway.env)
      .filter(([name]) => name.endsWith('Table'))
      .map(async ([, table]) => JSON.stringify(await allItems(gateway.dynamo, table))),
  );
  expect(found.join()).not.toContain(Buffer.from(PLANTED).toString('base64').slice(0, 30));
  expect(found.join()).not.toContain(one.key);
});

it('costs as many unwraps whether or not a person has a file, and the entry names each', async () => {
  const file = await office.files.put(fileOf(photoOf()));
  const [has, text, none] = [
    await child({ medical_record: { file } }),
    await child({ medical_record: 'paper 12' }),
    await child(),
  ];
  const counts: number[] = [];
  for (const { match } of [has, text, none, has, text, none]) {
    const before = opened();
    await release(match);
    counts.push(opened() - before);
  }
  expect(new Set(counts).size).toBe(1);
  const { entry } = await release(has.match);
  const { json } = await gateway.call(
    'audit-office',
    { actions: ['audit'] },
    'GET',
    `/v1/log/entries/${entry}`,
  );
  expect(json.keys).toContain(file);
});

it('who may only know that a document exists learns no size, key or address, and no key of a file is opened', async () => {
  const scan = photoOf(70_000);
  const clerk = await as('mca-county', 'li.na');
  const file = await clerk.files.put(fileOf(scan, { field: 'id_scan' }));
  const answers = [];
  for (const value of [{ file }, 'paper 12', null]) {
    const { match } = await child();
    if (value) await gateway.put('mca-county', { match, fields: { id_scan: value } });
    const words = { purpose: 'W1', case: `W-2026-${answers.length}`, officer: 'li.na' };
    await registerCase(gateway, 'mca-county', words, [{ match }]);
    const before = opened();
    const { results } = await clerk.release({
      ...words,
      reason: 'decision on status',
      subjects: [{ match }],
      fields: ['id_scan'],
    });
    const [result] = results;
    if (!result || 'refused' in result) return expect.fail('refused');
    const { json } = await gateway.call(
      'audit-office',
      { actions: ['audit'] },
      'GET',
      `/v1/log/entries/${result.receipt.entry}`,
    );
    expect(JSON.stringify([result, json])).not.toContain(file);
    answers.push([opened() - before, result.fields['id_scan']]);
  }
  const given = { form: 'predicate', predicate: 'document_held', way: expect.anything() };
  expect(answers).toEqual([
    [answers[2]?.[0], { ...given, value: 'YES' }],
    [answers[2]?.[0], { ...given, value: 'YES' }],
    [expect.any(Number), { ...given, value: 'NOT_CONFIRMED' }],
  ]);
});

it('a department that received a file learns by its id of no other use of it', async () => {
  const file = await office.files.put(fileOf(photoOf()));
  const { ref, match } = await child({ medical_record: { file } });
  const { entry } = await release(match);
  const at = Date.now();
  const [from, to] = [at - 3_600_000, at + 60_000].map((time) => new Date(time).toISOString());
  const subject = await subjectOf(gateway, ref);
  const unwraps = [{ key: file, subject, principal: 'AROA/H1@health-hospital', time: to }];
  const ask = async (agency: string) =>
    (await gateway.call(agency, { actions: ['intake'] }, 'POST', '/v1/usage/keys', { from, to, unwraps }))
      .json;
  expect(await ask('mca-county')).toEqual({ entries: [], gone: [] });
  expect((await ask('health-hospital')).entries).toMatchObject([{ entry, keys: [file] }]);
});

it('a bent object gives an error, and no byte behind the fault', async () => {
  const file = await office.files.put(fileOf(photoOf()));
  const { match } = await child({ medical_record: { file } });
  const one = await given(match);
  const object = Buffer.from(await (await fetch(one.url)).arrayBuffer());
  for (const at of [3, 40, 100, 60_000, object.length - 1]) {
    const bent = Buffer.from(object);
    bent[at] = (bent[at] ?? 0) ^ 1;
    const url = `data:application/octet-stream;base64,${bent.toString('base64')}`;
    await expect(read({ ...one, url })).rejects.toThrow(expect.objectContaining({ code: 'ANSWER_INVALID' }));
  }
});

it('a range of 1 MB takes the chunks that it touches from the store, and no other byte', async () => {
  const content = photoOf(3_000_000);
  const file = await office.files.put(fileOf(content));
  const { match } = await child({ medical_record: { file } });
  const one = await given(match);
  const fetched: number[] = [];
  const plain = globalThis.fetch;
  const spy = vi.spyOn(globalThis, 'fetch').mockImplementation(async (...args) => {
    const answer = await plain(...args);
    fetched.push(Number(answer.headers.get('content-length')));
    return answer;
  });
  const range = { from: 1_000_001, to: 2_048_577 };
  expect((await read(one, range)).equals(content.subarray(range.from, range.to))).toBe(true);
  spy.mockRestore();
  expect(fetched.reduce((sum, bytes) => sum + bytes, 0)).toBe(56 + 65 * 16_400);
  expect(await read(one, { from: content.length - 5 })).toEqual(content.subarray(-5));
  await expect(read(one, { to: content.length + 1 })).rejects.toThrow(RangeError);
});

it('an erased person has no file: no object, and no key', async () => {
  const file = await office.files.put(fileOf(photoOf()));
  const { ref, match } = await child({ medical_record: { file } });
  const one = await given(match);
  expect((await eraseByTwo(gateway, ref)).status).toBe(200);
  expect(await gateway.files.names()).not.toContain(file);
  await expect(read(one)).rejects.toThrow(expect.objectContaining({ code: 'UNREACHABLE' }));
});

it('the object of a file that another value replaced, or that was removed, goes by itself', async () => {
  const [first, second] = [
    await office.files.put(fileOf(photoOf(10))),
    await office.files.put(fileOf(photoOf(10))),
  ];
  const { match } = await child({ medical_record: { file: first } });
  const left = async () => {
    // The clock of files is that of the disk.
    gateway.files.sweep(Number.POSITIVE_INFINITY);
    return (await gateway.files.names()).filter((name) => name === first || name === second);
  };
  expect(await left()).toEqual([first]);
  const again = await office.files.put(fileOf(photoOf(10)));
  await gateway.put('health-hospital', { match, fields: { medical_record: { file: again } } });
  expect(await left()).toEqual([]);
  expect(await gateway.files.names()).toContain(again);
  await gateway.put('health-hospital', { match, fields: { medical_record: null } });
  await left();
  expect(await gateway.files.names()).not.toContain(again);
});

it('moves with a record to new data keys', async () => {
  const content = photoOf();
  const file = await office.files.put(fileOf(content));
  const { match } = await child({ medical_record: { file } });
  await runJob(gateway, 'rekey');
  expect((await read(await given(match))).equals(content)).toBe(true);
});

it('a file whose period has ended goes with its key and its object', async () => {
  const clerk = await as('mca-county', 'li.na');
  const file = asKeyId(await clerk.files.put(fileOf(photoOf(10), { field: 'id_scan' })));
  const { ref, match } = await child();
  await gateway.put('mca-county', { match, fields: { id_scan: { file } } });
  const subject = await subjectOf(gateway, ref);
  const pass = (days: number) => {
    const deps = { ...depsOver(gateway, gateway.dynamo), now: () => Date.now() + days * 86_400_000 };
    const job = { started: deps.now() } as Job;
    return retainSubject({ deps, job, actor: actor(gateway, 'retention') }, asSubjectId(subject));
  };
  const there = async () => [
    filesOf(await keyItem(gateway, subject)).includes(file),
    (await gateway.files.names()).includes(file),
  ];
  await pass(1);
  expect(await there()).toEqual([true, true]);
  expect(await pass(3 * 366)).toBe(true);
  expect(await there()).toEqual([false, false]);
});
