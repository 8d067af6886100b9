/** Freezes over HTTP: the right to set them, their effect, and lifting by two people. */
import { afterEach, describe, expect, it as plain } from 'vitest';
import { asSubjectId } from '../../../shared/ids.ts';
import { putCasework } from '../../../shared/records/casework/casework.ts';
import { joinNow } from '../../maintenance/direct.ts';
import { makeChild, put, refAt, release, subjectOf } from '../../maintenance/rig.ts';
import { type Details, fileGateway } from '../../support/gateway.ts';
import { liftStopLimits } from '../../support/lifted.ts';

liftStopLimits();
const gateway = await fileGateway();
afterEach(() => gateway.faults.clear());

const WHY = 'data of this office is being sold';
const act = (agency: string, officer: string, method: string, path: string, body?: object) => {
  const action = { 'steward-office': 'steward', 'audit-office': 'audit' }[agency] ?? 'casework';
  const details: Details = { actions: [action], officer, reason: WHY };
  return gateway.call(agency, details, method, path, body);
};
const freeze = (agency: string, target: object, officer = 'gao') =>
  act(agency, officer, 'POST', '/v1/freezes', { target });
const lift = (agency: string, officer: string, id: string) =>
  act(agency, officer, 'DELETE', `/v1/freezes/${id}`);
/** Asks until it is so, or the test is out of time. */
const until = (ask: () => Promise<number>, status: number) =>
  expect.poll(ask, { interval: 100 }).toBe(status);
const released = async (ref: string) => (await release(gateway, { ref }, ['name'])).status;
const entries = async () => (await gateway.audit('/v1/log/entries?kind=freeze&limit=20')).entries;

const it = plain.extend('ref', async () => (await makeChild(gateway)).ref);

describe('a freeze of an agency', () => {
  it('stops it within a second, is listed, and ends after two people have requested it', async ({ ref }) => {
    // Under the token of before: a new one is refused as well.
    expect(await released(ref)).toBe(200);
    const { status, json } = await freeze('audit-office', { agency: 'mca-county' });
    expect(status).toBe(200);
    const { id } = json.freeze;
    expect(json.freeze).toMatchObject({
      target: { kind: 'agency', agency: 'mca-county' },
      state: 'in-force',
    });
    await until(() => released(ref), 403);
    const listed = await act('steward-office', 'chen', 'GET', '/v1/freezes');
    expect(listed.json.freezes).toMatchObject([{ id, by: 'audit-office', said: { reason: WHY } }]);
    expect((await act('edu-county', 'zhang.wei', 'GET', '/v1/freezes')).json.freezes[0].said).toBe(undefined);
    expect((await lift('audit-office', 'gao', id)).status).toBe(202);
    for (const [agency, officer, own] of [
      ['audit-office', 'gao', true],
      ['steward-office', 'chen', false],
    ] as const) {
      const { freezes } = (await act(agency, officer, 'GET', '/v1/freezes')).json;
      expect(freezes).toMatchObject([{ id, lifting: { by: 'audit-office', own } }]);
    }
    expect((await lift('audit-office', 'gao', id)).status).toBe(202);
    expect(await released(ref)).toBe(403);
    const lifted = await lift('steward-office', 'chen', id);
    expect(lifted.json.freeze).toMatchObject({ id, state: 'lifted' });
    await until(() => released(ref), 200);
    expect((await lift('steward-office', 'chen', id)).status).toBe(200);
    expect((await lift('audit-office', 'gao', id)).json.code).toBe('CONFLICT');
    const [third, second, first] = await entries();
    expect([first, second, third].map(({ outcome }) => outcome)).toEqual(['frozen', 'lifting', 'lifted']);
    expect(first).toMatchObject({
      code: 'FREEZE_AGENCY',
      about: id,
      words: { finding: 'agency mca-county' },
    });
    expect(third.approvals).toEqual([second.id]);
  });
});

