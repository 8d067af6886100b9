import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { mergeSubjects } from '../../../functions/maintenance/merge.ts';
import { asClientId, asSubjectId } from '../../../shared/ids.ts';
import { readState } from '../../../shared/records/subject/key-states.ts';
import {
  actor,
  depsOver,
  died,
  dying,
  further,
  hooked,
  intake,
  joinNow,
  type StoreCall,
} from '../../maintenance/direct.ts';
import {
  beginErasure,
  entriesOf,
  eraseByTwo,
  keyItem,
  makeChild,
  mentions,
  orderErasure,
  put,
  putItems,
  release,
  runJob,
  subjectOf,
} from '../../maintenance/rig.ts';
import { fileGateway } from '../../support/gateway.ts';

const gateway = await fileGateway();

const FIELDS = ['name', 'guardian_phone', 'household_profile', 'hardship_category', 'schooling_status'];
const merge = async (ref: string, into: string) =>
  joinNow(gateway, await subjectOf(gateway, ref), await subjectOf(gateway, into));
const read = async (subject: object) => (await release(gateway, subject, FIELDS)).json.results[0];

/** A child, and its double that civil affairs knows by a key of its own and the school by another. */
async function doubles() {
  const child = await makeChild(gateway);
  const local = `WELFARE-${randomUUID()}`;
  const double = await put(gateway, 'mca-county', {
    match: { local_id: local },
    fields: { division_code: '990001001', guardian_phone: '13900000007' },
  });
  const school = await makeSchoolSheet(local, double.ref);
  return { child, double: { ref: double.ref as string, match: { local_id: local } }, school };
}

/** The school puts its sheet in under the reference that it has of the double. */
async function makeSchoolSheet(local: string, ref: string) {
  const { referencesOf } = await import('../../../shared/keys/references.ts');
  const subject = await subjectOf(gateway, ref);
  const school = await referencesOf(gateway.kms, gateway.env.referenceKey, asClientId('edu-county'));
  const match = { local_id: `SCHOOL-${local}` };
  const fields = { schooling_status: 'primary' };
  const own = { ref: school.toRef(asSubjectId(subject)), match };
  const result = await put(gateway, 'edu-county', { ref: own.ref, fields });
  if (!result.ref) throw new Error(JSON.stringify(result));
  return own;
}

async function expectMerged({ child, double, school }: Awaited<ReturnType<typeof doubles>>) {
  const survivor = await subjectOf(gateway, child.ref);
  for (const one of [
    { ref: child.ref },
    { match: child.match },
    { ref: double.ref },
    { match: double.match },
  ]) {
    const { ref, fields } = await read(one);
    expect(ref).toBe(child.ref);
    expect(fields).toMatchObject({
      name: { value: '欧阳娜娜' },
      guardian_phone: { value: '13900000007' },
      household_profile: { value: { monthlyIncome: 900 } },
    });
  }
  const alias = await subjectOf(gateway, double.ref);
  expect(await readState(gateway.tables.keys, asSubjectId(alias))).toMatchObject({
    state: 'live',
    item: { subject: survivor },
  });
  const again = await put(gateway, 'edu-county', { ref: school.ref, fields: { schooling_status: 'junior' } });
  expect(again.sheetVersion).toBe(2);
}

