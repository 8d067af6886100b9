/** Which calls to KMS and the store a release and a write make, and which of them wait for which. */

import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asClientId, asSubjectId } from '../../../shared/ids.ts';
import { referencesOf } from '../../../shared/keys/references.ts';
import { type Details, fileGateway } from '../../support/gateway.ts';
import { BORN, freshNumber } from '../../support/people.ts';
import { type Gate, gateCalls } from './gate.ts';

let gate: Gate;
let refs: Map<string, string>;

const WORDS = { officer: 'zhang.wei', reason: 'winter subsidy, grade 5' };
const S1: Details = { actions: ['release'], purpose: 'S1', ...WORDS };
const E1: Details = { actions: ['release'], purpose: 'E1', ...WORDS, reason: 'child missing since noon' };
const DANGER = { context: { imminentDangerAttested: true } };

const put = async (agency: string, record: object) => (await gateway.put(agency, record))[0];

async function release(agency: string, details: Details, request: object) {
  const body = { collection: 'children', ...request };
  const answer = await gateway.call(agency, details, 'POST', '/v1/releases', body);
  expect(answer.status).toBe(200);
  return answer;
}

/** Values that an instance caches for a moment: whether the agency is registered, the freezes, and the policy in force. */
const KEPT = ['GetItem agencies', 'Query casework #freezes', 'GetItem policy'];
/** Round trips, without cached ones. */
const rounds = () =>
  gate
    .rounds()
    .map((round) => round.filter((name) => !KEPT.includes(name)))
    .filter((round) => round.length > 0);
const refOf = (agency: string) => ({ ref: refs.get(agency) ?? expect.fail() });
const kms = (name: string) => gateway.trail.filter(({ eventName }) => eventName === name);
/** Encryption contexts of the calls, as the trail has them. */
const contexts = (name: string) =>
  kms(name).map(
    ({ requestParameters }) =>
      requestParameters?.['encryptionContext'] as Record<'keyId' | 'class' | 'owner' | 'subject', string>,
  );
const references = (agency: string) =>
  referencesOf(gateway.kms, gateway.env.referenceKey, asClientId(agency));
const subjectOf = async (agency: string, ref: string) =>
  (await references(agency)).toSubject(ref) ?? expect.fail();
const refFor = async (agency: string, subject: string) =>
  (await references(agency)).toRef(asSubjectId(subject));
const keyIds = (name: string) => contexts(name).map(({ keyId }) => keyId);

async function lastEntry() {
  const { json } = await gateway.call(
    'audit-office',
    { actions: ['audit'] },
    'GET',
    '/v1/log/entries?limit=1&kind=decision',
  );
  return json.entries[0];
}

const gateway = await fileGateway();
beforeAll(async () => {
  const id = freshNumber();
  const match = { id_number: id };
  const identity = { name: '张三', id_number: id, sex: '1', birth_date: BORN };
  await put('mps-county', { match, fields: identity });
  // Two writes of one class, so that it has two keys.
  await put('mca-county', { match, fields: { division_code: '990001001', child_phone: '13800000001' } });
  await put('mca-county', {
    match,
    fields: { guardianship_status: 'normal', guardian_phone: '13900000001' },
  });
  await put('edu-county', { match, fields: { schooling_status: 'primary', school_name: '某县第一小学' } });
  refs = new Map();
  // Also warms what lives as long as a process: reference keys, token keys, the writers' chains.
  for (const [agency, details, more] of [
    ['edu-county', S1, {}],
    ['mps-county', E1, DANGER],
  ] as const) {
    const fields = ['name'];
    const { json } = await release(agency, details, { subjects: [{ match }], fields, ...more });
    refs.set(agency, json.results[0].ref);
  }
  const subject = await subjectOf('mps-county', refs.get('mps-county') ?? '');
  refs.set('court-county', await refFor('court-county', subject));
  refs.set('mca-county', (await put('mca-county', { match, fields: { child_phone: '13800000001' } })).ref);
});

beforeEach(() => {
  gateway.trail.length = 0;
  gate = gateCalls();
});
afterEach(() => gate.open());

const LOAD = ['GetItem keys', 'PutItem claims', 'Query casework', 'Query sheets'];
const LOG = ['PutItem log'];
/** Of an emergency: an attempt that the review is about, and a look whether there is room for one more. */
const LOAD_REVIEWED = [...LOAD, ...LOG, 'GetItem budgets'].sort();
/** The log, and the concurrent counts of people and of those about whom nothing is answered. */
const SPEND = [...LOG, 'UpdateItem budgets', 'UpdateItem claims'];
/** Of an emergency: also the count of accesses without a review, the due review, and the reviewer's task. */
const SPEND_REVIEWED = [...SPEND, 'UpdateItem budgets', 'PutItem requests', 'PutItem tasks'];
const decrypts = (n: number) => new Array<string>(n).fill('KMS Decrypt');

