import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it as plain } from 'vitest';
import { compactSubject } from '../../functions/maintenance/jobs/keys.ts';
import { asSubjectId } from '../../shared/ids.ts';
import type { Job } from '../../shared/records/gateway/jobs.ts';
import { fileGateway } from '../support/gateway.ts';
import { actor, depsOver } from './direct.ts';
import {
  allItems,
  entriesOf,
  jobDone,
  keyItem,
  makeChild,
  put,
  putItems,
  rawItem,
  release,
  runJob,
  subjectOf,
  viewJob,
} from './rig.ts';

const gateway = await fileGateway();

const FIELDS = ['name', 'guardian_phone', 'household_profile', 'hardship_category'];
const read = async (ref: string) => (await release(gateway, { ref }, FIELDS)).json.results[0].fields;
const decryptsOf = (role: string, from: number) =>
  gateway.trail
    .slice(from)
    .filter((record) => record.eventName === 'Decrypt' && record.userIdentity.accessKeyId === role);

const it = plain.extend('child', () => makeChild(gateway));

describe('rekey', () => {
  it('moves every field to a new data key and keeps values and instants', async ({ child }) => {
    const subject = await subjectOf(gateway, child.ref);
    const before = { item: await keyItem(gateway, subject), fields: await read(child.ref) };
    await new Promise((resolve) => setTimeout(resolve, 5));
    const from = gateway.trail.length;
    const job = await runJob(gateway, 'rekey');
    expect(job).toMatchObject({ kind: 'rekey', state: 'done', failed: 0 });
    expect(job.done).toBe(job.total);
    const after = await keyItem(gateway, subject);
    expect([...after.keys.keys()].filter((id) => before.item.keys.has(id))).toEqual([]);
    expect(after.keys.size).toBe(before.item.keys.size);
    for (const [owner, head] of before.item.heads) {
      expect(after.heads.get(owner)?.version).toBe(head.version + 1);
    }
    expect(await read(child.ref)).toEqual(before.fields);
    expect(before.fields.name).toMatchObject({ asOf: expect.stringMatching(/Z$/) });
    // Every key that was unwrapped is in an attempt entry that came before.
    const attempts = (await entriesOf(gateway, 'attempt')).filter((entry) => entry.code === 'REKEY');
    const said = new Set(attempts.flatMap((entry) => entry.keys));
    const unwrapped = decryptsOf('fieldgate-maintenance', from).map(
      ({ requestParameters }) =>
        (requestParameters as { encryptionContext: { keyId: string } }).encryptionContext.keyId,
    );
    expect(unwrapped.length).toBeGreaterThan(0);
    expect(unwrapped.filter((id) => !said.has(id))).toEqual([]);
    const [entry] = (await entriesOf(gateway, 'maintenance')).filter((one) => one.subject === after.logId);
    expect(entry).toMatchObject({
      operation: 'process',
      outcome: 'resealed',
      code: 'REKEY',
      handler: { agency: 'steward-office' },
      sheet: { version: 2, digest: expect.any(String) },
    });
  });

  it('of one class leaves the others alone', async ({ child }) => {
    const subject = await subjectOf(gateway, child.ref);
    const before = await keyItem(gateway, subject);
    const [name] = [...before.keys.values()].map((key) => key.class);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await runJob(gateway, 'rekey', { class: name });
    const after = await keyItem(gateway, subject);
    for (const [id, key] of before.keys)
      expect([key.class, after.keys.has(id)]).toEqual([key.class, key.class !== name]);
  });

  it('keeps instants through a second rekey and gives a new write its own', async ({ child }) => {
    const before = await read(child.ref);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await runJob(gateway, 'rekey');
    await put(gateway, 'mca-county', { ref: child.ref, fields: { guardian_phone: '13900000002' } });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await runJob(gateway, 'rekey');
    const after = await read(child.ref);
    expect(after.name).toEqual(before.name);
    expect(after.household_profile).toEqual(before.household_profile);
    expect(after.guardian_phone.value).toBe('13900000002');
    expect(after.guardian_phone.asOf > before.guardian_phone.asOf).toBe(true);
  });

  it('continues with concurrent intakes and releases, and loses no acknowledged write', async () => {
    const children = await Promise.all(Array.from({ length: 8 }, () => makeChild(gateway)));
    await new Promise((resolve) => setTimeout(resolve, 5));
    let running = true;
    const written = new Map<string, number>();
    const busy = children.map(async ({ ref }) => {
      for (let n = 1; running; n++) {
        const fields = { household_profile: { members: 1, monthlyIncome: n } };
        const result = await put(gateway, 'mca-county', { ref, fields });
        expect(result.problem).toBeUndefined();
        written.set(ref, n);
        const held = await read(ref);
        expect(held.household_profile.value.monthlyIncome).toBe(n);
        expect(held.name.value).toBe('欧阳娜娜');
      }
    });
    const job = await runJob(gateway, 'rekey');
    running = false;
    await Promise.all(busy);
    expect(job.failed).toBe(0);
    for (const { ref } of children) {
      expect((await read(ref)).household_profile.value.monthlyIncome).toBe(written.get(ref));
    }
  });
});

