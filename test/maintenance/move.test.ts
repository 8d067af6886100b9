/** A record goes to another county by a word of each: who was allowed is refused, who was refused is allowed, and what is open goes along. */
import { describe, expect, it } from 'vitest';
import { actName } from '../../functions/maintenance/acting.ts';
import { doDue } from '../../functions/maintenance/due.ts';
import type { SubjectId } from '../../shared/ids.ts';
import { approveAct, readAct } from '../../shared/records/gateway/pending-acts.ts';
import { moveHead } from '../../shared/records/subject/key-items.ts';
import { crashAt } from '../support/crash.ts';
import { fileGateway } from '../support/gateway.ts';
import { liftStopLimits } from '../support/lifted.ts';
import { depsOver } from './direct.ts';
import { allItems, casework, keyItem, makeChild, put, putItems, refAt, runJob, subjectOf } from './rig.ts';

liftStopLimits();

const clock = { now: Date.parse('2026-03-02T01:00:00Z') };
const gateway = await fileGateway({ now: () => clock.now });
const PHONE = '13900000001';
const [FROM, TO] = ['990001', '990002'];

const move = async (agency: string, officer: string, ref: string, body: object = {}) =>
  gateway.call(
    agency,
    casework(officer),
    'POST',
    `/v1/subjects/${await refAt(gateway, ref, agency)}/move`,
    body,
  );

/** Asked by civil affairs of the county. */
async function asked() {
  const child = await makeChild(gateway);
  const first = await move('mca-county', 'li.na', child.ref, { area: TO });
  expect(first.status, first.text).toBe(202);
  return {
    ...child,
    entry: first.json.receipt.entry as string,
    subject: await subjectOf(gateway, child.ref),
  };
}
type Asked = Awaited<ReturnType<typeof asked>>;
const take = ({ ref, entry }: Asked, officer = 'he.ping') => move('mca-neighbour', officer, ref, { entry });

const reads = async (agency: string, officer: string, { ref, id }: Asked, number = 1) => {
  const why = { purpose: 'W1', case: `${id}-${number}`, officer, reason: 'yearly review of the status' };
  const subjects = [{ ref: await refAt(gateway, ref, agency) }];
  const body = { collection: 'children', subjects, fields: ['guardian_phone'] };
  const { json } = await gateway.call(agency, { actions: ['release'], ...why }, 'POST', '/v1/releases', body);
  return json.results?.[0]?.fields?.guardian_phone?.value ?? json.results?.[0]?.refused?.code ?? json.code;
};
const bothRead = async (child: Asked, number = 1) => [
  await reads('mca-county', 'li.na', child, number),
  await reads('mca-neighbour', 'he.ping', child, number),
];
const tasksOf = async (agency: string, { ref }: Asked, state = 'open') => {
  const path = `/v1/tasks?state=${state}&limit=200`;
  const { json } = await gateway.call(agency, casework('an.reader'), 'GET', path);
  const own = await refAt(gateway, ref, agency);
  return json.tasks.filter((task: { ref?: string }) => task.ref === own);
};
const kinds = async (agency: string, child: Asked, state = 'open') =>
  (await tasksOf(agency, child, state)).map(({ kind }: { kind: string }) => kind).sort();
const desk = (path: string, body: object) =>
  gateway.call('desk-county', casework('yang.lan'), 'POST', path, body);

/** An objection and an open case, and what civil affairs received. */
async function withWork() {
  const child = await asked();
  expect(await reads('mca-county', 'li.na', child)).toBe(PHONE);
  await gateway.sequencer.step();
  const document = { kind: 'resident-card', number: child.id };
  const objection = { subject: { match: child.match }, field: 'hardship_category', by: 'child', document };
  const filed = await desk('/v1/objections', objection);
  expect(filed.status, filed.text).toBe(200);
  return { ...child, objection: filed.json.objection.id as string };
}

