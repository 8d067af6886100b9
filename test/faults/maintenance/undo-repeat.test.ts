/** The repeat of an undo whose answer was lost, and what two people said of an undo that is over. */
import { afterAll, beforeEach, expect, it } from 'vitest';
import { actName, findAct } from '../../../functions/maintenance/acting.ts';
import { requestParting } from '../../../functions/maintenance/part-request.ts';
import { asSubjectId } from '../../../shared/ids.ts';
import {
  actor,
  depsOver,
  died,
  dying,
  further,
  hooked,
  joinNow,
  sessionOf,
} from '../../maintenance/direct.ts';
import { keyItem, put, refAt } from '../../maintenance/rig.ts';
import {
  gateway,
  joined,
  later,
  now,
  OF_CHILD,
  OF_TWIN,
  part,
  read,
  type Twins,
  undo,
} from '../../maintenance/twins.ts';

beforeEach(() => later(1000));
afterAll(() => gateway.close());

/** The second person's request over a store that may die. */
async function second({ twin, double }: Twins, hooks: Parameters<typeof hooked>[1]) {
  const deps = depsOver(gateway, hooked(gateway, hooks), now);
  const session = await sessionOf(gateway, 'edu-county', ['casework'], 'subject.part');
  const ref = await refAt(gateway, twin.ref, 'edu-county');
  const seen = (await findAct(depsOver(gateway, gateway.dynamo, now), actName('part', asSubjectId(double))))
    ?.entry;
  return requestParting({ deps, session, actor: actor(gateway, 'zhang.wei', 'edu-county'), ref, seen });
}

const isParted = async ({ double, survivor }: Twins) =>
  (await keyItem(gateway, double)).subject === asSubjectId(double) &&
  (await keyItem(gateway, survivor)).undo === null;

it.each([false, true])(
  'ends as the first would have, wherever the process died (stored: %s), by the name of either',
  { timeout: 120_000 },
  async (stored) => {
    for (let at = 1; ; at += further(stored)) {
      const both = await joined();
      expect((await part('mca-county', 'li.na', both.twin.ref)).status).toBe(202);
      if (!(await died(second(both, dying(at, stored))))) {
        expect(at).toBeGreaterThan(8);
        break;
      }
      const ref = at % 2 === 0 && !(await isParted(both)) ? both.twin.ref : both.child.ref;
      const again = await part('edu-county', 'zhang.wei', ref);
      expect([at, again.status, again.text]).toEqual([at, 200, again.text]);
      expect(await isParted(both)).toBe(true);
      for (const name of [both.twin.ref, both.child.ref])
        expect((await part('edu-county', 'zhang.wei', name)).json).toEqual(again.json);
      expect((await read({ ref: both.child.ref })).values).toMatchObject(OF_CHILD);
      expect((await read({ ref: both.twin.ref })).values).toEqual(OF_TWIN);
    }
  },
);

it('is answered to the first person too, by the references of the own office, and to no third', async () => {
  const both = await joined();
  await undo(both);
  const second = await part('edu-county', 'zhang.wei', both.twin.ref);
  const first = await part('mca-county', 'li.na', both.twin.ref);
  expect([first.status, first.json]).toEqual([
    200,
    { ...second.json, ref: expect.any(String), from: expect.any(String) },
  ]);
  expect(first.json.ref).not.toBe(second.json.ref);
  expect((await read({ ref: first.json.ref })).values).toEqual(OF_TWIN);
  for (const [agency, officer] of [
    ['mca-county', 'wang.min'],
    ['edu-county', 'sun.lei'],
  ] as const)
    expect((await part(agency, officer, both.twin.ref)).json.code).toBe('CONFLICT');
});

it('of an earlier merge serves for no other: after a second merge two people undo it', async () => {
  const both = await joined();
  await undo(both);
  await put(gateway, 'mca-county', { ref: both.twin.ref, fields: { guardian_phone: '13900000008' } });
  await joinNow(gateway, both.double, both.survivor, now);
  later(1000);
  const alone = await part('edu-county', 'zhang.wei', both.twin.ref);
  expect([alone.status, alone.json.state]).toEqual([202, 'pending']);
  expect((await keyItem(gateway, both.double)).subject).toBe(both.survivor);
});
