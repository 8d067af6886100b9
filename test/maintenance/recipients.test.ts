/** Once a record is erased, each office that received something of it deletes its copy, and no question about the wait stays open. */
import { expect, it } from 'vitest';
import { asSubjectId } from '../../shared/ids.ts';
import { readState } from '../../shared/records/subject/key-states.ts';
import { crashAt } from '../support/crash.ts';
import { fileGateway } from '../support/gateway.ts';
import { liftStopLimits } from '../support/lifted.ts';
import { beginErasure, casework, erase, makeChild, orderErasure, refAt, release, subjectOf } from './rig.ts';

liftStopLimits();

const HOUR = 3_600_000;
const clock = { now: Date.parse('2026-03-02T01:00:00Z') };
const gateway = await fileGateway({ now: () => clock.now });

/** A child of whom civil affairs and the school office received something, a month after both departments wrote. */
async function shared() {
  const child = await makeChild(gateway);
  clock.now += 31 * 24 * HOUR;
  await release(gateway, { ref: child.ref }, ['name', 'guardian_phone']);
  const S1 = { actions: ['release'], purpose: 'S1', case: 'E-1', officer: 'zhang.wei', reason: 'subsidy' };
  const body = { collection: 'children', subjects: [{ match: child.match }], fields: ['sex'] };
  expect((await gateway.call('edu-county', S1, 'POST', '/v1/releases', body)).status).toBe(200);
  await gateway.sequencer.step();
  return child;
}

async function tasks(agency: string, kind: string, state = 'open') {
  const path = `/v1/tasks?limit=200&kind=${kind}&state=${state}`;
  const { json, text } = await gateway.call(agency, casework('who.reads'), 'GET', path);
  return json.tasks ?? expect.fail(text);
}

it('asks each recipient by its own reference, and closes what asked the departments', async () => {
  const child = await shared();
  const refs = new Map([
    ['mca-county', child.ref],
    ['edu-county', await refAt(gateway, child.ref, 'edu-county')],
  ]);
  await beginErasure(gateway, child.ref);
  const second = () => erase(gateway, child.policeRef, 'liu.yang', 'mps-county');
  expect((await second()).json.state).toBe('waiting');
  for (const agency of refs.keys()) expect(await tasks(agency, 'delete-erased')).toEqual([]);
  clock.now += 73 * HOUR;
  expect((await second()).json.erasedAt).toBeDefined();
  for (const [agency, ref] of refs) {
    const [task, ...more] = await tasks(agency, 'delete-erased');
    expect([task.ref, task.proof, more]).toEqual([ref, true, []]);
    expect(task.details.entries.length).toBeGreaterThan(0);
  }
  expect((await tasks('edu-county', 'delete-erased'))[0].details.purposes).toEqual(['S1']);
  // The hospital received nothing.
  expect(await tasks('health-hospital', 'delete-erased')).toEqual([]);
  for (const agency of ['mca-county', 'mps-county']) {
    expect(await tasks(agency, 'erasing')).toEqual([]);
    expect(await tasks(agency, 'erasing', 'done')).toMatchObject([{ done: { outcome: 'done' } }]);
  }
  expect((await second()).status).toBe(200);
  expect(await tasks('edu-county', 'delete-erased')).toHaveLength(1);
});

it('is what a family asks for at a desk, granted only once the department has begun it', async () => {
  const child = await shared();
  const document = { kind: 'resident-card', number: child.id };
  const ask = (body: object, officer: string, agency: string, path = '/v1/objections') =>
    gateway.call(agency, { ...casework(officer), actions: ['casework'] }, 'POST', path, body);
  const asked = {
    subject: { match: child.match },
    by: 'child',
    right: 'erasure',
  };
  expect((await ask(asked, 'yang.lan', 'desk-county')).json.code).toBe('INVALID_REQUEST');
  const ofOne = await ask({ ...asked, right: 'deletion', document }, 'yang.lan', 'desk-county');
  expect(ofOne.json.errors).toMatchObject([{ path: '/field' }]);
  const filed = await ask({ ...asked, document }, 'yang.lan', 'desk-county');
  const { objection } = filed.json;
  expect(objection, filed.text).toMatchObject({ field: 'hardship_category', department: 'MCA' });
  const grant = () =>
    ask(
      { outcome: 'upheld', entry: objection.entry },
      'zhao.min',
      'mca-county',
      `/v1/objections/${objection.id}/resolve`,
    );
  expect((await grant()).json.code).toBe('CONFLICT');
  expect((await erase(gateway, child.ref, 'zhao.min')).json.state).toBe('pending');
  await gateway.sequencer.step();
  const granted = await grant();
  expect(granted.json.objection?.state, granted.text).toBe('upheld');
  const answers = await tasks('desk-county', 'objection-answer');
  expect(answers.find(({ about }: { about: string }) => about === objection.id).letters).toEqual(['erasing']);
});

it.each([1, 2, 3, 4, 5, 6])(
  'after a crash at write %i of an ordered erasure, a repeat asks every recipient once',
  async (n) => {
    const before = (await tasks('edu-county', 'delete-erased')).length;
    const child = await shared();
    await beginErasure(gateway, child.ref);
    const { keysTable, tasksTable, sheetsTable } = gateway.env;
    const crash = crashAt(n, 'before', [keysTable, tasksTable, sheetsTable]);
    await orderErasure(gateway, child.ref);
    crash.end();
    const again = await orderErasure(gateway, child.ref);
    expect(again.status, again.text).toBe(200);
    const found = await readState(gateway.tables.keys, asSubjectId(await subjectOf(gateway, child.ref)));
    expect(found.state).toBe('erased');
    expect(await tasks('edu-county', 'delete-erased')).toHaveLength(before + 1);
  },
);
