/** Recipients of values get a task to delete them when their time is over, and proves it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeRig, type Rig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await makeRig();
});
afterAll(() => rig.gateway.close());

interface Shown {
  id: string;
  kind: string;
  ref?: string;
  due: string;
  details: Record<string, unknown>;
}

/** A statutory release: civil affairs decides on the child's status. */
const decide = (child: object) =>
  rig.release('mca-county', 'W1', { subjects: [child], fields: ['name'] }, { case: 'MCA-2026-1' });

describe('data received for a limited time', () => {
  const endings = async (state = 'open') => {
    await rig.gateway.casework.pass();
    const { json } = await rig.casework('mca-county', 'GET', `/v1/tasks?limit=200&state=${state}`);
    return (json.tasks as Shown[]).filter(({ kind }) => kind === 'delete-ended');
  };

  it('is to be deleted by one task for each purpose and month, which names no person', async () => {
    await decide(await rig.child());
    await decide(await rig.child());
    const found = await endings();
    expect(new Set(found.map(({ details }) => JSON.stringify(details))).size).toBe(found.length);
    for (const { details, due, ref } of found) {
      expect([ref, details]).toEqual([
        undefined,
        { purpose: 'W1', agency: 'mca-county', ended: expect.stringMatching(/^\d{4}-\d\d$/) },
      ]);
      expect(due.slice(0, 7) > String(details['ended'])).toBe(true);
    }
  });

  it('is closed with a proof of deletion, which the log keeps, and not without one', async () => {
    await decide(await rig.child());
    const [task] = (await endings()) as [Shown];
    const path = `/v1/tasks/${task.id}/complete`;
    const bare = await rig.casework('mca-county', 'POST', path, { outcome: 'deleted' });
    expect([bare.status, bare.json.errors?.[0]?.path]).toEqual([400, '/evidence']);
    const evidence = 'ab'.repeat(32);
    const { json, text } = await rig.casework('mca-county', 'POST', path, { outcome: 'deleted', evidence });
    expect(json.task?.done, text).toMatchObject({ outcome: 'deleted', evidence });
    const [entry] = await rig.entries('&kind=task');
    expect(entry.words.finding).toBe(`proof ${evidence}`);
    expect((await endings('done')).map(({ id }) => id)).toContain(task.id);
  });
});
