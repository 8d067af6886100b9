import { randomUUID } from 'node:crypto';
import { describe, expect, it as plain } from 'vitest';
import { actName, findAct } from '../../../functions/maintenance/acting.ts';
import { erase as eraseSubject } from '../../../functions/maintenance/erase.ts';
import { asSubjectId } from '../../../shared/ids.ts';
import { readState } from '../../../shared/records/subject/key-states.ts';
import {
  actor,
  depsOver,
  died,
  dying,
  further,
  hooked,
  intake,
  type StoreCall,
  sessionOf,
} from '../../maintenance/direct.ts';
import {
  beginErasure,
  eraseByTwo,
  makeChild,
  mentions,
  orderErasure,
  put,
  refAt,
  release,
  subjectOf,
} from '../../maintenance/rig.ts';
import { fileGateway } from '../../support/gateway.ts';
import { liftMissLimits } from '../../support/lifted.ts';

const gateway = await fileGateway();
liftMissLimits();

const FIELDS = ['name', 'guardian_phone', 'school_name'];
type Child = Awaited<ReturnType<typeof makeChild>>;

/** Lets an act continue at the first call of the store that fits, once `meanwhile` is over. */
/** @param earlier calls of this name and table that pass before */
function stopAt(
  when: 'before' | 'after',
  name: string,
  table: string,
  meanwhile: () => Promise<void>,
  earlier = 0,
) {
  let stopped = false;
  let left = earlier;
  const hook = async (call: StoreCall) => {
    if (stopped || call.name !== name || call.table !== table || left-- > 0) return;
    stopped = true;
    await meanwhile();
  };
  return { dynamo: hooked(gateway, { [when]: hook }), happened: () => stopped };
}

async function eraseOver(dynamo: ReturnType<typeof hooked>, ref: string, officer = 'wu.jun') {
  const session = await sessionOf(gateway, 'court-county', ['casework'], 'subject.erase');
  const waiting = await findAct(
    depsOver(gateway, gateway.dynamo),
    actName('erase', asSubjectId(await subjectOf(gateway, ref))),
  );
  return eraseSubject({
    ...{ deps: depsOver(gateway, dynamo), session, instrument: 'ORDER-2026-1' },
    actor: actor(gateway, officer, 'court-county'),
    ref: await refAt(gateway, ref, 'court-county'),
    seen: waiting?.entry,
  });
}

async function expectErased({ ref, match }: Child) {
  const subject = await subjectOf(gateway, ref);
  const { env, tables } = gateway;
  expect(await readState(tables.keys, asSubjectId(subject))).toEqual({
    state: 'erased',
    tombstone: { subject, erased: expect.any(String), rest: null },
  });
  for (const table of [env.indexTable, env.sheetsTable, env.caseworkTable]) {
    expect(await mentions(gateway, table, subject)).toEqual([]);
  }
  // Last, for a case may name a child without a record, so the case of this release would be found.
  for (const one of [{ ref }, { match }]) {
    expect((await release(gateway, one, FIELDS)).json.results[0].refused?.code).toBe('REFUSED');
  }
}

/** What a department may be about to write about a child. */
const WRITES: [string, string, (child: Child) => object][] = [
  ['a new version of its sheet', 'mps-county', ({ ref: _, match }) => ({ match, fields: { sex: '1' } })],
  ['its first sheet', 'edu-county', ({ match }) => ({ match, fields: { schooling_status: 'primary' } })],
  [
    'a first sheet with a key of its own',
    'edu-county',
    ({ match }) => ({
      match: { ...match, local_id: `SCHOOL-${randomUUID()}` },
      fields: { schooling_status: 'primary' },
    }),
  ],
  ['by its reference', 'mps-county', ({ policeRef }) => ({ ref: policeRef, fields: { sex: '1' } })],
];

const it = plain.extend('child', () => makeChild(gateway));

