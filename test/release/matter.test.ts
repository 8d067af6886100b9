/** The limits that all requests for one activity, instrument or case share: a period, and a list of people. */
import { hash } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { pack } from '../../functions/session/policy.ts';
import { getAgency, putAgency } from '../../shared/identity/agencies/agencies.ts';
import { asClientId, asSubjectId } from '../../shared/ids.ts';
import { countVolume, uncount } from '../../shared/records/limits/volume.ts';
import { readVolume } from '../../shared/records/limits/volume-items.ts';
import { type Details, fileGateway } from '../support/gateway.ts';
import { GUARDIAN, shownFor } from '../support/guardians.ts';
import { noticeFor } from '../support/notices.ts';
import { freshNumber } from '../support/people.ts';
import { reasonFor } from '../support/reasons.ts';

const DAY = 86_400_000;
/** A Tuesday, nine in the morning in Shanghai. */
const START = Date.parse('2026-03-10T01:00:00Z');
let now = START;
let ids: string[];
let times = 0;

const gateway = await fileGateway({ now: () => now });
beforeAll(async () => {
  ids = Array.from({ length: 34 }, () => freshNumber('2013-05-06'));
  await put('mps-county', (id_number) => ({
    id_number,
    name: '张三',
    sex: '1',
    birth_date: '2010-01-01',
  }));
  await put('mca-county', () => ({
    division_code: '990001001',
    guardianship_status: { status: 'normal', conflict: false },
    able_to_express_will: true,
    guardian_identity: GUARDIAN,
  }));
  for (const id of ids) {
    await consent(id, 'child', 'given');
    await consent(id, 'guardian', 'informed');
  }
}, 120_000);
beforeEach(() => {
  now = START;
});

const put = (agency: string, fields: (id: string) => object) =>
  gateway.put(agency, ...ids.map((id_number) => ({ match: { id_number }, fields: fields(id_number) })));

async function consent(id_number: string, giver: string, act: string) {
  const details = { actions: ['casework'], officer: 'boss', reason: 'said at the desk' };
  const { status, text } = await gateway.call('mca-county', details, 'POST', '/v1/consents', {
    subject: { match: { id_number } },
    ...{ purpose: 'F1', recipient: 'league-county', fields: ['name', 'sex'], giver, act },
    from: new Date(START - DAY).toISOString(),
    until: new Date(START + 300 * DAY).toISOString(),
    ...{
      noticeVersion: noticeFor('F1'),
      evidence: hash('sha256', `${giver} ${act} ${id_number}`),
      method: 'paper',
      ...shownFor({ act, giver }, { match: { id_number } }),
    },
  });
  expect(status, text).toBe(200);
}

/** Each under a token of its own: others are too old by then. */
function ask(agency: string, details: Partial<Details>, some: readonly string[], context: object = {}) {
  const reason = `${reasonFor(details.purpose)}, ${times++}`;
  const full: Details = { actions: ['release'], officer: 'li', reason, ...details };
  return gateway.call(agency, full, 'POST', '/v1/releases', {
    collection: 'children',
    subjects: some.map((id_number) => ({ match: { id_number } })),
    fields: ['name', 'sex'],
    context,
  });
}

const visit = (some: readonly string[], officer = 'li', activity = 'ACT-2026-SUMMER') =>
  ask('league-county', { purpose: 'F1', officer }, some, { activity });
const review = (some: readonly string[], number = 'W-1') =>
  ask('mca-county', { purpose: 'W1', case: number }, some);

