/** Erasures that two lines approved are pending, are reported to every department with data, and can be stopped. */
import { describe, expect, it as plain } from 'vitest';
import { asSubjectId } from '../../shared/ids.ts';
import { readState } from '../../shared/records/subject/key-states.ts';
import { fileGateway } from '../support/gateway.ts';
import { liftStopLimits } from '../support/lifted.ts';
import {
  beginErasure,
  casework,
  erase,
  makeChild,
  orderErasure,
  put,
  REASON,
  refAt,
  subjectOf,
} from './rig.ts';

liftStopLimits();

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const clock = { now: Date.parse('2026-03-02T01:00:00Z') };
const now = () => clock.now;
const gateway = await fileGateway({ now });
const later = (ms: number) => {
  clock.now += ms;
};

type Child = Awaited<ReturnType<typeof makeChild>>;
const begin = ({ ref }: Child) => beginErasure(gateway, ref);
const second = ({ policeRef }: Child) => erase(gateway, policeRef, 'liu.yang', 'mps-county');
const stop = (agency: string, officer: string, ref: string) =>
  gateway.call(
    agency,
    { actions: [agency === 'steward-office' ? 'steward' : 'casework'], officer, reason: REASON },
    'DELETE',
    `/v1/subjects/${ref}/erase`,
    {},
  );
const isHeld = async ({ ref }: Child) => {
  const found = await readState(gateway.tables.keys, asSubjectId(await subjectOf(gateway, ref)));
  return found.state === 'live';
};
const tasks = async (agency: string, child: Child) => {
  const { json } = await gateway.call(agency, casework('who.reads'), 'GET', '/v1/tasks');
  const ref = agency === 'mca-county' ? child.ref : await refAt(gateway, child.ref, agency);
  return json.tasks.filter(
    (task: { kind: string; ref?: string }) => task.kind === 'erasing' && task.ref === ref,
  );
};
/** A child of whom both departments have held something for more than a month. */
async function settled(): Promise<Child> {
  const child = await makeChild(gateway);
  later(31 * DAY);
  return child;
}

const it = plain.extend('child', () => makeChild(gateway));