describe('compact', () => {
  /** A child whose civil affairs sheet has four keys of one class, and how many it has of each. */
  async function manyKeys() {
    const child = await makeChild(gateway);
    for (const fields of [
      { birth_date: '2013-05-06' },
      { guardianship_status: { status: 'normal', conflict: false } },
      { able_to_express_will: true },
    ]) {
      const result = await put(gateway, 'mca-county', { ref: child.ref, fields });
      expect(result.written).toEqual(Object.keys(fields));
    }
    return { ...child, subject: await subjectOf(gateway, child.ref) };
  }
  const factsKeys = async (subject: string) =>
    [...(await keyItem(gateway, subject)).keys.values()].filter(
      (key) => key.owner === 'MCA' && key.class === 'facts',
    );

  it('joins the keys of a class that has many into one, and keeps values and instants', async () => {
    const { ref, subject } = await manyKeys();
    const old = await factsKeys(subject);
    expect(old).toHaveLength(4);
    const fields = await read(ref);
    expect(await compactSubject(runOf(), asSubjectId(subject), 3)).toBe(true);
    const [key, ...more] = await factsKeys(subject);
    expect(more).toEqual([]);
    expect(new Set(key?.asOf?.values())).toEqual(new Set(old.map(({ at }) => at)));
    expect(await read(ref)).toEqual(fields);
    expect(await compactSubject(runOf(), asSubjectId(subject), 3)).toBe(false);
  });

  it('leaves four alone', async () => {
    const { subject } = await manyKeys();
    expect(await runJob(gateway, 'compact')).toMatchObject({ state: 'done', failed: 0, changed: 0 });
    expect(await factsKeys(subject)).toHaveLength(4);
  });

  it('finds a changed instant: it is part of what the key commits to', async () => {
    const { ref, subject } = await manyKeys();
    await compactSubject(runOf(), asSubjectId(subject), 3);
    const table = gateway.env.keysTable;
    const item = (await rawItem(gateway, table, { subject: { S: subject } })) ?? {};
    const [name, key] = Object.entries(item).find(([, value]) => value.M?.['asOf']) ?? [];
    const asOf = { M: { ...key?.M?.['asOf']?.M, division_code: { S: '2001-01-01T00:00:00.000Z' } } };
    const forged = { ...item, [name as string]: { M: { ...key?.M, asOf } as never } };
    await putItems(gateway.dynamo, table, [forged]);
    expect((await release(gateway, { ref }, FIELDS)).json.code).toBe('INTEGRITY_FAULT');
    await putItems(gateway.dynamo, table, [item]);
    expect((await release(gateway, { ref }, FIELDS)).status).toBe(200);
  });
});

/** A compaction that a steward started. */
function runOf() {
  const job = { id: 'test', kind: 'compact', class: null, started: Date.now() } as Job;
  return { deps: depsOver(gateway, gateway.dynamo), job, actor: actor(gateway, 'chen.jie') };
}

describe('a job', () => {
  it('is only for the steward, for an existing class, and unknown to others', async () => {
    const path = '/v1/keys/rekey';
    const other = await gateway.call('mca-county', { actions: ['casework'] }, 'POST', path, {});
    expect([other.status, other.json.code]).toEqual([403, 'ACTION_NOT_GRANTED']);
    const steward = { actions: ['steward'], officer: 'li.na' };
    for (const details of [{ actions: ['steward'] }, { ...steward, claimed: true as const }]) {
      const { json } = await gateway.call('steward-office', details, 'POST', path, {});
      expect(json.code).toBe('PERSON_REQUIRED');
    }
    const bad = await gateway.call('steward-office', steward, 'POST', path, { class: 'nonsense' });
    expect(bad.json).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ path: '/class' }] });
    expect((await viewJob(gateway, 'nonsense')).json.code).toBe('NOT_FOUND');
  });

  it('waits for a service that fails, shows that, and continues by itself', async ({ child }) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    gateway.faults.add({ service: 'kms', kind: 'error', times: 5000, operation: 'GenerateDataKey' });
    const steward = { actions: ['steward'], officer: 'li.na' };
    const started = await gateway.call('steward-office', steward, 'POST', '/v1/keys/rekey', {});
    let waiting = started.json;
    while (waiting.problem === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      waiting = (await viewJob(gateway, started.json.id)).json;
      if (waiting.state === 'done') expect.fail('done without a key');
    }
    expect(waiting.problem).toBe('KMS_UNAVAILABLE');
    gateway.faults.clear();
    expect(await jobDone(gateway, started.json.id)).toMatchObject({ failed: 0 });
    expect((await read(child.ref)).name.value).toBe('欧阳娜娜');
  });

  it('with a damaged item counts it and processes the others', async () => {
    const [bad, good] = [await makeChild(gateway), await makeChild(gateway)];
    const subject = await subjectOf(gateway, bad.ref);
    const sheets = (await allItems(gateway.dynamo, gateway.env.sheetsTable)).filter(
      (item) => item['subject']?.S === subject,
    );
    const { subject: pk, sheet } = sheets[0] as { subject: never; sheet: never };
    await gateway.dynamo.send(
      new DeleteItemCommand({ TableName: gateway.env.sheetsTable, Key: { subject: pk, sheet } }),
    );
    await new Promise((resolve) => setTimeout(resolve, 5));
    const job = await runJob(gateway, 'rekey');
    expect(job.failed).toBe(1);
    expect((await keyItem(gateway, await subjectOf(gateway, good.ref))).heads.get('MCA')?.version).toBe(2);
  });
});
