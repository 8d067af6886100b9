/** A stored item that is no document of its kind stops no pass of scheduled work: the others go on, and it is told without its text. */

import { afterEach, beforeEach, expect, it, type MockInstance, vi } from 'vitest';
import { readPosition } from '../../shared/records/casework/tasks.ts';
import { nameOpen } from '../../shared/records/gateway/open-names.ts';
import { getItem, putItem } from '../../shared/store/table.ts';
import { DAY, fileRig } from '../casework/rig.ts';
import { runJob } from '../maintenance/rig.ts';

const NAME = '王小明 990001201305061234';
const rig = await fileRig();
const { tables } = rig.gateway;
let error: MockInstance<typeof console.error>;
beforeEach(() => {
  error = vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  expect(JSON.stringify(error.mock.calls)).not.toContain('990001201305061234');
  error.mockRestore();
});

/** What was told, once each. */
const told = () => {
  const lines = error.mock.calls.map(([line]) => line);
  return [...new Set(lines.filter(({ work }) => work).map(({ work, error }) => `${work}: ${error}`))];
};
const failure = (work: Promise<unknown>) => work.then(String, (one: Error) => `${one.name} ${one.message}`);

it('a record stops no task that another entry requires', async () => {
  const [broken, whole] = [await rig.child(), await rig.child()];
  await rig.decide(broken);
  await rig.decide(whole);
  const key = { subject: { S: rig.subjectOf(broken) } };
  const stored = (await getItem(tables.keys, key)) ?? expect.fail();
  await putItem(tables.keys, { ...key, logId: { S: '' } });
  expect(await failure(rig.gateway.casework.pass())).toContain('tasks failed: see the lines before');
  expect(told()).toEqual(['tasks: Problem']);
  await putItem(tables.keys, stored);
  const { json } = await rig.casework('mca-county', 'GET', '/v1/tasks?limit=200');
  const ref = await rig.refOf('mca-county', whole);
  expect(json.tasks.map((one: { ref?: string }) => one.ref)).toContain(ref);
});

/** A child whose record can't be read until it is put back. */
async function brokenChild() {
  const child = await rig.child();
  const key = { subject: { S: rig.subjectOf(child) } };
  return {
    child,
    async breaks() {
      const stored = (await getItem(tables.keys, key)) ?? expect.fail();
      await putItem(tables.keys, { ...key, logId: { S: '' } });
      return () => putItem(tables.keys, stored);
    },
  };
}
async function refsWithTask() {
  const { json } = await rig.casework('mca-county', 'GET', '/v1/tasks?limit=200');
  return json.tasks.map(({ ref }: { ref?: string }) => ref);
}

it('an entry whose record was broken for long has its task once the record is whole', async () => {
  const { child, breaks } = await brokenChild();
  await rig.decide(child);
  const mend = await breaks();
  await failure(rig.gateway.casework.pass());
  rig.later(2 * DAY);
  for (const _ of [1, 2]) expect(await failure(rig.gateway.casework.pass())).toContain('tasks failed');
  const whole = await rig.child();
  await rig.decide(whole);
  expect(await failure(rig.gateway.casework.pass())).toContain('tasks failed');
  expect(await refsWithTask()).toContain(await rig.refOf('mca-county', whole));
  await mend();
  await rig.gateway.casework.pass();
  expect(await refsWithTask()).toContain(await rig.refOf('mca-county', child));
  expect((await readPosition(tables.tasks)).failed.size).toBe(0);
});

it('of more failed entries than are kept, none is lost either', async () => {
  const children = [];
  for (const _ of [1, 2]) children.push(await brokenChild());
  const [first, last] = children as [(typeof children)[0], (typeof children)[0]];
  for (let i = 0; i < 100; i++) await rig.decide(first.child);
  await rig.decide(last.child);
  const mends = [await first.breaks(), await last.breaks()];
  await failure(rig.gateway.casework.pass());
  const held = await readPosition(tables.tasks);
  expect([held.failed.size, (held.until ?? 0) < rig.now()]).toEqual([100, true]);
  rig.later(2 * DAY);
  await failure(rig.gateway.casework.pass());
  expect(await readPosition(tables.tasks)).toEqual(held);
  for (const mend of mends) await mend();
  await rig.gateway.casework.pass();
  expect(await refsWithTask()).toContain(await rig.refOf('mca-county', last.child));
  const { until, failed } = await readPosition(tables.tasks);
  expect([failed.size, (until ?? 0) > (held.until ?? 0) + DAY]).toEqual([0, true]);
});

it('a task stops no alert about another, and its text reaches neither the error nor the log', async () => {
  const child = await rig.child();
  await rig.decide(child);
  await rig.gateway.casework.pass();
  const [task] = await rig.tasks('mca-county');
  await putItem(tables.tasks, {
    task: { S: 'broken' },
    inbox: { S: 'agency:mca-county' },
    due: { S: '2020-01-01T00:00:00.000Z#broken' },
    document: { S: NAME },
  });
  rig.later(60 * DAY);
  expect(await failure(rig.gateway.casework.pass())).toBe('UnreadTask tasks failed: see the lines before');
  expect(told()).toContain('tasks: UnreadTask');
  const alerts = await rig.entries('&kind=alert');
  expect(alerts.map(({ code }) => code)).toContain('TASK_OVERDUE');
  // The list of the office goes on as well.
  const { json } = await rig.casework('mca-county', 'GET', '/v1/tasks?limit=200');
  expect(json.tasks.map(({ id }: { id: string }) => id)).toContain(task?.id);
});

it('a job and an act that is due stop no other job', async () => {
  const at = Math.floor(rig.now() / 1000);
  await nameOpen(tables.jobs, 'acts', 'broken', at + 86_400);
  await putItem(tables.jobs, {
    ...{ job: { S: 'act:broken' }, requester: { S: 'x' }, entry: { S: 'x' }, due: { N: String(at - 9) } },
    ...{ expires: { N: String(at + 86_400) }, approved: { S: NAME } },
  });
  await nameOpen(tables.jobs, 'jobs', 'broken', at + 86_400);
  await putItem(tables.jobs, {
    ...{ job: { S: 'broken' }, state: { S: 'running' }, lease: { N: '0' }, document: { S: NAME } },
  });
  await runJob(rig.gateway, 'sweep');
  expect(told()).toEqual(expect.arrayContaining(['due acts: SyntaxError', 'jobs: UnreadJob']));
});

it('the facts about a proof stop no look at others', async () => {
  await putItem(tables.status, {
    ...{ list: { S: 'standing' }, item: { S: 'x' }, proof: { S: NAME }, expires: { N: '9999999999' } },
  });
  expect(await failure(rig.gateway.verifier.recheck())).toBe(
    'UnreadProof recheck failed: see the lines before',
  );
  expect(told()).toEqual(['recheck: UnreadProof']);
});

it('what the watch remembers of an entry stops no scan', async () => {
  await rig.gateway.sequencer.step();
  await putItem(tables.watch, { part: { S: 'open UNREVIEWED' }, item: { S: 'x' }, seen: { S: NAME } });
  expect((await rig.gateway.watcher.scan()).leaves).toBeGreaterThan(0);
  expect(told()).toEqual(['watch open UNREVIEWED: SyntaxError']);
});
