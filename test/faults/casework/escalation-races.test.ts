/** Every write of one act with the whole of another before it: a review that is overdue, and its escalation. */
import { expect, it } from 'vitest';
import { readTask } from '../../../shared/records/casework/tasks.ts';
import { type Instance, newInstance } from '../../casework/instance.ts';
import { fileRig, SECOND } from '../../casework/rig.ts';

let [one, other] = [] as unknown as [Instance, Instance];
const rig = await fileRig();
[one, other] = [await newInstance(rig), await newInstance(rig)];

const HOUR = 3_600_000;
const ADDRESS = { residence_address: { text: '某路1号', division: '990001001' } };

/** @returns the id of the task of a review that is overdue */
async function overdueReview(): Promise<string> {
  const child = await rig.child({ mca: ADDRESS });
  const asked = {
    subjects: [child],
    fields: ['residence_address'],
    context: { imminentDangerAttested: true },
  };
  const { json, text } = await rig.release('mps-county', 'E1', asked);
  expect(json.results?.[0].fields, text).toHaveProperty('residence_address');
  rig.later(25 * HOUR);
  const [task] = await tasks('mca-county', 'review');
  return task?.id ?? expect.fail('no review is owed');
}

async function tasks(agency: string, kind: string): Promise<{ id: string; kind: string }[]> {
  const { json } = await rig.casework(agency, 'GET', '/v1/tasks?limit=200');
  return json.tasks.filter((task: { kind: string }) => task.kind === kind);
}

const acts = {
  escalation: (by: Instance) => by.pass(),
  review: async (by: Instance, id: string) => {
    const { status } = await by.post(`/v1/tasks/${id}/complete`, { outcome: 'justified' }, SECOND);
    expect(status).toBe(200);
  },
};

it.each([
  ['escalation', 'review'],
  ['review', 'escalation'],
] as const)(
  'whatever write of the %s the whole %s precedes, no task is left, and no superior has one',
  async (slow, fast) => {
    const writes = await writesOf(slow);
    expect(writes).toBeGreaterThan(1);
    for (let write = 0; write < writes; write++) {
      const id = await overdueReview();
      let met = false;
      one.at(write, 'before', async () => {
        met = true;
        await acts[fast](other, id);
      });
      await acts[slow](one, id);
      // The gateway's own pass may have left fewer writes to make.
      if (!met) await acts[fast](other, id);
      await other.pass();
      expect(await tasks('mca-county', 'review'), `write ${write}`).toEqual([]);
      for (const superior of ['procuratorate-county', 'court-county'])
        expect(await tasks(superior, 'review-escalated'), `write ${write}, ${superior}`).toEqual([]);
    }
  },
  120_000,
);

it('no closed task names the officer who had it in hand', async () => {
  const review = await overdueReview();
  const all = [['mca-county', review]];
  await rig.gateway.casework.pass();
  for (const superior of ['procuratorate-county', 'court-county'])
    for (const { id } of await tasks(superior, 'review-escalated')) all.push([superior, id]);
  expect(all.length).toBeGreaterThan(1);
  for (const [agency = '', id] of all)
    expect((await rig.casework(agency, 'POST', `/v1/tasks/${id}/take`, {}, SECOND)).status).toBe(200);
  await acts.review(other, review);
  for (const [, id = ''] of all) {
    const stored = await readTask(rig.gateway.tables.tasks, id);
    expect([stored?.state, stored?.taken]).toEqual(['done', undefined]);
  }
});

/** Calls of an undisturbed act; the first one also makes the writes of a new instance. */
async function writesOf(act: keyof typeof acts): Promise<number> {
  for (const _ of [1, 2]) {
    const id = await overdueReview();
    one.forget();
    await acts[act](one, id);
    if (act === 'escalation') await acts.review(other, id);
  }
  return one.writes.length;
}
