/** Tasks: the entries that open them, their addressees, their end; over HTTP and the scheduled pass. */

import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { DAY, DESK, makeRig, SECOND, type Shown } from './rig.ts';

const rig = await makeRig();
afterEach(() => rig.gateway.faults.clear());
afterAll(() => rig.gateway.close());

const { decide } = rig;

/** Open tasks of an agency about one child. */
async function tasksOf(agency: string, child: { match: object }, query = ''): Promise<Shown[]> {
  const ref = await rig.refOf(agency, child);
  return (await rig.tasks(agency, query)).filter((task) => task.ref === ref);
}
const complete = (agency: string, id: string, words = DESK) =>
  rig.casework(
    agency,
    'POST',
    `/v1/tasks/${id}/complete`,
    { outcome: 'told', evidence: 'd'.repeat(64) },
    words,
  );

describe('a release that asks for a notice', () => {
  it('opens one for each recipient, due by working days', async () => {
    const child = await rig.child();
    const { json } = await decide(child);
    const [task, ...others] = await tasksOf('mca-county', child);
    expect(others).toEqual([]);
    expect(task).toMatchObject({
      kind: 'notice',
      state: 'open',
      details: { purpose: 'W1', agency: 'mca-county' },
    });
    expect(task?.about).toBe(json.results[0].receipt.entry);
    expect(task?.department).toBeUndefined();
    const days = (Date.parse(task?.due ?? '') - Date.parse(task?.opened ?? '')) / DAY;
    // Ten working days hold a weekend at least, and more around holidays.
    expect(days).toBeGreaterThan(11);
    expect(days).toBeLessThan(26);
  });

  it('opens no second within the year, however often the pass runs', async () => {
    const child = await rig.child();
    await decide(child);
    await decide(child);
    await rig.gateway.casework.pass();
    expect(await tasksOf('mca-county', child)).toHaveLength(1);
  });

  it('defers it if the guardian is in conflict', async () => {
    const mca = { guardianship_status: { status: 'normal', conflict: true } };
    const child = await rig.child({ mca });
    await decide(child);
    const [task] = await tasksOf('mca-county', child);
    expect(task?.kind).toBe('notice-deferred');
  });

  it('sends it to civil affairs if guardianship is revoked', async () => {
    const child = await rig.child({ mca: { guardianship_status: { status: 'revoked', conflict: false } } });
    await decide(child);
    const tasks = await tasksOf('mca-county', child);
    expect(tasks.map(({ kind, department }) => [kind, department])).toEqual([['notice-substitute', 'MCA']]);
  });

  it('also in an emergency, although no fact was opened', async () => {
    const child = await rig.child();
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

describe('a release on hold', () => {
  it('opens a task for the owners with data, and reveals nothing to the caller', async () => {
    const child = await rig.child();
    await rig.consent(child);
    await rig.consent(child, { act: 'objects', giver: 'child' });
    const fields = ['name', 'disability_category'];
    const { json } = await rig.release('cdpf-county', 'D1', { subjects: [child], fields });
    expect(json.results[0].refused).toEqual({ code: 'REFUSED' });
    for (const [agency, department] of [
      ['mps-county', 'MPS'],
      ['mca-county', 'MCA'],
    ] as const) {
      const [task] = await tasksOf(agency, child);
      expect(task).toMatchObject({
        kind: 'hold',
        department,
        details: { purpose: 'D1', agency: 'cdpf-county' },
      });
      expect(task?.about).toBe(json.results[0].receipt.entry);
    }
    // It owns one of the fields and holds nothing: it must not learn that there is such a child.
    expect(await tasksOf('cdpf-county', child)).toEqual([]);
    expect(await tasksOf('mca-neighbour', child)).toEqual([]);
  });

  it('gives what each department lets go of its own fields, and nothing once one refuses', async () => {
    const child = await rig.child({ mca: { guardian_phone: '13900000001' } });
    const fields = ['name', 'guardian_phone'];
    await rig.consent(child, { fields });
    await rig.consent(child, { fields, act: 'objects', giver: 'child' });
    const ask = async (agency = 'cdpf-county') => {
      const { json } = await rig.release(agency, 'D1', { subjects: [child], fields });
      return Object.keys(json.results[0].fields ?? {}).sort();
    };
    const decide = async (agency: string, outcome: string, id?: string) => {
      const [task] = id === undefined ? await tasksOf(agency, child) : [{ id }];
      const body = { outcome };
      return rig.casework(agency, 'POST', `/v1/tasks/${task?.id}/complete`, body);
    };
    expect(await ask()).toEqual([]);
    const [task] = await tasksOf('mps-county', child);
    expect(task?.details['reason']).toMatch(/^[A-Z0-9_]+$/);
    expect((await decide('mps-county', 'done')).json.code).toBe('INVALID_REQUEST');
    const { json } = await decide('mps-county', 'release');
    expect(await ask()).toEqual(['name']);
    const [decision] = await rig.entries('&kind=decision');
    expect(decision.approvals).toEqual([json.receipt.entry]);
    await decide('mca-county', 'release');
    expect(await ask()).toEqual(['guardian_phone', 'name']);
    rig.later(31 * DAY);
    expect(await ask()).toEqual([]);
    // The new hold is a new task; one refusal covers all.
    await decide('mps-county', 'release');
    await decide('mca-county', 'refuse');
    expect(await ask()).toEqual([]);
  });

  it('opens one for the stand-in, not for the requester with all of the data', async () => {
    const child = await rig.child();
    await rig.put('cdpf-county', child.match, { disability_category: '4' });
    await rig.consent(child, { fields: ['disability_category'] });
    await rig.consent(child, { act: 'objects', giver: 'child' });
    await rig.release('cdpf-county', 'D1', { subjects: [child], fields: ['disability_category'] });
    expect(await tasksOf('cdpf-county', child)).toEqual([]);
    expect((await tasksOf('mca-county', child)).map(({ kind }) => kind)).toEqual(['hold']);
  });

  it('opens none for a plain refusal', async () => {
    const child = await rig.child();
    await rig.release('cdpf-county', 'D1', { subjects: [child], fields: ['name'] });
    expect(await tasksOf('mca-county', child)).toEqual([]);
  });
});

describe('completing a task', () => {
  it('logs who did it, once, and takes it out of the inbox', async () => {
    const child = await rig.child();
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

  it('is for the addressee, with officer and reason', async () => {
    const child = await rig.child();
    await decide(child);
    const [task] = (await tasksOf('mca-county', child)) as [Shown];
    expect((await complete('edu-county', task.id)).status).toBe(404);
    expect((await complete('mca-neighbour', task.id)).status).toBe(404);
    expect((await complete('mca-county', '#followed')).status).toBe(404);
    const bare = await rig.casework('mca-county', 'POST', `/v1/tasks/${task.id}/complete`, {}, {});
    expect(bare.json.code).toBe('PERSON_REQUIRED');
  });

  it('by two officers at once logs one', async () => {
    const child = await rig.child();
    await decide(child);
    const [task] = (await tasksOf('mca-county', child)) as [Shown];
    const before = (await rig.entries('&kind=task')).length;
    const answers = await Promise.all([DESK, SECOND].map((words) => complete('mca-county', task.id, words)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await rig.entries('&kind=task')).toHaveLength(before + 1);
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

  it('reminds, then shows that a task is overdue, and alerts once', async () => {
    const child = await rig.child();
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
