import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { DecryptCommand } from '@aws-sdk/client-kms';
import { expect, test } from 'vitest';
import { readClassKeys } from '../../shared/env.ts';
import { casework, eraseByTwo, makeChild, release as releaseOf } from '../maintenance/rig.ts';
import { fileGateway } from '../support/gateway.ts';
import { freshNumber, residentNumber } from '../support/people.ts';

const clock = { now: Date.parse('2026-11-25T02:00:00Z') };
const MINUTE = 60_000;
const ID_NUMBER = residentNumber('2013-05-06', 1);
const CHECK = { actions: ['verify'], purpose: 'C1', case: 'CHA-1', officer: 'li.na', reason: 'grant' };

const release = (id_number = ID_NUMBER) =>
  gateway.call(
    'edu-county',
    { actions: ['release'], purpose: 'S1', case: 'EDU-1', officer: 'zhang.wei', reason: 'subsidy' },
    'POST',
    '/v1/releases',
    { collection: 'children', subjects: [{ match: { id_number } }], fields: ['name'] },
  );

/** Lets everything settle, and compares all of it. */
async function reconcile(): Promise<{ matched: number; faults: number }> {
  clock.now += 3 * MINUTE;
  const total = { matched: 0, faults: 0 };
  for (let behind = 1; behind > 0; ) {
    const span = await gateway.watcher.reconcile();
    total.matched += span.matched;
    total.faults += span.faults;
    behind = span.behind;
  }
  return total;
}

const findings = async () => {
  const { json } = await gateway.call('audit-office', { actions: ['audit'] }, 'GET', '/v1/alerts');
  return json.alerts.filter(({ code }: { code: string }) => /UNWRAP|PRINCIPAL/.test(code));
};

/** Opens a data key with the operator's own client, past every function. */
async function bypass(): Promise<string> {
  const { Items = [] } = await gateway.dynamo.send(new ScanCommand({ TableName: gateway.env.keysTable }));
  const [found] = Items.flatMap((item) =>
    Object.entries(item)
      .filter(([name]) => name.startsWith('key.'))
      .map(([name, key]) => ({ subject: item['subject']?.S ?? '', keyId: name.slice(4), key: key.M })),
  );
  const { subject = '', keyId = '', key } = found ?? expect.fail('no key');
  const name = key?.['class']?.S ?? '';
  await gateway.kms.send(
    new DecryptCommand({
      KeyId: readClassKeys(gateway.env.classKeys).get(name),
      CiphertextBlob: key?.['wrapped']?.B,
      EncryptionContext: {
        collection: 'children',
        class: name,
        owner: key?.['owner']?.S ?? '',
        subject,
        keyId,
      },
    }),
  );
  return gateway.trail.at(-1)?.eventID ?? '';
}

const gateway = await fileGateway({ now: () => clock.now });
await gateway.watcher.reconcile();
await gateway.put('mca-county', {
  match: { id_number: ID_NUMBER },
  fields: { name: '测试儿童甲', birth_date: '2013-05-06', division_code: '990001001001' },
});

test('every unwrap of the gateway matches, and nothing is compared twice', async () => {
  clock.now += 2 * MINUTE;
  await release();
  await release();
  const opened = gateway.trail.filter(({ eventName }) => eventName === 'Decrypt').length;
  expect(opened).toBeGreaterThan(2);
  expect(await reconcile()).toEqual({ matched: opened, faults: 0 });
  expect(await reconcile()).toEqual({ matched: 0, faults: 0 });
  expect(await findings()).toEqual([]);
});

test('an unwrap outside the gateway is found, once, with the evidence', async () => {
  const event = await bypass();
  expect(await reconcile()).toMatchObject({ faults: 1 });
  expect(await reconcile()).toMatchObject({ faults: 0 });
  const [alert, ...more] = await findings();
  expect(more).toEqual([]);
  expect(alert).toMatchObject({
    code: 'FOREIGN_PRINCIPAL',
    severity: 'high',
    handler: { agency: 'fieldgate' },
  });
  expect(alert.words.finding).toContain(`event ${event}, by fieldgate-operator`);
});