describe('a merge', () => {
  it('leaves one subject with everything, the newest of each', async () => {
    const both = await doubles();
    const { child, double } = both;
    const [before, after] = [await read({ ref: child.ref }), await read({ ref: double.ref })];
    await merge(double.ref, child.ref);
    await expectMerged(both);
    const { fields } = await read({ ref: child.ref });
    expect(fields.name).toEqual(before.fields.name);
    expect(fields.guardian_phone).toEqual(after.fields.guardian_phone);
  });

  it('keeps both histories in the log, joined in one item', async () => {
    const { child, double } = await doubles();
    const ids = await Promise.all(
      [double.ref, child.ref].map(
        async (ref) => (await keyItem(gateway, await subjectOf(gateway, ref))).logId,
      ),
    );
    const done = await merge(double.ref, child.ref);
    const entries = await entriesOf(gateway, 'merge', 20);
    const joined = entries.find((entry) => entry.id === done.entry);
    expect(joined).toMatchObject({ subject: ids[0], outcome: 'joined' });
    expect(entries.find((one) => one.subject === ids[1] && one.outcome === 'survived')?.seq).toBe(
      joined?.seq,
    );
    const path = (ref: string) => `/v1/log/entries?kind=intake&ref=${ref}`;
    const { referencesOf } = await import('../../../shared/keys/references.ts');
    const auditor = await referencesOf(gateway.kms, gateway.env.referenceKey, asClientId('audit-office'));
    const ref = auditor.toRef(asSubjectId(await subjectOf(gateway, double.ref)));
    const history = await gateway.audit(path(ref));
    expect(history.entries.map((entry: { subject: string }) => entry.subject)).toEqual([ids[0], ids[0]]);
  });

  it('moves consents and freezes to the survivor', async () => {
    const { child, double } = await doubles();
    const [alias, survivor] = [await subjectOf(gateway, double.ref), await subjectOf(gateway, child.ref)];
    const item = { subject: { S: alias }, item: { S: 'freeze#1' }, document: { S: '{}' } };
    await putItems(gateway.dynamo, gateway.env.caseworkTable, [item]);
    expect((await read({ ref: child.ref })).fields).toBeDefined();
    await merge(double.ref, child.ref);
    expect((await read({ ref: child.ref })).refused.code).toBe('REFUSED');
    const moved = await mentions(gateway, gateway.env.caseworkTable, survivor);
    expect(moved.map((one) => one['item']?.S).filter((name) => !name?.startsWith('case#'))).toEqual([
      'freeze#1',
    ]);
  });

  it('of a survivor is undone by no erasure: both are erased with it', async () => {
    const { child, double } = await doubles();
    const alias = await subjectOf(gateway, double.ref);
    await merge(double.ref, child.ref);
    expect((await eraseByTwo(gateway, double.ref)).status).toBe(200);
    for (const one of [
      { ref: child.ref },
      { ref: double.ref },
      { match: child.match },
      { match: double.match },
    ]) {
      expect((await read(one)).refused.code).toBe('REFUSED');
    }
    for (const id of [alias, await subjectOf(gateway, child.ref)]) {
      expect(await mentions(gateway, gateway.env.keysTable, id)).toEqual([
        { subject: { S: id }, erased: { S: expect.any(String) }, write: { S: expect.any(String) } },
      ]);
    }
  });
});

describe('a merge with concurrent intakes', () => {
  it.each<['before' | 'after', string, string]>([
    ['after', 'UpdateItem', 'keysTable'],
    ['before', 'PutItem', 'sheetsTable'],
    ['before', 'PutItem', 'keysTable'],
  ])('of the survivor takes what was written meanwhile (%s %s of %s)', async (when, name, table) => {
    const { child, double } = await doubles();
    let n = 0;
    const hook = async (call: StoreCall) => {
      if (call.name !== name || call.table !== table || n > 0) return;
      n++;
      const record = { match: child.match, fields: { guardian_phone: '13900000099' } };
      expect(await intake(gateway, gateway.dynamo, 'mca-county', record)).toMatchObject({ refused: {} });
    };
    const deps = depsOver(gateway, hooked(gateway, { [when]: hook }));
    const [alias, survivor] = [await subjectOf(gateway, double.ref), await subjectOf(gateway, child.ref)];
    await mergeSubjects(
      { deps, actor: actor(gateway, 'wang.fang'), approvals: [] },
      asSubjectId(alias),
      asSubjectId(survivor),
    );
    expect(n).toBe(1);
    expect((await read({ ref: double.ref })).fields.guardian_phone.value).toBe('13900000099');
  });

  it('of the double lets them try again, and then they write the survivor', async () => {
    const { child, double } = await doubles();
    const record = { ref: double.ref, fields: { guardian_phone: '13900000055' } };
    let during: unknown;
    const hook = async (call: StoreCall) => {
      if (call.name !== 'PutItem' || call.table !== 'sheetsTable' || during) return;
      during = await intake(gateway, gateway.dynamo, 'mca-county', record);
    };
    const deps = depsOver(gateway, hooked(gateway, { before: hook }));
    const [alias, survivor] = [await subjectOf(gateway, double.ref), await subjectOf(gateway, child.ref)];
    await mergeSubjects(
      { deps, actor: actor(gateway, 'wang.fang'), approvals: [] },
      asSubjectId(alias),
      asSubjectId(survivor),
    );
    expect(during).toMatchObject({ code: 'CONFLICT' });
    expect(await put(gateway, 'mca-county', record)).toMatchObject({ ref: child.ref, refused: {} });
    expect((await read({ ref: child.ref })).fields.guardian_phone.value).toBe('13900000055');
  });
});