describe('a freeze of a subject', () => {
  it('makes every answer about it the ordinary refusal', async () => {
    const { ref, match, policeRef } = await makeChild(gateway);
    const answer = await freeze('mps-county', { subject: { ref: policeRef } });
    expect(answer.json.freeze.target).toEqual({ kind: 'subject', ref: policeRef });
    const { json } = await release(gateway, { ref }, ['name']);
    expect(json.results[0].refused).toEqual({ code: 'REFUSED' });
    // Writes continue: a freeze stops only releases.
    expect(
      (await put(gateway, 'mca-county', { match, fields: { guardian_phone: null } })).problem,
    ).toBeUndefined();
    expect((await lift('mps-county', 'gao', answer.json.freeze.id)).status).toBe(202);
    expect((await lift('mca-county', 'li.na', answer.json.freeze.id)).status).toBe(200);
    expect((await release(gateway, { ref }, ['name'])).json.results[0].fields.name.value).toBe('欧阳娜娜');
  });

  it('spares the emergency of the police: a missing child is found although another office froze it', async () => {
    const { ref, policeRef } = await makeChild(gateway);
    expect((await freeze('mca-county', { subject: { ref } })).status).toBe(200);
    const danger = { actions: ['release'], purpose: 'E1', officer: 'liu.yang', reason: 'missing since noon' };
    const { json } = await gateway.call('mps-county', danger, 'POST', '/v1/releases', {
      ...{ collection: 'children', subjects: [{ ref: policeRef }], fields: ['name'] },
      context: { imminentDangerAttested: true, case: 'CALL-1' },
    });
    expect(json.results[0].fields.name.value).toBe('欧阳娜娜');
    expect((await release(gateway, { ref }, ['name'])).json.results[0].refused).toEqual({ code: 'REFUSED' });
  });

  it('ends by itself', async ({ ref }) => {
    const { json } = await freeze('mca-county', { subject: { ref } });
    const days = (Date.parse(json.freeze.until) - Date.parse(json.freeze.at)) / 86_400_000;
    expect(days).toBeGreaterThan(29);
    const item = {
      id: json.freeze.id,
      kind: 'freeze',
      document: { until: new Date(Date.now() - 1).toISOString() },
    };
    const subject = asSubjectId(await subjectOf(gateway, ref));
    await putCasework(gateway.tables.casework, subject, item);
    expect((await release(gateway, { ref }, ['name'])).json.results[0].fields.name.value).toBe('欧阳娜娜');
  });

  it.each([
    [{ purpose: 'S11' }, 'S1'],
    [{ class: 'identity-nam' }, 'identity-name'],
    [{ agency: 'edu-conty' }, 'edu-county'],
    [{ agency: 'edu-conty', officer: 'zhang.wei' }, 'edu-county; officers are in no register'],
  ])('of a mistyped name, %o, is refused with the nearest one', async (target, nearest) => {
    const { status, json } = await freeze('audit-office', target);
    expect([status, json.errors[0].message]).toEqual([400, expect.stringContaining(`nearest is ${nearest}`)]);
  });

  it('of another county or of no subject gets the same refusal', async () => {
    const { match } = await makeChild(gateway);
    const foreign = await freeze('mca-neighbour', { subject: { match } });
    const nobody = await freeze('mca-neighbour', { subject: { ref: 'AAAA' } });
    expect([foreign.json.code, nobody.json.code]).toEqual(['REFUSED', 'REFUSED']);
  });

  it('that is merged into another holds for both, and is lifted under the same id', async () => {
    const [double, survivor] = [await makeChild(gateway), await makeChild(gateway)];
    const { id } = (await freeze('mca-county', { subject: { ref: double.ref } })).json.freeze;
    const ids = [await subjectOf(gateway, double.ref), await subjectOf(gateway, survivor.ref)] as const;
    await joinNow(gateway, ...ids);
    const refused = async (ref: string) =>
      (await release(gateway, { ref }, ['name'])).json.results[0].refused !== undefined;
    expect([await refused(double.ref), await refused(survivor.ref)]).toEqual([true, true]);
    await lift('mca-county', 'li.na', id);
    expect((await lift('mca-county', 'wang.fang', id)).json.freeze.state).toBe('lifted');
    expect([await refused(double.ref), await refused(survivor.ref)]).toEqual([false, false]);
  });

  it('is lifted once by two concurrent second requests', async ({ ref }) => {
    const { id } = (await freeze('mca-county', { subject: { ref } })).json.freeze;
    await lift('mca-county', 'li.na', id);
    const both = await Promise.all(['wang.fang', 'zhao'].map((officer) => lift('mca-county', officer, id)));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const lifted = (await entries()).filter(
      ({ about, outcome }: { about: string; outcome: string }) => about === id && outcome === 'lifted',
    );
    expect(lifted.length).toBeGreaterThan(0);
  });
});

