/** What one person stops for children is counted, called out and reviewed by another line. */

import { expect, it } from 'vitest';
import type { Answer } from '../support/gateway.ts';
import { DAY, fileRig } from './rig.ts';

const rig = await fileRig();
const CLERK = { officer: 'zhao.min', reason: 'a relative looks for the child' };
const freeze = (subject: object, who: object = CLERK, agency = 'mca-county') =>
  rig.casework(agency, 'POST', '/v1/freezes', { target: { subject } }, who);
const nameOf = async (child: object) => {
  const answer = await rig.release('edu-county', 'S1', { subjects: [child], fields: ['name'] });
  return answer.json.results[0].refused?.code ?? answer.json.results[0].fields.name.value;
};
const alerts = async (code: string) =>
  (await rig.entries('&kind=alert')).filter((one: { code: string }) => one.code === code);

it('of one clerk in a day end, and a security officer is called before', async () => {
  const children = await Promise.all([1, 2, 3, 4, 5, 6].map(() => rig.child()));
  for (const [i, child] of children.slice(0, 5).entries()) {
    expect((await freeze(child)).status).toBe(200);
    expect((await alerts('MANY_STOPS')).length).toBe(i < 2 ? 0 : i < 4 ? 1 : 2);
  }
  const last = children[5] ?? expect.fail();
  const { status, json, headers } = await freeze(last);
  expect([status, json.code, json.rule]).toEqual([429, 'BUDGET_SPENT', 'A18.1']);
  expect(json.reason).toMatch(/stop something for a child/);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await nameOf(last)).toBe('欧阳娜娜');
  expect(await nameOf(children[0] ?? {})).toBe('REFUSED');
  // Of every kind together.
  const conflict = await rig.casework('mca-county', 'POST', '/v1/conflicts', { subject: last }, CLERK);
  expect(conflict.json.code).toBe('BUDGET_SPENT');
  // A colleague may still have to stop something, and so may the clerk tomorrow.
  expect((await freeze(last, { ...CLERK, officer: 'zhou.qin' })).status).toBe(200);
  rig.later(DAY + 3_600_000);
  expect((await freeze(await rig.child())).status).toBe(200);
});

it('are reviewed within a day by another line, which sees officer and reason and no child', async () => {
  rig.later(2 * DAY);
  const child = await rig.child();
  const { json } = await freeze(child, CLERK, 'mps-county');
  const reviewOf = async (agency: string) =>
    (await rig.tasks(agency)).filter(
      ({ kind, about }) => kind === 'stop-review' && about === json.freeze.entry,
    );
  const [task] = await reviewOf('mca-county');
  expect(task).toMatchObject({
    details: { officer: CLERK.officer, reason: CLERK.reason, agency: 'mps-county' },
  });
  expect(task?.ref).toBeUndefined();
  expect(await reviewOf('mps-county')).toEqual([]);
  const complete = (agency: string, outcome: string) =>
    rig.casework(
      agency,
      'POST',
      `/v1/tasks/${task?.id}/complete`,
      { outcome },
      { officer: 'xu', reason: 'seen' },
    );
  expect((await complete('mps-county', 'justified')).status).toBe(404);
  expect((await complete('mca-county', 'done')).json.code).toBe('INVALID_REQUEST');
  const before = (await alerts('REVIEW_VIOLATION')).length;
  expect((await complete('mca-county', 'violation')).json.task.state).toBe('done');
  expect((await complete('mca-county', 'violation')).status).toBe(200);
  expect((await alerts('REVIEW_VIOLATION')).length).toBe(before + 1);
});

it('are reviewed likewise if a record is kept: by the order of a court, or against an erasure', async () => {
  rig.later(2 * DAY);
  const reviewOf = async (agency: string, about: string) =>
    (await rig.tasks(agency)).filter((one) => one.kind === 'stop-review' && one.about === about);
  const order = { subject: await rig.child(), instrument: 'ORDER-2026-7' };
  const court = (officer: string) => ({ officer, reason: 'evidence in a trial' });
  const { id, receipt } = (await rig.casework('court-county', 'POST', '/v1/holds', order, court('wu.jun')))
    .json;
  expect(await reviewOf('mca-county', receipt.entry)).toEqual([]);
  const path = `/v1/holds/${id}/confirm`;
  const held = await rig.casework('court-county', 'POST', path, { entry: receipt.entry }, court('gao.min'));
  const [task] = await reviewOf('mca-county', held.json.receipt.entry);
  expect(task).toMatchObject({ details: { agency: 'court-county', reason: 'evidence in a trial' } });
  expect(task?.ref).toBeUndefined();

  const child = await rig.child();
  const refs = await Promise.all(['steward-office', 'mca-county'].map((agency) => rig.refOf(agency, child)));
  const steward = { actions: ['steward'], officer: 'chen.jie', reason: 'asked for' };
  await rig.call('steward-office', { ...steward }, 'POST', `/v1/subjects/${refs[0]}/erase`, {});
  const kept = await rig.casework('mca-county', 'DELETE', `/v1/subjects/${refs[1]}/erase`, {}, CLERK);
  expect(kept.status, kept.text).toBe(200);
  const [review] = await reviewOf('procuratorate-county', kept.json.receipt.entry);
  expect(review).toMatchObject({ details: { agency: 'mca-county', officer: CLERK.officer } });
  expect(await reviewOf('mca-county', kept.json.receipt.entry)).toEqual([]);
});

it('count suspensions of agencies by one steward, which another line reviews', async () => {
  const agencies = [
    'press-office',
    'finance-county',
    'league-county',
    'school-second',
    'welfare-home',
    'charity-sunrise',
  ];
  const suspend = (id: string | undefined) =>
    rig.call(
      'steward-office',
      { actions: ['steward'], officer: 'li.na', reason: 'no longer trusted' },
      'POST',
      `/v1/agencies/${id}/suspend`,
      {},
    );
  const done: Answer[] = [];
  for (const id of agencies.slice(0, 5)) done.push(await suspend(id));
  expect(done.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  // A repeat stops nothing more.
  expect((await suspend(agencies[0])).status).toBe(200);
  const refused = await suspend(agencies[5]);
  expect([refused.status, refused.json.code]).toEqual([429, 'BUDGET_SPENT']);
  const [entry] = await rig.entries('&kind=agency&outcome=refused');
  expect(entry).toMatchObject({ about: agencies[5], code: 'BUDGET_SPENT', words: { officer: 'li.na' } });
  const reviews = (await rig.tasks('mca-county')).filter(({ about }) =>
    done.some(({ json }) => json.receipt.entry === about),
  );
  expect(reviews.map(({ kind, details }) => [kind, details['officer'], details['suspended']]).sort()).toEqual(
    agencies
      .slice(0, 5)
      .map((id) => ['stop-review', 'li.na', id])
      .sort(),
  );
});