describe('a move', () => {
  it('tells the other county alone, gives nothing before its word, and turns every right round by it', async () => {
    const child = await asked();
    expect(await tasksOf('mca-neighbour', child)).toMatchObject([
      { kind: 'moving', about: child.entry, details: { agency: 'mca-county' } },
    ]);
    expect(await bothRead(child)).toEqual([PHONE, 'REFUSED']);
    const own = await move('mca-county', 'wang.fang', child.ref, { entry: child.entry });
    expect(own.json.code).toBe('APPROVER_IS_REQUESTER');
    expect((await move('mps-county', 'liu.yang', child.ref, { entry: child.entry })).json.code).toBe(
      'ROLE_REQUIRED',
    );

    const done = await take(child);
    expect(done.status, done.text).toBe(200);
    expect(done.json).toMatchObject({ area: TO, ref: await refAt(gateway, child.ref, 'mca-neighbour') });
    expect((await take(child)).json).toEqual(done.json);
    // Its case is over, and another one opens nothing.
    expect(await bothRead(child)).toEqual(['CASE_NOT_OPEN', PHONE]);
    expect(await bothRead(child, 2)).toEqual(['REFUSED', PHONE]);
    expect((await move('mca-county', 'li.na', child.ref, { area: TO })).json.code).toBe('REFUSED');
    const fields = { guardian_phone: '13900000009' };
    expect((await put(gateway, 'mca-county', { ref: child.ref, fields })).problem.code).toBe('REFUSED');
    const ref = await refAt(gateway, child.ref, 'mca-neighbour');
    const written = await put(gateway, 'mca-neighbour', {
      ref,
      fields: { ...fields, division_code: '990002001' },
    });
    expect(written.problem).toBeUndefined();
    expect(await reads('mca-neighbour', 'he.ping', child)).toBe('13900000009');
  });

  it('takes open work along, asks what recipients received, and leaves the old county its own uses', async () => {
    const child = await withWork();
    expect(await kinds('mca-county', child)).toEqual(['objection']);
    expect((await take(child)).status).toBe(200);
    expect(await kinds('mca-county', child)).toEqual(['delete-left']);
    expect(await kinds('mca-county', child, 'done')).toEqual(['objection']);
    expect(await kinds('mca-neighbour', child)).toEqual(['objection', 'taken-over']);
    expect(await kinds('mca-neighbour', child, 'done')).toEqual(['moving']);
    const [moved] = (await tasksOf('mca-neighbour', child)).filter(
      ({ kind }: { kind: string }) => kind === 'taken-over',
    );
    expect(moved.letters).toEqual(['taken-over']);
    const answer = await gateway.call(
      'mca-neighbour',
      casework('he.ping'),
      'POST',
      `/v1/objections/${child.objection}/resolve`,
      { outcome: 'rejected' },
    );
    expect(answer.json.objection?.state, answer.text).toBe('rejected');
    expect(await kinds('mca-neighbour', child)).toEqual(['taken-over']);

    const uses = async (agency: string, officer: string) => {
      const { json } = await gateway.call(agency, casework(officer), 'GET', '/v1/usage?limit=200');
      return json.entries.filter(({ id }: { id: string }) => id > '').length;
    };
    await gateway.sequencer.step();
    const kept = await uses('mca-county', 'li.na');
    expect(kept).toBeGreaterThan(0);
    await reads('mca-neighbour', 'he.ping', child);
    await gateway.sequencer.step();
    // What the new county receives is nothing of the old one's.
    expect(await uses('mca-county', 'li.na')).toBe(kept);
  });

  it('can be stopped from either side until the second word, and goes on to a third county', async () => {
    for (const [agency, officer] of [
      ['mca-county', 'wang.fang'],
      ['mca-neighbour', 'luo.yan'],
      ['mps-county', 'liu.yang'],
    ] as const) {
      const child = await asked();
      const path = `/v1/subjects/${await refAt(gateway, child.ref, agency)}/move`;
      const stopped = await gateway.call(agency, casework(officer), 'DELETE', path, {});
      expect(stopped.json.keptAt, stopped.text).toBeDefined();
      expect(await kinds('mca-neighbour', child)).toEqual([]);
      expect((await take(child)).json.code).toBe('REFUSED');
    }
    const child = await asked();
    await take(child);
    const back = await move('mca-neighbour', 'he.ping', child.ref, { area: FROM });
    expect(back.json.state, back.text).toBe('pending');
    const home = await move('mca-county', 'li.na', child.ref, { entry: back.json.receipt.entry });
    expect(home.json.area, home.text).toBe(FROM);
  });

  it('names a county with an office that can take it, and another than its own', async () => {
    const { ref } = await makeChild(gateway);
    for (const area of ['990009', '', undefined])
      expect((await move('mca-county', 'li.na', ref, { area })).json.code).toBe('INVALID_REQUEST');
    expect((await move('mca-county', 'li.na', ref, { area: FROM })).json.code).toBe('CONFLICT');
  });

  it('lets no write through that the old county had begun', async () => {
    const child = await asked();
    const before = await keyItem(gateway, child.subject);
    await take(child);
    const late = {
      ...{
        subject: before.subject,
        collection: before.collection,
        logId: before.logId,
        owner: 'MCA',
        before,
      },
      ...{ head: { version: 9, digest: 'A'.repeat(43) }, at: '', county: FROM },
      ...{ addKeys: new Map(), dropKeys: [], addIndexes: new Map(), dropIndexes: [] },
    };
    expect(await moveHead(gateway.tables.keys, late)).toBe(false);
    expect((await keyItem(gateway, child.subject)).county).toBe(TO);
  });
});

