/** Cases through the real table: acts at once, of which no order may leave a child in two cases, or a closed one open. */
import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BOSS, type Office, OPENER, officeOf, outcome } from './office.ts';
import { DAY, makeRig, type Rig } from './rig.ts';

const NAME = '欧阳娜娜';
let rig: Rig;
let office: Office;
beforeAll(async () => {
  rig = await makeRig();
  office = officeOf(rig);
  // Tokens and keys, so that the calls below run at once.
  await office.visit(await rig.child(), (await office.opened(await rig.child())).case);
});
afterAll(() => rig.gateway.close());

const stateOf = async (id: string) =>
  (await rig.casework('mca-county', 'GET', `/v1/cases/${id}`, undefined, {})).json.state;

it('of cases opened at once about one child one is confirmed', async () => {
  for (let round = 0; round < 3; round++) {
    const child = await rig.child();
    const answers = await Promise.all([office.open([child]), office.open([child]), office.open([child])]);
    const made = answers.filter(({ status }) => status === 201);
    for (const { json } of answers.filter(({ status }) => status !== 201)) expect(json.code).toBe('CONFLICT');
    // If each gave way to another, the next one has its way.
    const [kept, ...others] = made.length > 0 ? made : [await office.open([child])];
    expect((await office.on(kept?.json.case.id, 'confirm')).status).toBe(200);
    for (const { json } of others)
      expect((await office.on(json.case.id, 'confirm')).json.code).toBe('CONFLICT');
    expect(await outcome(office.visit(child, kept?.json.case.case))).toBe(NAME);
  }
});

it('of cases about one child that are confirmed at once one is open, and a third opened meanwhile takes nothing', async () => {
  for (let round = 0; round < 6; round++) {
    const child = await rig.child();
    const waiting = [await office.open([child]), await office.open([child])].map(({ json }) => json.case);
    const acts = waiting.map(
      ({ id }) =>
        () =>
          office.on(id, 'confirm'),
    );
    const third = () => office.open([child]);
    const answers = await Promise.all((round % 2 ? [...acts, third] : [third, ...acts]).map((act) => act()));
    for (const { json } of answers.filter(({ status }) => status >= 300)) expect(json.code).toBe('CONFLICT');
    // A call that gave way to another may be repeated; then one has been confirmed, and the others are none any more.
    const all = [...waiting, ...answers.flatMap(({ status, json }) => (status === 201 ? [json.case] : []))];
    for (const { id } of all) await office.on(id, 'confirm');
    const states = await Promise.all(all.map(({ id }) => stateOf(id)));
    expect(states.filter((state) => state === 'open')).toHaveLength(1);
    const served = await Promise.all(all.map((one) => outcome(office.visit(child, one.case))));
    expect(served.map((name) => name === NAME)).toEqual(states.map((state) => state === 'open'));
  }
});

