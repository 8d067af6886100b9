/** Objections: the field is withheld at once, its owner answers, corrections reach every recipient. */
import { describe, expect, it } from 'vitest';
import { eraseByTwo, makeChild, put, release } from '../../maintenance/rig.ts';
import { crashAt } from '../../support/crash.ts';
import { fileGateway } from '../../support/gateway.ts';
import { card, GUARDIAN } from '../../support/guardians.ts';
import { liftStopLimits } from '../../support/lifted.ts';

const gateway = await fileGateway();

const casework = (officer: string, reason: string) => ({ actions: ['casework'], officer, reason });
/** What the person shows who objects. */
const documentOf = (by: string, { id_number = '' }: { id_number?: string }) =>
  card(by === 'child' ? id_number : GUARDIAN.id_number);
const object = (match: object, field = 'name', by = 'guardian', officer = 'wang', shown?: object | null) => {
  const details = casework(officer, 'the second character is another one');
  const document = shown === undefined ? documentOf(by, match) : shown;
  const body = { subject: { match }, field, by, ...(document && { document }) };
  return gateway.call('desk-county', details, 'POST', '/v1/objections', body);
};
liftStopLimits();
const resolve = (id: string, outcome: string, officer = 'zhou', agency = 'mps-county') => {
  const details = casework(officer, 'compared with the household register');
  return gateway.call(agency, details, 'POST', `/v1/objections/${id}/resolve`, { outcome });
};
const correct = (match: object) => put(gateway, 'mps-county', { match, fields: { name: '欧阳娜' } });
const tasks = async (agency: string, about: string, state = 'open') => {
  const path = `/v1/tasks?state=${state}`;
  const { json } = await gateway.call(agency, casework('x', 'looks'), 'GET', path);
  return json.tasks.filter((task: { about: string }) => task.about === about);
};
const names = async (ref: string) => (await release(gateway, { ref }, ['name'])).json.results[0].fields.name;
const inReach = (ask: () => Promise<unknown>) => expect.poll(ask, { interval: 50 });

/** A child whose name one office has received. */
async function known() {
  const child = await makeChild(gateway);
  await put(gateway, 'mca-county', { match: child.match, fields: { guardian_identity: GUARDIAN } });
  expect((await names(child.ref)).value).toBe('欧阳娜娜');
  await gateway.sequencer.step();
  return child;
}