it('is repeated from the log after the key items went back to before it, whichever move was the last', async () => {
  const child = await asked();
  const county = async () => (await keyItem(gateway, child.subject)).county;
  const items = () => allItems(gateway.dynamo, gateway.env.keysTable);
  const before = await items();
  await take(child);
  const between = await items();
  await putItems(gateway.dynamo, gateway.env.keysTable, before);
  expect(await county()).toBe(FROM);
  expect(await runJob(gateway, 'replay')).toMatchObject({ state: 'done', changed: 1, failed: 0 });
  expect(await county()).toBe(TO);
  expect(await bothRead(child)).toEqual(['REFUSED', PHONE]);
  expect(await runJob(gateway, 'replay')).toMatchObject({ changed: 0, failed: 0 });

  const back = await move('mca-neighbour', 'he.ping', child.ref, { area: FROM });
  await move('mca-county', 'li.na', child.ref, { entry: back.json.receipt.entry });
  expect(await county()).toBe(FROM);
  expect(await runJob(gateway, 'replay')).toMatchObject({ changed: 0 });
  await putItems(gateway.dynamo, gateway.env.keysTable, between);
  expect([await county(), await runJob(gateway, 'replay'), await county()]).toEqual([
    TO,
    expect.objectContaining({ changed: 1, failed: 0 }),
    FROM,
  ]);
});

it('is not done by a second word that was under way while it was stopped', async () => {
  const child = await asked();
  const { jobs } = gateway.tables;
  const act = actName('move', child.subject as SubjectId);
  const known = (await readAct(jobs, act, clock.now)) ?? expect.fail();
  const approved = { approver: 'b', entry: known.entry, due: 0, actor: '{}', told: [] };
  const of = { ...approved, subject: child.subject as SubjectId };
  const path = `/v1/subjects/${child.ref}/move`;
  const stopped = await gateway.call('mca-county', casework('li.na'), 'DELETE', path, {});
  expect(stopped.json.keptAt, stopped.text).toBeDefined();
  expect(await approveAct(jobs, act, { entry: known.entry, approved: of, before: null })).toBe(false);
});

describe('after a crash', () => {
  it.each(['before', 'after'] as const)(
    '%s any write, the second word again completes a move',
    async (when) => {
      const { keysTable, tasksTable, jobsTable, caseworkTable } = gateway.env;
      let at = 1;
      for (; ; at++) {
        const child = await withWork();
        const crash = crashAt(at, when, [keysTable, tasksTable, jobsTable, caseworkTable]);
        await take(child);
        crash.end();
        if (!crash.hit()) break;
        const again = await take(child);
        expect(again.status, `write ${at}: ${again.text}`).toBe(200);
        expect([(await keyItem(gateway, child.subject)).county, at]).toEqual([TO, at]);
        expect([await kinds('mca-neighbour', child), at]).toEqual([['objection', 'taken-over'], at]);
        expect([await kinds('mca-county', child), at]).toEqual([['delete-left'], at]);
      }
      expect(at).toBeGreaterThan(6);
    },
  );

  it('a scheduled run completes it as well', async () => {
    const child = await withWork();
    const crash = crashAt(2, 'before', [gateway.env.keysTable, gateway.env.tasksTable]);
    await take(child);
    crash.end();
    await doDue(depsOver(gateway, gateway.dynamo, () => clock.now));
    expect((await keyItem(gateway, child.subject)).county).toBe(TO);
    expect(await kinds('mca-neighbour', child)).toEqual(['objection', 'taken-over']);
  });
});