test('an erasure right after a release leaves its unwraps without keys in the log, and raises nothing', async () => {
  await reconcile();
  const child = await makeChild(gateway);
  const before = (await findings()).length;
  expect((await releaseOf(gateway, { ref: child.ref }, ['name'])).json.results[0].fields.name).toBeDefined();
  expect((await eraseByTwo(gateway, child.ref)).status).toBe(200);
  expect(await reconcile()).toMatchObject({ faults: 0 });
  expect(await findings()).toHaveLength(before);
});

test('a check and a release of one child within a minute are told apart, and so is the decoy’s share of a check', async () => {
  await reconcile();
  const { ref, match } = await makeChild(gateway);
  const before = (await findings()).length;
  const check = () =>
    gateway.call('charity-sunrise', CHECK, 'POST', '/v1/verifications', {
      programme: 'warm-home',
      subject: { match },
    });
  for (const act of [check, () => releaseOf(gateway, { ref }, ['name']), check]) {
    clock.now += 5_000;
    expect((await act()).status).toBe(200);
  }
  expect(await reconcile()).toMatchObject({ faults: 0 });
  expect(await findings()).toHaveLength(before);
});

test('a process that fails between the decoy and its refusal raises no alert', async () => {
  clock.now += 2 * MINUTE;
  // A first one, so that the writer's own entry is there.
  await release(freshNumber('2014-05-06'));
  const before = (await findings()).length;
  const take = gateway.faults.take;
  let appended = 0;
  gateway.faults.take = (service, operation) =>
    service === 'log' && ++appended > 1 ? 'error' : take(service, operation);
  const opened = gateway.trail.length;
  const answer = await release(freshNumber('2014-05-06'));
  gateway.faults.take = take;
  expect(answer.json.code).toBe('LOG_UNAVAILABLE');
  expect(gateway.trail.slice(opened).some(({ eventName }) => eventName === 'Decrypt')).toBe(true);
  expect((await reconcile()).faults).toBe(0);
  expect((await findings()).length).toBe(before);
});

test('a key that KMS unwrapped again, because its first answer was lost, raises no alert', async () => {
  const { report } = (
    await gateway.call('school-second', casework('tian.yu'), 'POST', '/v1/harm-reports', {
      ...{ subject: { match: { id_number: freshNumber('2014-05-06') } }, what: 'bruises' },
      reporter: { name: 'the teacher' },
    })
  ).json;
  await reconcile();
  const before = (await findings()).length;
  const why = { purpose: 'R1', officer: 'liu.yang', reason: 'took the report up' };
  const details = { actions: ['release'], ...why };
  const opened = gateway.trail.length;
  const opening = () => gateway.call('mps-county', details, 'POST', `/v1/harm-reports/${report.id}/open`, {});
  gateway.faults.add({ service: 'kms', operation: 'Decrypt', kind: 'lost-answer', times: 2 });
  expect((await opening()).status).toBe(200);
  const unwraps = gateway.trail.slice(opened).filter(({ eventName }) => eventName === 'Decrypt');
  expect(unwraps).toHaveLength(3);
  expect(await reconcile()).toMatchObject({ faults: 0 });
  expect(await findings()).toHaveLength(before);
});

test('the test of a text opens what its purpose never shows, and raises no alert', async () => {
  const { match, ref } = await makeChild(gateway);
  await reconcile();
  const text = '这个孩子每天走很远的路去上学。';
  const why = { purpose: 'M1', case: 'PR-1', officer: 'gao', reason: 'report on reading' };
  const details = { actions: ['release'], ...why };
  const card = { collection: 'children', subject: { match }, text };
  const { json } = await gateway.call('press-office', details, 'POST', '/v1/story-cards', card);
  const body = { ref, text, request: json.request };
  const tested = await gateway.call('mca-county', casework('li.na'), 'POST', '/v1/story-texts', body);
  expect(tested.status, tested.text).toBe(200);
  const { matched, faults } = await reconcile();
  expect([matched > 3, faults]).toEqual([true, 0]);
});
