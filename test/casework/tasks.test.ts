/** Tasks: the entries that open them, their addressees, their end; over HTTP and the scheduled pass. */

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it as plain, vi } from 'vitest';
import { dueAt } from '../../shared/policy/pack/calendar.ts';
import { readTask } from '../../shared/records/casework/tasks.ts';
import { children } from '../policy/support.ts';
import { newInstance } from './instance.ts';
import { DAY, DESK, fileRig, SECOND, type Shown } from './rig.ts';

const rig = await fileRig();
afterEach(() => rig.gateway.faults.clear());

const { decide } = rig;

/** Open tasks of an agency about one child. */
async function tasksOf(agency: string, child: { match: object }, query = ''): Promise<Shown[]> {
  const ref = await rig.refOf(agency, child);
  return (await rig.tasks(agency, query)).filter((task) => task.ref === ref);
}
const TOLD = { evidence: 'd'.repeat(64), delivery: 'signed-paper', day: '2026-01-05' };
const complete = (agency: string, id: string, words = DESK) =>
  rig.casework(agency, 'POST', `/v1/tasks/${id}/complete`, { outcome: 'told', ...TOLD }, words);

const it = plain.extend('child', () => rig.child());

describe('a release that asks for a notice', () => {
  it('opens one for each recipient, due by working days', async ({ child }) => {
    const { json } = await decide(child);
    const [task, ...others] = await tasksOf('mca-county', child);
    expect(others).toEqual([]);
    expect(task).toMatchObject({
      kind: 'notice',
      state: 'open',
      details: { purpose: 'W1', agency: 'mca-county' },
    });
    expect(json.obligations).toEqual(['NO_PUBLICATION']);
    expect(json.results[0].obligations).toEqual(['NOTIFY']);
    expect(task?.details['case']).toBe('MCA-2026-1');
    expect(task?.about).toBe(json.results[0].receipt.entry);
    expect(task?.department).toBeUndefined();
    const opened = Date.parse(task?.opened ?? '');
    expect(Date.parse(task?.due ?? '')).toBe(dueAt(children.calendar, { workingDays: 10 }, opened));
  });

  it('opens no second within the year, however often the pass runs', async ({ child }) => {
    await decide(child);
    await decide(child);
    await rig.gateway.casework.pass();
    expect(await tasksOf('mca-county', child)).toHaveLength(1);
  });

  it('reads no item of the log again that it has handled', async ({ child }) => {
    const { casework, env } = rig.gateway;
    const sent = vi.spyOn(DynamoDBClient.prototype, 'send');
    const readsOf = async () => {
      sent.mockClear();
      await casework.pass();
      const reads = sent.mock.calls.map(([command]) => command.input as { RequestItems?: object });
      return reads.filter(({ RequestItems = {} }) => Object.hasOwn(RequestItems, env.logTable)).length;
    };
    await casework.pass();
    await decide(child);
    expect(await readsOf()).toBeGreaterThan(0);
    expect(await readsOf()).toBe(0);
    await decide(child);
    expect(await readsOf()).toBeGreaterThan(0);
    sent.mockRestore();
    expect(await tasksOf('mca-county', child)).toHaveLength(1);
  });

  it('defers it if the guardian is in conflict', async () => {
    const mca = { guardianship_status: { status: 'normal', conflict: true } };
    const child = await rig.child({ mca });
    const { json } = await decide(child);
    const [task] = await tasksOf('mca-county', child);
    expect(task?.kind).toBe('notice-deferred');
    expect(json.results[0].obligations).toEqual(['DEFER_NOTICE']);
  });

  it('sends it to civil affairs if guardianship is revoked', async () => {
    const child = await rig.child({ mca: { guardianship_status: { status: 'revoked', conflict: false } } });
    await decide(child);
    const tasks = await tasksOf('mca-county', child);
    expect(tasks.map(({ kind, department }) => [kind, department])).toEqual([['notice-substitute', 'MCA']]);
  });

  it('also in an emergency, although no fact was opened', async ({ child }) => {
    const context = { officer: 'zhao.min', reason: 'danger', imminentDangerAttested: true };
    const { status } = await rig.release(
      'mps-county',
      'E1',
      { subjects: [child], fields: ['name'], context },
      {
        officer: 'zhao.min',
        reason: 'danger',
      },
    );
    expect(status).toBe(200);
    const tasks = await tasksOf('mps-county', child);
    expect(tasks.map(({ kind }) => kind)).toContain('notice-deferred');
  });
});