describe('an objection', () => {
  it('flags the field at once, for all purposes except those that the policy names', async () => {
    const { match, ref, policeRef } = await known();
    const { status, json } = await object(match);
    expect(status).toBe(200);
    expect(json.objection).toMatchObject({ field: 'name', by: 'guardian', department: 'MPS', state: 'open' });
    expect(await names(ref)).toBeUndefined();
    const E1 = { actions: ['release'], purpose: 'E1', officer: 'zhou', reason: 'missing since noon' };
    const asked = { collection: 'children', subjects: [{ ref: policeRef }], fields: ['name'] };
    const context = { imminentDangerAttested: true };
    const urgent = await gateway.call('mps-county', E1, 'POST', '/v1/releases', { ...asked, context });
    expect(urgent.json.results[0].fields.name).toMatchObject({ value: '欧阳娜娜', disputed: true });
    const [task] = await tasks('mps-county', json.objection.id);
    expect(task).toMatchObject({ kind: 'objection', state: 'open', department: 'MPS', byHand: false });
    expect((await object(match)).json.objection.id).toBe(json.objection.id);
    expect((await object(match, 'name', 'child')).json.objection.id).not.toBe(json.objection.id);
  });

  it('stops nothing without the document of whom it is for, and does once it is shown', async () => {
    const { match, ref } = await known();
    const filed = await object(match, 'name', 'guardian', 'wang', null);
    expect(filed.json.objection).toMatchObject({ state: 'open', department: 'MPS' });
    expect((await names(ref)).value).toBe('欧阳娜娜');
    expect(await tasks('mps-county', filed.json.objection.id)).toHaveLength(1);
    const shown = await object(match);
    expect([shown.status, shown.json.objection.id]).toEqual([200, filed.json.objection.id]);
    expect(await names(ref)).toBeUndefined();
    expect((await object(match)).json.receipt).toBeUndefined();
    await resolve(filed.json.objection.id, 'rejected');
    expect((await names(ref)).value).toBe('欧阳娜娜');
  });

  it("is refused like an unknown child if the document is not the child's or the guardian's on record", async () => {
    const { match, ref } = await known();
    for (const [by, number] of [
      ['guardian', '990001198001010064'],
      ['guardian', (match as { id_number: string }).id_number],
      ['child', GUARDIAN.id_number],
    ] as const) {
      const { status, json } = await object(match, 'name', by, 'wang', card(number));
      expect([status, json.code]).toEqual([403, 'REFUSED']);
    }
    const unknown = await object({ id_number: '990001201305069057' }, 'name', 'guardian');
    expect([unknown.status, unknown.json.code]).toEqual([403, 'REFUSED']);
    expect((await names(ref)).value).toBe('欧阳娜娜');
    expect((await object(match)).status).toBe(200);
    expect(await names(ref)).toBeUndefined();
  });

  it('that is upheld is corrected by the owner’s intake, and by every recipient of the field', async () => {
    const { match, ref } = await known();
    const { id } = (await object(match)).json.objection;
    expect((await resolve(id, 'upheld')).json.code).toBe('CONFLICT');
    await correct(match);
    await gateway.sequencer.step();
    const { status, json } = await resolve(id, 'upheld');
    expect(status).toBe(200);
    expect(json.objection).toMatchObject({
      state: 'upheld',
      answer: 'compared with the household register',
      corrected: ['mca-county'],
      resolved: { agency: 'mps-county', late: false },
    });
    const logged = await gateway.audit(`/v1/log/entries/${json.receipt.entry}`);
    expect(logged.operation).toBe('transmit');
    expect((await names(ref)).value).toBe('欧阳娜');
    expect(await names(ref)).not.toHaveProperty('disputed');
    expect(await tasks('mca-county', id)).toMatchObject([
      { kind: 'correct', ref, details: { field: 'name', purposes: ['W1'], entries: [expect.any(String)] } },
    ]);
    expect(await tasks('desk-county', id)).toMatchObject([{ kind: 'objection-answer' }]);
    expect(await tasks('mps-county', id)).toEqual([]);
    expect(await tasks('mps-county', id, 'done')).toMatchObject([{ done: { outcome: 'upheld' } }]);
    expect((await resolve(id, 'rejected')).json.code).toBe('CONFLICT');
  });

  it('that is rejected leaves the value, and asks no agency to correct it', async () => {
    const { match, ref } = await known();
    const { id } = (await object(match)).json.objection;
    expect((await resolve(id, 'rejected')).json.objection.state).toBe('rejected');
    expect((await names(ref)).value).toBe('欧阳娜娜');
    expect(await tasks('mca-county', id)).toEqual([]);
    const shown = await gateway.call('desk-county', casework('wang', 'looks'), 'GET', `/v1/objections/${id}`);
    expect(shown.json.objection).toMatchObject({ state: 'rejected', reason: expect.any(String) });
  });

  it.each([
    ['another department', 'edu-county', 'zhou', 'NOT_FOUND'],
    ['another county', 'mca-neighbour', 'zhou', 'NOT_FOUND'],
  ])('is not answered by %s', async (_, agency, officer, code) => {
    const { match } = await known();
    const { id } = (await object(match)).json.objection;
    expect((await resolve(id, 'rejected', officer, agency)).json.code).toBe(code);
  });

  it.each([
    ['a field that does not exist', 'constructor', 'child', 'INVALID_REQUEST'],
    ['a person who is neither', 'name', 'aunt', 'INVALID_REQUEST'],
  ])('is not filed for %s', async (_, field, by, code) => {
    const { match } = await known();
    expect((await object(match, field, by)).json.code).toBe(code);
  });

  it('is filed only by a desk, and not about an unknown subject', async () => {
    const { match } = await known();
    const body = { subject: { match }, field: 'name', by: 'child' };
    const details = casework('li', 'wrong');
    const school = await gateway.call('edu-county', details, 'POST', '/v1/objections', body);
    expect(school.json.code).toBe('ROLE_REQUIRED');
    expect((await object({ id_number: '990001201305069057' })).json.code).toBe('REFUSED');
  });

  it('is erased with the person’s record, including its words', async () => {
    const { match, ref } = await known();
    const { id } = (await object(match)).json.objection;
    expect((await eraseByTwo(gateway, ref)).status).toBe(200);
    const shown = await gateway.call('desk-county', casework('wang', 'looks'), 'GET', `/v1/objections/${id}`);
    expect(shown.json.code).toBe('NOT_FOUND');
  });
});

it('two officers at once give one answer', async () => {
  const { match } = await known();
  const { id } = (await object(match)).json.objection;
  const both = await Promise.all([resolve(id, 'rejected', 'zhou'), resolve(id, 'rejected', 'feng')]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
});

describe.each(['before', 'after'] as const)('a crash %s each write', (when) => {
  it('is completed by doing the same again', async () => {
    const tables = [gateway.env.caseworkTable, gateway.env.tasksTable, gateway.env.logTable];
    for (let write = 1, went = true; went; write++) {
      const { match, ref } = await known();
      const filing = crashAt(write, when, tables);
      await object(match);
      filing.end();
      const { id } = (await object(match)).json.objection;
      expect(await names(ref)).toBeUndefined();
      expect((await tasks('mps-county', id)).length).toBe(1);
      await correct(match);
      await gateway.sequencer.step();
      const answering = crashAt(write, when, tables);
      await resolve(id, 'upheld');
      answering.end();
      expect((await resolve(id, 'upheld')).json.objection.state).toBe('upheld');
      expect((await names(ref)).value).toBe('欧阳娜');
      const kinds = [...(await tasks('mca-county', id)), ...(await tasks('desk-county', id))];
      expect(kinds.map(({ kind }: { kind: string }) => kind)).toEqual(['correct', 'objection-answer']);
      await inReach(async () => (await tasks('mps-county', id)).length).toBe(0);
      went = filing.hit() || answering.hit();
    }
  }, 120_000);
});
