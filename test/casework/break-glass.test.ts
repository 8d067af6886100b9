/** Emergencies over HTTP: at once, reviewed by an owner in another line within a day, and never stopped by a review that is late. */
import { describe, expect, it as plain } from 'vitest';
import { readClassKeys } from '../../shared/env.ts';
import { children as pack } from '../policy/support.ts';
import { crashAt } from '../support/crash.ts';
import type { Answer } from '../support/gateway.ts';
import { freshNumber } from '../support/people.ts';
import { HOUR } from './desk.ts';
import { DANGER, fileEmergencies, QUEUE } from './emergency.ts';

const { breakGlass, desk, escalations, review, reviews, settle } = await fileEmergencies();

const it = plain.extend('match', async () => (await desk.child()).match);

describe('an emergency', () => {
  it('is answered at once, including second-person fields, and needs a review by their owner', async () => {
    const { match } = await desk.child();
    const { status, json } = await breakGlass(match);
    expect([status, Object.keys(json.results[0].fields).sort()]).toEqual([
      200,
      ['name', 'residence_address'],
    ]);
    const audit = { actions: ['audit'], officer: 'boss' };
    const { json: view } = await desk.call('audit-office', audit, 'GET', '/v1/policy');
    expect(json.obligations).toContain(view.review);
    const queue = await desk.call('audit-office', audit, 'GET', QUEUE);
    expect(queue.json.groups[0]).toMatchObject({
      ...{ purpose: 'E1', kind: 'decision', outcome: 'released' },
      why: expect.arrayContaining(['REVIEW_OWED']),
    });
    const [decision] = await desk.entries('&kind=decision');
    const [task, ...more] = await reviews('mca-county');
    expect(more).toEqual([]);
    expect(task).toMatchObject({ state: 'open', department: 'MCA', about: decision.attempt, byHand: false });
    expect(task.details).toEqual({
      purpose: 'E1',
      agency: 'mps-county',
      departments: ['MPS'],
      fields: ['name', 'residence_address'],
      // The reviewer weighs what was stated.
      ...{ officer: 'wu.jun', case: decision.case ?? '', reason: 'child missing since noon' },
    });
    expect(Date.parse(task.due) - Date.parse(task.opened)).toBe(24 * HOUR);
    expect(task.ref).toBeDefined();
    await settle();
  });

  it('says of a field that it never gives why it is withheld, and is reviewed all the same', async ({
    match,
  }) => {
    const { status, json, text } = await breakGlass(match, 'mps-county', DANGER, {
      fields: ['bank_account'],
    });
    expect([status, json.results?.[0].fields, json.results?.[0].withheld.bank_account.code], text).toEqual([
      200,
      {},
      'FIELD_NOT_IN_PURPOSE',
    ]);
    expect((await reviews('mca-county')).map(({ details }) => details.fields)).toEqual([[]]);
    await settle();
  });

  it('without attested danger does not count', async ({ match }) => {
    expect((await breakGlass(match, 'mps-county', {})).json.code).toBe('NO_IMMINENT_DANGER');
    expect(await reviews('mca-county')).toEqual([]);
  });

  it('that is reviewed lets the next one pass, whatever the time', async ({ match }) => {
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

  it('that another department leaves without a review never stops the next one, and becomes a task of the superiors', async () => {
    const { match } = await desk.child();
    await breakGlass(match);
    desk.later(25 * HOUR);
    const [overdue] = await reviews('mca-county');
    expect(overdue.state).toBe('overdue');
    expect((await breakGlass(match)).status).toBe(200);
    await desk.gateway.casework.pass();
    const above = () => escalations('procuratorate-county');
    const [escalated] = await above();
    expect(escalated).toMatchObject({
      about: overdue.about,
      details: { agency: 'mps-county', purpose: 'E1' },
    });
    expect(escalated).not.toHaveProperty('ref');
    // A second pass opens no second task, and the review closes the escalated one.
    await desk.gateway.casework.pass();
    expect(await above()).toHaveLength(1);
    await review('mca-county', overdue.id, 'justified');
    expect(await above()).toEqual([]);
    await settle();
  });

  it('that is reviewed while it is being escalated leaves no task behind, whichever comes first', async () => {
    const { match } = await desk.child();
    for (let round = 0; round < 4; round++) {
      await breakGlass(match);
      desk.later(25 * HOUR);
      const [{ id }] = await reviews('mca-county');
      const [answer] = await Promise.all([
        review('mca-county', id, 'justified'),
        desk.gateway.casework.pass(),
      ]);
      expect(answer.status).toBe(200);
      await desk.gateway.casework.pass();
      expect(await escalations('procuratorate-county')).toEqual([]);
    }
  });

  it('is for the own area; elsewhere it is for the police, for a named call', async () => {
    const far = { id_number: freshNumber() };
    await desk.put('mca-neighbour', { match: far, fields: { division_code: '990002001' } });
    const asked = { fields: ['division_code'] };
    const refused = (answer: Answer) => answer.json.results[0].refused;
    expect(
      refused(await breakGlass(far, 'health-hospital', { ...DANGER, case: '110-42' }, asked)),
    ).toBeDefined();
    expect(refused(await breakGlass(far, 'mps-county', DANGER, asked))).toBeDefined();
    const { json } = await breakGlass(far, 'mps-county', { ...DANGER, case: '110-42' }, asked);
    expect(json.results[0].fields.division_code.value).toBe('990002001');
    await settle('mca-neighbour');
  });

  it('spends the ticket of a colleague once, also if a class turns out to be closed', async ({ match }) => {
    const { env, ring } = desk.gateway;
    const name = pack.fields.get('residence_address')?.class ?? expect.fail('no such field');
    const key = readClassKeys(env.classKeys).get(name) ?? expect.fail('no such class');
    const details = { actions: ['casework'], officer: 'qian.bo', reason: 'I saw the call' };
    const named = { purpose: 'E1', subjects: [{ match }], first: 'wu.jun' };
    const { json } = await desk.call('mps-county', details, 'POST', '/v1/releases/seconds', named);
    const open = () => breakGlass(match, 'mps-county', { ...DANGER, second: json.second });
    ring.setState(key, 'Disabled');
    try {
      const [result] = (await open()).json.results;
      expect(result.withheld.residence_address.code).toBe('CLASS_UNAVAILABLE');
      expect((await open()).json.code).toBe('TICKET_INVALID');
    } finally {
      ring.setState(key, 'Enabled');
    }
    await settle();
  });

  it('needs a second logged-in officer if five of an officer await their review', async ({ match }) => {
    const officer = 'sun.li';
    const open = (context: object = {}) =>
      breakGlass(match, 'mps-county', { ...DANGER, officer, ...context });
    for (let times = 0; times < 4; times++) expect((await open()).status).toBe(200);
    // Of two at once at the limit one is answered.
    const both = await Promise.all([open(), open()]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 403]);
    const stopped = await open();
    expect([stopped.json.code, stopped.json.rule]).toEqual(['SECOND_OFFICER_REQUIRED', 'PIPL13']);
    // Whether the child is on record makes no difference.
    const nobody = { id_number: freshNumber() };
    const stranger = (context: object = {}) =>
      breakGlass(nobody, 'mps-county', { ...DANGER, officer, ...context });
    expect((await stranger()).json.code).toBe('SECOND_OFFICER_REQUIRED');
    const word = (by: string, change: object = {}, office = 'mps-county') => {
      const details = { actions: ['casework'], officer: by, reason: 'I saw the call' };
      const named = { purpose: 'E1', subjects: [{ match }], first: officer, ...change };
      return desk.call(office, details, 'POST', '/v1/releases/seconds', named);
    };
    const ticket = async (...by: Parameters<typeof word>) => (await word(...by)).json.second;
    expect((await word(officer)).json.code).toBe('APPROVER_IS_REQUESTER');
    expect((await word('qian.bo', { purpose: 'E9' })).json.code).toBe('PURPOSE_UNKNOWN');
    const login = {
      id: 'qian.bo',
      subject: 'qian.bo@mps-county',
      roles: ['casework'],
      office: 'mps-county',
    } as const;
    const wrong = [
      // What a colleague must never hand over.
      await desk.gateway.signIn?.(login),
      'no-ticket',
      await ticket('qian.bo', {}, 'edu-county'),
      await ticket('qian.bo', { first: 'wu.jun' }),
      await ticket('qian.bo', { purpose: 'W1' }),
      await ticket('qian.bo', { subjects: [{ match: { id_number: freshNumber() } }] }),
    ];
    for (const second of wrong) expect((await open({ second })).json.code).toBe('TICKET_INVALID');
    const late = await ticket('qian.bo');
    desk.later(11 * 60_000);
    expect((await open({ second: late })).json.code).toBe('TICKET_INVALID');
    const made = await word('qian.bo');
    const once = { second: made.json.second };
    const raced = await Promise.all([open(once), open(once), open(once)]);
    expect(raced.map(({ status }) => status).sort()).toEqual([200, 403, 403]);
    const [seconded] = await desk.entries('&kind=request');
    expect(seconded).toMatchObject({ outcome: 'seconded', approvals: [made.json.receipt.entry] });
    expect((await open(once)).json.code).toBe('TICKET_INVALID');
    // A frozen colleague answers for no access, not even by an earlier word.
    const before = await ticket('feng.tao');
    const target = { agency: 'mps-county', officer: 'feng.tao' };
    const freezing = { actions: ['audit'], officer: 'gao', reason: 'accesses are being sold' };
    await desk.gateway.call('audit-office', freezing, 'POST', '/v1/freezes', { target });
    await expect.poll(async () => (await word('feng.tao')).json.code).toBe('OFFICER_FROZEN');
    expect((await open({ second: before })).json.code).toBe('TICKET_INVALID');
    // Of a person without a record a ticket is made and used alike.
    const ofNobody = await ticket('qian.bo', { subjects: [{ match: nobody }] });
    expect((await stranger({ second: ofNobody })).json.results).toMatchObject([
      { refused: { code: 'REFUSED' } },
    ]);
    // A colleague continues, and a review makes room.
    expect((await breakGlass(match)).status).toBe(200);
    await settle();
    expect((await open()).status).toBe(200);
    await settle();
  });

  it('needs a second officer if twenty of the agency await their review, whichever officers opened them', async () => {
    const { match } = await desk.child();
    const open = (officer: string) => breakGlass(match, 'mps-county', { ...DANGER, officer });
    const officers = ['one', 'two', 'three', 'four'];
    for (const officer of officers)
      for (let times = 0; times < 5; times++) expect((await open(officer)).status).toBe(200);
    expect((await open('five')).json.code).toBe('SECOND_OFFICER_REQUIRED');
    const [{ id }] = await reviews('mca-county');
    await review('mca-county', id, 'justified');
    expect((await open('five')).status).toBe(200);
    await settle();
  });

  it.each([
    ['the agency itself', 'mps-county', 'boss', 'justified', 404, 'NOT_FOUND'],
    ['an officer of the same name', 'mca-county', 'Wu.Jun', 'justified', 403, 'APPROVER_IS_REQUESTER'],
    ['a department that was not asked', 'edu-county', 'boss', 'justified', 404, 'NOT_FOUND'],
    ['a person without a verdict', 'mca-county', 'boss', 'done', 400, 'INVALID_REQUEST'],
  ])('is not reviewed by %s', async (_, agency, officer, outcome, status, code) => {
    const { match } = await desk.child();
    await breakGlass(match);
    const [{ id }] = await reviews('mca-county');
    const refused = await review(agency, id, outcome, officer);
    expect([refused.status, refused.json.code]).toEqual([status, code]);
    expect((await reviews('mca-county')).map((task) => task.id)).toContain(id);
    await settle();
  });

  it('that was a violation raises an alert', async ({ match }) => {
    await breakGlass(match);
    const [{ id }] = await reviews('mca-county');
    await review('mca-county', id, 'violation');
    expect((await desk.entries('&kind=alert'))[0]).toMatchObject({
      code: 'REVIEW_VIOLATION',
      outcome: 'raised',
    });
  });

  it.each(['requestsTable', 'tasksTable'] as const)(
    'releases nothing if %s can’t be written',
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
