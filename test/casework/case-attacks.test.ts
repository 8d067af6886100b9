/** What an officer with the key of an ordinary office tries against its own cases. */

import { expect, it } from 'vitest';
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
