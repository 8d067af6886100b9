/** An undo of a merge that crashes, or meets a write of either person. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { partSubjects } from '../../../functions/maintenance/part.ts';
import { clean, eraseKeys } from '../../../functions/maintenance/tombstone.ts';
import { Problem } from '../../../shared/errors.ts';
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
} from '../../maintenance/direct.ts';
import { keyItem, runJob } from '../../maintenance/rig.ts';
import {
  clock,
  gateway,
  joined,
  later,
  now,
  OF_CHILD,
  OF_TWIN,
  photo,
  read,
  type Twins,
  write,
} from '../../maintenance/twins.ts';

beforeEach(() => later(1000));
afterAll(() => gateway.close());

async function undoOver(hooks: Parameters<typeof hooked>[1], { survivor }: Twins) {
  const deps = depsOver(gateway, hooked(gateway, hooks), now);
  const found = await readState(gateway.tables.keys, asSubjectId(survivor));
  if (found.state !== 'live') throw new Error(found.state);
  return partSubjects({ deps, actor: actor(gateway, 'wang.fang'), approvals: [] }, found.item);
}

async function expectParted({ child, twin }: Twins) {
  expect((await read({ ref: child.ref })).values).toMatchObject({ ...OF_CHILD, photo: photo(52) });
  expect((await read({ match: twin.match })).values).toEqual({ ...OF_TWIN, guardian_phone: '13900000051' });
}

async function changed(): Promise<Twins> {
  const both = await joined();
  await write({ ref: both.twin.ref }, { guardian_phone: '13900000051' });
  await write({ ref: both.child.ref }, { photo: photo(52) });
  return both;
}

it.each([false, true])(
  'a crash at any write of an undo (stored: %s) loses nothing, and a sweep completes it',
  { timeout: 120_000 },
  async (stored) => {
    let at = 1;
    const half: Twins[] = [];
    for (; ; at += further(stored)) {
      const both = await changed();
      if (!(await died(undoOver(dying(at, stored), both)))) break;
      expect((await read({ ref: both.child.ref })).values).toMatchObject({ name: OF_CHILD.name });
      expect((await read({ ref: both.twin.ref })).values).toHaveProperty('guardian_phone');
      if (stored || at > 1) half.push(both);
    }
    expect(at).toBeGreaterThan(6);
    // One sweep for all, because each reads everyone.
    await runJob(gateway, 'sweep');
    for (const both of half) await expectParted(both);
  },
);

it('an undo that stopped at any write goes on after the double was erased, and gives the survivor back', async () => {
  const erased: Twins[] = [];
  for (let at = 1; ; at++) {
    const both = await changed();
    if (!(await died(undoOver(dying(at, true), both)))) break;
    const found = await readState(gateway.tables.keys, asSubjectId(both.double));
    if (found.state !== 'live' || found.item.subject !== both.double) continue;
    const deps = depsOver(gateway, gateway.dynamo, now);
    const { tombstone } = await eraseKeys(deps, actor(gateway, 'wu.jun'), found.item, {});
    await clean(deps, tombstone);
    const survivor = await readState(gateway.tables.keys, asSubjectId(both.survivor));
    if (survivor.state === 'live' && survivor.item.undo) await undoOver({}, both);
    erased.push(both);
  }
  expect(erased.length).toBeGreaterThan(3);
  for (const { child, twin, double, survivor } of erased) {
    expect((await read({ ref: child.ref })).values).toMatchObject({ ...OF_CHILD, photo: photo(52) });
    expect((await read({ match: twin.match })).values).toEqual({});
    expect((await readState(gateway.tables.keys, asSubjectId(double))).state).toBe('erased');
    expect(await keyItem(gateway, survivor)).toMatchObject({ undo: null, merging: null });
  }
}, 120_000);

describe('a write that is concurrent with an undo', () => {
  const CALLS = [
    'GetItem keysTable',
    'Query sheetsTable',
    'PutItem sheetsTable',
    'UpdateItem keysTable',
  ] as const;
  const hookAt = (name: string, work: () => Promise<unknown>) => {
    let once = true;
    return {
      before: async (call: StoreCall) => {
        if (!once || `${call.name} ${call.table}` !== name) return;
        once = false;
        await work();
      },
    };
  };
  const record = (name: object, value: string) => ({ ...name, fields: { photo: value } });

  it.each(CALLS)('and waits before %s goes to the person whom it names, or is refused', async (name) => {
    for (const whom of ['child', 'twin'] as const) {
      const both = await changed();
      const hooks = hookAt(name, () => undoOver({}, both));
      clock.now += 1000;
      const done = await intake(
        gateway,
        hooked(gateway, hooks),
        'mca-county',
        record({ ref: both[whom].ref }, photo(61)),
      );
      const got = async (who: 'child' | 'twin') => (await read({ ref: both[who].ref })).values['photo'];
      const other = whom === 'child' ? 'twin' : 'child';
      expect(await got(other)).toBe(other === 'child' ? photo(52) : OF_TWIN.photo);
      const refused = done instanceof Problem;
      if (!refused) expect(await got(whom)).toBe(photo(61));
    }
  });

  it.each([...CALLS, 'PutItem keysTable', 'PutItem tasksTable'])(
    'and comes before its %s is not lost',
    async (name) => {
      for (const whom of ['child', 'twin'] as const) {
        const both = await changed();
        let done: Awaited<ReturnType<typeof intake>> | undefined;
        const work = async () => {
          clock.now += 1000;
          done = await intake(
            gateway,
            gateway.dynamo,
            'mca-county',
            record({ ref: both[whom].ref }, photo(71)),
          );
        };
        await undoOver(hookAt(name, work), both);
        const { values } = await read({ ref: both[whom].ref });
        const written = done !== undefined && !(done instanceof Problem);
        const was = whom === 'child' ? photo(52) : OF_TWIN.photo;
        expect(values['photo']).toBe(written ? photo(71) : was);
      }
    },
  );
});
