/** Officers of a case are people: two of one name do not act for one another. */
import { describe, expect, it } from 'vitest';
import { wordOf } from '../../functions/session/actor.ts';
import { asClientId } from '../../shared/ids.ts';
import { noteOfficer } from '../../shared/records/casework/officers.ts';
import { BOSS, OPENER, officeOf, outcome } from './office.ts';
import { fileRig } from './rig.ts';

const rig = await fileRig();
const office = officeOf(rig);
const NAME = 'zhang.wei';
const who = (subject: string, officer = NAME) => ({
  officer,
  person: { subject },
  reason: 'visits of the spring',
});
const [ONE, OTHER] = [who('zhang-1@mca-county'), who('zhang-2@mca-county')];
/** The person logs in and opens a case of another child. */
const acts = async (one: typeof ONE) =>
  expect((await office.open([await rig.child()], {}, one)).status).toBe(201);
const visits = (child: object, number: string, { officer, person }: typeof ONE) =>
  outcome(office.visit(child, number, { officer, person }));
const assign = (id: string, officers: string[]) => office.on(id, 'assign', BOSS, 'mca-county', { officers });

it('a name of which no person has logged in at casework is compared as a name', async () => {
  const child = await rig.child();
  const { case: number } = await office.opened(child, { officers: ['guo.jing'] });
  expect(await visits(child, number, who('guo-1@mca-county', 'guo.jing'))).toBe('欧阳娜娜');
});

it('who acts by a name before the case is confirmed is its officer, and no other person of the name', async () => {
  const [one, other] = [who('lin.a@mca-county', 'lin.yi'), who('lin.b@mca-county', 'lin.yi')];
  const child = await rig.child();
  const { json } = await office.open([child], { officers: ['lin.yi'] });
  await acts(one);
  expect((await office.on(json.case.id, 'confirm')).status).toBe(200);
  expect(await visits(child, json.case.case, one)).toBe('欧阳娜娜');
  expect(await visits(child, json.case.case, other)).toBe('CASE_NOT_OPEN');
});

it('who had logged in by an issuer that the office no longer has is not meant', async () => {
  const one = who('shi@mca-county', 'shi.lan');
  const { casework } = rig.gateway.tables;
  const earlier = { name: 'shi.lan', subject: 'shi@mca-county' };
  const person = wordOf('https://earlier.example', earlier.subject);
  await noteOfficer(casework, asClientId('mca-county'), { ...earlier, person }, null);
  const child = await rig.child();
  const { json } = await office.open([child], { officers: ['shi.lan'] }, one);
  expect((await office.on(json.case.id, 'confirm')).status).toBe(200);
  expect(await visits(child, json.case.case, one)).toBe('欧阳娜娜');
});

describe('two people of one name', () => {
  it('do not release for one another, once one is known', async () => {
    await acts(ONE);
    const child = await rig.child();
    const { case: number } = await office.opened(child, { officers: [NAME] });
    expect(await visits(child, number, ONE)).toBe('欧阳娜娜');
    expect(await visits(child, number, OTHER)).toBe('CASE_NOT_OPEN');
  });

  it('are told apart by what the issuer calls them, and shown by name', async () => {
    const child = await rig.child();
    const { id, case: number } = await office.opened(child, { officers: [NAME] });
    await acts(OTHER);
    const unclear = await assign(id, [NAME]);
    expect([unclear.json.code, unclear.json.errors?.[0].path]).toEqual(['INVALID_REQUEST', '/officers/0']);
    expect((await assign(id, [OTHER.person.subject])).json.case.officers).toEqual([NAME]);
    expect([await visits(child, number, ONE), await visits(child, number, OTHER)]).toEqual([
      'CASE_NOT_OPEN',
      '欧阳娜娜',
    ]);
    expect((await assign(id, [ONE.person.subject, OTHER.person.subject])).json.case.officers).toEqual([NAME]);
    expect([await visits(child, number, ONE), await visits(child, number, OTHER)]).toEqual([
      '欧阳娜娜',
      '欧阳娜娜',
    ]);
  });

  it('are two people: who only has the name of an officer may confirm, and the officer may not', async () => {
    const { json } = await office.open([await rig.child()], { officers: [ONE.person.subject] }, OPENER);
    const { id } = json.case;
    expect((await office.on(id, 'confirm', ONE)).json.code).toBe('APPROVER_IS_REQUESTER');
    expect((await office.on(id, 'confirm', OTHER)).status).toBe(200);
  });

  it('a repeat of the opening by the same names is the same case', async () => {
    const child = await rig.child();
    const [first, again] = [
      await office.open([child], { case: 'V-SAME', officers: [ONE.person.subject] }),
      await office.open([child], { case: 'V-SAME', officers: [ONE.person.subject] }),
    ];
    expect([first.status, again.status, again.json.case.id]).toEqual([201, 200, first.json.case.id]);
  });
});

it('is closed by its officer or a supervisor, and not by a colleague', async () => {
  const clerk = (officer: string) => ({ officer, person: { roles: ['casework'] }, reason: 'it is over' });
  const opened = () => rig.child().then((child) => office.opened(child, { officers: ['guo.jing'] }));
  const close = async (id: string, one: object) => (await office.on(id, 'close', one as never)).json;
  const [own, supervised] = [await opened(), await opened()];
  for (const { id } of [own, supervised])
    expect((await close(id, clerk('spite.clerk'))).code).toBe('ROLE_REQUIRED');
  expect((await close(own.id, clerk('guo.jing'))).case.state).toBe('closed');
  expect((await close(own.id, clerk('guo.jing'))).case.state).toBe('closed');
  expect((await close(supervised.id, BOSS)).case.state).toBe('closed');
  const waits = (
    await office.open([await rig.child()], {}, { ...clerk('li.na'), reason: 'home visit' } as never)
  ).json.case;
  expect((await close(waits.id, clerk('spite.clerk'))).code).toBe('ROLE_REQUIRED');
  expect((await close(waits.id, clerk('li.na'))).case.state).toBe('closed');
});
