/** Numbers of an office's own people: a look of the office at them or at a child of theirs is an alert, which no office can see. */
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { findRecused } from '../../functions/casework/recusals.ts';
import { listRecusals } from '../../shared/records/gateway/recusals.ts';
import { fileRig } from '../casework/rig.ts';
import { freshNumber } from '../support/people.ts';

const rig = await fileRig();
const { gateway } = rig;
const HOUR = 3_600_000;
const WHO = { officer: 'sun.li', reason: 'recusals of the year' };
const FATHER = { kind: 'father', name: '林建国', id_number: freshNumber('1980-03-02') };
const AUNT = { kind: 'other-individual', name: '林海霞', id_number: freshNumber('1981-03-02') };
const OFFICER = freshNumber('1990-03-02');

const file = (agency: string, number: string, more: object = {}) =>
  gateway.call(agency, { actions: ['casework'], ...WHO, ...more }, 'POST', '/v1/recusals', {
    of: 'zhang.wei',
    match: { id_number: number },
  });
/** Looks at one child. @returns the answer without what is new in each */
async function look(agency: string, child: object, purpose = 'W1', officer = 'zhang.wei') {
  const from = gateway.trail.length;
  const { status, json } = await rig.release(
    agency,
    purpose,
    { subjects: [child], fields: ['name', 'sex'] },
    { officer },
  );
  const [{ ref, receipt, ...rest }] = json.results;
  const calls = gateway.trail.slice(from).map(({ eventName }) => eventName);
  return { status, ref: ref?.length, receipt: Object.keys(receipt), ...rest, calls: calls.sort() };
}
async function watch(): Promise<void> {
  await gateway.casework.pass();
  for (let left = true; left; ) {
    await gateway.sequencer.step();
    const { behind, leaves } = await gateway.watcher.scan();
    left = behind > 0 || leaves > 1;
  }
}
const alerts = async () => (await gateway.audit('/v1/alerts?code=RECUSED')).alerts;

const [own, other] = [
  await rig.child({ mca: { guardian_identity: [FATHER] } }),
  await rig.child({ mca: { guardian_identity: [AUNT] } }),
];
// What an instance does once is done.
for (const child of [own, other]) await look('mca-county', child);
for (const number of [OFFICER, OFFICER]) await file('health-hospital', number);
const before = [await look('mca-county', own), await look('mca-county', other)];

