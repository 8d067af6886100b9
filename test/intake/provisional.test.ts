import { describe, expect, it } from 'vitest';
import { intakeRecords } from '../../functions/intake/intake-records.ts';
import { pack } from '../../functions/session/policy.ts';
import { deleteItem } from '../../shared/store/table.ts';
import { depsOver, sessionOf } from '../maintenance/direct.ts';
import { allItems, runJob } from '../maintenance/rig.ts';
import { fileGateway } from '../support/gateway.ts';
import { BORN, freshNumber } from '../support/people.ts';

const gateway = await fileGateway();

async function put(agency: string, record: object, ifAbsent = 'create') {
  const body = { collection: 'children', ifAbsent, records: [record] };
  return gateway.call(agency, { actions: ['intake'] }, 'POST', '/v1/intake', body);
}
const putOne = async (...of: Parameters<typeof put>) => (await put(...of)).json.results[0];

/** The police of the county, which own resident numbers, put a child on record. */
async function police(id_number: string, county: string) {
  const session = await sessionOf(gateway, 'mps-county', ['intake']);
  const [result] = await intakeRecords(
    depsOver(gateway, gateway.dynamo),
    {
      pack,
      session: { ...session, caller: { ...session.caller, areas: [county] } },
      request: { collection: 'children', create: true, dryRun: false },
      claimed: Promise.resolve(),
    },
    [{ match: { id_number }, fields: { name: '张三', id_number } }],
  );
  return result as { ref: string } | undefined;
}
const school = (id_number: string) => ({ match: { id_number }, fields: { schooling_status: 'primary' } });
const welfare = (id_number: string) => ({ match: { id_number }, fields: { hardship_category: ['orphan'] } });

/** What the call does at KMS, at the store and in the log, and the answer with random values blanked. */
async function trace(work: () => Promise<{ status: number; text: string }>) {
  const { faults } = gateway;
  const calls: string[] = [];
  const take = faults.take.bind(faults);
  faults.take = (service, operation) => {
    calls.push(`${service} ${operation}`);
    return take(service, operation);
  };
  try {
    const { status, text } = await work();
    return { status, length: text.length, body: blank(text), calls: calls.sort() };
  } finally {
    faults.take = take;
  }
}
const blank = (text: string) =>
  text.replaceAll(/"(ref|requestId)":"[^"]*"/g, '"$1":""').replaceAll(/"20\d\d-[^"]*"/g, '""');

describe('a write under a number that another department owns', () => {
  it('gives the same answer, with the same calls, if the number is on record here, elsewhere or nowhere', async () => {
    const [here, elsewhere, nowhere] = [freshNumber(), freshNumber(BORN, '990002'), freshNumber()];
    await police(here, '990001');
    await police(elsewhere, '990002');
    // A first call fills caches of keys. After some more a reservation of the rate lasts for all that follow.
    for (let n = 0; n < 18; n++) await put('edu-county', school(freshNumber()));
    for (const ifAbsent of ['refuse', 'create']) {
      const traces = [];
      for (const id of [nowhere, here, elsewhere])
        traces.push(await trace(() => put('edu-county', school(id), ifAbsent)));
      expect(traces[1]).toEqual(traces[0]);
      expect(traces[2]).toEqual(traces[0]);
    }
    // And again, now that the school has records of its own.
    const again = [];
    for (const id of [nowhere, here, elsewhere]) again.push(await trace(() => put('edu-county', school(id))));
    expect(again[1]).toEqual(again[0]);
    expect(again[2]).toEqual(again[0]);
    expect(again[0]?.body).toContain('"sheetVersion":2');
  });

  it('is found again only by its own agency', async () => {
    const elsewhere = freshNumber(BORN, '990002');
    await police(elsewhere, '990002');
    const first = await putOne('edu-county', school(elsewhere));
    expect(await putOne('edu-county', school(elsewhere))).toMatchObject({ ref: first.ref, sheetVersion: 2 });
    const officer = { case: 'EDU-1', officer: 'zhang.wei', reason: 'winter subsidy' };
    const ask = {
      collection: 'children',
      subjects: [{ match: { id_number: elsewhere } }],
      fields: ['schooling_status'],
    };
    const { json } = await gateway.call(
      'edu-county',
      { actions: ['release'], purpose: 'S1', ...officer },
      'POST',
      '/v1/releases',
      ask,
    );
    expect(json.results[0].ref).toBe(first.ref);
  });

  it('leaves an entry also if it is refused', async () => {
    const denials = async () => {
      await gateway.sequencer.step();
      return (await gateway.audit('/v1/log/entries?kind=denial&agency=edu-county&limit=100')).entries.length;
    };
    const before = await denials();
    expect((await putOne('edu-county', school(freshNumber()), 'refuse')).problem.code).toBe('REFUSED');
    expect(await denials()).toBe(before + 1);
  });
});