describe('completing a task', () => {
  it('logs who did it, once, and takes it out of the inbox', async ({ child }) => {
    await decide(child);
    const [task] = (await tasksOf('mca-county', child)) as [Shown];
    const { json, status } = await complete('mca-county', task.id);
    expect(status).toBe(200);
    expect(json.task).toMatchObject({
      id: task.id,
      state: 'done',
      done: { outcome: 'told', agency: 'mca-county' },
    });
    const [entry] = await rig.entries('&kind=task');
    expect(entry).toMatchObject({
      outcome: 'told',
      code: 'TASK_NOTICE',
      about: task.about,
      id: json.receipt.entry,
      words: { officer: DESK.officer, reason: DESK.reason },
    });
    expect(await tasksOf('mca-county', child)).toEqual([]);
    expect((await tasksOf('mca-county', child, '&state=done')).map(({ id }) => id)).toEqual([task.id]);
    const again = await complete('mca-county', task.id);
    expect(again.json.task).toEqual(json.task);
    expect(again.json.receipt).toBeUndefined();
    expect((await complete('mca-county', task.id, SECOND)).json.code).toBe('CONFLICT');
    const entries = await rig.entries('&kind=task');
    expect(entries.filter(({ about }) => about === json.task.about)).toHaveLength(1);
  });

  it('of a notice takes a proof: digest, kind and day of the delivery', async ({ child }) => {
    await decide(child);
    const [task] = (await tasksOf('mca-county', child)) as [Shown & { deliveries?: string[] }];
    expect(task.deliveries).toEqual(['signed-paper', 'post', 'in-person', 'electronic']);
    const tomorrow = new Date(rig.now() + 2 * DAY).toISOString().slice(0, 10);
    for (const change of [
      { evidence: undefined },
      { delivery: undefined },
      { delivery: 'word-of-mouth' },
      { day: undefined },
      { day: tomorrow },
    ]) {
      const body = { outcome: 'told', ...TOLD, ...change };
      const { json } = await rig.casework('mca-county', 'POST', `/v1/tasks/${task.id}/complete`, body);
      expect([json.code, change]).toEqual(['INVALID_REQUEST', change]);
    }
    const { json } = await complete('mca-county', task.id);
    expect(json.task.done).toMatchObject({
      evidence: TOLD.evidence,
      delivery: { kind: 'signed-paper', day: TOLD.day },
    });
    const [entry] = await rig.entries('&kind=task');
    expect(entry.words.finding).toBe(`proof ${TOLD.evidence} signed-paper ${TOLD.day}`);
  });

  it('is for the addressee, with officer and reason', async ({ child }) => {
    await decide(child);
    const [task] = (await tasksOf('mca-county', child)) as [Shown];
    expect((await complete('edu-county', task.id)).status).toBe(404);
    expect((await complete('mca-neighbour', task.id)).status).toBe(404);
    expect((await complete('mca-county', '#followed')).status).toBe(404);
    const bare = await rig.casework('mca-county', 'POST', `/v1/tasks/${task.id}/complete`, {}, {});
    expect(bare.json.code).toBe('PERSON_REQUIRED');
  });

  it('by two officers at once logs one', async ({ child }) => {
    await decide(child);
    const [task] = (await tasksOf('mca-county', child)) as [Shown];
    const before = (await rig.entries('&kind=task')).length;
    const answers = await Promise.all([DESK, SECOND].map((words) => complete('mca-county', task.id, words)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await rig.entries('&kind=task')).toHaveLength(before + 1);
  });

  it.each([0, 1, 2])('is logged once, although a colleague takes the task before write %i', async (write) => {
    const child = await rig.child();
    await decide(child);
    const [task] = (await tasksOf('mca-county', child)) as [Shown];
    const take = () => rig.casework('mca-county', 'POST', `/v1/tasks/${task.id}/take`, {}, SECOND);
    const office = await newInstance(rig);
    office.at(write, 'before', take);
    const done = () => office.post(`/v1/tasks/${task.id}/complete`, { outcome: 'told', ...TOLD });
    await done();
    expect((await done()).status).toBe(200);
    const entries = (await rig.entries('&kind=task')).filter(({ about }) => about === task.about);
    expect(entries).toHaveLength(1);
  });

  it('can be repeated by the same officer after the log failed, and by others a minute later', async () => {
    const child = await rig.child();
    await decide(child);
    const [task] = (await tasksOf('mca-county', child)) as [Shown];
    rig.gateway.faults.add({ service: 'log', kind: 'error', operation: 'PutItem', times: 50 });
    expect((await complete('mca-county', task.id)).status).toBe(503);
    rig.gateway.faults.clear();
    expect((await complete('mca-county', task.id, SECOND)).json.code).toBe('CONFLICT');
    rig.later(61_000);
    expect((await complete('mca-county', task.id, SECOND)).status).toBe(200);
  });
});

describe('the inbox', () => {
  it('pages, soonest due first', async () => {
    for (let i = 0; i < 3; i++) await decide(await rig.child());
    await rig.gateway.casework.pass();
    const all = (await rig.casework('mca-county', 'GET', '/v1/tasks?limit=200')).json.tasks as Shown[];
    expect(all.map(({ due }) => due)).toEqual(all.map(({ due }) => due).sort());
    const paged: string[] = [];
    let cursor = '';
    do {
      const { json } = await rig.casework('mca-county', 'GET', `/v1/tasks?limit=2${cursor}`);
      paged.push(...json.tasks.map(({ id }: Shown) => id));
      cursor = json.cursor === null ? '' : `&cursor=${json.cursor}`;
    } while (cursor !== '');
    expect(paged).toEqual(all.map(({ id }) => id));
    const bad = await rig.casework('mca-county', 'GET', '/v1/tasks?cursor=AAAA');
    expect(bad.json.code).toBe('INVALID_REQUEST');
  });

  it('shows which officer has a task in hand, until that is given back or a working day is over', async ({
    child,
  }) => {
    await decide(child);
    const [task] = (await tasksOf('mca-county', child)) as [Shown];
    const hand = (act: string, words: object) =>
      rig.casework('mca-county', 'POST', `/v1/tasks/${task.id}/${act}`, {}, words);
    const mine = async (words: object) =>
      (await rig.casework('mca-county', 'GET', '/v1/tasks?mine=yes', undefined, words)).json.tasks;
    expect((await hand('take', {})).json.code).toBe('PERSON_REQUIRED');
    const taken = (await hand('take', DESK)).json.task as Shown;
    expect(taken.assignee).toMatchObject({ agency: 'mca-county', name: 'chen.jing', mine: true });
    expect((await tasksOf('mca-county', child))[0]?.assignee).toMatchObject({ name: 'chen.jing' });
    expect(await mine(DESK)).toMatchObject([{ id: task.id }]);
    expect(await mine(SECOND)).toEqual([]);
    // It locks nothing: a colleague takes it over, and what is not one's own is not given back.
    expect((await hand('take', SECOND)).json.task.assignee).toMatchObject({ name: 'wang.lei', mine: true });
    expect((await hand('give-back', DESK)).json.task.assignee).toMatchObject({ name: 'wang.lei' });
    expect((await hand('give-back', SECOND)).json.task.assignee).toBeUndefined();
    await hand('take', DESK);
    rig.later(Date.parse(taken.assignee?.until ?? '') - rig.now() + 1000);
    expect((await tasksOf('mca-county', child))[0]?.assignee).toBeUndefined();
    // Nor is the name stored for longer.
    const stored = async () => JSON.stringify(await readTask(rig.gateway.tables.tasks, task.id));
    expect(await stored()).not.toContain('chen.jing');
    await hand('take', SECOND);
    rig.later(DAY / 12);
    await rig.gateway.casework.pass();
    expect(await stored()).toContain('wang.lei');
    expect((await complete('mca-county', task.id, DESK)).json.task.assignee).toBeUndefined();
    expect((await hand('take', SECOND)).json.code).toBe('CONFLICT');
    // The name goes with the task's end.
    expect(await stored()).not.toContain('wang.lei');
  });

  it('counts and filters on the server', async ({ child }) => {
    await decide(child);
    const [task] = (await tasksOf('mca-county', child)) as [Shown];
    const counts = async (words: object = SECOND) =>
      (await rig.casework('mca-county', 'GET', '/v1/tasks/counts', undefined, words)).json;
    const before = await counts(DESK);
    expect(before).toMatchObject({ mine: 0, more: false });
    expect(before.open).toBe((await rig.tasks('mca-county')).length);
    expect(before.kinds.notice.count).toBeGreaterThan(0);
    await rig.casework('mca-county', 'POST', `/v1/tasks/${task.id}/take`, {}, DESK);
    expect((await counts(DESK)).mine).toBe(1);
    expect((await counts(SECOND)).mine).toBe(0);
    const ids = async (query: string) => (await rig.tasks('mca-county', query)).map(({ id }) => id);
    expect(await ids('&kind=notice')).toContain(task.id);
    expect(await ids('&kind=delete')).toEqual([]);
    for (const due of [task.due, task.due.replace('.000Z', 'Z')]) {
      expect(await ids(`&dueFrom=${due}`)).toContain(task.id);
      expect(await ids(`&dueBefore=${due}`)).not.toContain(task.id);
    }
    const path = `/v1/tasks?dueFrom=${task.due}&dueBefore=${task.opened}`;
    const { status, json } = await rig.casework('mca-county', 'GET', path);
    expect([status, json]).toEqual([200, { tasks: [], cursor: null }]);
    rig.later(Date.parse(task.due) - rig.now() - 1000);
    expect((await counts()).today).toBeGreaterThan(0);
    rig.later(2000);
    expect((await counts()).overdue).toBeGreaterThan(0);
  });

  it('reminds, then shows that a task is overdue, and alerts once', async ({ child }) => {
    await decide(child);
    const [task] = (await tasksOf('mca-county', child)) as [Shown];
    rig.later(Date.parse(task.due) - rig.now() - DAY);
    expect((await tasksOf('mca-county', child))[0]?.state).toBe('due-soon');
    rig.later(DAY + 1000);
    expect((await tasksOf('mca-county', child))[0]?.state).toBe('overdue');
    await rig.gateway.casework.pass();
    const alerts = (await rig.entries('&kind=alert')).filter(({ about }) => about === task.about);
    expect(alerts).toMatchObject([
      { code: 'TASK_OVERDUE', outcome: 'raised', handler: { agency: 'mca-county' } },
    ]);
    expect((await complete('mca-county', task.id)).status).toBe(200);
  });
});