describe('a release', () => {
  it('of an emergency takes two round trips: load, then log and the due review in parallel with unwrap', async () => {
    const fields = ['name', 'guardian_phone', 'child_phone'];
    await release('mps-county', E1, { subjects: [refOf('mps-county')], fields, ...DANGER });
    expect(rounds()).toEqual([LOAD_REVIEWED, [...decrypts(3), ...SPEND_REVIEWED].sort()]);
  });

  it('whose purpose reads facts takes three: the attempt is logged in parallel with the load, before facts are unwrapped', async () => {
    const fields = ['name', 'school_name', 'guardian_phone'];
    await release('edu-county', S1, { subjects: [refOf('edu-county')], fields });
    const [load, facts, rest, ...more] = rounds();
    expect(load).toEqual([...LOAD, ...LOG].sort());
    expect(new Set(facts)).toEqual(new Set(['KMS Decrypt']));
    expect(rest).toEqual([...decrypts(3), ...SPEND]);
    expect(more).toEqual([]);
  });

  it('that collects an approval reads the request in parallel with the load and counts it in parallel with the decision', async () => {
    gate.open();
    const fields = ['name', 'school_name'];
    const J1: Details = { actions: ['release'], purpose: 'J1', ...WORDS, case: 'CR-1' };
    const context = { instrument: 'WRIT-1' };
    const subjects = [refOf('court-county')];
    const body = { collection: 'children', subjects, fields, context };
    const { json } = await gateway.call('court-county', J1, 'POST', '/v1/releases', body);
    const act = { actions: ['casework'], officer: 'boss', reason: 'as the rules say' };
    await gateway.call('edu-county', act, 'POST', `/v1/requests/${json.request}/approve`, {});
    gate = gateCalls();
    await release('court-county', J1, { subjects, fields, context: { ...context, request: json.request } });
    const [load, facts, rest, ...more] = rounds();
    expect(load).toEqual([...LOAD, ...LOG, 'GetItem requests', 'GetItem tasks'].sort());
    expect(new Set(facts)).toEqual(new Set(['KMS Decrypt']));
    // The counts of the day, and of the instrument.
    const counted = ['UpdateItem budgets', 'UpdateItem requests'];
    expect(rest).toEqual([...decrypts(1), ...SPEND, 'PutItem tasks', ...counted].sort());
    expect(more).toEqual([]);
  });

  it('by a match key has one GenerateMac and two index reads before', async () => {
    const id = freshNumber();
    gate.open();
    await put('mps-county', { match: { id_number: id }, fields: { id_number: id, name: '李四' } });
    gate = gateCalls();
    const subjects = [{ match: { id_number: id } }];
    await release('mps-county', E1, { subjects, fields: ['name'], ...DANGER });
    expect(rounds()).toEqual([
      ['KMS GenerateMac'],
      ['GetItem index', 'GetItem index'],
      LOAD_REVIEWED,
      [...decrypts(1), ...SPEND_REVIEWED].sort(),
    ]);
  });

  it('makes exactly one Decrypt for each data key that it needs, and the entry names them all', async () => {
    // Division code and guardianship are of one class under two keys, the newest of which has the manifest.
    const fields = ['name', 'sex', 'division_code', 'guardianship_status', 'school_name', 'schooling_status'];
    await release('edu-county', S1, { subjects: [refOf('edu-county')], fields });
    const ids = keyIds('Decrypt');
    expect(new Set(ids).size).toBe(ids.length);
    const places = contexts('Decrypt').map(({ owner, class: name }) => `${owner} ${name}`);
    expect(places.sort()).toEqual([
      'EDU education-school',
      'EDU education-status',
      'MCA facts',
      'MCA facts',
      'MPS identity-name',
      'MPS identity-sex',
    ]);
    gate.open();
    expect([...(await lastEntry()).keys].sort()).toEqual([...ids].sort());
  });

  it('unwraps again what it unwrapped before: nothing is cached', async () => {
    const request = { subjects: [refOf('edu-county')], fields: ['name', 'school_name'] };
    await release('edu-county', S1, request);
    const first = keyIds('Decrypt').sort();
    gateway.trail.length = 0;
    await release('edu-county', S1, request);
    expect(keyIds('Decrypt').sort()).toEqual(first);
    expect(first.length).toBeGreaterThan(1);
  });

  it('makes no other call to KMS than Decrypt, and only the store calls that its steps name', async () => {
    await release('edu-county', S1, { subjects: [refOf('edu-county')], fields: ['name'] });
    expect(new Set(gateway.trail.map(({ eventName }) => eventName))).toEqual(new Set(['Decrypt']));
    const store = new Set(
      rounds()
        .flat()
        .filter((name) => !name.startsWith('KMS')),
    );
    expect([...store].sort()).toEqual([...LOAD, ...SPEND].sort());
  });

  it('of several subjects has no more round trips than of one', async () => {
    const subjects = [refOf('edu-county'), refOf('edu-county'), refOf('edu-county')];
    await release('edu-county', S1, { subjects, fields: ['name'] });
    expect(rounds()).toHaveLength(3);
    expect(rounds()[0]?.filter((name) => name === 'Query sheets')).toHaveLength(3);
    expect(rounds().map((round) => round.filter((name) => name === 'PutItem log').length)).toEqual([1, 0, 1]);
  });

  it('that is refused makes the same calls: facts are unwrapped, those of the decoy if no record may be opened', async () => {
    gate.open();
    const id = freshNumber(BORN, '990002');
    const foreign = { match: { id_number: id }, fields: { division_code: '990002001' } };
    const { ref } = await put('mca-neighbour', foreign);
    const neighbour = await subjectOf('mca-neighbour', ref);
    const madeUp = Buffer.alloc(17, 1).toString('base64url');
    const seen: unknown[] = [];
    for (const one of [madeUp, 'no-reference', await refFor('edu-county', neighbour)]) {
      gateway.trail.length = 0;
      gate = gateCalls();
      await release('edu-county', S1, { subjects: [{ ref: one }], fields: ['name'] });
      expect(contexts('Decrypt').map(({ class: name }) => name)).toContain('facts');
      expect(contexts('Decrypt').map(({ subject }) => subject)).not.toContain(neighbour);
      seen.push(rounds());
      gate.open();
    }
    const [first] = seen;
    const count = (first as string[][])[1]?.length ?? 0;
    expect(first).toEqual([[...LOAD, ...LOG].sort(), decrypts(count), SPEND]);
    expect(seen).toEqual([first, first, first]);
  });

  it('that must be sealed signs the answer after everything is opened', async () => {
    gate.open();
    const illness = { fields: { illness: { code: 'C91', since: '2023-04-01' } } };
    const id = freshNumber();
    await put('mps-county', { match: { id_number: id }, fields: { id_number: id, name: '王五' } });
    await put('health-hospital', { match: { id_number: id }, ...illness });
    const subjects = [{ match: { id_number: id } }];
    // The first task of an inbox also notes the inbox, once a process.
    await release('mps-county', E1, { subjects, fields: ['illness'], ...DANGER });
    gate = gateCalls();
    const answer = await release('mps-county', E1, { subjects, fields: ['illness'], ...DANGER });
    expect(answer.headers.get('content-type')).toBe('application/jose');
    expect(rounds().slice(-2)).toEqual([[...decrypts(1), ...SPEND_REVIEWED].sort(), ['KMS Sign']]);
  });
});

