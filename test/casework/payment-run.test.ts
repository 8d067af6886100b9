/** A payment run of more people than one release: one request, one approval each owner, one answer in pieces. */
import { expect, it } from 'vitest';
import { leftOf } from '../../shared/client/collect.ts';
import { freshNumber, turning } from '../support/people.ts';
import { DAY, fileDesk } from './desk.ts';

const desk = await fileDesk();
const RUN = { case: 'PAY-2026-11', reason: 'Payment run', officer: 'zhao.min' };

it('is collected by position, each person once, and goes on the next day if the limits stop it', async () => {
  const known = [await desk.child(), await desk.child(), await desk.child()];
  const unknown = Array.from({ length: 102 }, () => ({ id_number: freshNumber(turning(14, '02-03')) }));
  // Two of the first hundred have a record, and one of the other five.
  const [first, second, third] = known.map(({ match }) => match);
  const people = [first, second, ...unknown.slice(0, 98), third, ...unknown.slice(98)];
  const subjects = people.map((match) => ({ match }));
  const filing = { collection: 'children', purpose: 'W2', subjects, fields: ['benefits'], context: RUN };
  const filed = await desk.act('mca-county', 'zhao.min', 'POST', '/v1/requests', filing);
  expect([filed.status, filed.json.subjects, filed.json.pieces], filed.text).toEqual([201, 105, []]);
  const { id } = filed.json;
  const asked = await desk.entries('&kind=request');
  expect(asked.length).toBe(100);
  const approved = await desk.act('finance-county', 'boss', 'POST', `/v1/requests/${id}/approve`, {});
  // The treasury holds nothing of these people: their number is enough to decide on a payment.
  expect(approved.json.request).toMatchObject({ subjects: 105, refs: [] });
  const list = await desk.act('finance-county', 'boss', 'GET', '/v1/requests');
  expect(list.json.requests[0]).toMatchObject({ subjects: 105 });
  expect(list.json.requests[0]).not.toHaveProperty('refs');

  const collect = (from: number | undefined, some: object[]) =>
    desk.call('mca-county', { actions: ['release'], purpose: 'W2', ...RUN }, 'POST', '/v1/releases', {
      collection: 'children',
      subjects: some,
      fields: ['benefits'],
      context: { request: id, ...(from !== undefined && { from }) },
    });
  // No part is collected without its position, and no person takes the place of another.
  expect((await collect(undefined, subjects.slice(0, 100))).json.code).toBe('INVALID_REQUEST');
  expect((await collect(100, subjects.slice(0, 100))).json.code).toBe('NO_APPROVAL');
  const swapped = await collect(103, [{ match: first }, { match: second }]);
  expect(swapped.json.results.map(({ refused }: { refused: object }) => refused)).toEqual(
    Array(2).fill({ code: 'REFUSED' }),
  );
  const pieces = async () => (await desk.act('mca-county', 'zhao.min', 'GET', `/v1/requests/${id}`)).json;
  expect(await pieces()).toMatchObject({ state: 'approved', pieces: [{ from: 103, count: 2 }] });

  const one = await collect(0, subjects.slice(0, 100));
  expect(one.json.results.filter(({ fields }: { fields?: object }) => fields)).toHaveLength(2);
  expect(await pieces()).toMatchObject({
    state: 'approved',
    pieces: [{ from: 0, count: 100 }, { from: 103 }],
  });
  expect((await collect(50, subjects.slice(50, 60))).json.code).toBe('NO_APPROVAL');
  // A hundred answers of the day said nothing: the officer's budget is spent, and the run waits for the next day.
  expect((await collect(100, subjects.slice(100, 103))).json.code).toBe('BUDGET_SPENT');
  expect(leftOf(await pieces())).toEqual([{ from: 100, count: 3 }]);
  desk.later(DAY);
  const two = await collect(100, subjects.slice(100, 103));
  expect(two.json.results.map(({ fields }: { fields?: object }) => fields !== undefined)).toEqual([
    true,
    ...Array(2).fill(false),
  ]);
  expect(await pieces()).toMatchObject({ state: 'collected', collections: 3 });
  // The piece that the limits stopped was decided once more before.
  const outcomes = (await desk.entries('&kind=decision')).map(({ outcome }) => outcome);
  expect(outcomes.filter((one) => one === 'released')).toHaveLength(4);
  expect(await desk.entries('&kind=attempt')).toHaveLength(100);
});

it('says that the purpose does not need a field, and asks for no approval of it', async () => {
  const { match } = await desk.child();
  const asked = { collection: 'children', subjects: [{ match }], fields: ['photo'], context: RUN };
  const details = { actions: ['release'], purpose: 'W2', ...RUN };
  const { status, json } = await desk.call('mca-county', details, 'POST', '/v1/releases', asked);
  expect([status, json.code, json.reason]).toEqual([
    403,
    'FIELD_REFUSED',
    'The purpose does not need this field.',
  ]);
});

it('leaves what was collected out, in pieces of a hundred', () => {
  expect(leftOf({ subjects: 205 })).toEqual([
    { from: 0, count: 100 },
    { from: 100, count: 100 },
    { from: 200, count: 5 },
  ]);
  const pieces = [
    { from: 200, count: 5 },
    { from: 0, count: 30 },
  ];
  expect(leftOf({ subjects: 205, pieces })).toEqual([
    { from: 30, count: 100 },
    { from: 130, count: 70 },
  ]);
});