describe('a number that an agency of another department claimed first', () => {
  it('gives way when the owner writes', async () => {
    const id = freshNumber(BORN, '990002');
    const squatter = await putOne('edu-county', school(id));
    expect(squatter.created).toBe(true);
    const owner = await police(id, '990002');
    expect(owner).toMatchObject({ created: true, sheetVersion: 1 });
    // The next department of the child's county meets the owner's record.
    const { ref } = await putOne('mca-neighbour', welfare(id));
    const officer = { case: 'CR-1', officer: 'zhou.yan', reason: 'review' };
    const { json } = await gateway.call(
      'mca-neighbour',
      { actions: ['release'], purpose: 'W1', ...officer },
      'POST',
      '/v1/releases',
      { collection: 'children', subjects: [{ match: { id_number: id } }], fields: ['name'] },
    );
    expect(json.results[0]).toMatchObject({ ref, fields: { name: { value: '张三' } } });
  });

  it('lets offices of the right county write before the owner does; a sweep then joins what was written', async () => {
    const id = freshNumber(BORN, '990002');
    await putOne('edu-county', school(id));
    await putOne('mca-neighbour', welfare(id));
    const early = await putOne('mca-neighbour', welfare(id));
    expect(early).toMatchObject({ created: false, sheetVersion: 2 });
    await police(id, '990002');
    expect(await runJob(gateway, 'sweep')).toMatchObject({ state: 'done', failed: 0 });
    expect(await putOne('mca-neighbour', welfare(id))).toMatchObject({ sheetVersion: 3 });
  });

  it('leads to the record of the owner again if its row is lost, and to none of a department that mistyped it', async () => {
    const ids = Array.from({ length: 8 }, () => freshNumber(BORN, '990002'));
    const own = [];
    for (const id of ids) {
      own.push(await police(id, '990002'));
      await putOne('edu-county', school(id));
    }
    const rows = async () => {
      const all = await allItems(gateway.dynamo, gateway.env.indexTable);
      return new Map(all.map(({ index, subject }) => [index?.S ?? '', subject?.S]));
    };
    const before = await rows();
    const lost = freshNumber(BORN, '990002');
    await putOne('edu-county', school(lost));
    const client = gateway.dynamo;
    const table = { client, name: gateway.env.indexTable };
    for (const index of (await rows()).keys()) await deleteItem(table, { index: { S: index } });
    expect(await runJob(gateway, 'sweep')).toMatchObject({ state: 'done', failed: 0 });
    const after = await rows();
    expect(new Map([...before].filter(([index]) => after.has(index)))).toEqual(
      new Map([...after].filter(([index]) => before.has(index))),
    );
    const again = await putOne('edu-county', school(lost));
    expect(again).toMatchObject({ created: false, sheetVersion: 2 });
    for (const [n, id] of ids.entries()) expect((await police(id, '990002'))?.ref).toBe(own[n]?.ref);
  });

  it('becomes the record of the owner itself if both are of one county', async () => {
    const id = freshNumber();
    const first = await putOne('edu-county', school(id));
    await police(id, '990001');
    expect(await putOne('edu-county', school(id))).toMatchObject({ ref: first.ref, sheetVersion: 2 });
    const mps = await putOne('mps-county', { match: { id_number: id }, fields: { sex: '1' } });
    expect(mps.sheetVersion).toBe(2);
  });
});
