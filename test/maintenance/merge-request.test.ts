/** Merges take two lines and one person's number, wait, and can be stopped by every department with data. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { haveEqualNumbers, ownsNumber, requestMerge } from '../../functions/maintenance/merge-request.ts';
import { asClientId } from '../../shared/ids.ts';
import { ownIndex } from '../../shared/records/subject/index-entries.ts';
import { fileGateway } from '../support/gateway.ts';
import { liftStopLimits } from '../support/lifted.ts';
import { BORN, freshNumber } from '../support/people.ts';
import { actor, depsOver, hooked, sessionOf } from './direct.ts';
import { casework, keyItem, makeChild, put, REASON, refAt, subjectOf } from './rig.ts';

liftStopLimits();

const HOUR = 3_600_000;
const clock = { now: Date.parse('2026-03-02T01:00:00Z') };
const now = () => clock.now;
const gateway = await fileGateway({ now });
const later = (ms: number) => {
  clock.now += ms;
};

/** References of civil affairs. */
interface Pair {
  double: string;
  child: string;
}
async function ask(agency: string, officer: string, { double, child }: Pair) {
  const [ref, into] = [await refAt(gateway, double, agency), await refAt(gateway, child, agency)];
  const details = { ...casework(officer), actions: [agency === 'steward-office' ? 'steward' : 'casework'] };
  return gateway.call(agency, details, 'POST', `/v1/subjects/${ref}/merge`, { into });
}
const stop = async (agency: string, officer: string, ref: string) => {
  const path = `/v1/subjects/${await refAt(gateway, ref, agency)}/merge`;
  return gateway.call(agency, { actions: ['casework'], officer, reason: REASON }, 'DELETE', path, {});
};
const tasks = async (agency: string, ref: string) => {
  const { json } = await gateway.call(agency, casework('an.reader'), 'GET', '/v1/tasks');
  const own = await refAt(gateway, ref, agency);
  return json.tasks.filter(
    (task: { kind: string; ref?: string }) => task.kind === 'merging' && task.ref === own,
  );
};
const isOne = async ({ double, child }: Pair) => {
  const ids = [await subjectOf(gateway, double), await subjectOf(gateway, child)];
  const items = await Promise.all(ids.map((id) => keyItem(gateway, id)));
  return items[0]?.subject === items[1]?.subject;
};

/** A child, and its double that civil affairs knows by a key of its own; the police and a school know it as well. */
async function doubles(): Promise<Pair> {
  const child = await makeChild(gateway);
  const { ref } = await put(gateway, 'mca-county', {
    match: { local_id: `WELFARE-${randomUUID()}` },
    fields: { division_code: '990001001' },
  });
  for (const [agency, fields] of [
    ['mps-county', { sex: '1' }],
    ['edu-county', { schooling_status: 'primary' }],
  ] as const)
    await put(gateway, agency, { ref: await refAt(gateway, ref, agency), fields });
  return { double: ref, child: child.ref };
}

/** Two records under one number: a department claimed it for the first before its owner wrote it to the second. */
async function claimed(): Promise<Pair> {
  const match = { id_number: freshNumber() };
  const fields = { division_code: '990001001' };
  const first = await put(gateway, 'mca-county', { match, fields });
  const second = await put(gateway, 'mca-county', { match: { local_id: randomUUID() }, fields });
  const ref = await refAt(gateway, second.ref, 'mps-county');
  const written = await put(gateway, 'mps-county', { ref, fields: { ...match, sex: '1' } });
  expect(written, JSON.stringify(written)).toMatchObject({ ref });
  return { double: first.ref, child: second.ref };
}

/** A merge as it is listed. @param entry of its request */
const listOf = (entry: string) => async (agency: string, officer: string) => {
  const actions = [agency === 'steward-office' ? 'steward' : 'casework'];
  const details = { ...casework(officer), actions };
  const { json } = await gateway.call(agency, details, 'GET', '/v1/subjects/waiting');
  return json.acts.find((act: { entry: string }) => act.entry === entry);
};

