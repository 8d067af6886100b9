import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it as plain } from 'vitest';
import { allItems } from '../maintenance/rig.ts';
import { fileGateway } from '../support/gateway.ts';
import { BORN, freshNumber } from '../support/people.ts';

const gateway = await fileGateway();
afterEach(() => gateway.faults.clear());

const INTAKE = { actions: ['intake'] };

async function put(agency: string, records: unknown[], more: object = {}, headers?: Record<string, string>) {
  const body = { collection: 'children', records, ...more };
  return gateway.call(agency, INTAKE, 'POST', '/v1/intake', body, headers);
}

async function putOne(agency: string, record: object, more: object = {}) {
  const { json, status } = await put(agency, [record], more);
  expect(status).toBe(200);
  return json.results[0];
}

const child = (id = freshNumber()) => ({
  match: { id_number: id },
  fields: { name: '张三', id_number: id, sex: '1' },
});

const it = plain.extend('id', () => freshNumber());

describe('a record', () => {
  it('makes the first sheet of a subject and answers with a reference', async ({ id }) => {
    const result = await putOne('mps-county', child(id));
    expect(result).toMatchObject({
      sheetVersion: 1,
      created: true,
      written: ['name', 'id_number', 'sex'],
      warnings: [],
      refused: {},
    });
    expect(result.ref).toMatch(/^[\w-]{23}$/);
    const again = await putOne('mps-county', { ref: result.ref, fields: { sex: '1' } });
    expect(again).toMatchObject({ ref: result.ref, sheetVersion: 2, created: false });
  });

  it('of another department joins the same subject under a reference of its own', async ({ id }) => {
    const police = await putOne('mps-county', child(id));
    const school = await putOne('edu-county', {
      match: { id_number: ` ${id.toLowerCase()} ` },
      fields: { schooling_status: 'primary' },
    });
    expect(school).toMatchObject({ created: true, sheetVersion: 1 });
    expect(school.ref).not.toBe(police.ref);
    expect(
      await putOne('edu-county', { ref: police.ref, fields: { schooling_status: 'primary' } }),
    ).toMatchObject({
      problem: { code: 'REFUSED' },
    });
  });

  it('with only a local_id is found again by it, and only by its own agency', async () => {
    const local = {
      match: { local_id: `WELFARE-${randomUUID()}` },
      fields: { hardship_category: ['orphan'] },
    };
    const first = await putOne('mca-county', local);
    expect(await putOne('mca-county', local)).toMatchObject({ ref: first.ref, sheetVersion: 2 });
    const other = await putOne('health-hospital', { ...local, fields: { health_status: 'ill' } });
    expect(other).toMatchObject({ created: true, sheetVersion: 1 });
  });

  it('that links a local_id to a known resident number is found by both', async ({ id }) => {
    const local = `SCHOOL-${randomUUID()}`;
    await putOne('mps-county', child(id));
    const first = await putOne('edu-county', {
      match: { id_number: id, local_id: local },
      fields: { schooling_status: 'primary' },
    });
    expect(
      await putOne('edu-county', { match: { local_id: local }, fields: { schooling_status: 'junior' } }),
    ).toMatchObject({
      ref: first.ref,
      sheetVersion: 2,
    });
  });

  it('whose own keys lead to two subjects is a conflict', async () => {
    const [one, two] = [freshNumber(), freshNumber()];
    const [first, second] = [`SCHOOL-${randomUUID()}`, `SCHOOL-${randomUUID()}`];
    const school = { schooling_status: 'primary' };
    await putOne('edu-county', { match: { id_number: one, local_id: first }, fields: school });
    await putOne('edu-county', { match: { id_number: two, local_id: second }, fields: school });
    const result = await putOne('edu-county', {
      match: { id_number: two, local_id: first },
      fields: school,
    });
    expect(result.problem.code).toBe('MATCH_CONFLICT');
  });

  it('is found by its own key, and an additional resident number of another department decides nothing', async () => {
    const [known, local] = [freshNumber(), `SCHOOL-${randomUUID()}`];
    await putOne('mps-county', child(known));
    const record = { match: { local_id: local }, fields: { schooling_status: 'primary' } };
    const { ref } = await putOne('edu-county', record);
    for (const id_number of [known, freshNumber()]) {
      const mistyped = { ...record, match: { local_id: local, id_number } };
      expect(await putOne('edu-county', mistyped)).toMatchObject({ ref });
    }
  });

  it('that corrects the resident number is no longer found by the old one', async () => {
    const [wrong, right] = [freshNumber(), freshNumber()];
    const first = await putOne('mps-county', child(wrong));
    await putOne('mps-county', { match: { id_number: wrong }, fields: { id_number: right } });
    expect((await putOne('mps-county', { match: { id_number: right }, fields: { sex: '1' } })).ref).toBe(
      first.ref,
    );
    const old = await put('mps-county', [{ match: { id_number: wrong }, fields: { sex: '1' } }], {
      ifAbsent: 'refuse',
    });
    expect(old.json.results[0].problem.code).toBe('REFUSED');
  });
});