describe('a number of an own officer', () => {
  beforeAll(async () => {
    await watch();
    expect((await file('mca-county', FATHER.id_number)).json).toEqual({ receipt: expect.anything() });
    await watch();
  });

  it('is registered by who supervises the office, and has the form of a number', async () => {
    const plain = await file('mca-county', OFFICER, { person: { roles: ['casework'] } });
    expect([plain.status, plain.json.code]).toEqual([403, 'ROLE_REQUIRED']);
    const wrong = await file(
      'mca-county',
      FATHER.id_number.replace(/.$/, (digit) => (digit === '1' ? '2' : '1')),
    );
    expect([wrong.status, wrong.json.errors[0].path]).toEqual([400, '/match/id_number']);
    const local = await gateway.call(
      'mca-county',
      { actions: ['casework'], ...WHO },
      'POST',
      '/v1/recusals',
      {
        ...{ of: 'zhang.wei', match: { local_id: 'A-1' } },
      },
    );
    expect([local.status, local.json.errors[0].path]).toEqual([400, '/match']);
  });

  it('is answered alike, with as many calls, whether or not a record names it', async () => {
    const answers = [];
    for (const number of [OFFICER, AUNT.id_number, OFFICER]) {
      const from = gateway.trail.length;
      const { status, json } = await file('edu-county', number);
      const calls = gateway.trail.slice(from).map(({ eventName }) => eventName);
      answers.push({ status, members: Object.keys(json), calls: calls.sort() });
    }
    expect(answers[1]).toEqual(answers[2]);
  });

  it('changes no answer and no call of a look', async () => {
    expect([await look('mca-county', own), await look('mca-county', other)]).toEqual(before);
  });

  it('raises an alert on a look at a child whose guardian has it, by any officer of the office', async () => {
    await watch();
    const [alert, ...more] = await alerts();
    expect(more).toEqual([]);
    expect(alert).toMatchObject({
      ...{ severity: 'medium', count: 1, sealed: true, rule: 'A18.1', purpose: 'W1' },
      ...{ handler: { agency: 'mca-county' }, words: { officer: 'zhang.wei' } },
    });
    const { recusals } = await gateway.audit('/v1/log/recusals');
    const [registered] = recusals.filter(({ agency }: { agency: string }) => agency === 'mca-county');
    expect(registered).toMatchObject({ of: 'zhang.wei' });
    expect(alert.words.finding).toContain(`(${registered.entry})`);
    await look('mca-county', own, 'W1', 'li.na');
    await watch();
    expect((await alerts()).map(({ words }: { words: object }) => words)).toContainEqual(
      expect.objectContaining({ officer: 'li.na' }),
    );
  });

  it('raises none for another office, none for a write, and none for a guardian who asks at the own desk', async () => {
    const known = (await alerts()).length;
    await look('edu-county', own, 'S1');
    await file('desk-county', FATHER.id_number);
    await watch();
    const asked = await rig.casework('desk-county', 'POST', '/v1/inquiries', {
      ...{ collection: 'children', subject: own, inquirer: 'guardian' },
      identity: { name: FATHER.name, number: FATHER.id_number },
    });
    expect(asked.json.held).toBeDefined();
    await rig.put('mca-county', own.match, { guardian_relation: 'parent' });
    await watch();
    expect(await alerts()).toHaveLength(known);
  });

  it('finds a child whose record names the guardian later, and a person of that number', async () => {
    const third = await rig.child({ mca: { guardian_identity: [AUNT] } });
    const grown = await rig.child({ id_number: OFFICER, birth: '1990-03-02' });
    expect((await file('mca-county', OFFICER)).status).toBe(200);
    await rig.put('mca-county', third.match, { guardian_identity: [FATHER] });
    await watch();
    const known = (await alerts()).length;
    await look('mca-county', grown, 'W1', 'wang.lei');
    await watch();
    expect(await alerts()).toHaveLength(known + 1);
    rig.later(HOUR);
    await watch();
    await look('mca-county', third, 'W1', 'zhao.min');
    await watch();
    expect(await alerts()).toHaveLength(known + 2);
  });

  it('is found under a new version of its key, and under the one before', async () => {
    const [second] = gateway.ring.ensureAll([['alias/fieldgate/leak-2', 'HMAC_256']]);
    const leakKey = `${gateway.env.leakKey} ${second?.arn}`;
    const deps = { ...gateway, now: () => rig.now() + HOUR, env: { ...gateway.env, leakKey } };
    const people = async () =>
      (await listRecusals(gateway.tables.watch, rig.now())).map((one) => [one.id, one.people.length]).sort();
    const known = await people();
    await findRecused(deps as never, () => true);
    expect(await people()).toEqual(known);
    const [one] = await listRecusals(gateway.tables.watch, rig.now());
    expect(one?.tokens.map((token) => token.split('.')[0])).toEqual(['2', '1']);
  });

  it('is in no table and no leaf, and neither is whom it leads to', async () => {
    const { Items = [] } = await gateway.dynamo.send(new ScanCommand({ TableName: gateway.env.watchTable }));
    expect(JSON.stringify(Items)).not.toContain(FATHER.id_number.slice(0, 17));
    const looked = await rig.entries('&kind=watch');
    for (const { id } of looked) {
      const { canonical } = await gateway.audit(`/v1/log/entries/${id}`);
      expect(Buffer.from(canonical, 'base64').toString()).not.toMatch(/RECUSED|zhang|recusal/);
    }
    const refused = await gateway.call(
      'mca-county',
      { actions: ['casework'], ...WHO },
      'GET',
      '/v1/log/recusals',
    );
    expect(refused.status).toBe(403);
  });

  it('ends after a year', async () => {
    rig.later(367 * 24 * HOUR);
    expect((await gateway.audit('/v1/log/recusals')).recusals).toEqual([]);
  });
});
