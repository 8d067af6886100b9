/** Files on their way to a record: interrupted, sent twice, overtaken by an erasure, and never anyone else's. */

import { expect, it } from 'vitest';
import type { Upload } from '../../shared/client/files.ts';
import { Problem } from '../../shared/errors.ts';
import { dying, hooked, intake, type StoreCall } from '../maintenance/direct.ts';
import { eraseByTwo, rawItem } from '../maintenance/rig.ts';
import { freshNumber } from '../support/people.ts';
import { child, fileOf, gateway, given, office, photoOf, read } from './office.ts';

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

it('two sends of one record at once take its file both', async () => {
  const content = photoOf(10);
  const file = await office.files.put(fileOf(content));
  const { match } = await child();
  const record = { match, fields: { medical_record: { file } } };
  let other: Promise<unknown> | undefined;
  const send = async (call: StoreCall) => {
    if (other || call.name !== 'PutItem' || call.table !== 'claimsTable') return;
    other = office.intake([record]);
    await other;
  };
  const first = await intake(gateway, hooked(gateway, { before: send }), 'health-hospital', record);
  expect([first, await other]).toMatchObject([{ sheetVersion: 2 }, { failed: 0 }]);
  expect((await read(await given(match))).equals(content)).toBe(true);
});

it.each(['PutItem sheetsTable', 'UpdateItem keysTable'])(
  'an erasure that overtakes an intake before its %s leaves no key of its file, and no object',
  async (name) => {
    const file = await office.files.put(fileOf(photoOf(10)));
    const { ref, match } = await child({ illness: { code: 'J45' } });
    const erase = async (call: StoreCall) => {
      if (done || `${call.name} ${call.table}` !== name) return;
      done = true;
      expect((await eraseByTwo(gateway, ref)).status).toBe(200);
    };
    let done = false;
    const record = { match, fields: { medical_record: { file } } };
    const result = await intake(gateway, hooked(gateway, { before: erase }), 'health-hospital', record);
    expect([done, result]).toEqual([true, expect.objectContaining({ code: 'REFUSED' })]);
    gateway.files.sweep(Number.POSITIVE_INFINITY);
    expect([await uploadOf(file), (await gateway.files.names()).includes(file)]).toEqual([undefined, false]);
  },
);