describe('fields', () => {
  it('of another department are refused one by one, with the rule', async () => {
    const result = await putOne('edu-county', {
      match: { id_number: freshNumber() },
      fields: { schooling_status: 'primary', name: '李四', no_such_field: 1 },
    });
    expect(result.written).toEqual(['schooling_status']);
    expect(result.refused).toMatchObject({
      name: { code: 'NOT_OWNER', rule: 'A4.2' },
      no_such_field: { code: 'FIELD_UNKNOWN' },
    });
    expect(result.refused.name.reason).toBeTruthy();
  });

  it('of a malformed type are refused, contradictions are stored and flagged', async () => {
    const id = freshNumber(BORN);
    const result = await putOne('mps-county', {
      match: { id_number: id },
      fields: { id_number: id, sex: '2', birth_date: '2013-05-07', name: 7 },
    });
    expect(result.refused.name.code).toBe('MALFORMED');
    expect(result.warnings.map((warning: { field: string }) => warning.field).sort()).toEqual([
      'birth_date',
      'sex',
    ]);
    expect(result.written).toEqual(['id_number', 'sex', 'birth_date']);
  });

  it('create no subject if none may be stored', async ({ id }) => {
    expect(
      (await putOne('edu-county', { match: { id_number: id }, fields: { name: '李四' } })).problem.code,
    ).toBe('FIELD_REFUSED');
    expect(
      (
        await put('edu-county', [{ match: { id_number: id }, fields: { schooling_status: 'primary' } }], {
          ifAbsent: 'refuse',
        })
      ).json.results[0].problem.code,
    ).toBe('REFUSED');
  });
});

describe('a batch', () => {
  it('continues after a bad record and keeps the order', async () => {
    const { json } = await put('mps-county', [
      child(),
      { match: {}, fields: {} },
      child(),
      { match: { id_number: 'x' }, fields: { sex: '1' } },
    ]);
    expect(json.results.map((one: { problem?: { code: string } }) => one.problem?.code ?? 'ok')).toEqual([
      'ok',
      'INVALID_REQUEST',
      'ok',
      'INVALID_REQUEST',
    ]);
  });

  it('may name one subject twice', async ({ id }) => {
    const { json } = await put('mps-county', [
      child(id),
      { match: { id_number: id }, fields: { ethnicity: '01' } },
    ]);
    expect(json.results.map((one: { sheetVersion: number }) => one.sheetVersion).sort()).toEqual([1, 2]);
    expect(json.results[0].ref).toBe(json.results[1].ref);
  });

  it('may come as NDJSON with the options in the query', async () => {
    const token = await gateway.token('mps-county', INTAKE);
    const lines = [JSON.stringify(child()), '{"match":', JSON.stringify(child())].join('\n');
    const answer = await gateway.send(token, 'POST', '/v1/intake?collection=children', lines, {
      'content-type': 'application/x-ndjson',
    });
    expect(
      answer.json.results.map((one: { problem?: { code: string } }) => one.problem?.code ?? 'ok'),
    ).toEqual(['ok', 'INVALID_JSON', 'ok']);
  });

  it('in a dry run writes nothing', async ({ id }) => {
    const dry = await put('mps-county', [child(id)], { dryRun: true });
    expect(dry.json.results[0]).toEqual({ written: ['name', 'id_number', 'sex'], warnings: [], refused: {} });
    expect((await putOne('mps-county', child(id))).created).toBe(true);
  });

  it('in a dry run answers the same whether a record exists or not, and looks up no person', async () => {
    const known = freshNumber();
    await putOne('mps-county', child(known));
    const ask = async (id: string, ifAbsent: string) => {
      const record = { match: { id_number: id }, fields: { schooling_status: 'primary' } };
      return (await put('edu-county', [record], { dryRun: true, ifAbsent })).json;
    };
    const written = { written: ['schooling_status'], warnings: [], refused: {} };
    // A look-up of a key is one GenerateMac: here it would fail.
    gateway.faults.add({ service: 'kms', kind: 'error', operation: 'GenerateMac', times: 100 });
    for (const ifAbsent of ['create', 'refuse']) {
      for (const id of [known, freshNumber()]) {
        expect(await ask(id, ifAbsent)).toEqual({ results: [written] });
      }
    }
  });
});