describe('a merge', () => {
  it('by two owners of the numbers waits three days, in which every holder of either has a task', async () => {
    const pair = await doubles();
    expect((await ask('mca-county', 'li.na', pair)).json.state).toBe('pending');
    expect((await ask('mca-county', 'wang.fang', pair)).json.code).toBe('APPROVER_IS_REQUESTER');
    const waiting = await ask('mps-county', 'liu.yang', pair);
    expect([waiting.status, waiting.json.state]).toEqual([202, 'waiting']);
    for (const agency of ['mca-county', 'mps-county', 'edu-county'])
      expect(await tasks(agency, pair.double)).toMatchObject([{ details: { dueAt: waiting.json.dueAt } }]);
    later(71 * HOUR);
    expect((await ask('mca-county', 'li.na', pair)).json.state).toBe('waiting');
    expect(await isOne(pair)).toBe(false);
    later(2 * HOUR);
    // Each of the two reads its own reference.
    expect((await ask('mca-county', 'li.na', pair)).json.state).toBe('waiting');
    expect((await ask('mps-county', 'liu.yang', pair)).json.ref).toBe(
      await refAt(gateway, pair.child, 'mps-county'),
    );
    expect(await isOne(pair)).toBe(true);
    expect((await ask('mca-county', 'li.na', pair)).json.ref).toBe(pair.child);
  });

  it('is listed for a holder of one record, which may stop it and is not its second person', async () => {
    const child = await makeChild(gateway);
    const { ref: double } = await put(gateway, 'mca-county', {
      match: { local_id: `WELFARE-${randomUUID()}` },
      fields: { division_code: '990001001' },
    });
    const asked = await ask('mca-county', 'chen.jie', { double, child: child.ref });
    expect(asked.json.state).toBe('pending');
    const listed = listOf(asked.json.receipt.entry);
    const police = await listed('mps-county', 'liu.yang');
    expect(police).toMatchObject({
      act: 'merge',
      second: false,
      stop: child.policeRef,
      into: child.policeRef,
    });
    expect(await listed('steward-office', 'chen')).toMatchObject({ second: false });
    expect(await listed('health-hospital', 'huang.lei')).toBeUndefined();
    const path = `/v1/subjects/${police.stop}/merge`;
    const answer = await gateway.call('mps-county', casework('liu.yang'), 'DELETE', path, {});
    expect(answer.status).toBe(200);
    expect(await listed('steward-office', 'chen')).toBeUndefined();
  });

  it('without equal numbers is not for an office that owns none of them', async () => {
    const pair = await doubles();
    expect((await ask('steward-office', 'chen.jie', pair)).json.code).toBe('CONFLICT');
    const asked = await ask('mca-county', 'li.na', pair);
    expect(asked.status).toBe(202);
    const listed = listOf(asked.json.receipt.entry);
    // Its word would be refused, so it is not asked for it; the police own a number.
    expect(await listed('steward-office', 'chen.jie')).toMatchObject({ second: false });
    expect(await listed('mps-county', 'liu.yang')).toMatchObject({ second: true });
    expect((await ask('steward-office', 'chen.jie', pair)).json.code).toBe('CONFLICT');
    expect(await isOne(pair)).toBe(false);
  });

  it('of equal numbers takes a steward and a holder, and is done by itself when it is due', async () => {
    const pair = await claimed();
    const asked = await ask('steward-office', 'chen.jie', pair);
    expect(asked.json.state).toBe('pending');
    expect(await listOf(asked.json.receipt.entry)('mca-county', 'li.na')).toMatchObject({ second: true });
    expect((await ask('mca-county', 'li.na', pair)).json.state).toBe('waiting');
    later(73 * HOUR);
    // Any job wakes the runner, which looks for what is due first.
    await gateway.call(
      'steward-office',
      { actions: ['steward'], officer: 'li.na' },
      'POST',
      '/v1/keys/compact',
      {},
    );
    await expect.poll(() => isOne(pair), { timeout: 20_000, interval: 300 }).toBe(true);
  });

  it('is stopped by a holder of either record, and by no other office', async () => {
    for (const [agency, officer, by] of [
      ['edu-county', 'zhang.wei', 'double'],
      ['mca-county', 'zhao.min', 'child'],
    ] as const) {
      const pair = await doubles();
      await ask('mca-county', 'li.na', pair);
      await ask('mps-county', 'liu.yang', pair);
      expect((await stop('finance-county', 'song.jia', pair[by])).json.code).toBe('REFUSED');
      const kept = await stop(agency, officer, pair[by]);
      expect(kept.status).toBe(200);
      expect((await stop(agency, officer, pair[by])).json).toEqual(kept.json);
      expect((await stop(agency, 'an.other', pair[by])).json.code).toBe('CONFLICT');
      later(80 * HOUR);
      expect((await ask('mps-county', 'liu.yang', pair)).json.state).toBe('pending');
      expect(await isOne(pair)).toBe(false);
    }
  });

  it('into one record is not approved by a concurrent request into another', async () => {
    const { double, child } = await doubles();
    const other = (await doubles()).child;
    let faster: Awaited<ReturnType<typeof ask>> | undefined;
    const before = async ({ name, table }: { name: string; table: string }) => {
      if (name !== 'PutItem' || table !== 'jobsTable' || faster) return;
      faster = await ask('mps-county', 'liu.yang', { double, child: other });
    };
    const deps = depsOver(gateway, hooked(gateway, { before }), now);
    const session = await sessionOf(gateway, 'mca-county', ['casework'], 'subject.merge');
    const call = { deps, session, actor: actor(gateway, 'li.na'), ref: double, into: child, seen: undefined };
    await expect(requestMerge(call)).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(faster?.json.state).toBe('pending');
    expect((await ask('mca-county', 'li.na', { double, child })).json.code).toBe('CONFLICT');
    expect((await ask('mca-county', 'li.na', { double, child: other })).json.state).toBe('waiting');
  });

  it('is refused for a record that is unknown or not the gateway’s, and with itself', async () => {
    const { double, child } = await doubles();
    const unknown = Buffer.alloc(17, 1).toString('base64url');
    const merge = (ref: string, into: string) =>
      gateway.call('mca-county', casework('li.na'), 'POST', `/v1/subjects/${ref}/merge`, { into });
    expect((await merge(unknown, child)).json.code).toBe('REFUSED');
    expect((await merge(child, unknown)).json.code).toBe('REFUSED');
    const foreign = await put(gateway, 'mca-neighbour', {
      match: { id_number: freshNumber(BORN, '990002') },
      fields: { division_code: '990002001' },
    });
    expect((await merge(foreign.ref, child)).json.code).toBe('REFUSED');
    expect((await merge(child, child)).json.code).toBe('CONFLICT');
    expect((await ask('edu-county', 'zhang.wei', { double, child })).json.code).toBe('REFUSED');
  });
});