describe('a write', () => {
  it('makes one GenerateDataKey for each class that it touches, in parallel, and no Decrypt', async () => {
    const fields = { child_phone: '13800000002', guardianship_status: 'normal', division_code: '990001001' };
    await put('mca-county', { ...refOf('mca-county'), fields });
    expect(rounds()).toEqual([
      ['GetItem keys', 'PutItem claims', 'Query sheets'],
      // The phone's token, and the keys of the person's tokens and marks: asked for by every write, as for a new child.
      [...Array(2).fill('KMS GenerateDataKey'), ...Array(3).fill('KMS GenerateMac'), 'UpdateItem claims'],
      // The phone's token of found texts, and below the removal of the former one.
      ['PutItem sheets', 'UpdateItem index'],
      ['PutItem log'],
      ['UpdateItem keys'],
      ['DeleteItem sheets', 'UpdateItem index'],
    ]);
    expect(kms('Decrypt')).toEqual([]);
    expect(new Set(keyIds('GenerateDataKey')).size).toBe(2);
  });

  it('that deletes a field makes a key for the manifest of what is left, and keeps none for an empty class', async () => {
    await put('mca-county', { ...refOf('mca-county'), fields: { child_phone: null } });
    expect(kms('GenerateDataKey')).toHaveLength(1);
  });

  const LEFT = [
    ['GetItem index'],
    ['KMS GenerateDataKey', 'KMS GenerateMac', 'PutItem index', 'UpdateItem claims'],
    ['PutItem log', 'PutItem sheets', 'UpdateItem index'],
    ['UpdateItem keys'],
  ];
  const newChildren = (length: number) =>
    Array.from({ length }, () => {
      const id = freshNumber();
      return { match: { id_number: id }, fields: { name: '张三', id_number: id } };
    });

  it('of a new child takes five round trips', async () => {
    await gateway.put('mps-county', ...newChildren(1));
    expect(rounds().map((round) => [...new Set(round)])).toEqual([
      ['KMS GenerateMac', 'PutItem claims'],
      ...LEFT,
    ]);
  });

  it('in a batch has the round trips of one record, once the rate allows it', async () => {
    await gateway.put('mps-county', ...newChildren(5));
    const all = rounds().map((round) => [...new Set(round)]);
    const [, ...later] = LEFT;
    expect(all).toEqual([['PutItem claims'], ['KMS GenerateMac'], ['BatchGetItem index'], ...later]);
    const made = rounds().flat();
    for (const once of ['PutItem log', 'BatchGetItem index'])
      expect(made.filter((name) => name === once)).toHaveLength(1);
  });
});