it('of one case opened twice at once one is stored', async () => {
  const child = await rig.child();
  const answers = await Promise.all([1, 2, 3].map(() => office.open([child], { case: 'TWICE' })));
  expect(answers.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(1);
  const { json } = await rig.casework('mca-county', 'GET', '/v1/cases?state=waiting', undefined, {});
  expect(json.cases.filter((one: { case: string }) => one.case === 'TWICE')).toHaveLength(1);
});

it('closed while it is confirmed, a case is closed', async () => {
  for (let round = 0; round < 4; round++) {
    const child = await rig.child();
    const { json } = await office.open([child]);
    const { id, case: number } = json.case;
    const acts = [() => office.on(id, 'confirm'), () => office.on(id, 'close', OPENER)];
    const [first, second] = await Promise.all((round % 2 === 0 ? acts : acts.reverse()).map((act) => act()));
    const codes = [first, second].map((answer) => answer?.json.code ?? 'done');
    expect(codes.filter((code) => code !== 'done' && code !== 'CONFLICT')).toEqual([]);
    expect(await stateOf(id)).toBe('closed');
    expect(await outcome(office.visit(child, number))).toBe('CASE_NOT_OPEN');
  }
});

it('closed while a release runs, it serves no release that starts afterwards', async () => {
  const child = await rig.child();
  const { id, case: number } = await office.opened(child);
  const running = [1, 2, 3].map(() => outcome(office.visit(child, number)));
  const closed = office.on(id, 'close', OPENER);
  expect(new Set([NAME, 'CASE_NOT_OPEN'])).toEqual(
    new Set([NAME, 'CASE_NOT_OPEN', ...(await Promise.all(running))]),
  );
  expect((await closed).json.case.state).toBe('closed');
  expect(await outcome(office.visit(child, number))).toBe('CASE_NOT_OPEN');
});

it('has the tasks that a crash left out once the act is repeated', async () => {
  const { gateway } = rig;
  const child = await rig.child();
  const tasksOf = async (kind: string, id: string): Promise<string[]> => {
    const { json } = await rig.casework('mca-county', 'GET', '/v1/tasks', undefined, {});
    const tasks = json.tasks as { id: string; kind: string; details: { case?: string }; about: string }[];
    return tasks
      .filter((task) => task.kind === kind && [task.details.case, task.about].includes(id))
      .map(({ id }) => id);
  };
  const lose = (id: string | undefined) =>
    gateway.dynamo.send(
      new DeleteItemCommand({ TableName: gateway.env.tasksTable, Key: { task: { S: id ?? expect.fail() } } }),
    );
  const opening = { case: 'CRASH' };
  const { id } = (await office.open([child], opening)).json.case;
  await lose((await tasksOf('case', id))[0]);
  expect(await tasksOf('case', id)).toEqual([]);
  await office.open([child], opening);
  expect(await tasksOf('case', id)).toHaveLength(1);
  await office.on(id, 'confirm');
  const { entry } = (await office.on(id, 'close', OPENER)).json.case.closed;
  const [deletion] = await tasksOf('delete-ended', entry);
  await lose(deletion);
  await office.on(id, 'close', OPENER);
  expect(await tasksOf('delete-ended', entry)).toEqual([deletion]);
});

it('opened again at the end of its window by two numbers at once, the child is in one', async () => {
  const child = await rig.child();
  const { case: number } = await office.opened(child);
  expect((await office.open([child])).json.code).toBe('CONFLICT');
  rig.later(91 * DAY);
  const answers = await Promise.all([office.open([child], { case: number }), office.open([child])]);
  const made = answers.filter(({ status }) => status === 201).map(({ json }) => json.case);
  for (const one of made) expect(one.again).toBe(true);
  await Promise.all(made.map(({ id }) => office.on(id, 'confirm', BOSS)));
  const served = await Promise.all(made.map((one) => outcome(office.visit(child, one.case))));
  expect(served.filter((name) => name === NAME).length).toBeLessThanOrEqual(1);
  if (made.length === 1) expect(served).toEqual([NAME]);
});

it('an approval of the owners whose case ends before it is collected stays bound to its fields', async () => {
  const child = await rig.child();
  const { id, case: number } = await office.opened(child);
  const context = { officer: 'han.mei', case: number, reason: 'visit once' };
  const filing = { collection: 'children', purpose: 'W3', subjects: [child], fields: ['name'], context };
  const filed = await rig.casework('mca-county', 'POST', '/v1/requests', filing, {});
  const approve = `/v1/requests/${filed.json.id}/approve`;
  await rig.casework('mps-county', 'POST', approve, {}, { officer: 'liu.yang', reason: 'seen' });
  await office.on(id, 'close', OPENER);
  const fields = ['name', 'residence_address', 'guardianship_status'];
  const body = {
    ...{ collection: 'children', subjects: [child], fields },
    context: { ...context, request: filed.json.id },
  };
  const details = { actions: ['release'], purpose: 'W3', officer: 'han.mei', unregistered: true as const };
  const { json } = await rig.call('mca-county', details, 'POST', '/v1/releases', body);
  expect(Object.keys(json.results[0].fields)).toEqual(['name']);
});