describe.each(WRITES)('an intake of %s', (_, agency, record) => {
  it.each<['before' | 'after', string, string]>([
    ['after', 'Query', 'sheetsTable'],
    ['before', 'PutItem', 'sheetsTable'],
    ['after', 'PutItem', 'sheetsTable'],
    ['before', 'UpdateItem', 'keysTable'],
  ])(
    'that an erasure overtakes %s its %s of %s is refused and restores no subject',
    async (when, name, table) => {
      const child = await makeChild(gateway);
      const { dynamo, happened } = stopAt(when, name, table, async () => {
        expect((await eraseByTwo(gateway, child.ref)).status).toBe(200);
      });
      const result = await intake(gateway, dynamo, agency, record(child));
      expect(happened()).toBe(true);
      expect(result).toMatchObject({ code: 'REFUSED' });
      await expectErased(child);
    },
  );

  it('that commits first is erased with the rest, and was acknowledged', async ({ child }) => {
    const { dynamo, happened } = stopAt('after', 'UpdateItem', 'keysTable', async () => {
      expect((await eraseByTwo(gateway, child.ref)).status).toBe(200);
    });
    expect(await intake(gateway, dynamo, agency, record(child))).toMatchObject({
      sheetVersion: expect.any(Number),
    });
    expect(happened()).toBe(true);
    await expectErased(child);
  });

  it('that commits between reading and tombstone makes the erasure read again', async ({ child }) => {
    expect((await beginErasure(gateway, child.ref)).status).toBe(202);
    const { dynamo, happened } = stopAt('before', 'PutItem', 'keysTable', async () => {
      expect(await intake(gateway, gateway.dynamo, agency, record(child))).toMatchObject({ refused: {} });
    });
    expect(await eraseOver(dynamo, child.ref)).toMatchObject({ erasedAt: expect.any(String) });
    expect(happened()).toBe(true);
    await expectErased(child);
  });
});

describe('a person who comes while an erasure cleans up', () => {
  it.each<['before' | 'after', string, string, number?]>([
    ['after', 'PutItem', 'keysTable'],
    ['before', 'DeleteItem', 'indexTable'],
    ['after', 'DeleteItem', 'indexTable'],
    ['before', 'DeleteItem', 'sheetsTable'],
    // The first one reads legal holds, before the tombstone.
    ['after', 'Query', 'caseworkTable', 1],
  ])('%s its %s of %s is a new subject that the erasure leaves alone', async (when, name, table, earlier) => {
    const child = await makeChild(gateway);
    expect((await beginErasure(gateway, child.ref)).status).toBe(202);
    let fresh: { ref: string } | undefined;
    const { dynamo } = stopAt(
      when,
      name,
      table,
      async () => {
        const record = { match: child.match, fields: { hardship_category: ['orphan'] } };
        fresh = await put(gateway, 'mca-county', record);
      },
      earlier,
    );
    await eraseOver(dynamo, child.ref);
    expect(fresh).toMatchObject({ created: true, sheetVersion: 1 });
    expect((await release(gateway, { ref: child.ref }, FIELDS)).json.results[0].refused.code).toBe('REFUSED');
    const found = await release(gateway, { match: child.match }, ['hardship_category']);
    expect(found.json.results[0]).toMatchObject({ ref: fresh?.ref, fields: { hardship_category: {} } });
    expect(await mentions(gateway, gateway.env.indexTable, await subjectOf(gateway, child.ref))).toEqual([]);
  });
});

describe('a process that dies during an erasure', () => {
  const dieAt = (at: number, stored: boolean, child: Child) =>
    died(eraseOver(hooked(gateway, dying(at, stored)), child.ref));

  it.each([false, true])(
    'at any write (stored: %s) has erased all or nothing, and a repeat completes it',
    async (stored) => {
      let at = 1;
      for (; ; at += further(stored)) {
        const child = await makeChild(gateway);
        const { entry } = (await beginErasure(gateway, child.ref)).json.receipt;
        if (!(await dieAt(at, stored, child))) break;
        const result = (await release(gateway, { match: child.match }, FIELDS)).json.results[0];
        if (result.refused) expect(result.refused.code).toBe('REFUSED');
        else expect(result.fields).toMatchObject({ name: { value: '欧阳娜娜' }, guardian_phone: {} });
        const again = await orderErasure(gateway, child.ref, 'wu.jun', { entry });
        expect([again.status, again.json.receipt?.entry]).toEqual([200, expect.any(String)]);
        await expectErased(child);
      }
      expect(at).toBeGreaterThan(5);
    },
    180_000,
  );

  it('is not completed by the first requester', async ({ child }) => {
    const { entry } = (await beginErasure(gateway, child.ref)).json.receipt;
    // After the count of misses and the tombstone.
    expect(await dieAt(3, false, child)).toBe(true);
    expect((await beginErasure(gateway, child.ref)).json.code).toBe('REFUSED');
    expect((await orderErasure(gateway, child.ref)).json.code).toBe('REFUSED');
    expect((await orderErasure(gateway, child.ref, 'wu.jun', { entry })).status).toBe(200);
  });
});

it('two concurrent approvals both erase, and both are answered', async ({ child }) => {
  expect((await beginErasure(gateway, child.ref)).status).toBe(202);
  const answers = await Promise.all([
    orderErasure(gateway, child.ref, 'wu.jun'),
    orderErasure(gateway, child.ref, 'lin.yu'),
  ]);
  const done = answers.filter(({ status }) => status === 200);
  expect(done.length).toBeGreaterThan(0);
  for (const { json } of answers) expect(json.erasedAt ?? json.code).toMatch(/Z$|REFUSED/);
  await expectErased(child);
});
