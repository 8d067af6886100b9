/** The register of cases: who opens, confirms, assigns and closes one, and what a release of W3 gets by it. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getAgency, putAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId } from '../../shared/ids.ts';
import { freshNumber } from '../support/people.ts';
import { reasonFor } from '../support/reasons.ts';
import { BOSS, type Office, OPENER, officeOf, outcome, WORKER } from './office.ts';
import { DAY, makeRig, type Rig } from './rig.ts';

const REGISTER = `${mkdtempSync(`${tmpdir()}/cases-`)}/cases.json`;
let rig: Rig;
let office: Office;

beforeAll(async () => {
  process.env['CASE_REGISTER'] = REGISTER;
  writeFileSync(REGISTER, JSON.stringify({ cases: [] }));
  rig = await makeRig();
  office = officeOf(rig);
  delete process.env['CASE_REGISTER'];
});
afterAll(async () => {
  await rig.gateway.close();
  rmSync(REGISTER);
});

const open: Office['open'] = (...call) => office.open(...call);
const on: Office['on'] = (...call) => office.on(...call);
const visit: Office['visit'] = (...call) => office.visit(...call);
const opened: Office['opened'] = (...call) => office.opened(...call);
const reasonOf = async (answer: ReturnType<typeof visit>) => (await answer).json.reason;

describe('a release under a purpose with registered cases', () => {
  it('needs a case that a second person has confirmed, and gets its own children until the window ends', async () => {
    const [child, other] = [await rig.child(), await rig.child()];
    expect(await outcome(visit(child, 'V-none'))).toBe('CASE_NOT_OPEN');
    const { status, json } = await open([child]);
    expect([status, json.case.state, json.case.officers, json.case.subjects]).toEqual([
      201,
      'waiting',
      [WORKER],
      1,
    ]);
    const { id, case: name } = json.case;
    expect(await reasonOf(visit(child, name))).toMatch(/waits for its confirmation/);
    const confirmed = await on(id, 'confirm');
    expect([confirmed.status, confirmed.json.case.state]).toEqual([200, 'open']);
    const answer = await visit(child, name);
    expect(await outcome(Promise.resolve(answer))).toBe('欧阳娜娜');
    expect(answer.json.validUntil).toBe(confirmed.json.case.until);
    // The entry of the release lists the confirmation.
    const [decision] = await rig.entries('&kind=decision');
    expect(decision.approvals).toEqual([confirmed.json.receipt.entry]);
    // A child of no case, and a name without a record, are refused alike.
    expect(await outcome(visit(other, name))).toBe('REFUSED');
    expect(await outcome(visit({ match: { id_number: freshNumber() } }, name))).toBe('REFUSED');
    const [denial] = await rig.entries('&kind=denial');
    expect(denial.words?.finding ?? denial.finding).toBe('SUBJECT_UNKNOWN');
    rig.later(91 * DAY);
    expect(await outcome(visit(child, name))).toBe('VALIDITY_ENDED');
  });

  it('is for the officers of the case who have logged in', async () => {
    const child = await rig.child();
    const { id, case: name } = await opened(child);
    expect(await reasonOf(visit(child, name, { officer: 'li.lei' }))).toMatch(/not assigned/);
    expect(await outcome(visit(child, name, { claimed: true }))).toBe('PERSON_REQUIRED');
    expect((await on(id, 'assign', BOSS, 'mca-county', { officers: ['li.lei'] })).status).toBe(200);
    expect(await outcome(visit(child, name, { officer: 'li.lei' }))).toBe('欧阳娜娜');
    expect(await outcome(visit(child, name))).toBe('CASE_NOT_OPEN');
  });

  it('ends at once when the case is closed', async () => {
    const child = await rig.child();
    const { id, case: name } = await opened(child);
    expect(await outcome(visit(child, name))).toBe('欧阳娜娜');
    expect((await on(id, 'close', OPENER)).json.case.state).toBe('closed');
    // Its office deletes what it received for the case.
    const met = (await rig.tasks('mca-county')).filter(({ details }) => details['met'] !== undefined);
    expect(met.map(({ kind, details }) => [kind, details['purpose']])).toEqual([['delete-ended', 'W3']]);
    expect(await reasonOf(visit(child, name))).toMatch(/is closed/);
    expect((await on(id, 'confirm')).json.code).toBe('CONFLICT');
    expect((await on(id, 'assign', BOSS, 'mca-county', { officers: ['li.lei'] })).json.code).toBe('CONFLICT');
  });

  it('takes approvals of the owners instead, field by field', async () => {
    const child = await rig.child();
    const context = { officer: WORKER, case: 'V-asked', reason: 'visit once' };
    const filing = {
      collection: 'children',
      purpose: 'W3',
      subjects: [child],
      fields: ['name', 'sex'],
      context,
    };
    const filed = await rig.casework('mca-county', 'POST', '/v1/requests', filing, {});
    expect(filed.status, filed.text).toBe(201);
    const approve = `/v1/requests/${filed.json.id}/approve`;
    await rig.casework(
      'mps-county',
      'POST',
      approve,
      { fields: ['name'] },
      { officer: 'liu.yang', reason: 'seen' },
    );
    const body = {
      collection: 'children',
      subjects: [child],
      context: { ...context, request: filed.json.id },
    };
    const details = { actions: ['release'], purpose: 'W3', officer: WORKER, unregistered: true as const };
    const { json } = await rig.call('mca-county', details, 'POST', '/v1/releases', body);
    expect(Object.keys(json.results[0].fields)).toEqual(['name']);
  });
});

describe('a case', () => {
  it('is confirmed by another person of the office with the role, who does not work on it', async () => {
    const child = await rig.child();
    const { id, opened: said } = (await open([child])).json.case;
    // The same person under another name is the same subject of the issuer.
    const token = await rig.gateway.signIn?.({
      ...{
        id: 'another.name',
        subject: 'zhao.min@mca-county',
        roles: ['casework', 'supervisor'],
        office: 'mca-county',
      },
    });
    const twice = await fetch(`${rig.gateway.url}/v1/cases/${id}/confirm`, {
      ...{ method: 'POST', body: JSON.stringify({ reason: 'again', entry: said.entry }) },
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });
    expect(((await twice.json()) as { code: string }).code).toBe('APPROVER_IS_REQUESTER');
    const clerk = await rig.gateway.signIn?.({ id: 'he.shan', roles: ['casework'], office: 'mca-county' });
    const unranked = await fetch(`${rig.gateway.url}/v1/cases/${id}/confirm`, {
      ...{ method: 'POST', body: JSON.stringify({ reason: 'seen', entry: said.entry }) },
      headers: { authorization: `Bearer ${clerk}`, 'content-type': 'application/json' },
    });
    expect(((await unranked.json()) as { code: string }).code).toBe('ROLE_REQUIRED');
    expect((await on(id, 'confirm', OPENER)).json.code).toBe('APPROVER_IS_REQUESTER');
    expect((await on(id, 'confirm', { ...BOSS, officer: WORKER })).json.code).toBe('APPROVER_IS_REQUESTER');
    expect((await on(id, 'confirm', { ...BOSS, claimed: true })).json.code).toBe('PERSON_REQUIRED');
    expect((await on(id, 'confirm', BOSS, 'mca-neighbour')).status).toBe(404);
    expect((await on(id, 'assign', BOSS, 'mca-county', { officers: [BOSS.officer] })).json.code).toBe(
      'APPROVER_IS_REQUESTER',
    );
    expect((await on(id, 'confirm')).status).toBe(200);
  });

  it('gives its supervisor a task, which names no child', async () => {
    const { json } = await open([await rig.child()]);
    const list = async (state: string) =>
      (await rig.casework('mca-county', 'GET', `/v1/tasks?state=${state}`, undefined, {})).json.tasks.filter(
        (task: { details: { case?: string } }) => task.details.case === json.case.id,
      );
    const [task] = await list('open');
    expect([task.kind, task.ref, json.case.waitsFor.agency]).toEqual(['case', undefined, 'mca-county']);
    await on(json.case.id, 'confirm');
    expect((await list('done')).map(({ done }: { done: { outcome: string } }) => done.outcome)).toEqual([
      'confirmed',
    ]);
  });

  it('is one per child and purpose, whatever its number', async () => {
    const child = await rig.child();
    const { case: name } = await opened(child);
    expect((await open([child])).json.code).toBe('CONFLICT');
    expect((await open([await rig.child()], { case: ` ${name.toLowerCase()}` })).json.code).toBe('CONFLICT');
    const again = await open([child], { case: name });
    expect([again.status, again.json.case.state, again.json.receipt]).toEqual([200, 'open', undefined]);
    expect((await open([child], {}, OPENER, 'mca-neighbour')).status).toBe(201);
  });

  it('says nothing of a record: a name without one takes the same course', async () => {
    const unknown = { match: { id_number: freshNumber() } };
    const child = await rig.child();
    const course = async (subject: object) => {
      const first = await open([subject]);
      const waits = await open([subject]);
      const confirmed = await on(first.json.case.id, 'confirm');
      const second = await open([subject]);
      // biome-ignore format: the members that differ with each case
      const { id: _, case: __, refs, opened: ___, confirmed: ____, until: _____, from: ______, ...shape } = confirmed.json.case;
      return [first.status, waits.status, second.json.code, confirmed.status, refs, shape];
    };
    expect(await course(unknown)).toEqual(await course(child));
  });

  it('stays hidden from other offices and from a purpose that the office does not have', async () => {
    const { id } = await opened(await rig.child());
    const read = (agency: string, who: object = {}) =>
      rig.casework(agency, 'GET', `/v1/cases/${id}`, undefined, who);
    expect((await read('mca-county')).json.state).toBe('open');
    expect((await read('edu-county')).status).toBe(404);
    expect(
      (await rig.casework('edu-county', 'GET', '/v1/cases?agency=mca-county', undefined, {})).status,
    ).toBe(404);
    expect((await open([await rig.child()], {}, OPENER, 'edu-county')).json.code).toBe(
      'PURPOSE_NOT_FOR_ROLE',
    );
    expect((await open([await rig.child()], { purpose: 'W4' })).json.code).toBe('INVALID_REQUEST');
    const audit = { actions: ['audit'] };
    const { json } = await rig.call('audit-office', audit, 'GET', '/v1/cases?agency=mca-county&state=open');
    const [seen] = json.cases.filter((one: { id: string }) => one.id === id);
    expect([seen.subjects, seen.refs, seen.opened.reason]).toEqual([1, undefined, OPENER.reason]);
    expect((await rig.entries('&kind=reading'))[0]).toMatchObject({
      outcome: 'read',
      handler: { agency: 'audit-office' },
    });
  });

  it('lapses without a confirmation', async () => {
    const child = await rig.child();
    const { json } = await open([child]);
    rig.later(11 * DAY);
    expect((await on(json.case.id, 'confirm')).json.code).toBe('CONFLICT');
    const next = await open([child]);
    expect([next.status, next.json.case.again]).toEqual([201, false]);
  });
});

describe('a case opened again', () => {
  it('under another number raises an alert; the window of W3 is renewed within the office', async () => {
    const child = await rig.child();
    const { id } = await opened(child);
    await on(id, 'close', OPENER);
    const { json } = await open([child]);
    expect(json.case.again).toBe(true);
    const [alert] = await rig.entries('&kind=alert');
    expect(alert.code).toBe('CASE_OPENED_AGAIN');
    expect((await on(json.case.id, 'confirm')).status).toBe(200);
    expect(await outcome(visit(child, json.case.case))).toBe('欧阳娜娜');
  });

  it('for another purpose is confirmed by another line, which sees case, instrument, officers and reason', async () => {
    const aid = officeOf(rig, 'J2');
    const { tables } = rig.gateway;
    const agency = await getAgency(tables.agencies, asClientId('procuratorate-county'), rig.now());
    const rights = { departments: ['JUSTICE'], roles: ['legal-aid'], purposes: ['J2'] };
    await putAgency(tables.agencies, { ...(agency ?? expect.fail()), ...rights });
    rig.later(10_000);
    const [child, office] = [await rig.child(), 'procuratorate-county'];
    const opening = { instrument: 'AID-7', officers: ['lawyer.wu'] };
    const first = (await aid.open([child], opening, OPENER, office)).json.case;
    expect((await aid.on(first.id, 'confirm', BOSS, office)).json.case.state).toBe('open');
    await aid.on(first.id, 'close', OPENER, office);
    const { id } = (await aid.open([child], opening, OPENER, office)).json.case;
    expect((await aid.on(id, 'confirm', BOSS, office)).json.code).toBe('APPROVER_IS_REQUESTER');
    expect((await aid.on(id, 'confirm', BOSS, 'mps-county')).status).toBe(404);
    const { tasks } = (await rig.casework('mca-county', 'GET', '/v1/tasks', undefined, {})).json;
    expect(tasks.map(({ kind }: { kind: string }) => kind)).toContain('case-again');
    const { json } = await rig.casework('mca-county', 'GET', `/v1/cases/${id}`, undefined, {});
    expect(json).toMatchObject({
      ...{ again: true, instrument: 'AID-7', officers: ['lawyer.wu'], waitsFor: { department: 'MCA' } },
      opened: { by: office, officer: OPENER.officer, reason: reasonFor('J2') },
    });
    const confirmed = await aid.on(id, 'confirm', BOSS);
    expect([confirmed.status, confirmed.json.case.confirmed.by]).toEqual([200, 'mca-county']);
  });
});

describe("an agency's own register", () => {
  it('stands in for the supervisor if it lists the case with its officers and children', async () => {
    const [child, other] = [await rig.child(), await rig.child()];
    const ref = await rig.refOf('mca-county', child);
    const listed = {
      agency: 'mca-county',
      purpose: 'W3',
      case: 'OWN-1',
      officers: [WORKER],
      subjects: [{ ref }],
    };
    writeFileSync(REGISTER, JSON.stringify({ cases: [listed] }));
    expect((await open([other], { case: 'OWN-1' })).json.case.state).toBe('waiting');
    await on((await open([other], { case: 'OWN-1' })).json.case.id, 'close', OPENER);
    expect((await open([{ ref }], { case: 'OWN-1', officers: [WORKER, 'li.lei'] })).json.case.state).toBe(
      'waiting',
    );
    await on(
      (await open([{ ref }], { case: 'OWN-1', officers: [WORKER, 'li.lei'] })).json.case.id,
      'close',
      OPENER,
    );
    // Under another name it waits: the register is no way to learn whose number it is.
    const named = await open([child], { case: 'OWN-1' });
    expect(named.json.case.state).toBe('waiting');
    await on(named.json.case.id, 'close', OPENER);
    const { json } = await open([{ ref }], { case: 'OWN-1' });
    expect(json.case.refs).toEqual([ref]);
    expect([json.case.state, json.case.confirmed.with]).toEqual(['open', 'register']);
    expect(await outcome(visit(child, 'own-1'))).toBe('欧阳娜娜');
    writeFileSync(REGISTER, '{"cases":[{"children":["99000120130506001X"]}]}');
    expect((await open([await rig.child()])).json.code).toBe('STORE_UNAVAILABLE');
    writeFileSync(REGISTER, '{"cases":[]}');
  });
});
