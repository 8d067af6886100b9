/** Emergencies over HTTP: at once, reviewed by an owner in another line within a day, or the next one is stopped. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crashAt } from '../support/crash.ts';
import { type Desk, HOUR, makeDesk } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await makeDesk();
});
afterAll(() => desk.gateway.close());

const DANGER = { imminentDangerAttested: true };
type Match = { id_number: string };

/** The police look for a child in danger. */
async function breakGlass(match: Match, agency = 'mps-county', context: object = DANGER) {
  const body = {
    collection: 'children',
    subjects: [{ match }],
    fields: ['name', 'residence_address'],
    context: { ...context, officer: 'wu.jun', reason: 'child missing since noon' },
  };
  const details = { actions: ['release'], purpose: 'E1' };
  return desk.call(agency, details, 'POST', '/v1/releases', body);
}

// biome-ignore lint/suspicious/noExplicitAny: tasks of every shape
async function reviews(agency: string): Promise<any[]> {
  const { json } = await desk.act(agency, 'boss', 'GET', '/v1/tasks');
  return json.tasks.filter(({ kind }: { kind: string }) => kind === 'review');
}

const review = (agency: string, id: string, outcome: string, officer = 'boss') =>
  desk.act(agency, officer, 'POST', `/v1/tasks/${id}/complete`, { outcome });

/** Every review that is owed, so that a test begins with none. */
async function settle() {
  for (const { id } of await reviews('mca-county')) await review('mca-county', id, 'justified');
}

describe('an emergency', () => {
  it('is answered at once, second-person fields and all, and owed a review by their owner', async () => {
    const { match } = await desk.child();
    const { status, json } = await breakGlass(match);
    expect([status, Object.keys(json.results[0].fields).sort()]).toEqual([
      200,
      ['name', 'residence_address'],
    ]);
    expect(json.obligations).toContain('REVIEW_24H');
    const [decision] = await desk.entries('&kind=decision');
    const [task, ...more] = await reviews('mca-county');
    expect(more).toEqual([]);
    expect(task).toMatchObject({ state: 'open', department: 'MCA', about: decision.attempt, byHand: false });
    expect(task.details).toEqual({
      purpose: 'E1',
      agency: 'mps-county',
      departments: ['MPS'],
      fields: ['name', 'residence_address'],
    });
    expect(Date.parse(task.due) - Date.parse(task.opened)).toBe(24 * HOUR);
    expect(task.ref).toBeDefined();
    await settle();
  });

  it('without attested danger is none', async () => {
    const { match } = await desk.child();
    expect((await breakGlass(match, 'mps-county', {})).json.code).toBe('NO_IMMINENT_DANGER');
    expect(await reviews('mca-county')).toEqual([]);
  });

  it('that is reviewed lets the next one pass, whatever the time', async () => {
    const { match } = await desk.child();
    await breakGlass(match);
    const [{ id, about }] = await reviews('mca-county');
    const done = await review('mca-county', id, 'justified');
    expect(done.json.task).toMatchObject({ state: 'done', done: { outcome: 'justified' } });
    expect((await desk.entries('&kind=review'))[0]).toMatchObject({ about, outcome: 'justified' });
    // The same officer's answer may have been lost.
    expect((await review('mca-county', id, 'justified')).status).toBe(200);
    expect((await review('mca-county', id, 'violation', 'other')).json.code).toBe('CONFLICT');
    desk.later(25 * HOUR);
    expect((await breakGlass(match)).status).toBe(200);
    await settle();
  });

  it('that was not reviewed within a day stops the next one of the same agency only, until it is reviewed', async () => {
    const { match } = await desk.child();
    await breakGlass(match);
    desk.later(23 * HOUR);
    expect((await breakGlass(match)).status).toBe(200);
    desk.later(2 * HOUR);
    const stopped = await breakGlass(match);
    expect([stopped.status, stopped.json.code]).toEqual([403, 'REVIEW_OVERDUE']);
    expect((await desk.entries('&kind=denial'))[0]).toMatchObject({ code: 'REVIEW_OVERDUE', purpose: 'E1' });
    expect((await breakGlass(match, 'health-hospital')).status).toBe(200);
    const [overdue] = (await reviews('mca-county')).filter(({ state }) => state === 'overdue');
    await review('mca-county', overdue.id, 'justified');
    expect((await breakGlass(match)).status).toBe(200);
    await settle();
  });

  it.each([
    ['the agency itself', 'mps-county', 'boss', 'justified', 404, 'NOT_FOUND'],
    ['an officer of the same name', 'mca-county', 'Wu.Jun', 'justified', 403, 'APPROVER_IS_REQUESTER'],
    ['a department that was not asked', 'edu-county', 'boss', 'justified', 404, 'NOT_FOUND'],
    ['somebody without a verdict', 'mca-county', 'boss', 'done', 400, 'INVALID_REQUEST'],
  ])('is not reviewed by %s', async (_, agency, officer, outcome, status, code) => {
    const { match } = await desk.child();
    await breakGlass(match);
    const [{ id }] = await reviews('mca-county');
    const refused = await review(agency, id, outcome, officer);
    expect([refused.status, refused.json.code]).toEqual([status, code]);
    expect((await reviews('mca-county')).map((task) => task.id)).toContain(id);
    await settle();
  });

  it('that was a violation raises an alert', async () => {
    const { match } = await desk.child();
    await breakGlass(match);
    const [{ id }] = await reviews('mca-county');
    await review('mca-county', id, 'violation');
    expect((await desk.entries('&kind=alert'))[0]).toMatchObject({
      code: 'REVIEW_VIOLATION',
      outcome: 'raised',
    });
  });

  it.each(['requestsTable', 'tasksTable'] as const)(
    'releases nothing where %s can’t be written',
    async (table) => {
      const { match } = await desk.child();
      const crash = crashAt(1, 'before', [desk.gateway.env[table]]);
      const { status, text } = await breakGlass(match);
      crash.end();
      expect([status >= 500, crash.hit()]).toEqual([true, true]);
      expect(text).not.toContain('欧阳');
      await settle();
    },
  );
});