describe('the list of an activity', () => {
  it('takes exactly thirty people in all, over all officers and requests', async () => {
    expect((await visit(ids.slice(0, 20), 'li')).status).toBe(200);
    expect((await visit(ids.slice(10, 30), 'wang')).status).toBe(200);
    expect((await visit(ids.slice(0, 30), 'zhao')).status).toBe(200);
    const over = await visit(ids.slice(30, 31), 'zhao');
    expect([over.status, over.json.code, over.json.rule]).toEqual([403, 'BATCH_LIMIT', 'A10.1']);
    expect(over.text).not.toContain('张');
    // It also does not reveal whether a record exists.
    expect((await visit([freshNumber()], 'zhao')).json.code).toBe('BATCH_LIMIT');
    const path = '/v1/log/entries?limit=20&purpose=F1&kind=denial';
    const json = await gateway.audit(path);
    const [denial] = json.entries.filter(({ code }: { code?: string }) => code === 'BATCH_LIMIT');
    expect(denial).toMatchObject({ rule: 'A10.1', outcome: 'refused', about: expect.any(String) });
  });

  it('counts no person twice and none who is refused, and is exact under concurrent requests', async () => {
    const other = 'ACT-2026-AUTUMN';
    await register(other);
    const strangers = Array.from({ length: 10 }, () => freshNumber());
    expect((await visit(strangers, 'li', other)).status).toBe(200);
    expect((await visit(ids.slice(0, 26), 'li', other)).status).toBe(200);
    const answers = await Promise.all(ids.slice(26, 34).map((id) => visit([id], 'sun', other)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(4);
    expect(answers.filter(({ json }) => json.code === 'BATCH_LIMIT')).toHaveLength(4);
  });

  it('takes back what it counted if the request fails', async () => {
    const other = 'ACT-2026-WINTER';
    await register(other);
    for (const [some, fault] of [
      [ids.slice(0, 30), { service: 'log', kind: 'error', times: 50 }],
      [ids.slice(4, 34), { service: 'kms', operation: 'Decrypt', kind: 'error', times: 500 }],
    ] as const) {
      await visit([freshNumber()], 'li', other);
      gateway.faults.add(fault as never);
      expect((await visit(some, 'li', other)).status).toBe(503);
      gateway.faults.clear();
    }
    expect((await visit(ids.slice(2, 32), 'li', other)).status).toBe(200);
  });
});

async function register(id: string) {
  const { tables } = gateway;
  const agency = await getAgency(tables.agencies, asClientId('league-county'), now);
  if (!agency) throw new Error('no such agency');
  const activities = [
    ...(agency.activities ?? []),
    { id, ends: new Date(now + 100 * 86_400_000).toISOString().slice(0, 10) },
  ];
  await putAgency(tables.agencies, { ...agency, activities });
  // What instances remember of an agency is of the last seconds.
  now += 10_000;
}

it('the time of a case begins with its confirmation, lasts for working days of the calendar, and then ends', async () => {
  const [one, two] = ids as [string, string];
  const first = await review([one, two]);
  expect(first.json.validUntil).toBe('2026-04-22T16:00:00.000Z');
  now = Date.parse('2026-04-22T15:59:59Z');
  const last = await review([two]);
  expect([last.status, last.json.validUntil]).toEqual([200, '2026-04-22T16:00:00.000Z']);
  now = Date.parse('2026-04-22T16:00:00Z');
  const over = await review([one]);
  expect([over.status, over.json.code, over.json.rule]).toEqual([403, 'VALIDITY_ENDED', 'A7.1']);
  expect((await review([two], 'ｗ-1 ')).json.code).toBe('VALIDITY_ENDED');
  expect((await review([freshNumber()])).json.code).toBe('VALIDITY_ENDED');
});

describe('returning a count', () => {
  const count = (subjects: string[], window = { now: 1, ends: 9, begins: true }) => {
    const uses = [{ tier: 'people', subjects: subjects.map(asSubjectId), stop: 2 }];
    const { tables } = gateway;
    return countVolume(tables.budgets, { key: 'a key', expires: 1, uses, window });
  };
  const held = async () => (await readVolume(gateway.tables.budgets, 'a key')).get('people');
  const undo = async ({ added }: Awaited<ReturnType<typeof count>>) => {
    if (added) await uncount(gateway.tables.budgets, added);
  };

  it('removes only its own additions, including the period, and nothing after another request has counted', async () => {
    const first = await count(['a']);
    await undo(first);
    await undo(first);
    expect(await held()).toBeUndefined();
    expect((await count(['a'], { now: 20, ends: 30, begins: true })).ends).toBe(30);
    const second = await count(['a', 'b'], { now: 21, ends: 40, begins: true });
    expect(second.ends).toBe(30);
    expect((await count(['b'], { now: 22, ends: 40, begins: true })).added).toBeNull();
    await undo(second);
    expect(await held()).toBe(2);
    expect((await count(['b'], { now: 30, ends: 40, begins: true })).ended).toBe(true);
  });
});

it('the pack limits by cases the purposes that the rules limit so', () => {
  const limited = [...pack.purposes.values()].flatMap(({ code, matter }) =>
    matter ? [[code, matter.named]] : [],
  );
  expect(Object.fromEntries(limited)).toEqual({
    ...{ F1: 'activity', J1: 'instrument', N1: 'case' },
  });
});
