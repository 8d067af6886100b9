/** What one person stops for children is counted, called out and reviewed by another line. */

import { expect, it } from 'vitest';
import type { Answer } from '../support/gateway.ts';
import { turning } from '../support/people.ts';
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

it.each([
  {
    ...{ says: 'a conflict with a guardian', agency: 'mca-county', reviewer: 'procuratorate-county' },
    ...{ first: 'court-county', field: 'guardianship_status' },
    written: () => ({ status: 'normal', conflict: true }),
  },
  {
    ...{ says: 'that a child has died', agency: 'mps-county', reviewer: 'mca-county' },
    ...{ first: 'health-hospital', field: 'birth_date' },
    written: (born: string) => ({ date: born, dead: true }),
  },
])('count records that say $says, which another line reviews, and no repeat of them', async (one) => {
  const { agency, first: other, field, written, reviewer } = one;
  rig.later(2 * DAY);
  const born = turning(11);
  const says = async (child: { match: object }, by = agency) => {
    const records = [{ match: child.match, fields: { [field]: written(born) } }];
    const body = { collection: 'children', records };
    const { json } = await rig.call(by, { actions: ['intake'] }, 'POST', '/v1/intake', body);
    return json.results[0].problem?.code ?? json.results[0].written;
  };
  const reviews = async () =>
    (await rig.tasks(reviewer)).filter(
      (task) => task.kind === 'stop-review' && task.details['agency'] === agency,
    );
  const before = new Set((await reviews()).map(({ id }) => id));
  const many = (await alerts('MANY_STOPS')).length;
  const children = await Promise.all([1, 2, 3, 4, 5, 6].map(() => rig.child({ birth: born })));
  const [first, last] = [children[0] ?? expect.fail(), children[5] ?? expect.fail()];
  for (const child of children.slice(0, 5)) expect(await says(child)).toEqual([field]);
  expect((await alerts('MANY_STOPS')).length).toBeGreaterThan(many);
  expect(await says(last)).toBe('BUDGET_SPENT');
  expect(await says(first)).toEqual([field]);
  const own = (await reviews()).filter((task) => !before.has(task.id)).length;
  const writes = (await rig.entries(`&kind=intake&code=STOP_WRITTEN&agency=${agency}`)).length;
  expect([own, writes]).toEqual([5, 5]);
  // An owner's first sheet is stored, as records come; another line reviews it all the same.
  for (const child of children) expect(await says(child, other)).toEqual([field]);
  expect(await rig.entries(`&kind=intake&code=STOP_WRITTEN&agency=${other}`)).toHaveLength(6);
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
  const suspend = (id: string | undefined, officer = 'li.na') =>
    rig.call(
      'steward-office',
      { actions: ['steward'], officer, reason: 'no longer trusted' },
      'POST',
      `/v1/agencies/${id}/suspend`,
      {},
    );
  const done: Answer[] = [];
  for (const id of agencies.slice(0, 5)) done.push(await suspend(id));
  expect(done.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  // A repeat stops nothing more, also by a colleague, is answered as the first, and leaves no entry.
  const logged = await rig.entries('&kind=agency&outcome=suspended');
  for (const officer of ['li.na', 'zhou'])
    expect((await suspend(agencies[0], officer)).json).toEqual(done[0]?.json);
  expect(await rig.entries('&kind=agency&outcome=suspended')).toEqual(logged);
  const refused = await suspend(agencies[5]);
  expect([refused.status, refused.json.code]).toEqual([429, 'BUDGET_SPENT']);
  const [entry] = await rig.entries('&kind=agency&outcome=refused');
  expect(entry).toMatchObject({ about: agencies[5], code: 'BUDGET_SPENT', words: { officer: 'li.na' } });
  // The home is of civil affairs, which does not judge it.
  const tasks = [...(await rig.tasks('mca-county')), ...(await rig.tasks('procuratorate-county'))];
  const reviews = tasks.filter(({ about }) => done.some(({ json }) => json.receipt.entry === about));
  expect(reviews.map(({ kind, details }) => [kind, details['officer'], details['suspended']]).sort()).toEqual(
    agencies
      .slice(0, 5)
      .map((id) => ['stop-review', 'li.na', id])
      .sort(),
  );
});

const steward = (officer: string, method: string, path: string, body?: object) =>
  rig.call(
    'steward-office',
    { actions: ['steward'], officer, reason: 'as agreed', unseen: true },
    method,
    path,
    body,
  );

it('count freezes of agencies, officers, purposes and classes, which a line reviews that is not stopped', async () => {
  rig.later(2 * DAY);
  const stop = (target: object) =>
    rig.call(
      'audit-office',
      { actions: ['audit'], officer: 'gao', reason: 'data is being sold' },
      'POST',
      '/v1/freezes',
      { target },
    );
  const targets = [
    { agency: 'charity-sunrise' },
    { agency: 'mca-county', officer: 'zhao.min' },
    { purpose: 'F1' },
    { class: 'health-hiv' },
    { agency: 'mca-neighbour' },
  ];
  const before = (await alerts('MANY_STOPS')).length;
  const done: Answer[] = [];
  for (const target of targets) done.push(await stop(target));
  expect(done.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect((await alerts('MANY_STOPS')).length).toBeGreaterThan(before);
  const refused = await stop({ class: 'identity-name' });
  expect([refused.status, refused.json.code]).toEqual([429, 'BUDGET_SPENT']);
  // What is frozen already takes no stop, at any later time, and is answered as before.
  rig.later(DAY);
  const logged = await rig.entries('&kind=freeze');
  for (const i of [4, 0]) expect((await stop(targets[i] ?? {})).json).toEqual(done[i]?.json);
  expect(await rig.entries('&kind=freeze')).toEqual(logged);
  const entries = done.map(({ json }) => json.freeze.entry);
  const reviews = async (agency: string) =>
    (await rig.tasks(agency))
      .filter(({ kind, about }) => kind === 'stop-review' && entries.includes(about))
      .map(({ about, details: { suspended, purpose, fields } }) => [
        entries.indexOf(about),
        suspended ?? purpose ?? fields,
      ])
      .sort();
  const fields = ['hiv_status'];
  expect(await reviews('mca-county')).toEqual([
    [0, 'charity-sunrise'],
    [2, 'F1'],
    [3, fields],
  ]);
  // What is frozen of civil affairs, civil affairs does not judge.
  expect(await reviews('procuratorate-county')).toEqual([
    [1, 'mca-county'],
    [4, 'mca-neighbour'],
  ]);
});

it('count rights that one steward takes away, by which an agency could be narrowed to nothing', async () => {
  rig.later(2 * DAY);
  const path = '/v1/agencies/league-county';
  const rights = async (change: object) => {
    const { json } = await steward('zhou', 'GET', path);
    const { name, departments, roles, areas, purposes, actions, trainedUntil, activities, byPeople } = json;
    const known = { name, departments, roles, areas, purposes, actions, trainedUntil, activities, byPeople };
    return { ...known, ...change };
  };
  const { json: known } = await steward('zhou', 'GET', path);
  // What takes nothing away is no stop, and neither is what two change together.
  const renamed = await steward('zhou', 'PUT', path, await rights({ name: { en: 'League', zh: '团委' } }));
  expect(renamed.status, renamed.text).toBe(200);
  const both = await steward(
    'zhou',
    'PUT',
    path,
    await rights({ areas: ['990001', '990002'], activities: [] }),
  );
  expect(both.status).toBe(202);
  const entry = both.json.receipt.entry;
  expect((await steward('chen.jie', 'POST', `${path}/confirm`, { entry })).status).toBe(200);
  const ends = (days: number) => new Date(rig.now() + days * DAY).toISOString().slice(0, 10);
  const narrower = [
    { areas: ['990001'] },
    { areas: ['990001001'] },
    { trainedUntil: ends(60) },
    { trainedUntil: ends(30) },
    { purposes: [] },
  ];
  const made: Answer[] = [];
  for (const change of narrower) made.push(await steward('zhou', 'PUT', path, await rights(change)));
  expect(made.map(({ status, text }) => (status === 200 ? 200 : text))).toEqual([200, 200, 200, 200, 200]);
  const last = await steward('zhou', 'PUT', path, await rights({ areas: ['990001001001'] }));
  expect([last.status, last.json.code]).toEqual([429, 'BUDGET_SPENT']);
  expect((await rig.entries('&kind=agency&outcome=refused'))[0]).toMatchObject({ about: known.clientId });
  const about = (one: Answer) => one.json.receipt.entry;
  const logged = await rig.entries('&kind=agency');
  for (const officer of ['zhou', 'li.na'])
    expect((await steward(officer, 'PUT', path, await rights({}))).json).toEqual(made[4]?.json);
  expect(await rig.entries('&kind=agency')).toEqual(logged);
  const reviews = (await rig.tasks('mca-county')).filter(({ kind }) => kind === 'stop-review');
  const reviewed = (one: Answer) => reviews.filter((task) => task.about === about(one));
  expect(made.map((one) => reviewed(one).map(({ details }) => details['suspended']))).toEqual(
    narrower.map(() => ['league-county']),
  );
  expect(reviewed(renamed)).toEqual([]);
});