it('of a person is listed by reference for its office and for stewards and auditors of the area, and says how much it stopped in steps', async () => {
  const [{ ref }, other] = [await makeChild(gateway), await makeChild(gateway)];
  const { id } = (await freeze('mca-county', { subject: { ref } })).json.freeze;
  const listed = async (agency: string, officer: string) => {
    const { json } = await act(agency, officer, 'GET', '/v1/freezes');
    return json.freezes.find((one: { id: string }) => one.id === id);
  };
  const read = (agency: string, officer: string, one = id) =>
    act(agency, officer, 'GET', `/v1/freezes/${one}`);
  for (const [agency, officer] of [
    ['steward-office', 'chen'],
    ['audit-office', 'gao'],
    ['mca-county', 'li.na'],
  ] as const) {
    const own = await refAt(gateway, ref, agency);
    const { until, ...shown } = await listed(agency, officer);
    expect(shown).toMatchObject({
      id,
      target: { kind: 'subject', ref: own },
      state: 'in-force',
      by: 'mca-county',
    });
    expect(Object.keys(shown).sort()).toEqual(['at', 'by', 'entry', 'id', 'said', 'state', 'target']);
  }
  // Another department may lift it by its id, and learns of no freeze from the list.
  expect(await listed('mps-county', 'wu.jun')).toBeUndefined();
  expect((await read('steward-office', 'chen')).json.freeze.stopped).toBe(0);
  for (const one of [ref, ref, other.ref]) await release(gateway, { ref: one }, ['name']);
  await gateway.sequencer.step();
  await expect.poll(async () => (await read('audit-office', 'gao')).json.freeze.stopped).toBe(1);
  for (const agency of ['mca-county', 'edu-county'])
    expect((await read(agency, 'zhang.wei')).json.code).toBe('ROLE_REQUIRED');
  expect((await read('steward-office', 'chen', 'A'.repeat(22))).json.code).toBe('NOT_FOUND');
  await lift('mca-county', 'li.na', id);
  expect((await lift('mca-county', 'wang.fang', id)).status).toBe(200);
  expect(await listed('steward-office', 'chen')).toBeUndefined();
  expect((await read('steward-office', 'chen')).json.freeze).toMatchObject({ state: 'lifted', stopped: 1 });
});

it('of a class counts the answers that left the class out, and no others', async ({ ref }) => {
  const { id } = (await freeze('audit-office', { class: 'identity-name' })).json.freeze;
  const stopped = async () =>
    (await act('steward-office', 'chen', 'GET', `/v1/freezes/${id}`)).json.freeze.stopped;
  const withheld = async (fields: string[]) =>
    (await release(gateway, { ref }, fields)).json.results[0].withheld.name?.code;
  await expect.poll(() => withheld(['name', 'guardian_phone'])).toBe('CLASS_FROZEN');
  expect(await withheld(['guardian_phone'])).toBeUndefined();
  await gateway.sequencer.step();
  await expect.poll(stopped).toBe(1);
  await lift('audit-office', 'gao', id);
  expect((await lift('steward-office', 'chen', id)).status).toBe(200);
  await until(() => released(ref), 200);
  await expect.poll(() => withheld(['name'])).toBeUndefined();
  const other = (await freeze('audit-office', { class: 'health-hiv' })).json.freeze.id;
  await release(gateway, { ref }, ['name']);
  await gateway.sequencer.step();
  expect((await act('steward-office', 'chen', 'GET', `/v1/freezes/${other}`)).json.freeze.stopped).toBe(0);
});