describe('versions', () => {
  it('are exact: ifVersion stops a lost update', async () => {
    const { ref } = await putOne('mps-county', child());
    const next = await putOne('mps-county', { ref, ifVersion: 1, fields: { ethnicity: '01' } });
    expect(next.sheetVersion).toBe(2);
    const late = await putOne('mps-county', { ref, ifVersion: 1, fields: { ethnicity: '02' } });
    expect(late.problem).toMatchObject({ code: 'VERSION_CONFLICT', status: 409 });
  });

  it('of concurrent writers are all acknowledged, each with its own version', async () => {
    const { ref } = await putOne('mps-county', child());
    const results = await Promise.all(
      ['01', '02', '03', '04', '05'].map((ethnicity) => putOne('mps-county', { ref, fields: { ethnicity } })),
    );
    expect(results.map((one) => one.sheetVersion).sort()).toEqual([2, 3, 4, 5, 6]);
  });

  it('of one subject that two departments create concurrently are joined', async ({ id }) => {
    await Promise.all([
      putOne('mps-county', child(id)),
      putOne('edu-county', { match: { id_number: id }, fields: { schooling_status: 'primary' } }),
      putOne('health-hospital', { match: { id_number: id }, fields: { health_status: 'healthy' } }),
    ]);
    const kept = await allItems(gateway.dynamo, gateway.env.keysTable);
    const joined = kept.filter((item) => item['head.MPS'] && item['head.EDU'] && item['head.HEALTH']);
    expect(joined.length).toBeGreaterThan(0);
  });
});

describe('an idempotency key', () => {
  it('answers a repeat with the first answer, and refuses another request', async () => {
    const records = [child()];
    const headers = { 'idempotency-key': randomUUID() };
    const first = await put('mps-county', records, {}, headers);
    const again = await put('mps-county', records, {}, headers);
    expect(again.text).toBe(first.text);
    const other = await put('mps-county', [child()], {}, headers);
    expect(other.json).toMatchObject({ code: 'CONFLICT', status: 409 });
  });

  it('is released if the request failed', async () => {
    const records = [child()];
    const headers = { 'idempotency-key': randomUUID() };
    gateway.faults.add({ service: 'log', kind: 'error', times: 20 });
    expect((await put('mps-county', records, {}, headers)).json.code).toBe('LOG_UNAVAILABLE');
    gateway.faults.clear();
    expect((await put('mps-county', records, {}, headers)).json.results[0].sheetVersion).toBe(1);
  });
});

it('refuses a division outside the area of the caller', async () => {
  const record = { match: { local_id: randomUUID() }, fields: { division_code: '990002001' } };
  expect((await putOne('mca-county', record)).problem.code).toBe('OUT_OF_AREA');
  expect((await putOne('mca-neighbour', record)).created).toBe(true);
});

it('refuses a record of another county like an unknown one', async () => {
  const id = freshNumber(BORN, '990002');
  await putOne('mca-neighbour', { match: { id_number: id }, fields: { division_code: '990002001' } });
  const record = { match: { id_number: id }, fields: { hardship_category: ['orphan'] } };
  const foreign = await put('mca-county', [record], { ifAbsent: 'refuse' });
  const unknown = await put('mca-county', [{ ...record, match: { id_number: freshNumber() } }], {
    ifAbsent: 'refuse',
  });
  expect(foreign.json.results[0].problem.code).toBe('REFUSED');
  const blank = (text: string) => text.replaceAll(/"requestId":"[^"]*"/g, '');
  expect(blank(foreign.text)).toBe(blank(unknown.text));
});