it('of two into each other at once ends in one subject or in none changed, and can be repeated', async () => {
  const { child, double } = await doubles();
  const ids = [await subjectOf(gateway, double.ref), await subjectOf(gateway, child.ref)] as const;
  const deps = depsOver(gateway, gateway.dynamo);
  const call = { deps, actor: actor(gateway, 'wang.fang'), approvals: [] };
  const results = await Promise.allSettled([
    mergeSubjects(call, asSubjectId(ids[0]), asSubjectId(ids[1])),
    mergeSubjects(call, asSubjectId(ids[1]), asSubjectId(ids[0])),
  ]);
  for (const result of results) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'CONFLICT' });
  }
  await runJob(gateway, 'sweep');
  const states = await Promise.all(ids.map((id) => readState(gateway.tables.keys, asSubjectId(id))));
  const subjects = new Set(states.map((one) => one.state === 'live' && one.item.subject));
  if (subjects.size === 2) await mergeSubjects(call, asSubjectId(ids[0]), asSubjectId(ids[1]));
  for (const ref of [child.ref, double.ref]) {
    expect((await read({ ref })).fields).toMatchObject({
      name: { value: '欧阳娜娜' },
      guardian_phone: { value: '13900000007' },
    });
  }
});

describe('a process that dies during a merge', () => {
  const dieAt = (at: number, stored: boolean, alias: string, survivor: string) => {
    const deps = depsOver(gateway, hooked(gateway, dying(at, stored)));
    return died(
      mergeSubjects(
        { deps, actor: actor(gateway, 'wang.fang'), approvals: [] },
        asSubjectId(alias),
        asSubjectId(survivor),
      ),
    );
  };

  it.each([false, true])(
    'at any write (stored: %s) leaves both readable, and a sweep completes it',
    async (stored) => {
      let at = 1;
      for (; ; at += further(stored)) {
        const both = await doubles();
        const ids = [
          await subjectOf(gateway, both.double.ref),
          await subjectOf(gateway, both.child.ref),
        ] as const;
        if (!(await dieAt(at, stored, ...ids))) break;
        expect((await read({ ref: both.child.ref })).fields.name.value).toBe('欧阳娜娜');
        expect((await read({ ref: both.double.ref })).fields.guardian_phone.value).toBe('13900000007');
        const { state } = await readState(gateway.tables.keys, asSubjectId(ids[0]));
        expect(state).toBe('live');
        const begun = stored || at > 1;
        if (begun) {
          await runJob(gateway, 'sweep');
          await expectMerged(both);
        }
      }
      expect(at).toBeGreaterThan(7);
    },
    60_000,
  );

  it('allows no erasure of either before it is finished', async () => {
    const { child, double } = await doubles();
    const ids = [await subjectOf(gateway, double.ref), await subjectOf(gateway, child.ref)] as const;
    expect(await dieAt(2, false, ...ids)).toBe(true);
    expect((await beginErasure(gateway, double.ref)).status).toBe(202);
    expect((await orderErasure(gateway, double.ref)).json.code).toBe('CONFLICT');
    await runJob(gateway, 'sweep');
    expect((await eraseByTwo(gateway, double.ref)).status).toBe(200);
  });
});
