/** What an officer with the key of an ordinary office tries against its own cases. */

import { expect, it } from 'vitest';
import { dayItem } from '../../functions/steps/misses.ts';
import { count } from '../../shared/records/limits/counters.ts';
import { children } from '../policy/support.ts';
import { BORN, freshNumber, turning } from '../support/people.ts';
import { OPENER, officeOf, outcome } from './office.ts';
import { fileRig } from './rig.ts';

const rig = await fileRig();
const office = officeOf(rig);
const review = officeOf(rig, 'W1');

it('names a case of another purpose, of another office, or in the names of others, in vain', async () => {
  const child = await rig.child();
  const { id, case: number } = await office.opened(child);
  expect(await outcome(office.visit(child, number))).toBe('欧阳娜娜');
  const elsewhere = await review.visit(child, number);
  expect([elsewhere.json.code, elsewhere.json.reason]).toEqual([
    'CASE_NOT_OPEN',
    expect.stringMatching(/no case with this number for this purpose/),
  ]);
  const foreign = { actions: ['release'], purpose: 'W3', case: number, officer: 'han.mei', reason: 'visit' };
  const body = { collection: 'children', subjects: [child], fields: ['name'] };
  const unregistered = { ...foreign, unregistered: true as const };
  const { json } = await rig.call('mca-neighbour', unregistered, 'POST', '/v1/releases', body);
  expect(json.code).toBe('CASE_NOT_OPEN');
  expect((await office.on(id, 'confirm', OPENER, 'mca-neighbour')).status).toBe(404);
});

it('adds a child or an officer to a confirmed case in vain, under any spelling of its number', async () => {
  const [child, other] = [await rig.child(), await rig.child()];
  const { case: number } = await office.opened(child);
  for (const name of [number, `ｖ${number.slice(1).toLowerCase()} `]) {
    expect((await office.open([child, other], { case: name })).json.code).toBe('CONFLICT');
    expect((await office.open([child], { case: name, officers: ['li.lei'] })).json.code).toBe('CONFLICT');
  }
  expect(await outcome(office.visit(other, number))).toBe('REFUSED');
});

it('confirms a case opened again within the office in vain, and reads why', async () => {
  const child = await rig.child();
  const first = await review.opened(child);
  await review.on(first.id, 'close', OPENER);
  const { case: again } = (await review.open([child])).json;
  expect(again).toMatchObject({ again: true, state: 'waiting' });
  const { json } = await review.on(again.id, 'confirm');
  expect([json.code, json.detail]).toEqual(['APPROVER_IS_REQUESTER', expect.stringMatching(/another line/)]);
  expect((await review.visit(child, again.case)).json.code).toBe('CASE_NOT_OPEN');
});

it('waits, and keeps no child from a colleague, whose case is confirmed first; then it is none of a first window', async () => {
  const child = await rig.child();
  const blocking = (await review.open([child])).json.case;
  const { id, case: number } = await review.opened(child);
  expect(await outcome(review.visit(child, number))).toBe('欧阳娜娜');
  const late = async () => [
    (await review.on(blocking.id, 'confirm')).json.code,
    (await review.open([child], { case: blocking.case })).json.code,
  ];
  expect(await late()).toEqual(['CONFLICT', 'CONFLICT']);
  // Nor once the other is closed: a next window is opened again, with an alert, by another line.
  await review.on(id, 'close', OPENER);
  expect(await late()).toEqual(['CONFLICT', 'CONFLICT']);
  expect((await review.open([child])).json.case.again).toBe(true);
});

it('under another name of the child a case opens, and releases nothing', async () => {
  const child = await rig.child();
  const ref = { ref: await rig.refOf('mca-county', child) };
  const { id, case: number } = await review.opened(child);
  const second = await review.open([ref]);
  expect([second.status, second.json.case.again]).toEqual([201, false]);
  expect((await review.on(second.json.case.id, 'confirm')).status).toBe(200);
  expect(await outcome(review.visit(ref, second.json.case.case))).toBe('REFUSED');
  expect(await outcome(review.visit(ref, number))).toBe('欧阳娜娜');
  // Nor once the first is closed: under a name that the office has used, another line would have to confirm it.
  await review.on(id, 'close', OPENER);
  await review.on(second.json.case.id, 'close', OPENER);
  const third = await review.open([{ match: { local_id: 'W-118' } }, ref]);
  expect(third.json.case).toMatchObject({ again: true, subjects: 2, refs: [ref.ref] });
});

it('about a number without a record covers the child that enters the register once it is opened again', async () => {
  const id_number = freshNumber(turning(11));
  const name = { match: { id_number } };
  const { id, case: number } = await office.opened(name);
  expect(await outcome(office.visit(name, number))).toBe('REFUSED');
  const child = await rig.child({ id_number });
  expect(await outcome(office.visit(child, number))).toBe('REFUSED');
  const again = await office.open([name], { case: number });
  expect([again.status, again.json.case.id]).toEqual([200, id]);
  expect(await outcome(office.visit(child, number))).toBe('欧阳娜娜');
});

it('looks for no person once the names of the day are spent, however often it opens a case', async () => {
  const { trail, tables } = rig.gateway;
  const macs = () => trail.filter(({ eventName }) => eventName === 'GenerateMac').length;
  const names = Array.from({ length: 3 }, () => ({ match: { id_number: freshNumber(BORN) } }));
  const { case: number } = (await office.open(names)).json.case;
  const again = () => office.open(names, { case: number });
  const before = macs();
  expect((await again()).status).toBe(200);
  expect(macs()).toBeGreaterThan(before);
  const spent = macs();
  const item = dayItem({ pack: children, clientId: 'mca-county', now: rig.now() });
  await count(tables.claims, { ...item, add: { requests: children.misses?.requests.stop ?? 0 } });
  expect((await again()).json.code).toBe('BUDGET_SPENT');
  expect(macs()).toBe(spent);
});