describe('an erasure', () => {
  it('waits three days after the second approval, in which every holder has a task', async ({ child }) => {
    expect((await begin(child)).json.state).toBe('pending');
    const waiting = await second(child);
    expect([waiting.status, waiting.json.state]).toEqual([202, 'waiting']);
    expect(Date.parse(waiting.json.dueAt) - clock.now).toBeLessThanOrEqual(72 * HOUR);
    for (const agency of ['mca-county', 'mps-county'])
      expect(await tasks(agency, child)).toMatchObject([
        { state: 'open', details: { dueAt: waiting.json.dueAt } },
      ]);
    later(71 * HOUR);
    expect((await second(child)).json.state).toBe('waiting');
    expect(await isHeld(child)).toBe(true);
    later(2 * HOUR);
    expect((await second(child)).json).toMatchObject({ erasedAt: expect.any(String) });
    expect(await isHeld(child)).toBe(false);
  });

  it('is listed for those who may stop it, by their own reference, until it is done or stopped', async () => {
    const child = await settled();
    const listed = async (agency: string, officer: string, claimed = false) => {
      const action = agency === 'steward-office' ? 'steward' : 'casework';
      const details = {
        actions: [action],
        officer,
        reason: REASON,
        ...(claimed && { claimed: true as const }),
      };
      const { status, json } = await gateway.call(agency, details, 'GET', '/v1/subjects/waiting');
      if (status !== 200) return json.code;
      const ref = await refAt(gateway, child.ref, agency);
      return json.acts.filter((one: { ref: string }) => one.ref === ref);
    };
    const { json } = await erase(gateway, child.ref, 'chen.jie', 'mca-county');
    const act = { act: 'erase', by: 'mca-county', entry: json.receipt.entry, until: json.expiresAt };
    const asked = { officer: 'chen.jie', reason: REASON };
    expect(await listed('mca-county', 'chen.jie')).toMatchObject([
      { ...act, asked, state: 'pending', own: true, second: false },
    ]);
    // A colleague is of the same line, and no second person; so it is not told who asked.
    const [colleague] = await listed('mca-county', 'li.na');
    expect(colleague).toMatchObject({ own: false, second: false });
    expect(colleague).not.toHaveProperty('asked');
    expect(await listed('mps-county', 'liu.yang')).toMatchObject([
      { ...act, asked, own: false, second: true },
    ]);
    expect(await listed('steward-office', 'chen')).toMatchObject([{ ...act, asked, second: true }]);
    expect(await listed('mps-county', 'liu.yang', true)).toBe('PERSON_REQUIRED');
    for (const agency of ['edu-county', 'mca-neighbour', 'court-county'])
      expect(await listed(agency, 'zhang.wei'), agency).toEqual([]);
    const { dueAt } = (await second(child)).json;
    expect(await listed('steward-office', 'chen')).toMatchObject([
      { state: 'waiting', until: dueAt, second: false },
    ]);
    const { policeRef } = child;
    expect((await stop('mps-county', 'liu.yang', policeRef)).status).toBe(200);
    expect(await listed('steward-office', 'chen')).toEqual([]);
  });

  it('on an order says so to its second person, and that it waits for nothing, to all who see it', async ({
    child,
  }) => {
    expect((await orderErasure(gateway, child.ref)).json.state).toBe('pending');
    const seenBy = async (officer: string) => {
      const details = { actions: ['casework'], officer, reason: REASON };
      const { json } = await gateway.call('mps-county', details, 'GET', '/v1/subjects/waiting');
      return json.acts.find((one: { ref: string }) => one.ref === child.policeRef);
    };
    expect(await seenBy('liu.yang')).toMatchObject({
      ...{ ordered: true, second: true, state: 'pending' },
      asked: { officer: 'wu.jun', instrument: 'ORDER-2026-1' },
    });
    expect((await second(child)).json.state).toBeUndefined();
    expect(await isHeld(child)).toBe(false);
    // One that waits has no such mark.
    const other = await makeChild(gateway);
    await begin(other);
    const details = { actions: ['casework'], officer: 'liu.yang', reason: REASON };
    const { json } = await gateway.call('mps-county', details, 'GET', '/v1/subjects/waiting');
    expect(json.acts.find((one: { ref: string }) => one.ref === other.policeRef)).not.toHaveProperty(
      'ordered',
    );
  });

  it('that is due is done by itself', async ({ child }) => {
    await begin(child);
    await second(child);
    later(73 * HOUR);
    // Any job wakes the runner, which looks for what is due first.
    await gateway.call(
      'steward-office',
      { actions: ['steward'], officer: 'li.na' },
      'POST',
      '/v1/keys/sweep',
      {},
    );
    await expect.poll(() => isHeld(child), { timeout: 20_000, interval: 300 }).toBe(false);
  });

  it('is stopped by a department that holds something, and by no other', async ({ child }) => {
    await begin(child);
    await second(child);
    const foreign = await refAt(gateway, child.ref, 'finance-county');
    expect((await stop('finance-county', 'song.jia', foreign)).json.code).toBe('REFUSED');
    const kept = await stop('mca-county', 'zhao.min', child.ref);
    expect(kept.status).toBe(200);
    // The repeat has the same answer, and no other person has it.
    expect((await stop('mca-county', 'zhao.min', child.ref)).json).toEqual(kept.json);
    expect((await stop('mps-county', 'liu.yang', child.policeRef)).json.code).toBe('CONFLICT');
    later(80 * HOUR);
    // The second line's word is a first one now.
    expect((await begin(child)).json.state).toBe('pending');
    expect(await isHeld(child)).toBe(true);
  });

  it('of a department that owns one field of the child takes another line', async () => {
    const child = await settled();
    expect((await erase(gateway, child.ref, 'zhao.min')).json.state).toBe('pending');
    const same = await erase(gateway, child.ref, 'zhou.qin');
    expect([same.status, same.json.code]).toEqual([403, 'APPROVER_IS_REQUESTER']);
    expect((await second(child)).json.state).toBe('waiting');
  });

  it('is not begun by an office whose sheet is younger than thirty days, which alone reads so', async () => {
    const child = await settled();
    await put(gateway, 'edu-county', { match: child.match, fields: { schooling_status: 'primary' } });
    const ref = await refAt(gateway, child.ref, 'edu-county');
    const begun = async (of: string) => (await erase(gateway, of, 'zhang.wei', 'edu-county')).json;
    const [young, none] = [
      await begun(ref),
      await begun(await refAt(gateway, (await makeChild(gateway)).ref, 'edu-county')),
    ];
    expect([young.code, young.detail, none.code, none.detail]).toEqual([
      'REFUSED',
      expect.stringContaining('less than 30 days'),
      'REFUSED',
      undefined,
    ]);
    expect((await erase(gateway, child.ref, 'zhao.min')).status).toBe(202);
  });

  it('waits again for a department that first puts something in while it waits', async ({ child }) => {
    await begin(child);
    const first = await second(child);
    await put(gateway, 'edu-county', { match: child.match, fields: { schooling_status: 'primary' } });
    later(73 * HOUR);
    const again = await second(child);
    expect(again.json.state).toBe('waiting');
    expect(Date.parse(again.json.dueAt)).toBeGreaterThan(Date.parse(first.json.dueAt));
    expect(await tasks('edu-county', child)).toHaveLength(1);
    later(73 * HOUR);
    expect((await second(child)).json).toMatchObject({ erasedAt: expect.any(String) });
  });

  it('that is stopped and due at once ends one way', async ({ child }) => {
    await begin(child);
    await second(child);
    later(73 * HOUR);
    const [done, kept] = await Promise.all([second(child), stop('mca-county', 'zhao.min', child.ref)]);
    expect([done.status === 200, kept.status === 200].filter(Boolean)).toHaveLength(1);
    expect(await isHeld(child)).toBe(kept.status === 200);
  });
});