describe('numbers', () => {
  const key = (field: string, scope = '') => ({ field, scope });
  const record = (...indexes: [string, { field: string; scope: string }][]) => ({
    indexes: new Map(indexes),
  });
  const number = record(['1.a', key('id_number')]);

  it('are equal as named by both, or as an agency claimed them, and never by a claim alone', () => {
    const claim = (agency: string) => record([ownIndex('1.a', agency), key('id_number', agency)]);
    expect(haveEqualNumbers(number, number)).toBe(true);
    expect(haveEqualNumbers(claim('mca-county'), number)).toBe(true);
    expect(haveEqualNumbers(number, claim('mca-county'))).toBe(true);
    expect(haveEqualNumbers(number, record(['1.b', key('id_number')]))).toBe(false);
    expect(haveEqualNumbers(claim('mca-county'), claim('edu-county'))).toBe(false);
    expect(haveEqualNumbers(record(), record())).toBe(false);
  });

  it('are owned by the department of the field, and a local one by its agency', () => {
    const police = { clientId: asClientId('mps-county'), departments: ['MPS'] };
    const local = record(['1.c', key('local_id', 'mca-county')]);
    expect([ownsNumber(police, number), ownsNumber(police, local)]).toEqual([true, false]);
    const welfare = { clientId: asClientId('mca-county'), departments: ['MCA'] };
    expect([ownsNumber(welfare, number), ownsNumber(welfare, local)]).toEqual([false, true]);
    const claim = record(['1.d', key('id_number', 'mps-county')]);
    expect(ownsNumber(police, claim)).toBe(false);
  });
});