describe('the right to freeze', () => {
  it.each([
    ['an office, its own officer', 'edu-county', { agency: 'edu-county', officer: 'zhang.wei' }, 200],
    ['an office, another’s officer', 'edu-county', { agency: 'mca-county', officer: 'li.na' }, 403],
    ['an office, another office', 'mca-county', { agency: 'edu-county' }, 403],
    ['an owner, a class of its fields', 'health-hospital', { class: 'health-hiv' }, 403],
    ['an auditor, a class', 'audit-office', { class: 'health-hiv' }, 200],
    ['a stranger, a class of others’ fields', 'league-county', { class: 'health-hiv' }, 403],
    ['a steward, a purpose', 'steward-office', { purpose: 'F1' }, 200],
    ['an office, a purpose', 'mca-county', { purpose: 'S1' }, 403],
  ])('%s', async (_, agency, target, status) => {
    const answer = await freeze(agency, target);
    expect([answer.status, answer.text]).toEqual([status, answer.text]);
    if (status === 403) expect(answer.json).toMatchObject({ code: 'ROLE_REQUIRED', rule: 'A18.1' });
  });

  it('reveals no record to a caller without the right', async () => {
    const { match } = await makeChild(gateway);
    const known = await freeze('charity-sunrise', { subject: { match } });
    const unknown = await freeze('charity-sunrise', {
      subject: { match: { id_number: '990001201801010011' } },
    });
    for (const { status, json } of [known, unknown])
      expect([status, json.code, json.detail]).toEqual([403, 'ROLE_REQUIRED', known.json.detail]);
  });

  it('an office lifts its own freezes of itself, not those of others', async () => {
    const target = { agency: 'edu-county', officer: 'zhang.wei' };
    const { id } = (await freeze('audit-office', target)).json.freeze;
    const read = async (agency: string, officer: string) =>
      (await act(agency, officer, 'GET', `/v1/freezes/${id}`)).json;
    // Only those who may freeze any officer see the name of a frozen one.
    expect((await read('steward-office', 'chen')).freeze.target).toEqual({ kind: 'officer', ...target });
    expect((await read('edu-county', 'one')).code).toBe('ROLE_REQUIRED');
    expect((await lift('edu-county', 'one', id)).json.code).toBe('NOT_FOUND');
    const own = (await freeze('edu-county', target)).json.freeze;
    expect((await lift('edu-county', 'one', own.id)).status).toBe(202);
    expect((await lift('edu-county', 'two', own.id)).status).toBe(200);
    expect((await lift('audit-office', 'gao', id)).status).toBe(202);
    expect((await lift('steward-office', 'chen', id)).status).toBe(200);
  });

  it.each([
    ['two targets', { agency: 'edu-county', purpose: 'S1' }],
    ['none', {}],
    ['an officer of no agency', { officer: 'x' }],
    ['an agency that does not exist', { agency: 'edu-conty' }],
    ['an officer of an agency that does not exist', { agency: 'edu-conty', officer: 'zhang.wei' }],
    ['a purpose that does not exist', { purpose: '__proto__' }],
    ['a class that does not exist', { class: 'constructor' }],
  ])('%s is no request', async (_, target) => {
    expect((await freeze('steward-office', target)).json.code).toBe('INVALID_REQUEST');
  });
});

describe('a crash', () => {
  it.each([
    ['before the entry', { service: 'log' }],
    ['at a write', { service: 'store' }],
  ] as const)(
    '%s leaves nothing frozen that was not answered, and freezing again works',
    async (_, fault) => {
      const { ref } = await makeChild(gateway);
      gateway.faults.add({ ...fault, kind: 'error', times: 12, operation: 'PutItem' });
      expect((await freeze('steward-office', { purpose: 'W1' })).status).toBe(503);
      gateway.faults.clear();
      const { id } = (await freeze('steward-office', { purpose: 'W1' })).json.freeze;
      await until(() => released(ref), 403);
      await lift('steward-office', 'chen', id);
      await lift('audit-office', 'gao', id);
      await until(() => released(ref), 200);
    },
  );

  it('while it is lifted leaves it in force until the second person repeats the request', async ({ ref }) => {
    const { id } = (await freeze('steward-office', { purpose: 'W1' })).json.freeze;
    await lift('steward-office', 'chen', id);
    gateway.faults.add({ service: 'store', kind: 'error', times: 12, operation: 'DeleteItem' });
    expect((await lift('audit-office', 'gao', id)).status).toBe(503);
    gateway.faults.clear();
    await until(() => released(ref), 403);
    expect((await lift('audit-office', 'gao', id)).json.freeze.state).toBe('lifted');
    await until(() => released(ref), 200);
  });
});
