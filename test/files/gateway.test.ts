/** Files as values of fields, through the whole gateway by its client. */

import { expect, it } from 'vitest';
import type { Upload } from '../../shared/client/files.ts';
import { Problem } from '../../shared/errors.ts';
import { dying, hooked, intake } from '../maintenance/direct.ts';
import { allItems, eraseByTwo, rawItem, runJob, subjectOf } from '../maintenance/rig.ts';
import { freshNumber } from '../support/people.ts';
import { child, fileOf, gateway, given, office, opened, PLANTED, photoOf, read, release } from './office.ts';

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

it('an upload is of its agency, of its parts and of one record', async () => {
  const content = photoOf();
  const uploads: Upload[] = [];
  const file = await office.files.put(fileOf(content), { keep: (one) => uploads.push(structuredClone(one)) });
  const intake = { actions: ['intake'] };
  const post = (agency: string, path: string, body?: object) =>
    gateway.call(agency, intake, 'POST', `/v1/files/${file}/${path}`, body);
  expect((await post('edu-county', 'complete')).status).toBe(404);
  expect((await post('health-hospital', 'parts', { parts: ['0'.repeat(64)] })).status).toBe(409);
  expect((await post('health-hospital', 'complete')).status).toBe(200);
  const { match } = await child({ medical_record: { file } });
  // A repeat for the same person changes nothing.
  expect((await office.intake([{ match, fields: { medical_record: { file } } }])).failed).toBe(0);
  expect((await read(await given(match))).equals(content)).toBe(true);
  const other = await office.intake([
    { match: { id_number: freshNumber() }, fields: { medical_record: { file } } },
  ]);
  expect(other.results).toMatchObject([{ problem: { code: 'CONFLICT' } }]);
  const changed = fileOf(content, { read: () => [photoOf()] });
  const resume = { ...(uploads.at(-1) as Upload), sent: 0 };
  await expect(office.files.put(changed, { resume })).rejects.toThrow(RangeError);
});

it('an upload that ended between two parts goes on, and its file is not whole before', async () => {
  const content = photoOf(6_000_000);
  let upload: Upload | undefined;
  const stop = (one: Upload) => {
    upload = structuredClone(one);
    if (one.sent === 1) throw new Error('killed');
  };
  await expect(office.files.put(fileOf(content), { keep: stop })).rejects.toThrow('killed');
  const { file } = upload as Upload;
  const record = { match: { id_number: freshNumber() }, fields: { medical_record: { file } } };
  expect((await office.intake([record])).results).toMatchObject([{ problem: { code: 'CONFLICT' } }]);
  expect(await office.files.put(fileOf(content), { resume: upload as Upload })).toBe(file);
  expect((await office.intake([record])).failed).toBe(0);
  expect((await read(await given(record.match))).equals(content)).toBe(true);
});

it.each([
  ['a field that takes none', { field: 'illness' }, 400],
  ['a field of another department', { field: 'adoption_info' }, 403],
  ['a type that is not listed', { type: 'text/html' }, 400],
  ['too many bytes', { bytes: 104_857_601 }, 400],
])('no upload begins of %s', async (_, more, status) => {
  const { read: _read, ...body } = fileOf(photoOf(10), more);
  expect(
    (await gateway.call('health-hospital', { actions: ['intake'] }, 'POST', '/v1/files', body)).status,
  ).toBe(status);
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

it('an erased person has no file: no object, and no key', async () => {
  const file = await office.files.put(fileOf(photoOf()));
  const { ref, match } = await child({ medical_record: { file } });
  const one = await given(match);
  expect((await eraseByTwo(gateway, ref)).status).toBe(200);
  expect(await gateway.files.names()).not.toContain(file);
  await expect(read(one)).rejects.toThrow(expect.objectContaining({ code: 'UNREACHABLE' }));
});

const uploadOf = async (file: string) =>
  (await rawItem(gateway, gateway.env.claimsTable, { claim: { S: `file:${file}` } }))?.['document'];

it('an upload leaves no key behind its record, or behind the value that replaced it', async () => {
  const [file, other] = [
    await office.files.put(fileOf(photoOf(10))),
    await office.files.put(fileOf(photoOf(10))),
  ];
  const { ref, match } = await child({ medical_record: { file } });
  expect(await uploadOf(file)).toBeDefined();
  const again = { match, fields: { medical_record: { file: other } } };
  await gateway.put('health-hospital', again);
  expect(await uploadOf(file)).toBeUndefined();
  expect((await eraseByTwo(gateway, ref)).status).toBe(200);
  expect(await uploadOf(other)).toBeUndefined();
  expect((await office.intake([again])).results).toMatchObject([{ problem: { code: 'CONFLICT' } }]);
});

it('a record that died at any write is sent again with its file', async () => {
  for (let at = 1, dead = true; dead; at++) {
    const file = await office.files.put(fileOf(photoOf(10)));
    const record = { match: { id_number: freshNumber() }, fields: { medical_record: { file } } };
    const first = intake(gateway, hooked(gateway, dying(at, true)), 'health-hospital', record);
    dead = await first.then(
      (result) => result instanceof Problem,
      () => true,
    );
    expect((await office.intake([record])).results, `write ${at}`).toMatchObject([
      { written: ['medical_record'] },
    ]);
    if (!dead) expect(at).toBeGreaterThan(4);
  }
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
